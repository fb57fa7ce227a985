import type { LogEntry } from '../documents/log';
import type { Operations } from '../documents/operations';
import type { Outlook } from '../documents/outlook';
import type { Rates } from '../documents/rates';
import type { Session } from '../documents/session';
import type { Status } from '../documents/status';
import type { Verify } from '../documents/verify';

/** Everything that changes the state. Clocks are read where events are made. */
export type Event =
  | { type: 'signed_in'; session: Session }
  | { type: 'signed_out'; problem: string | null }
  | { type: 'link_live' }
  | { type: 'link_lost'; at_ms: number; retry_at_ms: number }
  | { type: 'status'; status: Status; at_ms: number }
  | { type: 'log'; entry: LogEntry }
  | { type: 'rates'; rates: Rates }
  | { type: 'operations'; operations: Operations }
  | { type: 'outlook'; outlook: Outlook }
  | { type: 'verify_began' }
  | { type: 'verify_ended'; document: Verify | null; problem: string | null }
  | { type: 'asked' }
  | { type: 'accepted'; text: string; warnings: string[] }
  | { type: 'refused'; message: string; help: string }
  | { type: 'asking_closed' };
