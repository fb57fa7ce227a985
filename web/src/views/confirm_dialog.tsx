import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { OperationRequest } from '../documents/request';
import type { Status } from '../documents/status';
import { why_not } from '../store/available';
import { type Asked, command_of, move_of, question_of, steps_of_request } from '../store/consequences';
import { duration_text } from '../words/units';
import { useConsole } from './context';
import { DialogOptions, type Options } from './dialog_options';

interface Props {
  kind: Asked;
  status: Status;
  close: () => void;
}

/** States the consequences and asks for the stack's name. The browser's own dialog keeps the focus inside and gives it back. */
export function ConfirmDialog({ kind, status, close }: Props): JSX.Element {
  const { state, controller } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const [name, set_name] = useState('');
  const [options, set_options] = useState<Options>({});
  useEffect(() => {
    dialog.current?.showModal();
    controller.forget_answer();
  }, []);
  const asked = kind === 'failover' && options.on_loss ? 'arm' : kind;
  const why = state.asking.kind === 'sending' ? null : why_not(asked, state);
  const may_go = name.trim() === status.stack && state.asking.kind !== 'sending' && !why;
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { on_loss: _, ...sent } = options;
    if (may_go && (await send(controller, asked, sent))) dialog.current?.close();
  };
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={close}>
      <form onSubmit={(event) => void submit(event)}>
        <h2 id="confirm-title">{question_of(asked, move_of(asked, status), status)}</h2>
        <Consequences asked={asked} status={status} fence={options.fence} />
        <DialogOptions kind={kind} status={status} options={options} change={set_options} />
        <p class="faint small">The same as <code>{command_of(asked, options)}</code></p>
        <label for="stack-name">Type the stack's name, <strong>{status.stack}</strong>, to go on</label>
        <input id="stack-name" value={name} onInput={(event) => set_name(event.currentTarget.value)} autocomplete="off" autocapitalize="off" spellcheck={false} autofocus />
        <p role="alert" class="problem">{why ?? (state.asking.kind === 'refused' ? `${state.asking.message} ${state.asking.help}` : '')}</p>
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>Cancel</button>
          <button type="submit" class="danger" disabled={!may_go}>{state.asking.kind === 'sending' ? 'Asking …' : asked === 'arm' ? 'arm' : kind}</button>
        </div>
      </form>
    </dialog>
  );
}

function send(controller: ReturnType<typeof useConsole>['controller'], asked: Asked, options: Omit<OperationRequest, 'kind'>): Promise<boolean> {
  if (asked === 'abort') return controller.abort();
  if (asked === 'arm') return controller.arm(options);
  return controller.start({ kind: asked, ...options });
}

function Consequences({ asked, status, fence }: { asked: Asked; status: Status; fence: string | undefined }): JSX.Element {
  const { outlook } = useConsole().state;
  const costs = asked === 'failover' || asked === 'arm';
  const loss_ms = outlook?.predicted_rpo_ms ?? status.ready.predicted_loss_ms;
  return (
    <>
      {status.ready.verdict !== 'ready' && asked !== 'abort' && asked !== 'reprotect' && asked !== 'drill' && (
        <div class="notice warning">
          <div><strong>Readiness: {status.ready.verdict === 'not_ready' ? 'not ready' : 'not known'}.</strong>
            <ul>{status.ready.findings.map((finding) => <li key={finding}>{finding}</li>)}</ul></div>
        </div>
      )}
      {costs && (
        <p>Predicted: <strong>{outlook?.predicted_rto_ms == null ? 'recovery time not known' : `writes again after ≈ ${duration_text(outlook.predicted_rto_ms)}`}</strong>,{' '}
          <strong>{loss_ms == null ? 'loss not known' : loss_ms === 0 ? 'no write lost' : `≈ ${duration_text(loss_ms)} of writes lost`}</strong>.</p>
      )}
      <ol class="steps">{steps_of_request(asked, move_of(asked, status), fence).map((step) => <li key={step}>{step}</li>)}</ol>
    </>
  );
}
