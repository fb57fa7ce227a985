import type { Operation } from './operation';

export type PartState = 'ready' | 'starting' | 'failing' | 'stopped' | 'absent' | 'unknown';
export type RegionState = 'ready' | 'starting' | 'degraded' | 'unreachable' | 'absent';
export type DatabaseRole =
  'writer' | 'synchronous_standby' | 'asynchronous_standby' | 'cross_region_replica' | 'cascading_standby' | 'none';

export interface Part {
  name: string;
  kind: string;
  zone: string;
  url: string;
  state: PartState;
  pid: number;
  detail: string;
}

export interface DatabaseNode {
  name: string;
  zone: string;
  role: DatabaseRole;
  address: string;
  port: number;
  state: PartState;
  lag_bytes: number | null;
  lag_ms: number | null;
  pid: number;
  detail: string;
}

export interface Region {
  name: string;
  role: 'active' | 'standby' | 'none';
  state: RegionState;
  home: boolean;
  epoch: number;
  traffic: 'serve' | 'forward' | 'closed';
  writes_held: boolean;
  lease_left_ms: number | null;
  load_balancer: Part;
  database: { writer: string | null; synchronous_replica: string | null; nodes: DatabaseNode[] };
  instances: Part[];
  monitoring: Part[];
  others: Part[];
}

export interface Readiness {
  verdict: 'ready' | 'not_ready' | 'unknown';
  findings: string[];
  predicted_loss_ms: number | null;
}

export interface Status {
  version: 1;
  stack: string;
  epoch: number;
  active_region: string;
  home_region: string;
  operation: Operation | null;
  armed: { sentence: string } | null;
  controller: { pid: number; url: string; term: number };
  front_door: { name: string; url: string };
  dns: { server: string; port: number; ttl_s: number; answer: string | null; state: PartState };
  regions: Region[];
  ready: Readiness;
  failure: string | null;
  warnings?: string[];
}
