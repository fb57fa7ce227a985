import { describe, expect, test } from 'vitest';
import type { Status } from '../documents/status';
import { service_answer, standby_answer } from './derive';
import { healthy, region_lost } from './sample';

const active = (status: Status) => status.regions[0]!;

describe('is the service up', () => {
  test('Up, where the active region is ready', () => {
    expect(service_answer(healthy())).toMatchObject({ words: 'Up in us-east-2', mark: { tone: 'good' } });
  });

  test('Down, when the active region does not answer', () => {
    expect(service_answer(region_lost())).toMatchObject({ words: 'Down', because: 'us-east-2 is active and does not answer.', mark: { tone: 'bad' } });
  });

  test('Down without a writer, a lease, traffic or a DNS answer', () => {
    const cases: [(status: Status) => void, string][] = [
      [(status) => { active(status).database.writer = null; }, 'us-east-2 has no writer.'],
      [(status) => { active(status).lease_left_ms = 0; }, 'us-east-2 has no lease: it acknowledges no writes.'],
      [(status) => { active(status).traffic = 'closed'; }, 'us-east-2 takes no traffic.'],
      [(status) => { active(status).load_balancer.state = 'failing'; }, 'The load balancer of us-east-2 is failing.'],
      [(status) => { status.dns.answer = null; }, 'DNS gives no answer for api.example.test.'],
    ];
    for (const [break_it, because] of cases) {
      const status = healthy();
      break_it(status);
      expect(service_answer(status)).toMatchObject({ words: 'Down in us-east-2', because });
    }
  });

  test('Held writes and a degraded region are up with a warning', () => {
    const held = healthy();
    active(held).writes_held = true;
    expect(service_answer(held)).toMatchObject({ words: 'Held in us-east-2', mark: { tone: 'warning' } });
    const degraded = healthy();
    active(degraded).state = 'degraded';
    Object.assign(active(degraded).instances[1]!, { state: 'failing', detail: 'GET /readyz: 503' });
    expect(service_answer(degraded)).toMatchObject({ words: 'Up in us-east-2', because: 'web-2 is failing: GET /readyz: 503.' });
  });

  test('Not built yet', () => {
    expect(service_answer({ ...healthy(), epoch: 0 }).words).toBe('Not built yet');
  });
});

describe('is the standby ready', () => {
  test('Ready, not ready with the first reason, unknown', () => {
    const status = healthy();
    expect(standby_answer(status).words).toBe('us-west-1 ready');
    expect(standby_answer(region_lost())).toMatchObject({ words: 'us-west-1 not ready', because: 'us-east-2 does not answer.' });
    expect(standby_answer({ ...status, ready: { verdict: 'unknown', findings: [], predicted_loss_ms: null } }).words).toBe('us-west-1 not known');
  });

  test('A region that is no replica is no standby, whatever the verdict was', () => {
    const status = healthy();
    status.regions[1]!.role = 'none';
    expect(standby_answer(status)).toMatchObject({ words: 'No standby', because: 'us-west-1 is no replica of us-east-2 now.' });
  });
});
