export type Tone = 'good' | 'accent' | 'faint' | 'warning' | 'bad';

export interface Mark {
  sign: string;
  tone: Tone;
}

const good: Mark = { sign: '✔', tone: 'good' };
const busy: Mark = { sign: '◐', tone: 'accent' };
const idle: Mark = { sign: '○', tone: 'faint' };
const warning: Mark = { sign: '▲', tone: 'warning' };
const unknown: Mark = { sign: '?', tone: 'warning' };
const bad: Mark = { sign: '✖', tone: 'bad' };

const marks: Record<string, Mark> = {
  done: good, ready: good, passed: good, accepted: good, running: busy, starting: busy, waiting: idle, stopped: idle, absent: idle,
  warning, degraded: warning, done_unprotected: warning, undone: warning, unknown,
};

/** The mark of a state, as the command line has it; what has none is trouble. A mark never stands without its word. */
export function mark_of(state: string): Mark {
  return marks[state] ?? bad;
}
