export interface AuditEntry {
  id: string;
  at_ms: number;
  who: string;
  from: string;
  request: string;
  what: string;
  outcome: 'accepted' | 'refused' | null;
  error: string | null;
  operation: string | null;
}

/** Newest first. */
export interface Audit {
  version: 1;
  entries: AuditEntry[];
  problem: string | null;
}
