import { expect, test } from 'vitest';
import { followers_of, head_node, zone_letter, zones_of } from './parts';
import { healthy, region_lost } from './sample';

test('The zones of a region have its parts by title', () => {
  const [a, b] = zones_of(healthy().regions[0]!);
  expect(a?.name).toBe('us-east-2a');
  expect(a?.groups.map((group) => [group.title, group.parts.map((part) => part.name)])).toEqual([
    ['web instances', ['web-1', 'web-3']], ['monitoring', ['prometheus-1', 'alertmanager-1']],
  ]);
  expect(b?.groups[0]?.parts.map((part) => part.name)).toEqual(['web-2']);
});

test('The head of a database is its writer, else the replica between the regions', () => {
  const [east, west] = healthy().regions;
  expect(head_node(east!)?.name).toBe('db-1');
  expect(followers_of(east!).map((node) => node.name)).toEqual(['db-2']);
  expect(head_node(west!)?.role).toBe('cross_region_replica');
  expect(head_node(region_lost().regions[0]!)?.role).toBe('writer');
});

test('A zone is said by its letter', () => {
  expect(zone_letter('us-east-2a')).toBe('a');
  expect(zone_letter('europe')).toBe('europe');
});
