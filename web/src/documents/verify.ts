export interface Check {
  id: string;
  title: string;
  state: 'passed' | 'warning' | 'failed';
  evidence: string[];
}

export interface Verify {
  version: 1;
  stack: string;
  verdict: 'ready' | 'not_ready';
  findings: string[];
  checks: Check[];
}
