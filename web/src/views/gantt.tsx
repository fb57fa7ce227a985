import type { JSX } from 'preact';
import type { Report } from '../documents/report';
import { phase_bars, phases_title } from '../words/report_words';
import { duration_text } from '../words/units';

const width = 760;
const left = 76;
const right = 84;
const row_height = 24;

/** The phases, each beginning where the one before ended, and under them on the same axis what clients saw. */
export function Gantt({ report }: { report: Report }): JSX.Element | null {
  const bars = phase_bars(report);
  if (bars.length === 0) return null;
  const last = bars[bars.length - 1];
  const phases_ms = last ? last.start_ms + last.length_ms : 0;
  const total_ms = Math.max(phases_ms, report.rto_ms ?? 0) * 1.02;
  const x = (ms: number): number => left + (ms / total_ms) * (width - left - right);
  const client_y = bars.length * row_height + 10;
  return (
    <svg class="gantt" viewBox={`0 0 ${width} ${client_y + 58}`} role="img" aria-label={gantt_text(report)}>
      <Axis total_ms={total_ms} x={x} height={client_y + 34} />
      {bars.map((bar, index) => (
        <g key={bar.name} transform={`translate(0 ${index * row_height})`}>
          <text x="0" y="17">{bar.name}</text>
          <rect class="bar" x={x(bar.start_ms)} y="5" width={Math.max(x(bar.length_ms) - left, 2)} height="14" rx="2" />
          <text class="value" x={Math.max(x(bar.start_ms + bar.length_ms), x(bar.start_ms) + 2) + 6} y="17">{duration_text(bar.length_ms)}</text>
        </g>
      ))}
      <ClientLane report={report} x={x} y={client_y} />
    </svg>
  );
}

function ClientLane({ report, x, y }: { report: Report; x: (ms: number) => number; y: number }): JSX.Element {
  const { rto_ms } = report;
  const end = width - right;
  return (
    <g transform={`translate(0 ${y})`}>
      <line class="rule" x1="0" x2={width} y1="-2" y2="-2" />
      <text x="0" y="21">client sees</text>
      {rto_ms === null && <text class="value" x={left} y="21">not measured</text>}
      {rto_ms !== null && (
        <>
          <rect class="no-writes" x={left} y="6" width={Math.max(x(rto_ms) - left, 2)} height="20" />
          <text class="on-bar" x={left + 6} y="21">{x(rto_ms) - left > 150 ? '✖ no write acknowledged' : '✖'}</text>
          {end - x(rto_ms) > 2 && <rect class="writes" x={x(rto_ms)} y="6" width={end - x(rto_ms)} height="20" />}
          <text class="value" x={end + 6} y="21">✔ {duration_text(rto_ms)}</text>
        </>
      )}
    </g>
  );
}

function Axis({ total_ms, x, height }: { total_ms: number; x: (ms: number) => number; height: number }): JSX.Element {
  const step_ms = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 60_000, 120_000, 600_000].find((step) => total_ms / step <= 8) ?? 3_600_000;
  const ticks = Array.from({ length: Math.floor(total_ms / step_ms) + 1 }, (_, index) => index * step_ms);
  return (
    <g class="axis">
      {ticks.map((tick) => (
        <g key={tick}><line x1={x(tick)} x2={x(tick)} y1="0" y2={height} /><text x={x(tick)} y={height + 16} text-anchor="middle">{duration_text(tick)}</text></g>
      ))}
    </g>
  );
}

function gantt_text(report: Report): string {
  const phases = phase_bars(report).map((bar) => `${bar.name} ${duration_text(bar.length_ms)}`).join(', ');
  const title = phases_title(report);
  if (report.kind === 'drill') return `${title}: ${phases}`;
  const client = report.rto_ms === null ? 'what clients saw was not measured' : `clients could write again after ${duration_text(report.rto_ms)}`;
  return `${title}: ${phases}; ${client}`;
}
