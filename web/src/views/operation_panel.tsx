import type { JSX } from 'preact';
import type { Operation } from '../documents/operation';
import { ending_text, steps_of } from '../words/operation_words';
import { duration_text } from '../words/units';
import { useConsole, useNow } from './context';
import { Mark } from './mark';

/** The operation that runs, by phase as it happens; afterwards how it ended, with its report. */
export function OperationPanel(): JSX.Element | null {
  const { status, log } = useConsole().state;
  const operation = status?.operation;
  if (!operation) return null;
  if (operation.state !== 'running') return <Ended operation={operation} />;
  const sentences = log.filter((entry) => entry.operation === operation.id).slice(-4);
  return (
    <section class="operation running" aria-label={`Operation ${operation.id}`} data-operation={operation.id}>
      <h2>
        <Mark state="running" silent /> {operation.id} <span class="faint">{operation.from && operation.to && operation.from !== operation.to ? `${operation.from} → ${operation.to}` : operation.to}</span>
        <Elapsed operation={operation} />
      </h2>
      <ol class="phases">
        {steps_of(operation).map(({ phase, state }) => (
          <li key={phase} class={state} data-phase={phase} aria-current={state === 'running' ? 'step' : undefined}><Mark state={state} /> {phase}</li>
        ))}
      </ol>
      <ProgressList operation={operation} />
      <ol class="sentences">
        {sentences.map((entry) => (
          <li key={entry.seq}><span class="time">+{((entry.at_ms - operation.started_at_ms) / 1000).toFixed(1)} s</span> {entry.sentence}</li>
        ))}
      </ol>
    </section>
  );
}

/** The status says how long at the moment it was made; between two of them the page counts on. */
function Elapsed({ operation }: { operation: Operation }): JSX.Element {
  const { link, status_at_ms } = useConsole().state;
  const now = useNow(link.kind === 'live', 100);
  const since_ms = link.kind === 'live' ? Math.max(0, now - status_at_ms) : 0;
  return <span class="elapsed" role="timer">{duration_text(operation.elapsed_ms + since_ms)}</span>;
}

const most_lines = 12;

function ProgressList({ operation }: { operation: Operation }): JSX.Element | null {
  const { progress } = operation;
  if (progress.length === 0) return null;
  const done = progress.filter((item) => item.state === 'done').length;
  const open = progress.filter((item) => item.state === 'running' || item.state === 'failing').slice(0, most_lines);
  return (
    <div class="progress">
      <progress value={done} max={progress.length} aria-label={`${operation.phase}: ${done} of ${progress.length}`} />
      <span class="faint small">{done} of {progress.length}</span>
      <ul>
        {open.map((item) => (
          <li key={item.asset}><Mark state={item.state} /> {item.asset} <span class="faint">{duration_text(item.elapsed_ms)} {item.detail}</span></li>
        ))}
      </ul>
    </div>
  );
}

function Ended({ operation }: { operation: Operation }): JSX.Element {
  return (
    <section class="operation ended" aria-label="Latest operation" data-operation={operation.id}>
      <p>
        <Mark state={operation.state} silent /> <strong>{operation.id}</strong> {ending_text(operation)}.
        {operation.error && <> {operation.error.message} ({operation.error.code}) {operation.error.help}</>}
      </p>
      <a href={`#/report/${operation.id}`}>Report of {operation.id}</a>
    </section>
  );
}
