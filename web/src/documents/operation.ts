export type OperationKind = 'up' | 'failover' | 'switchover' | 'failback' | 'reprotect' | 'drill';
export type OperationState = 'running' | 'done' | 'done_unprotected' | 'undone' | 'refused' | 'failed' | 'superseded';

export interface ErrorBody {
  code: string;
  kind: string;
  message: string;
  help: string;
}

export interface Progress {
  asset: string;
  state: 'waiting' | 'running' | 'done' | 'failing';
  elapsed_ms: number;
  detail: string;
}

export interface Operation {
  id: string;
  kind: OperationKind;
  phase: string;
  state: OperationState;
  from: string;
  to: string;
  started_at_ms: number;
  elapsed_ms: number;
  progress: Progress[];
  sentences: string[];
  error: ErrorBody | null;
}
