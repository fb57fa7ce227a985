import type { JSX } from 'preact';
import type { Rates } from '../documents/rates';
import { duration_text, rate_text } from '../words/units';
import { Chart, type Line } from './chart';
import { memo } from './memo';

interface Props {
  rates: Rates[];
  active: string;
  /** Their names, separated by blanks: text, so that it is the same while nothing changes. */
  regions: string;
  rpo_objective_ms: number | null;
}

export const LiveCharts = memo(function LiveCharts({ rates, active, regions, rpo_objective_ms }: Props): JSX.Element {
  const names = regions.split(' ');
  const newest = rates[rates.length - 1];
  const value = (name: string, pick: 'requests_per_s' | 'lag_ms'): number | null => newest?.regions.find((region) => region.name === name)?.[pick] ?? null;
  const standby = names.find((name) => name !== active) ?? '';
  const lag_ms = value(standby, 'lag_ms');
  const objective = rpo_objective_ms === null ? '' : `; the RPO objective is ${duration_text(rpo_objective_ms)}`;
  return (
    <>
      <section class="panel chart-panel" aria-label="Requests">
        <h2>Requests per second</h2>
        <Chart rates={rates} lines={request_lines(names)} format={rate_text} label={names.map((name) => `${name} ${said(value(name, 'requests_per_s'), rate_text)}`).join(', ')} />
      </section>
      <section class="panel chart-panel" aria-label="Lag">
        <h2>Lag of {standby}</h2>
        <Chart known_only rates={rates} lines={lag_lines(names)} format={duration_text} label={`${said(lag_ms, duration_text)}${objective}`} />
        <p class="faint small">How far the replica is behind the writer{objective}.</p>
      </section>
    </>
  );
});

function said(value: number | null, show: (value: number) => string): string {
  return value === null ? 'not known' : show(value);
}

function request_lines(names: string[]): Line[] {
  return [
    ...names.map((name, index): Line => ({ title: name, style: index === 0 ? 'first' : 'second', pick: (rates) => rates.regions.find((region) => region.name === name)?.requests_per_s ?? null })),
    { title: 'errors', style: 'bad', pick: (rates) => sum(rates.regions.map((region) => region.errors_per_s)) },
  ];
}

function lag_lines(names: string[]): Line[] {
  return names.map((name, index) => ({ title: name, style: index === 0 ? 'first' : 'second', pick: (rates) => rates.regions.find((region) => region.name === name)?.lag_ms ?? null }));
}

function sum(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
