import { describe, expect, test } from 'vitest';
import type { Event } from './event';
import { reduce } from './reduce';
import { healthy, region_lost } from './sample';
import { type State, initial_state, most_log_entries, most_rates } from './state';

const after = (...events: Event[]): State => events.reduce(reduce, initial_state);
const entry = (seq: number): Event => ({ type: 'log', entry: { seq, at_ms: seq, sentence: `s${seq}`, operation: null } });
const rate = (at_ms: number): Event => ({ type: 'rates', rates: { at_ms, regions: [] } });

describe('contact', () => {
  test('A loss keeps the picture and its time, and is said once', () => {
    const lost = after({ type: 'status', status: healthy(), at_ms: 5 }, { type: 'link_live' }, { type: 'link_lost', at_ms: 10, retry_at_ms: 20 });
    expect(lost.status?.stack).toBe('two-region-web');
    expect(lost.status_at_ms).toBe(5);
    expect(lost.link).toEqual({ kind: 'lost', since_ms: 10, attempts: 1, retry_at_ms: 20 });
    expect(lost.announcement.urgent).toBe(true);
    const again = reduce(lost, { type: 'link_lost', at_ms: 30, retry_at_ms: 50 });
    expect(again.link).toEqual({ kind: 'lost', since_ms: 10, attempts: 2, retry_at_ms: 50 });
    expect(again.announcement).toBe(lost.announcement);
  });

  test('Its return is said', () => {
    const back = after({ type: 'link_lost', at_ms: 1, retry_at_ms: 2 }, { type: 'link_live' });
    expect(back.announcement.text).toBe('The controller answers again.');
    expect(back.announcement.urgent).toBe(false);
  });

  test('Signing out forgets everything', () => {
    const out = after({ type: 'status', status: healthy(), at_ms: 5 }, entry(1), { type: 'signed_out', problem: 'over' });
    expect(out).toEqual({ ...initial_state, session: { kind: 'out', problem: 'over' } });
  });
});

describe('status', () => {
  test('What did not change is the very same object', () => {
    const first = after({ type: 'status', status: healthy(), at_ms: 1 });
    const changed = healthy();
    changed.epoch = 2;
    const second = reduce(first, { type: 'status', status: changed, at_ms: 2 });
    expect(second.status).not.toBe(first.status);
    expect(second.status?.regions).toBe(first.status?.regions);
    expect(reduce(first, { type: 'status', status: healthy(), at_ms: 2 }).status).toBe(first.status);
  });

  test('A region that is lost is said urgently', () => {
    const lost = after({ type: 'status', status: healthy(), at_ms: 1 }, { type: 'status', status: region_lost(), at_ms: 2 });
    expect(lost.announcement).toEqual({ seq: 1, text: 'us-east-2 is unreachable. Readiness: not ready.', urgent: true });
  });

  test('A new term says that the controller has started again', () => {
    const restarted = healthy();
    restarted.controller.term += 1;
    expect(after({ type: 'status', status: healthy(), at_ms: 1 }, { type: 'status', status: restarted, at_ms: 2 }).announcement.text).toBe('The controller has started again.');
  });
});

describe('what grows has an end', () => {
  test('An entry that comes again is left out', () => {
    expect(after(entry(1), entry(2), entry(2), entry(1)).log.map((one) => one.seq)).toEqual([1, 2]);
  });

  test('The oldest entries and rates go', () => {
    const many = Array.from({ length: 2000 }, (_, index) => [entry(index + 1), rate(index)]).flat();
    const state = after(...many);
    expect(state.log).toHaveLength(most_log_entries);
    expect(state.rates).toHaveLength(most_rates);
    expect(state.log.at(-1)?.seq).toBe(2000);
    expect(state.rates.at(-1)?.at_ms).toBe(1999);
  });
});

describe('requests', () => {
  test('A refusal keeps its message until the dialog opens again', () => {
    const refused = after({ type: 'asked' }, { type: 'refused', message: 'no (not_ready)', help: "Run 'lifeboat verify'." });
    expect(refused.asking).toEqual({ kind: 'refused', message: 'no (not_ready)', help: "Run 'lifeboat verify'." });
    expect(reduce(refused, { type: 'asking_closed' }).asking).toEqual({ kind: 'idle' });
  });

  test('An acceptance is said, its warnings stay', () => {
    const state = after({ type: 'asked' }, { type: 'accepted', text: 'failover-2 has begun.', warnings: ['the audit log cannot be written'] });
    expect(state.announcement.text).toBe('failover-2 has begun.');
    expect(state.warnings).toEqual(['the audit log cannot be written']);
  });
});
