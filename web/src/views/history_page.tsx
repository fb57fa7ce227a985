import type { JSX } from 'preact';
import type { OperationSummary, Operations } from '../documents/operations';
import { is_move } from '../words/report_words';
import { spaced, duration_text, moment_text, or_dash } from '../words/units';
import { useConsole } from './context';
import { HistoryChart } from './history_chart';
import { Mark } from './mark';

const measured = ['took', 'RTO', 'writes', 'lost (RPO)'];

export function HistoryPage(): JSX.Element {
  const { operations } = useConsole().state;
  return (
    <div class="page">
      <h1>Operations</h1>
      {operations ? <Documents operations={operations} /> : <p class="faint" role="status">Waiting for the controller …</p>}
    </div>
  );
}

function Documents({ operations }: { operations: Operations }): JSX.Element {
  const { rto_objective_ms: rto, rpo_objective_ms: rpo } = operations;
  const moves = operations.operations.filter((operation) => is_move(operation.kind)).reverse();
  const rpo_words = rpo === null ? '' : rpo === 0 ? 'objective: no write' : `objective: the writes of ${duration_text(rpo)}`;
  return (
    <>
      <div class="history-charts">
        <HistoryChart title="Recovery time (RTO)" note={rto === null ? '' : `objective ${duration_text(rto)}`} logarithmic objective={rto} format={duration_text}
          points={moves.map((move) => ({ id: move.id, value: move.rto_ms }))} />
        <HistoryChart title="Lost acknowledged writes (RPO)" note={rpo_words} objective={rpo === 0 ? 0 : null} format={String}
          points={moves.map((move) => ({ id: move.id, value: move.lost_acknowledged_writes }))} />
      </div>
      <div class="wide-table" tabIndex={0} role="region" aria-label="Operations, scrolls sideways">
        <table>
          <thead><tr>{['operation', 'when', 'from → to', 'outcome', ...measured].map((title) => <th key={title} scope="col" class={measured.includes(title) ? 'number' : undefined}>{title}</th>)}</tr></thead>
          <tbody>{operations.operations.map((operation) => <Row key={operation.id} operation={operation} rto_objective_ms={rto} />)}</tbody>
        </table>
      </div>
    </>
  );
}

function Row({ operation, rto_objective_ms }: { operation: OperationSummary; rto_objective_ms: number | null }): JSX.Element {
  const { started_at_ms, ended_at_ms, rto_ms } = operation;
  const missed = rto_ms !== null && rto_objective_ms !== null && rto_ms > rto_objective_ms;
  return (
    <tr>
      <th scope="row"><a href={`#/report/${operation.id}`}>{operation.id}</a></th>
      <td class="time">{moment_text(started_at_ms)}</td>
      <td>{operation.from_region && operation.from_region !== operation.to_region ? `${operation.from_region} → ${operation.to_region}` : operation.to_region}</td>
      <td><Mark state={operation.state} silent /> {operation.state === 'running' ? operation.phase : spaced(operation.state)} {operation.error && <span class="faint">{operation.error}</span>}</td>
      <td class="number">{or_dash(ended_at_ms, (end) => duration_text(end - started_at_ms))}</td>
      <td class={`number ${missed ? 'bad-text' : ''}`}>{or_dash(rto_ms, duration_text)}{missed && ' missed'}</td>
      <td class="number">{or_dash(operation.acknowledged_writes)}</td>
      <td class="number">{or_dash(operation.lost_acknowledged_writes)}</td>
    </tr>
  );
}
