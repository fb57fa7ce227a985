import type { JSX } from 'preact';
import type { Report } from '../documents/report';
import { against, is_move, source_words } from '../words/report_words';
import { bytes_text, duration_text, or_dash } from '../words/units';

/** The rows of the command line's report. */
export function ReportNumbers({ report }: { report: Report }): JSX.Element {
  return (
    <table class="numbers">
      <tbody>
        {rows_of(report).map(([label, value, remark]) => (
          <tr key={label}><th scope="row">{label}</th><td class="number">{value}</td><td class={remark.includes('MISSED') ? 'bad-text' : 'faint'}>{remark}</td></tr>
        ))}
      </tbody>
    </table>
  );
}

type Row = [label: string, value: string, remark: string];

function rows_of(report: Report): Row[] {
  const rows: Row[] = report.kind === 'drill' ? [] : [['epoch', String(report.epoch), '']];
  if (report.ended_at_ms !== null) rows.push(['took', duration_text(report.ended_at_ms - report.started_at_ms), '']);
  if (is_move(report.kind)) rows.push(...moved_rows(report));
  if ((is_move(report.kind) || report.kind === 'reprotect') && (report.verdict === 'done' || report.verdict === 'done_unprotected')) {
    rows.push(['time to reprotect', or_dash(report.time_to_reprotect_ms, duration_text), report.time_to_reprotect_ms === null ? 'no standby yet' : 'without a standby']);
  }
  const made = report.reprotection;
  if (made) {
    const diverged = `${made.diverged_transactions} transactions (${made.diverged_rows} rows, ${bytes_text(made.diverged_bytes)}) had diverged and were exported to ${made.ledger_file}`;
    rows.push(['reprotected', made.method, made.diverged_transactions > 0 ? diverged : '']);
  }
  return rows;
}

function moved_rows(report: Report): Row[] {
  const objective = report.objectives ? against(report.rto_ms, report.objectives.rto_ms) : '';
  const lost = report.lost_acknowledged_writes;
  return [
    ['recovery time (RTO)', or_dash(report.rto_ms, duration_text), [objective, source_words(report.rto_source)].filter(Boolean).join('; ')],
    ['acknowledged writes', or_dash(report.acknowledged_writes), ''],
    ['of them lost (RPO)', or_dash(lost), lost === null ? '' : "counted in the new writer's database"],
    ['failed requests', or_dash(report.failed_requests), ''],
    ['longest request', or_dash(report.longest_request_ms, duration_text), ''],
  ];
}
