import type { OperationRequest } from '../documents/request';
import type { Status } from '../documents/status';
import { other_region } from './derive';

export type Asked = OperationRequest['kind'] | 'abort' | 'arm';

export interface Move {
  from: string;
  to: string;
  epoch: number;
}

export function move_of(kind: Asked, status: Status): Move {
  const from = status.active_region;
  const to = kind === 'failback' ? status.home_region : (other_region(status)?.name ?? from);
  return { from, to, epoch: kind === 'reprotect' || kind === 'drill' || kind === 'abort' ? status.epoch : status.epoch + 1 };
}

/** What would happen, step by step: the sentences of --dry-run. */
export function steps_of_request(kind: Asked, move: Move, fence: string | undefined): string[] {
  const { from, to, epoch } = move;
  if (kind === 'abort') return ['what has been changed so far is undone', `${from} goes on serving`];
  if (kind === 'reprotect') {
    return [
      `start ${to} and tell it that ${from} is active in epoch ${epoch}`,
      `export what diverged, then make the database of ${to} a replica of ${from}`,
      `forward requests that reach ${to} to ${from}`,
    ];
  }
  if (kind === 'drill') {
    return [
      `make a clone of the replica in ${to}, which goes on replicating`,
      'let the clone take writes, point the shadow name at it, and write through that name',
      `remove everything of it; ${from} serves as before`,
    ];
  }
  const promote = `promote the replica in ${to}, epoch ${epoch}`;
  const direct = `serve in ${to} and point the front door's name at it`;
  if (kind === 'failover' || kind === 'arm') {
    return [
      `fence ${from}${fence ? ` (${fence})` : ''}: nothing is promoted without the certificate`,
      promote,
      direct,
      'confirm by a write through the front door, and measure what the clients saw',
    ];
  }
  return [
    `checkpoint in ${from}, then hold its writes`,
    `fence ${from} (direct) and drain its last writes to ${to}`,
    promote,
    `release the held writes to ${to}`,
    direct,
    `make ${from} a replica of ${to}`,
  ];
}

/** The question of the command line, with its cost. */
export function question_of(kind: Asked, move: Move, status: Status): string {
  if (kind === 'abort') return `Undo ${status.operation?.id ?? 'the operation'}?`;
  if (kind === 'reprotect') return `Rebuild ${move.to} as a replica of ${move.from}?`;
  if (kind === 'drill') return `Rehearse in ${move.to} the loss of ${move.from}? ${move.from} serves on; a clone of the data is made, and removed.`;
  const what = `Move '${status.stack}' from ${move.from} to ${move.to}`;
  if (kind === 'arm') return `${what} as soon as ${move.from} is detected as lost? Writes that were not replicated by then are lost; they are counted.`;
  if (kind === 'failover') return `${what}? Writes that were not replicated yet are lost; they are counted.`;
  return `${what}? Writes are held for a moment, none is lost.`;
}

/** The same as a command. */
export function command_of(kind: Asked, request: Partial<OperationRequest>): string {
  const words = [`lifeboat ${kind === 'arm' ? 'failover --on-loss' : kind}`];
  if (request.fence) words.push(`--fence ${request.fence}`);
  if (request.accept_loss) words.push('--accept-loss');
  if (request.accept_split_brain_risk) words.push('--accept-split-brain-risk');
  if (request.even_if_not_ready) words.push('--even-if-not-ready');
  return words.join(' ');
}
