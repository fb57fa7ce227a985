import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { Rates } from '../documents/rates';

export interface Line {
  title: string;
  /** Told apart by dash and mark too, never by colour alone. */
  style: 'first' | 'second' | 'bad';
  pick: (rates: Rates) => number | null;
}

interface Props {
  rates: Rates[];
  lines: Line[];
  format: (value: number) => string;
  /** The newest values in words, for who does not see the chart. */
  label: string;
  /** Leaves lines without a value out of the legend. */
  known_only?: boolean;
}

const height_px = 150;
const window_s = 300;
const dashes: Record<Line['style'], number[]> = { first: [], second: [7, 4], bad: [2, 3] };

export function Chart({ rates, lines, format, label, known_only }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const dark = useDark();
  const titles = lines.map((line) => line.title).join(' ');
  useEffect(() => {
    const parent = box.current;
    if (!parent) return undefined;
    const made = new uPlot(options_of(parent, lines, format), data_of(rates, lines), parent);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: Math.max(parent.clientWidth, 120), height: height_px }));
    resized.observe(parent);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [dark, titles]);
  useEffect(() => plot.current?.setData(data_of(rates, lines)), [rates]);
  const newest = rates[rates.length - 1];
  return (
    <>
      <div class="chart" ref={box} role="img" aria-label={label} />
      <ul class="legend">
        {lines.map((line) => {
          const value = newest ? line.pick(newest) : null;
          if (known_only && value === null) return null;
          return <li key={line.title} class={line.style}><span class="swatch" aria-hidden="true" />{line.title} <strong>{value === null ? '–' : format(value)}</strong></li>;
        })}
      </ul>
    </>
  );
}

/** A gap between two rates (no contact) is a gap in the line. */
function data_of(rates: Rates[], lines: Line[]): uPlot.AlignedData {
  const times: number[] = [];
  const columns: (number | null)[][] = lines.map(() => []);
  let before_ms = 0;
  for (const entry of rates) {
    if (before_ms > 0 && entry.at_ms - before_ms > 3000) {
      times.push((before_ms + 1000) / 1000);
      columns.forEach((column) => column.push(null));
    }
    times.push(entry.at_ms / 1000);
    columns.forEach((column, index) => column.push(lines[index]?.pick(entry) ?? null));
    before_ms = entry.at_ms;
  }
  return [times, ...columns];
}

function options_of(parent: HTMLElement, lines: Line[], format: (value: number) => string): uPlot.Options {
  const color = (name: string): string => getComputedStyle(parent).getPropertyValue(name).trim();
  const axis = { stroke: color('--faint'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
  return {
    width: Math.max(parent.clientWidth, 120), height: height_px, legend: { show: false }, cursor: { show: false }, padding: [8, 16, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    scales: { x: { range: (_, __, newest) => [(newest ?? 0) - window_s, newest ?? 0] }, y: { range: (_, __, most) => [0, Math.max(most * 1.15, 1)] } },
    axes: [{ ...axis, size: 26, space: 90, values: '{HH}:{mm}' }, { ...axis, size: 58, space: 34, values: (_, ticks) => ticks.map((tick) => format(tick)) }],
    series: [{}, ...lines.map((line): uPlot.Series => ({
      label: line.title, stroke: color(`--${line.style}`), width: 1.75, dash: dashes[line.style], points: { show: false }, spanGaps: false,
    }))],
  };
}

function useDark(): boolean {
  const query = useRef(matchMedia('(prefers-color-scheme: dark)')).current;
  const [dark, set_dark] = useState(query.matches);
  useEffect(() => {
    const on_change = (): void => set_dark(query.matches);
    query.addEventListener('change', on_change);
    return () => query.removeEventListener('change', on_change);
  }, [query]);
  return dark;
}
