import type { ComponentChildren, JSX } from 'preact';
import type { Outlook } from '../documents/outlook';
import type { RegionRates } from '../documents/rates';
import type { Status } from '../documents/status';
import { why_not } from '../store/available';
import { type Answer, active_region, region_of_answer, service_answer, standby_answer } from '../store/derive';
import { bytes_text, counted, duration_text, rate_text } from '../words/units';
import { useConsole } from './context';
import { Mark } from './mark';

/** Two seconds: is the service up, where, is the standby ready, what to do. */
export function Answers({ status }: { status: Status }): JSX.Element {
  const { outlook, rates } = useConsole().state;
  const now = rates[rates.length - 1]?.regions ?? [];
  return (
    <section class="answers" aria-label="In short">
      <Tile title="Service" answer={service_answer(status)} name="service">
        <ServiceFacts status={status} rates={now.find((region) => region.name === status.active_region)} />
      </Tile>
      <Tile title="Standby" answer={standby_answer(status)} name="standby">
        <Lag rates={now.find((region) => region.name !== status.active_region)} />
      </Tile>
      <Cost outlook={outlook} status={status} />
      <WhatToDo outlook={outlook} />
    </section>
  );
}

function Tile({ title, answer, name, children }: { title: string; answer: Answer; name: string; children: ComponentChildren }): JSX.Element {
  return (
    <div class={`tile ${answer.mark.tone}`} data-tile={name}>
      <h2>{title}</h2>
      <p class="big"><Mark mark={answer.mark} /> {answer.words}</p>
      <p class="because">{answer.because}</p>
      {children}
    </div>
  );
}

function ServiceFacts({ status, rates }: { status: Status; rates: RegionRates | undefined }): JSX.Element {
  const facts: string[] = [`epoch ${status.epoch}`];
  const lease_ms = active_region(status)?.lease_left_ms;
  if (lease_ms !== null && lease_ms !== undefined) facts.push(lease_ms > 0 ? `lease ${duration_text(lease_ms)}` : 'no lease');
  const answered = region_of_answer(status);
  if (answered && answered.name !== status.active_region) facts.push(`DNS leads to ${answered.name}`);
  if (rates?.requests_per_s !== null && rates !== undefined) facts.push(`${rate_text(rates.requests_per_s)} requests/s`);
  if (rates?.errors_per_s !== null && rates !== undefined) facts.push(`${rate_text(rates.errors_per_s)} errors/s`);
  return <p class="facts">{facts.map((fact) => <span key={fact}>{fact}</span>)}</p>;
}

function Lag({ rates }: { rates: RegionRates | undefined }): JSX.Element {
  const known = rates && (rates.lag_ms !== null || rates.lag_bytes !== null);
  if (!known) return <p class="facts"><span>lag not known</span></p>;
  return (
    <p class="facts">
      <span>lag {rates.lag_ms === null ? '' : duration_text(rates.lag_ms)}</span>
      {rates.lag_bytes !== null && <span>{bytes_text(rates.lag_bytes)} behind</span>}
    </p>
  );
}

function Cost({ outlook, status }: { outlook: Outlook | null; status: Status }): JSX.Element {
  const { operations } = useConsole().state;
  const loss_ms = outlook?.predicted_rpo_ms ?? status.ready.predicted_loss_ms;
  const rto = operations?.rto_objective_ms;
  const rpo = operations?.rpo_objective_ms;
  const based = outlook?.based_on_operations ?? 0;
  return (
    <div class="tile cost" data-tile="cost">
      <h2>A failover now</h2>
      <dl>
        <div><dt>takes (RTO)</dt><dd>{outlook?.predicted_rto_ms == null ? 'not known' : `≈ ${duration_text(outlook.predicted_rto_ms)}`}</dd><dd class="faint">{rto == null ? '' : `objective ${duration_text(rto)}`}</dd></div>
        <div><dt>loses (RPO)</dt><dd>{loss_text(loss_ms, outlook?.predicted_lost_bytes ?? null)}</dd><dd class="faint">{rpo == null ? '' : `objective ${duration_text(rpo)}`}</dd></div>
      </dl>
      <p class="faint small">{based > 0 ? `predicted from ${counted(based, 'operation')} and the lag of this moment` : 'no operation to predict from yet'}</p>
    </div>
  );
}

function loss_text(loss_ms: number | null, bytes: number | null): string {
  if (loss_ms === null) return 'not known';
  if (loss_ms === 0) return 'no write';
  return `≈ ${duration_text(loss_ms)} of writes${bytes ? `, ${bytes_text(bytes)}` : ''}`;
}

const buttons = ['failover', 'failback', 'reprotect'] as const;

function WhatToDo({ outlook }: { outlook: Outlook | null }): JSX.Element {
  const { state, ask, controller } = useConsole();
  const kind = buttons.find((button) => button === outlook?.action);
  const urgent = outlook?.action === 'failover' || outlook?.action === 'up';
  return (
    <div class={`tile todo ${urgent ? 'bad' : outlook?.action === 'none' ? 'good' : 'accent'}`} data-tile="todo">
      <h2>What to do</h2>
      <p class="sentence">{outlook?.sentence ?? '…'}</p>
      {outlook?.command && <code>{outlook.command}</code>}
      {kind && !why_not(kind, state) && <button class={urgent ? 'danger' : 'primary'} onClick={() => ask(kind)}>{kind} …</button>}
      {outlook?.action === 'verify' && <button class="primary" disabled={state.verify.running || state.link.kind !== 'live'} onClick={() => void controller.verify()}>verify now</button>}
    </div>
  );
}
