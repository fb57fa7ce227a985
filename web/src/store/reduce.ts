import type { LogEntry } from '../documents/log';
import type { Status } from '../documents/status';
import { changes_to_say } from './announce';
import type { Event } from './event';
import { share } from './share';
import { type State, initial_state, most_log_entries, most_rates } from './state';

/** The state after an event; the same object when nothing changed. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'signed_in': return { ...initial_state, session: { kind: 'in', role: event.session.role, csrf: event.session.csrf } };
    case 'signed_out': return { ...initial_state, session: { kind: 'out', problem: event.problem } };
    case 'link_live': return after_contact(state);
    case 'link_lost': return after_loss(state, event.at_ms, event.retry_at_ms);
    case 'status': return with_status(state, event.status, event.at_ms);
    case 'log': return { ...state, log: with_entry(state.log, event.entry) };
    case 'rates': return { ...state, rates: [...state.rates.slice(-(most_rates - 1)), event.rates] };
    case 'operations': return { ...state, operations: share(state.operations, event.operations) };
    case 'outlook': return { ...state, outlook: share(state.outlook, event.outlook) };
    case 'verify_began': return { ...state, verify: { ...state.verify, running: true, problem: null } };
    case 'verify_ended': return { ...state, verify: { running: false, document: event.document ?? state.verify.document, problem: event.problem } };
    case 'asked': return { ...state, asking: { kind: 'sending' } };
    case 'accepted': return say({ ...state, asking: { kind: 'idle' }, warnings: event.warnings }, event.text, false);
    case 'refused': return { ...state, asking: { kind: 'refused', message: event.message, help: event.help } };
    case 'asking_closed': return { ...state, asking: { kind: 'idle' } };
  }
}

function say(state: State, text: string, urgent: boolean): State {
  return text === '' ? state : { ...state, announcement: { seq: state.announcement.seq + 1, text, urgent } };
}

function after_contact(state: State): State {
  if (state.link.kind === 'live') return state;
  return say({ ...state, link: { kind: 'live' } }, state.link.kind === 'lost' ? 'The controller answers again.' : '', false);
}

/** The first loss is said; further attempts only move the clock. */
function after_loss(state: State, at_ms: number, retry_at_ms: number): State {
  const before = state.link;
  if (before.kind === 'lost') return { ...state, link: { ...before, attempts: before.attempts + 1, retry_at_ms } };
  const lost = { ...state, link: { kind: 'lost' as const, since_ms: at_ms, attempts: 1, retry_at_ms } };
  return say(lost, 'No contact with the controller. The page shows the last picture and goes on trying.', true);
}

function with_status(state: State, status: Status, at_ms: number): State {
  const shared = share(state.status, status);
  const { text, urgent } = changes_to_say(state.status, shared);
  return say({ ...state, status: shared, status_at_ms: at_ms }, text, urgent);
}

/** Entries come in order but a reconnection may send some again. */
function with_entry(log: LogEntry[], entry: LogEntry): LogEntry[] {
  const last = log[log.length - 1];
  if (last && entry.seq <= last.seq) return log;
  return [...log.slice(-(most_log_entries - 1)), entry];
}
