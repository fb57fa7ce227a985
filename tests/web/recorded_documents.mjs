// Documents as a controller gave them: those of tests/golden/cli, and what follows from them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tools.mjs';

const golden = (name) => JSON.parse(readFileSync(join(root, 'tests/golden/cli', `${name}.json`), 'utf8'));

export const healthy = () => golden('status-healthy');
export const verdict = () => golden('verify');
export const report_failover = () => golden('report-failover');

/** The active region is lost, and nobody has armed anything: the operator decides. */
export function region_lost() {
  return { ...golden('status-region-lost'), armed: null, ready: { verdict: 'not_ready', findings: ['us-east-2 does not answer.', 'The replica in us-west-1 does not stream.'], predicted_loss_ms: 113 } };
}

/** After the failover: us-west-1 is active, us-east-2 silent and no replica. */
export function failed_over(operation) {
  const status = region_lost();
  const [east, west] = status.regions;
  Object.assign(east, { role: 'none' });
  Object.assign(west, { role: 'active', epoch: 2, traffic: 'serve', lease_left_ms: 2700 });
  west.database.writer = 'db-1';
  Object.assign(west.database.nodes[0], { role: 'writer', state: 'ready', lag_bytes: null, lag_ms: null, detail: '' });
  Object.assign(west.database.nodes[1], { role: 'asynchronous_standby', state: 'ready', lag_bytes: 0, lag_ms: 1 });
  return {
    ...status, operation, active_region: 'us-west-1', epoch: 2, dns: { ...status.dns, answer: '127.20.0.10' }, front_door: { ...status.front_door, url: west.load_balancer.url },
    ready: { verdict: 'not_ready', findings: ['us-east-2 is no replica of us-west-1.'], predicted_loss_ms: null },
  };
}

/** Both regions with 150 parts each; a few of them in trouble. */
export function many_assets() {
  const status = healthy();
  for (const region of status.regions) {
    const [sample] = region.instances;
    region.instances = Array.from({ length: 143 }, (_, index) => ({
      ...sample, name: `web-${index + 1}`, zone: `${region.name}${'ab'[index % 2]}`, url: `http://127.10.${1 + (index % 2)}.${index + 10}:8000`,
    }));
  }
  for (const index of [3, 17, 40]) Object.assign(status.regions[0].instances[index], { state: 'failing', detail: 'GET /readyz: 503' });
  status.regions[0].state = 'degraded';
  return status;
}

const minute_ms = 60_000;
const moved = (id, kind, days_ago, rto_ms, lost, from, to, extra = {}) => ({
  id, kind, phase: 'ended', state: 'done', verdict: 'done', from_region: from, to_region: to, started_at_ms: Date.UTC(2026, 10, 22, 12) - days_ago * 1440 * minute_ms,
  ended_at_ms: Date.UTC(2026, 10, 22, 12) - days_ago * 1440 * minute_ms + 2100, rto_ms, acknowledged_writes: 1523, lost_acknowledged_writes: lost, error: null, ...extra,
});

export function operations() {
  const east = 'us-east-2';
  const west = 'us-west-1';
  return {
    version: 1, rto_objective_ms: 60_000, rpo_objective_ms: 5000,
    operations: [
      moved('failback-7', 'failback', 2, 460, 0, west, east),
      moved('reprotect-6', 'reprotect', 2.1, null, null, west, east, { acknowledged_writes: null }),
      moved('failover-5', 'failover', 2.2, 71_000, 14, east, west),
      moved('failover-4', 'failover', 9, null, null, east, west, { state: 'refused', verdict: 'refused', error: 'no_fence_certificate', acknowledged_writes: null }),
      moved('switchover-3', 'switchover', 16, 505, 0, west, east),
      moved('failover-2', 'failover', 17, 1187, 2, east, west),
      moved('up-1', 'up', 20, null, null, '', east, { acknowledged_writes: null }),
    ],
  };
}

export function outlook(status) {
  const base = { version: 1, command: null, predicted_rto_ms: 1300, predicted_rpo_ms: 113, predicted_lost_bytes: 1234, based_on_operations: 4 };
  const active = status.regions.find((region) => region.name === status.active_region);
  const other = status.regions.find((region) => region.name !== status.active_region);
  if (status.operation?.state === 'running') return { ...base, action: 'wait', sentence: `${status.operation.id} is under way: wait for it to end.` };
  if (active.state === 'unreachable') return { ...base, action: 'failover', sentence: `${active.name} is lost: ${other.name} would take over.`, command: 'lifeboat failover' };
  if (other.role !== 'standby') {
    return { ...base, action: 'reprotect', sentence: `${other.name} is no replica of ${active.name}: nothing would survive its loss.`, command: 'lifeboat reprotect', predicted_rto_ms: null, predicted_rpo_ms: null };
  }
  return { ...base, action: 'none', sentence: `Nothing to do: ${other.name} could take over now.` };
}

/** The sentences of a failover by phase, as the engine writes them. */
export const failover_phases = [
  ['fencing', 'Fencing us-east-2 (power): from here on only epoch 2 can be begun.'],
  ['promoting', 'Promoting us-west-1 in epoch 2. There is no way back from here.'],
  ['directing', 'us-west-1 takes writes in epoch 2; pointing the front door at it.'],
  ['confirming', 'The front door points at us-west-1; confirming it as a client would.'],
  ['measuring', "us-west-1 serves; comparing the clients' records with its data."],
];
