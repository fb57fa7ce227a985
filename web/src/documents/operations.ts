import type { OperationKind, OperationState } from './operation';

export interface OperationSummary {
  id: string;
  kind: OperationKind;
  phase: string;
  state: OperationState;
  verdict: OperationState | null;
  from_region: string;
  to_region: string;
  started_at_ms: number;
  ended_at_ms: number | null;
  rto_ms: number | null;
  acknowledged_writes: number | null;
  lost_acknowledged_writes: number | null;
  error: string | null;
}

/** Newest first. */
export interface Operations {
  version: 1;
  operations: OperationSummary[];
  rto_objective_ms: number | null;
  rpo_objective_ms: number | null;
}
