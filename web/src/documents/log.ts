export interface LogEntry {
  seq: number;
  at_ms: number;
  sentence: string;
  operation: string | null;
}
