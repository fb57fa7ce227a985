/** What there is to do now, and what a failover at this moment would cost. */
export interface Outlook {
  version: 1;
  action: 'none' | 'wait' | 'up' | 'failover' | 'reprotect' | 'failback' | 'verify';
  sentence: string;
  command: string | null;
  predicted_rto_ms: number | null;
  predicted_rpo_ms: number | null;
  predicted_lost_bytes: number | null;
  based_on_operations: number;
}
