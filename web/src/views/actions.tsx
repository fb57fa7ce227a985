import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { why_not } from '../store/available';
import type { Asked } from '../store/consequences';
import { kind_help } from '../words/operation_words';
import { useConsole } from './context';

const kinds: Exclude<Asked, 'arm'>[] = ['failover', 'switchover', 'failback', 'reprotect', 'drill', 'abort'];

/** Every operation, each enabled or with the reason why not: such a button keeps its place in the tab order and says it. */
export function Actions(): JSX.Element {
  const { state, ask } = useConsole();
  const [refused, set_refused] = useState<Asked | null>(null);
  const is_viewer = state.session.kind === 'in' && state.session.role === 'viewer';
  const reason = refused && why_not(refused, state);
  return (
    <section class="actions" aria-label="Operations">
      {kinds.map((kind) => <ActionButton key={kind} kind={kind} why={why_not(kind, state)} act={(why) => {
        set_refused(why ? kind : null);
        if (!why) ask(kind);
      }} />)}
      <p class="faint small" role="status">{is_viewer ? why_not('failover', state) : reason && `${refused}: ${reason}`}</p>
    </section>
  );
}

function ActionButton({ kind, why, act }: { kind: Exclude<Asked, 'arm'>; why: string | null; act: (why: string | null) => void }): JSX.Element {
  const id = `why-${kind}`;
  return (
    <>
      <button aria-disabled={why !== null} aria-describedby={id} title={why ?? kind_help[kind]} data-action={kind} onClick={() => act(why)}>{kind}</button>
      <span id={id} class="sr-only">{why ?? kind_help[kind]}</span>
    </>
  );
}
