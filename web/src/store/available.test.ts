import { describe, expect, test } from 'vitest';
import type { Status } from '../documents/status';
import type { Asked } from './consequences';
import { why_not } from './available';
import { healthy, region_lost } from './sample';
import { initial_state } from './state';

const why = (kind: Asked, status: Status, role: 'operator' | 'viewer' = 'operator') =>
  why_not(kind, { ...initial_state, session: { kind: 'in', role, csrf: 'c' }, link: { kind: 'live' }, status });

function running(kind: 'failover' | 'switchover', phase: string): Status {
  const status = healthy();
  status.operation = { ...status.operation!, id: `${kind}-2`, kind, state: 'running', phase };
  return status;
}

describe('what can be asked for', () => {
  test('A viewer nothing', () => {
    for (const kind of ['failover', 'switchover', 'failback', 'reprotect', 'drill', 'abort'] as const) expect(why(kind, healthy(), 'viewer')).toContain('viewer');
  });

  test('Without contact nothing', () => {
    expect(why_not('failover', { ...initial_state, session: { kind: 'in', role: 'operator', csrf: '' }, status: healthy() })).toBe('There is no contact with the controller now.');
  });

  test('At home with a standby: failover and switchover', () => {
    expect(why('failover', healthy())).toBeNull();
    expect(why('switchover', healthy())).toBeNull();
    expect(why('drill', healthy())).toBeNull();
    expect(why('failback', healthy())).toBe('us-east-2 is home, and active.');
    expect(why('reprotect', healthy())).toBe('us-west-1 is a replica already.');
    expect(why('abort', healthy())).toBe('No operation is under way.');
  });

  test('With the active region lost: failover, no switchover', () => {
    expect(why('failover', region_lost())).toBeNull();
    expect(why('switchover', region_lost())).toBe('us-east-2 does not answer: that takes a failover.');
  });

  test('Without a standby: reprotect', () => {
    const status = healthy();
    status.regions[1]!.role = 'none';
    expect(why('reprotect', status)).toBeNull();
    expect(why('failover', status)).toBe('us-west-1 is no standby now: reprotect first.');
  });

  test('An operation is aborted up to its point of no return; only a failover takes over from another', () => {
    expect(why('abort', running('failover', 'fencing'))).toBeNull();
    expect(why('abort', running('failover', 'promoting'))).toBe('failover-2 is past its point of no return.');
    expect(why('abort', running('switchover', 'draining'))).toBeNull();
    expect(why('failover', running('switchover', 'preparing'))).toBeNull();
    expect(why('failover', running('failover', 'fencing'))).toBe('failover-2 is under way.');
    expect(why('reprotect', running('switchover', 'preparing'))).toBe('switchover-2 is under way.');
  });
});
