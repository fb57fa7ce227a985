import type { JSX } from 'preact';
import { Actions } from './actions';
import { Answers } from './answers';
import { useConsole } from './context';
import { Happened } from './happened';
import { LiveCharts } from './live_charts';
import { OperationPanel } from './operation_panel';
import { ReadinessPanel } from './readiness_panel';
import { Regions } from './regions';

export function IncidentPage(): JSX.Element {
  const { status, link, log, rates, operations } = useConsole().state;
  if (!status) return <p class="faint waiting" role="status">Waiting for the controller's picture …</p>;
  return (
    <div class={link.kind === 'lost' ? 'incident stale' : 'incident'}>
      <h1 class="sr-only">{status.stack}: now</h1>
      <Answers status={status} />
      <Actions />
      <OperationPanel />
      <Regions status={status} />
      <div class="below">
        <LiveCharts rates={rates} active={status.active_region} regions={status.regions.map((region) => region.name).join(' ')}
          rpo_objective_ms={operations?.rpo_objective_ms ?? null} />
        <ReadinessPanel />
        <Happened log={log} />
      </div>
    </div>
  );
}
