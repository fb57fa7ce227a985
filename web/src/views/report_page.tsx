import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Report } from '../documents/report';
import { type Answer, request } from '../net/api';
import { phases_title, report_headline } from '../words/report_words';
import { moment_text } from '../words/units';
import { useConsole } from './context';
import { Gantt } from './gantt';
import { Mark } from './mark';
import { ReportNumbers } from './report_numbers';

export function ReportPage({ id }: { id: string }): JSX.Element {
  const answer = useReport(id);
  const path = `/v1/report/${encodeURIComponent(id)}`;
  return (
    <div class="page report">
      <div class="title">
        <h1>{id}</h1>
        <span class="buttons no-print">
          <button onClick={() => print()}>Print</button>
          <a class="button" href={`${path}.html?download=1`} download={`${id}.html`}>Download HTML</a>
          <a class="button" href={path} download={`${id}.json`}>Download JSON</a>
        </span>
      </div>
      {!answer && <p class="faint" role="status">Fetching the report …</p>}
      {answer && !answer.ok && <p class="problem" role="alert">{answer.problem.message}</p>}
      {answer?.ok && <ReportBody report={answer.document} />}
    </div>
  );
}

/** Fetched again when the operation ends or contact is back. */
function useReport(id: string): Answer<Report> | null {
  const { link, operations } = useConsole().state;
  const [answer, set_answer] = useState<Answer<Report> | null>(null);
  const state = operations?.operations.find((operation) => operation.id === id)?.state;
  useEffect(() => {
    let is_here = true;
    void request<Report>('GET', `/v1/report/${encodeURIComponent(id)}`).then((got) => {
      if (is_here) set_answer((had) => (got.ok || !had?.ok || had.document.operation !== id ? got : had));
    });
    return () => { is_here = false; };
  }, [id, state, link.kind]);
  return answer;
}

function ReportBody({ report }: { report: Report }): JSX.Element {
  return (
    <>
      <p class="headline"><Mark state={report.verdict ?? 'running'} silent /> {report_headline(report)}</p>
      {report.error && <p class="problem">{report.error.message} ({report.error.code}) {report.error.help}</p>}
      <ReportNumbers report={report} />
      <WhereTheTimeWent report={report} />
      <Fence report={report} />
      {report.timeline.length > 0 && (
        <section aria-label="Timeline">
          <h2>Timeline <span class="faint small">from {moment_text(report.started_at_ms)}</span></h2>
          <ol class="sentences">
            {report.timeline.map((entry, index) => (
              <li key={index}><span class="time">{signed_seconds(entry.at_ms - report.started_at_ms)}</span> {entry.sentence}</li>
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

function WhereTheTimeWent({ report }: { report: Report }): JSX.Element | null {
  const chart = Gantt({ report });
  if (!chart) return null;
  return <section aria-label={phases_title(report)}><h2>{phases_title(report)}</h2><div class="wide-chart" tabIndex={0} role="region" aria-label="Chart, scrolls sideways">{chart}</div></section>;
}

function Fence({ report }: { report: Report }): JSX.Element {
  const { fence } = report;
  return (
    <>
      {fence && (
        <section aria-label="Fence">
          <h2>Fence</h2>
          <p>{fence.region} cannot commit in any epoch up to {fence.epoch} ({fence.method}).</p>
          <ul>{fence.evidence.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
        </section>
      )}
      {report.accepted_split_brain_risk && <p class="notice bad"><Mark state="failing" silent /> The risk of two writers was accepted (--accept-split-brain-risk).</p>}
    </>
  );
}

function signed_seconds(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(3)} s`;
}
