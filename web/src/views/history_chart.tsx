import type { JSX } from 'preact';

interface Props {
  title: string;
  note: string;
  points: { id: string; value: number | null }[];
  objective: number | null;
  logarithmic?: boolean;
  format: (value: number) => string;
}

const width = 460;
const height = 150;
const left = 56;
const bottom = 22;
const top = 10;

/** One dot an operation, oldest first, with the objective as a line; what was not measured is an empty place. The table below has the same in words. */
export function HistoryChart({ title, note, points, objective, logarithmic, format }: Props): JSX.Element {
  const known = points.map((point) => point.value).filter((value) => value !== null);
  const most = Math.max(...known, objective ?? 0, logarithmic ? 1000 : 4);
  const least = logarithmic ? Math.max(1, Math.min(...known, 1000) / 2) : 0;
  const scaled = (value: number): number => (logarithmic ? Math.log(Math.max(value, least) / least) / Math.log((most * 1.5) / least) : value / (most * 1.15));
  const y = (value: number): number => height - bottom - scaled(value) * (height - bottom - top);
  const x = (index: number): number => left + ((index + 0.5) / Math.max(points.length, 1)) * (width - left - 8);
  return (
    <figure class="panel">
      <figcaption><h2>{title}</h2> <span class="faint small">{note}</span></figcaption>
      {known.length === 0 && <p class="faint">Nothing measured yet.</p>}
      {known.length > 0 && (
        <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${title} of ${known.length} operations: ${known.map(format).join(', ')}. ${note}`}>
          {ticks(least, most, logarithmic === true).map((tick) => (
            <g key={tick}><line class="grid" x1={left} x2={width - 8} y1={y(tick)} y2={y(tick)} /><text x={left - 6} y={y(tick) + 4} text-anchor="end">{format(tick)}</text></g>
          ))}
          {objective !== null && <g><line class="objective" x1={left} x2={width - 8} y1={y(objective)} y2={y(objective)} /><text class="objective-text" x={width - 8} y={y(objective) - 4} text-anchor="end">objective</text></g>}
          {points.map((point, index) => point.value !== null && (
            <Dot key={point.id} x={x(index)} y={y(point.value)} missed={objective !== null && point.value > objective} text={`${point.id}: ${format(point.value)}`} />
          ))}
          <text x={left} y={height - 4}>oldest</text><text x={width - 8} y={height - 4} text-anchor="end">latest</text>
        </svg>
      )}
    </figure>
  );
}

/** A missed objective is another shape, not only another colour. */
function Dot({ x, y, missed, text }: { x: number; y: number; missed: boolean; text: string }): JSX.Element {
  const cross = `M${x - 5},${y - 5}L${x + 5},${y + 5}M${x - 5},${y + 5}L${x + 5},${y - 5}`;
  return missed ? <path class="missed" d={cross}><title>{text}</title></path> : <circle class="met" cx={x} cy={y} r={4.5}><title>{text}</title></circle>;
}

function ticks(least: number, most: number, logarithmic: boolean): number[] {
  if (!logarithmic) return [0, Math.ceil(most / 2), Math.ceil(most)];
  return [10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000].filter((tick) => tick >= least && tick <= most * 1.5);
}
