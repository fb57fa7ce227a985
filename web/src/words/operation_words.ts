import type { Operation, OperationKind } from '../documents/operation';
import { duration_text } from './units';

/** The phases that each kind goes through (docs/failover-states.md); a failback is a switchover home. */
const moved_phases = ['preparing', 'holding', 'fencing', 'draining', 'promoting', 'releasing', 'confirming', 'reprotecting', 'measuring'];
export const phases_of: Record<OperationKind, string[]> = {
  up: ['building', 'confirming'],
  failover: ['fencing', 'promoting', 'directing', 'confirming', 'measuring'],
  switchover: moved_phases,
  failback: moved_phases,
  reprotect: ['reprotecting'],
  drill: ['cloning', 'rehearsing', 'discarding'],
};

const undoing = ['reopening', 'unholding'];
const can_abort: Record<OperationKind, string[]> = {
  up: ['building', 'confirming'],
  failover: ['fencing'],
  switchover: ['preparing', 'holding', 'fencing', 'draining', 'reprotecting'],
  failback: ['preparing', 'holding', 'fencing', 'draining', 'reprotecting'],
  reprotect: ['reprotecting'],
  drill: ['cloning', 'rehearsing'],
};

export type StepState = 'done' | 'running' | 'waiting';

/** The phases with where the operation stands; one that undoes has its undoing as the last step. */
export function steps_of(operation: Operation): { phase: string; state: StepState }[] {
  if (undoing.includes(operation.phase)) return [{ phase: operation.phase, state: 'running' }];
  const phases = phases_of[operation.kind];
  const at = phases.indexOf(operation.phase);
  return phases.map((phase, index) => ({ phase, state: index < at ? 'done' : index === at ? 'running' : 'waiting' }));
}

export function may_abort(operation: Operation): boolean {
  return can_abort[operation.kind].includes(operation.phase);
}

/** How it ended, as the command line concludes. */
export function ending_text(operation: Operation): string {
  const took = duration_text(operation.elapsed_ms);
  switch (operation.state) {
    case 'running': return `${operation.phase}, ${took} so far`;
    case 'done': return `done in ${took}`;
    case 'done_unprotected': return `done in ${took}, without a standby`;
    case 'undone': return `undone after ${took}: everything is as before`;
    case 'refused': return `refused after ${took}: nothing was promoted`;
    case 'superseded': return `superseded by a failover after ${took}`;
    default: return `${operation.state} after ${took}`;
  }
}

export const kind_help: Record<string, string> = {
  failover: 'The active region is lost: move to the other one',
  switchover: 'Planned: move to the other region, no write lost, no request failed',
  failback: 'A switchover to the home region',
  reprotect: 'Rebuild the other region as a replica of the active one',
  drill: 'Rehearse the loss of the active region with a clone that is gone afterwards',
  abort: 'Undo the operation that runs, while it is not past its point of no return',
};
