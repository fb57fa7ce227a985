import type { OperationKind } from '../documents/operation';
import type { Report } from '../documents/report';
import { counted, duration_text } from './units';

function outcome_words(report: Report): string {
  const verdict = report.verdict ?? 'running';
  if (verdict === 'running') return 'is still running';
  if (verdict === 'done' && report.kind === 'reprotect') return `made ${report.to} a replica again`;
  if (verdict === 'done' && report.kind === 'drill') {
    return report.phases.client_ms !== null ? `rehearsed in ${report.to} the loss of ${report.from}` : `made sure that no drill has left anything in ${report.to}`;
  }
  if (verdict === 'done' && report.kind === 'up') return 'built the stack';
  if (verdict === 'done') return `moved the service from ${report.from} to ${report.to}`;
  if (verdict === 'done_unprotected') return `moved the service from ${report.from} to ${report.to}, which has no standby yet`;
  if (verdict === 'undone') return `was undone; ${report.from} serves as before`;
  if (verdict === 'refused') return 'was refused; nothing was promoted';
  if (verdict === 'superseded') return 'was superseded by a failover';
  return verdict;
}

/** Whether the operation was to make the other region the active one. */
export function is_move(kind: OperationKind): boolean {
  return kind === 'failover' || kind === 'switchover' || kind === 'failback';
}

/** The title of the phases' times. */
export function phases_title(report: Report): string {
  return report.kind === 'drill' ? 'What was rehearsed of a failover' : 'Where the time went';
}

export function report_headline(report: Report): string {
  let text = `${report.operation} ${outcome_words(report)}`;
  if (report.rto_ms !== null) text += `; clients could write again after ${duration_text(report.rto_ms)}`;
  const lost = report.lost_acknowledged_writes;
  if (lost === 0) text += ', no acknowledged write was lost';
  else if (lost !== null) text += `, ${counted(lost, 'acknowledged write')} ${lost === 1 ? 'was' : 'were'} lost`;
  return `${text}.`;
}

export function against(seen_ms: number | null, objective_ms: number): string {
  const objective = `objective ${duration_text(objective_ms)}`;
  return seen_ms === null ? `${objective}; not measured` : `${objective}: ${seen_ms <= objective_ms ? 'met' : 'MISSED'}`;
}

export function source_words(source: Report['rto_source']): string {
  if (source === 'load_client') return 'as the load clients saw it';
  if (source === 'front_door_marker') return "by a marker of Lifeboat's own; no load client ran";
  return '';
}

export interface Bar {
  name: string;
  start_ms: number;
  length_ms: number;
}

/** One bar a phase, each beginning where the one before ended; phases without a time are left out. */
export function phase_bars(report: Report): Bar[] {
  const { detect_ms, decide_ms, fence_ms, promote_ms, dns_ms, client_ms } = report.phases;
  const all: [string, number | null][] = [
    ['detect', detect_ms], ['decide', decide_ms], ['fence', fence_ms], ['promote', promote_ms], ['DNS', dns_ms], ['clients', client_ms],
  ];
  let start_ms = 0;
  const bars: Bar[] = [];
  for (const [name, time_ms] of all) {
    if (time_ms === null) continue;
    const length_ms = Math.max(time_ms, 0);
    bars.push({ name, start_ms, length_ms });
    start_ms += length_ms;
  }
  return start_ms > 0 ? bars : [];
}
