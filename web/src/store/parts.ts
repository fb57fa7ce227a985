import type { DatabaseNode, Part, Region } from '../documents/status';
import { spaced } from '../words/units';

export interface PartGroup {
  title: string;
  parts: Part[];
}

export interface Zone {
  name: string;
  groups: PartGroup[];
}

/** The zones of a region in order, each with its parts by title; load balancer, pools and databases stand elsewhere. */
export function zones_of(region: Region): Zone[] {
  const sources: [string, Part[]][] = [['web instances', region.instances], ['monitoring', region.monitoring]];
  const names = [...new Set([...region.database.nodes, ...region.instances, ...region.monitoring].map((part) => part.zone))].sort();
  return names.map((name) => ({
    name,
    groups: sources
      .map(([title, parts]) => ({ title, parts: parts.filter((part) => part.zone === name) }))
      .filter((group) => group.parts.length > 0),
  }));
}

/** "a" of us-east-2a: the region stands above. */
export function zone_letter(zone: string): string {
  return /[^0-9]*$/.exec(zone)?.[0] || zone;
}

/** What there is to say of a part: its words, or its trouble. */
export function words_or_trouble(part: { state: string; detail: string }, words: string): string {
  if (part.state === 'ready') return words;
  return part.detail ? `${part.state}: ${part.detail}` : part.state;
}

/** The node that the region's others stream from: the writer, else the replica between the regions. */
export function head_node(region: Region): DatabaseNode | undefined {
  const nodes = region.database.nodes;
  return nodes.find((node) => node.name === region.database.writer)
    ?? nodes.find((node) => node.role === 'writer' || node.role === 'cross_region_replica')
    ?? nodes[0];
}

export function followers_of(region: Region): DatabaseNode[] {
  const head = head_node(region);
  return region.database.nodes.filter((node) => node !== head);
}

export function role_text(node: DatabaseNode): string {
  return node.role === 'none' ? 'no role' : spaced(node.role);
}
