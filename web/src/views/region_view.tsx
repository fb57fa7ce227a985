import type { JSX } from 'preact';
import type { Part, Region } from '../documents/status';
import { words_or_trouble, zone_letter, zones_of } from '../store/parts';
import { duration_text } from '../words/units';
import { DatabaseView } from './database_view';
import { Mark } from './mark';
import { memo } from './memo';
import { PartGroupView } from './part_group';

export const RegionView = memo(function RegionView({ region, answered }: { region: Region; answered: boolean }): JSX.Element {
  const zones = zones_of(region);
  return (
    <article class={`region ${region.role} ${region.state}`} aria-label={`Region ${region.name}`} data-region={region.name} data-state={region.state}>
      <Heading region={region} />
      <div class="front">
        <FrontPart part={region.load_balancer} words={traffic_text(region)} note={answered ? 'DNS leads here' : ''} />
        {region.others.map((part) => <FrontPart key={part.name} part={part} words={part.kind === 'connection_pool' ? 'connection pool' : ''} note="" />)}
      </div>
      <DatabaseView region={region} />
      <div class="zones">
        {zones.map((zone) => (
          <section key={zone.name} class="zone" aria-label={`Zone ${zone.name}`}>
            <h4>zone {zone_letter(zone.name)} <span class="faint">{zone.name}</span></h4>
            {zone.groups.map((group) => <PartGroupView key={group.title} group={group} />)}
          </section>
        ))}
      </div>
    </article>
  );
});

function Heading({ region }: { region: Region }): JSX.Element {
  const lease_ms = region.lease_left_ms;
  return (
    <div class="heading">
      <h3>{region.name}</h3>
      <span class={`badge ${region.role}`}>{region.role === 'none' ? 'no role' : region.role}</span>
      {region.home && <span class="badge home">home</span>}
      <span class="state"><Mark state={region.state} silent /> {region.state}</span>
      <span class="spacer" />
      {region.writes_held && <span class="warning-text">▲ writes held</span>}
      {lease_ms !== null && <span class={`lease ${lease_ms > 0 ? 'faint' : 'bad-text'}`}>{lease_ms > 0 ? `lease ${duration_text(lease_ms)}` : '✖ no lease: it acknowledges no writes'}</span>}
      <span class="faint">epoch {region.epoch}</span>
    </div>
  );
}

function traffic_text(region: Region): string {
  return { serve: 'serves', forward: 'forwards', closed: 'closed' }[region.traffic];
}

function FrontPart({ part, words, note }: { part: Part; words: string; note: string }): JSX.Element {
  return (
    <div class="part" data-state={part.state}>
      <Mark state={part.state} /> <strong>{part.name}</strong> <span class="faint">{zone_letter(part.zone)}</span>{' '}
      <span>{words_or_trouble(part, words)}</span> <span class="faint">{part.url.replace(/^[a-z]+:\/\//, '')}</span> {note && <span class="badge dns">{note}</span>}
    </div>
  );
}
