import type { JSX } from 'preact';
import { memo } from './memo';
import type { LogEntry } from '../documents/log';
import { time_text } from '../words/units';

const most = 6;

export const Happened = memo(function Happened({ log }: { log: LogEntry[] }): JSX.Element {
  return (
    <section class="panel happened" aria-label="What happened">
      <h2>What happened <a href="#/log">whole log</a></h2>
      {log.length === 0 && <p class="faint">Nothing yet.</p>}
      <ol>
        {log.slice(-most).reverse().map((entry) => <LogLine key={entry.seq} entry={entry} />)}
      </ol>
    </section>
  );
});

export function LogLine({ entry }: { entry: LogEntry }): JSX.Element {
  return <li><time dateTime={new Date(entry.at_ms).toISOString()}>{time_text(entry.at_ms)}</time> <span>{entry.sentence}</span></li>;
}
