import type { JSX } from 'preact';
import type { OperationRequest } from '../documents/request';
import type { Status } from '../documents/status';
import type { Asked } from '../store/consequences';

export type Options = Omit<OperationRequest, 'kind'> & { on_loss?: boolean };

interface Props {
  kind: Asked;
  status: Status;
  options: Options;
  change: (options: Options) => void;
}

type Flag = 'on_loss' | 'accept_loss' | 'accept_split_brain_risk' | 'even_if_not_ready';

/** What the command line takes as flags. */
export function DialogOptions({ kind, status, options, change }: Props): JSX.Element | null {
  const flag = (name: Flag, text: string): JSX.Element => (
    <label class="option">
      <input type="checkbox" checked={options[name] === true} onChange={(event) => change({ ...options, [name]: event.currentTarget.checked || undefined })} /> {text}
    </label>
  );
  if (kind === 'switchover' || kind === 'failback') {
    return status.ready.verdict === 'ready' ? null : <fieldset><legend>Options</legend>{flag('even_if_not_ready', 'go even if not ready')}</fieldset>;
  }
  if (kind !== 'failover') return null;
  return (
    <details class="options">
      <summary>Options</summary>
      {flag('on_loss', `wait until ${status.active_region} is detected as lost, then go`)}
      {flag('accept_loss', 'go although more than the RPO objective would be lost')}
      {flag('accept_split_brain_risk', 'promote even without proof that the old writer is stopped; shown in the report')}
      <label class="option">
        how the old writer is proven stopped{' '}
        <select value={options.fence ?? ''} onChange={(event) => change({ ...options, fence: (event.currentTarget.value || undefined) as Options['fence'] })}>
          <option value="">the stack's default</option>
          <option>power</option>
          <option>direct</option>
          <option>expiry</option>
        </select>
      </label>
    </details>
  );
}
