import { Fragment, type JSX } from 'preact';
import type { Region, Status } from '../documents/status';
import { active_region, other_region } from '../store/derive';
import { head_node } from '../store/parts';
import { bytes_text, duration_text } from '../words/units';
import { FrontDoor } from './front_door';
import { Mark } from './mark';
import { RegionView } from './region_view';

/** Both regions side by side, the home region first, with the replication between them. */
export function Regions({ status }: { status: Status }): JSX.Element {
  const { regions } = status;
  return (
    <section class="regions" aria-label="Regions">
      <FrontDoor status={status} />
      {regions.map((region, index) => (
        <Fragment key={region.name}>
          {index > 0 && <Replication status={status} />}
          <RegionView region={region} answered={status.dns.answer !== null && region.load_balancer.url.includes(`//${status.dns.answer}:`)} />
        </Fragment>
      ))}
    </section>
  );
}

/** The arrow points from the active region to the other one, wherever they stand; broken it is dashed and says so. */
function Replication({ status }: { status: Status }): JSX.Element {
  const active = active_region(status);
  const other = other_region(status);
  const replica = other && head_node(other);
  const streams = replica?.role === 'cross_region_replica' && replica.state === 'ready' && active?.database.writer != null;
  const to_right = status.regions[0]?.name === status.active_region;
  const text = replication_text(active, other, streams);
  return (
    <div class={`replication ${streams ? 'streams' : 'broken'} ${to_right ? 'to-right' : 'to-left'}`} role="img" data-replication={streams ? 'streams' : 'broken'}
      aria-label={`Replication from ${active?.name ?? 'no region'} to ${other?.name ?? 'no region'}: ${text.join(', ')}`}>
      <span class="line" aria-hidden="true" />
      <span class="label" aria-hidden="true">
        {!streams && <Mark state="failing" silent />}
        {text.map((line) => <span key={line}>{line}</span>)}
      </span>
    </div>
  );
}

function replication_text(active: Region | undefined, other: Region | undefined, streams: boolean): string[] {
  const replica = other && head_node(other);
  if (!streams) return [replica && replica.role !== 'cross_region_replica' ? 'no replica' : 'not streaming'];
  const lines = [active?.database.synchronous_replica ? 'synchronous' : 'asynchronous'];
  if (replica?.lag_bytes != null) lines.push(bytes_text(replica.lag_bytes));
  if (replica?.lag_ms != null) lines.push(duration_text(replica.lag_ms));
  return lines;
}
