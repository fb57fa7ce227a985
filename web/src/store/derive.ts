import type { DatabaseNode, Part, Region, Status } from '../documents/status';
import type { Mark } from '../words/marks';
import { mark_of } from '../words/marks';

export function active_region(status: Status): Region | undefined {
  return status.regions.find((region) => region.name === status.active_region);
}

export function other_region(status: Status): Region | undefined {
  return status.regions.find((region) => region.name !== status.active_region);
}

export function is_running(status: Status): boolean {
  return status.operation?.state === 'running';
}

export interface Answer {
  mark: Mark;
  /** Two or three words, read from across the room. */
  words: string;
  because: string;
}

/** Is the service up, and where? Only what the agents and the DNS server say; silence is called silence. */
export function service_answer(status: Status): Answer {
  const region = active_region(status);
  if (!region || status.epoch === 0 || region.state === 'absent') {
    return { mark: mark_of('absent'), words: 'Not built yet', because: "The stack's regions are described but not built." };
  }
  const name = region.name;
  if (region.state === 'unreachable') {
    return { mark: mark_of('failing'), words: 'Down', because: `${name} is active and does not answer.` };
  }
  const trouble = service_trouble(region, status);
  if (trouble) return { mark: mark_of('failing'), words: `Down in ${name}`, because: trouble };
  if (region.writes_held) return { mark: mark_of('warning'), words: `Held in ${name}`, because: 'Writes wait for a moment; none is refused.' };
  if (region.state !== 'ready') return { mark: mark_of('warning'), words: `Up in ${name}`, because: first_trouble(region) ?? `${name} is ${region.state}.` };
  return { mark: mark_of('ready'), words: `Up in ${name}`, because: `${status.front_door.name} → ${status.dns.answer ?? 'no answer'}` };
}

function service_trouble(region: Region, status: Status): string | null {
  if (!region.database.writer) return `${region.name} has no writer.`;
  if (region.lease_left_ms !== null && region.lease_left_ms <= 0) return `${region.name} has no lease: it acknowledges no writes.`;
  if (region.load_balancer.state === 'failing' || region.load_balancer.state === 'stopped') {
    return `The load balancer of ${region.name} is ${region.load_balancer.state}.`;
  }
  if (region.traffic === 'closed') return `${region.name} takes no traffic.`;
  if (status.dns.answer === null) return `DNS gives no answer for ${status.front_door.name}.`;
  return null;
}

function first_trouble(region: Region): string | null {
  const all: (Part | DatabaseNode)[] = [region.load_balancer, ...region.database.nodes, ...region.instances, ...region.others, ...region.monitoring];
  const bad = all.filter((part) => part.state !== 'ready');
  const first = bad[0];
  if (!first) return null;
  const more = bad.length > 1 ? ` and ${bad.length - 1} more` : '';
  return `${first.name} is ${first.state}${first.detail ? `: ${first.detail}` : ''}${more}.`;
}

/** Could the other region take over now? */
export function standby_answer(status: Status): Answer {
  const standby = other_region(status);
  const { verdict, findings } = status.ready;
  if (!standby) return { mark: mark_of('unknown'), words: 'No other region', because: '' };
  const name = standby.name;
  if (standby.state === 'unreachable') return { mark: mark_of('failing'), words: `${name} unreachable`, because: findings[0] ?? 'Its agent does not answer.' };
  if (standby.role !== 'standby' && status.epoch > 0) {
    return { mark: mark_of('failing'), words: 'No standby', because: `${name} is no replica of ${status.active_region} now.` };
  }
  if (verdict === 'ready') return { mark: mark_of('ready'), words: `${name} ready`, because: 'The standby could take over now.' };
  if (verdict === 'not_ready') return { mark: mark_of('failing'), words: `${name} not ready`, because: findings[0] ?? '' };
  return { mark: mark_of('unknown'), words: `${name} not known`, because: "Run 'Verify now'." };
}

/** The region whose load balancer has the address that DNS gives. */
export function region_of_answer(status: Status): Region | undefined {
  return status.regions.find((region) => status.dns.answer !== null && region.load_balancer.url.includes(`//${status.dns.answer}:`));
}
