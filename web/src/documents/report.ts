import type { ErrorBody, OperationKind, OperationState } from './operation';

export interface PhaseTimes {
  detect_ms: number | null;
  decide_ms: number | null;
  fence_ms: number | null;
  promote_ms: number | null;
  dns_ms: number | null;
  client_ms: number | null;
}

export interface Report {
  version: 1;
  operation: string;
  kind: OperationKind;
  verdict: OperationState | null;
  from: string;
  to: string;
  trigger: string;
  error: ErrorBody | null;
  started_at_ms: number;
  ended_at_ms: number | null;
  rto_ms: number | null;
  rto_source: 'load_client' | 'front_door_marker' | 'none';
  phases: PhaseTimes;
  fence: { region: string; method: string; epoch: number; evidence: string[] } | null;
  accepted_split_brain_risk: boolean;
  epoch: number;
  acknowledged_writes: number | null;
  lost_acknowledged_writes: number | null;
  failed_requests: number | null;
  longest_request_ms: number | null;
  time_to_reprotect_ms: number | null;
  reprotection: {
    method: string;
    diverged_transactions: number;
    diverged_rows: number;
    diverged_bytes: number;
    ledger_file: string;
  } | null;
  objectives: { rto_ms: number; rpo_ms: number } | null;
  timeline: { at_ms: number; sentence: string }[];
}
