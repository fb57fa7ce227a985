import type { JSX } from 'preact';
import { age_text } from '../words/units';
import { useConsole, useNow } from './context';
import { Mark } from './mark';

/** What must not be overlooked, above everything else. */
export function Notices(): JSX.Element {
  const { state, controller } = useConsole();
  const { status } = state;
  const warnings = [...(status?.warnings ?? []), ...state.warnings];
  const is_operator = state.session.kind === 'in' && state.session.role === 'operator';
  return (
    <>
      <LostContact />
      {status?.failure && <p class="notice bad"><Mark state="failing" /> The controller has stopped deciding: {status.failure} <code>lifeboat log</code></p>}
      {[...new Set(warnings)].map((warning) => <p key={warning} class="notice warning"><Mark state="warning" /> {warning}</p>)}
      {status?.armed && (
        <p class="notice accent">
          <span><strong>Armed.</strong> {status.armed.sentence}</span>
          {is_operator && <button disabled={state.link.kind !== 'live'} onClick={() => void controller.disarm()}>Disarm</button>}
        </p>
      )}
    </>
  );
}

function LostContact(): JSX.Element | null {
  const { link, status, status_at_ms } = useConsole().state;
  const now = useNow(link.kind === 'lost');
  if (link.kind !== 'lost') return null;
  const wait_s = Math.max(0, Math.ceil((link.retry_at_ms - now) / 1000));
  return (
    <p class="notice bad" data-notice="lost">
      <span>
        <Mark state="failing" /> <strong>No contact with the controller{status ? ` for ${age_text(now - link.since_ms)}` : ''}.</strong>{' '}
        {status && <>The picture below is {age_text(now - status_at_ms)} old. </>}
        The service does not depend on it; operations survive its restart.
      </span>
      <span class="faint">{wait_s > 0 ? `trying again in ${wait_s} s` : 'trying again …'}</span>
    </p>
  );
}
