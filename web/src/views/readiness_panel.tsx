import type { JSX } from 'preact';
import { useConsole } from './context';
import { Mark } from './mark';

/** The verdict with every reason; `verify` makes a new one, with its evidence. */
export function ReadinessPanel(): JSX.Element | null {
  const { state, controller } = useConsole();
  const { status, verify, link } = state;
  if (!status) return null;
  const { verdict, findings } = status.ready;
  const words = { ready: 'ready: the standby could take over now', not_ready: 'not ready', unknown: 'not known yet' }[verdict];
  return (
    <section class="panel readiness" aria-label="Readiness">
      <h2>Readiness</h2>
      <p class="verdict"><Mark state={verdict === 'not_ready' ? 'failing' : verdict} silent /> {words}</p>
      {findings.length > 0 && <ul class="findings">{findings.map((finding) => <li key={finding}>{finding}</li>)}</ul>}
      <button disabled={verify.running || link.kind !== 'live'} onClick={() => void controller.verify()}>{verify.running ? 'Verifying …' : 'Verify now'}</button>
      {verify.problem && <p class="problem" role="alert">{verify.problem}</p>}
      {verify.document && (
        <ul class="checks">
          {verify.document.checks.map((check) => (
            <li key={check.id}>
              <details open={check.state !== 'passed'}>
                <summary><Mark state={check.state} /> {check.title}</summary>
                {check.evidence.map((sentence) => <p key={sentence}>{sentence}</p>)}
              </details>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
