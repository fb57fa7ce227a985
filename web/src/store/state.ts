import type { LogEntry } from '../documents/log';
import type { Operations } from '../documents/operations';
import type { Outlook } from '../documents/outlook';
import type { Rates } from '../documents/rates';
import type { Role } from '../documents/session';
import type { Status } from '../documents/status';
import type { Verify } from '../documents/verify';

export type SessionState =
  | { kind: 'asking' }
  | { kind: 'out'; problem: string | null }
  | { kind: 'in'; role: Role; csrf: string };

/** The stream: `lost` keeps the last picture and says how old it is. */
export type Link =
  | { kind: 'connecting' }
  | { kind: 'live' }
  | { kind: 'lost'; since_ms: number; attempts: number; retry_at_ms: number };

/** A request on its way or just answered. */
export type Asking = { kind: 'idle' } | { kind: 'sending' } | { kind: 'refused'; message: string; help: string };

export interface State {
  session: SessionState;
  link: Link;
  status: Status | null;
  status_at_ms: number;
  log: LogEntry[];
  rates: Rates[];
  operations: Operations | null;
  outlook: Outlook | null;
  verify: { running: boolean; document: Verify | null; problem: string | null };
  asking: Asking;
  /** What came with the answer to the latest request. */
  warnings: string[];
  /** Spoken by screen readers; `seq` makes equal sentences new ones. */
  announcement: { seq: number; text: string; urgent: boolean };
}

/** Fifteen minutes of rates and as much of the log as a person reads: an hour open takes no more memory than this. */
export const most_rates = 900;
export const most_log_entries = 400;

export const initial_state: State = {
  session: { kind: 'asking' },
  link: { kind: 'connecting' },
  status: null,
  status_at_ms: 0,
  log: [],
  rates: [],
  operations: null,
  outlook: null,
  verify: { running: false, document: null, problem: null },
  asking: { kind: 'idle' },
  warnings: [],
  announcement: { seq: 0, text: '', urgent: false },
};
