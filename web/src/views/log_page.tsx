import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Audit } from '../documents/audit';
import { request } from '../net/api';
import { moment_text } from '../words/units';
import { useConsole } from './context';
import { LogLine } from './happened';
import { Mark } from './mark';

export function LogPage(): JSX.Element {
  const { log } = useConsole().state;
  return (
    <div class="page">
      <h1>Log</h1>
      <p class="faint">The latest {log.length} sentences, newest first; times are UTC. <code>lifeboat log</code> has all of them.</p>
      <section class="happened" aria-label="Log"><ol>{[...log].reverse().map((entry) => <LogLine key={entry.seq} entry={entry} />)}</ol></section>
      <AuditList />
    </div>
  );
}

function AuditList(): JSX.Element {
  const { link, log } = useConsole().state;
  const [audit, set_audit] = useState<Audit | null>(null);
  const newest = log[log.length - 1]?.seq;
  useEffect(() => {
    let is_here = true;
    void request<Audit>('GET', '/v1/audit').then((answer) => is_here && answer.ok && set_audit(answer.document));
    return () => { is_here = false; };
  }, [newest, link.kind]);
  return (
    <section aria-label="Audit">
      <h2>Who asked for what</h2>
      {audit?.problem && <p class="notice warning"><Mark state="warning" /> {audit.problem}</p>}
      <div class="wide-table" tabIndex={0} role="region" aria-label="Audit, scrolls sideways">
        <table>
          <thead><tr><th scope="col">when</th><th scope="col">who</th><th scope="col">what</th><th scope="col">outcome</th></tr></thead>
          <tbody>
            {audit?.entries.map((entry) => (
              <tr key={entry.id}>
                <td class="time">{moment_text(entry.at_ms)}</td><td>{entry.who} <span class="faint">{entry.from}</span></td><td>{entry.what || entry.request}</td>
                <td><Mark state={entry.outcome ?? 'unknown'} silent /> {entry.outcome ?? 'not known: the controller ended before'} {entry.error ?? entry.operation}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
