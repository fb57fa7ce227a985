import type { Status } from '../documents/status';
import type { Asked } from './consequences';
import { may_abort } from '../words/operation_words';
import { active_region, is_running, other_region } from './derive';
import type { State } from './state';

/** Why an operation cannot be asked for now; null when it can. The controller decides in the end: this only spares a refusal. */
export function why_not(kind: Asked, state: State): string | null {
  const status = state.status;
  if (state.session.kind === 'in' && state.session.role === 'viewer') return 'You are signed in as a viewer: operations are for operators.';
  if (state.link.kind !== 'live' || !status) return 'There is no contact with the controller now.';
  if (status.failure) return 'The controller has stopped deciding.';
  if (kind === 'abort') return why_no_abort(status);
  if (is_running(status) && (kind !== 'failover' || status.operation?.kind === 'failover')) return `${status.operation?.id} is under way.`;
  if (status.epoch === 0) return "The stack is not built yet: run 'lifeboat up'.";
  return why_no_move(kind, status);
}

function why_no_abort(status: Status): string | null {
  const operation = status.operation;
  if (!operation || operation.state !== 'running') return 'No operation is under way.';
  return may_abort(operation) ? null : `${operation.id} is past its point of no return.`;
}

function why_no_move(kind: Asked, status: Status): string | null {
  const active = active_region(status);
  const other = other_region(status);
  if (!active || !other) return 'There is no other region.';
  const is_standby = other.role === 'standby';
  if (kind === 'reprotect') return is_standby && other.state === 'ready' ? `${other.name} is a replica already.` : null;
  if (kind === 'failback' && active.name === status.home_region) return `${active.name} is home, and active.`;
  if (!is_standby) return `${other.name} is no standby now: reprotect first.`;
  if (kind === 'arm') return status.armed ? 'A failover is armed already.' : null;
  if (kind === 'failover') return null;
  return active.state === 'unreachable' ? `${active.name} does not answer: that takes a failover.` : null;
}
