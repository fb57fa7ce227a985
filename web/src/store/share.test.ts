import { expect, test } from 'vitest';
import { share } from './share';

test('Equal parts are taken over, others are new', () => {
  const before = { a: [{ x: 1 }, { y: 2 }], b: { c: null } };
  const next = share(before, { a: [{ x: 1 }, { y: 3 }], b: { c: null } });
  expect(next).toEqual({ a: [{ x: 1 }, { y: 3 }], b: { c: null } });
  expect(next.a[0]).toBe(before.a[0]);
  expect(next.a[1]).not.toBe(before.a[1]);
  expect(next.b).toBe(before.b);
});

test('Less or more than before is not equal', () => {
  const before: unknown = { list: [1, 2], all: { a: 1, b: 2 } };
  expect(share(before, { list: [1], all: { a: 1 } })).toEqual({ list: [1], all: { a: 1 } });
  expect(share(before, null)).toBeNull();
});
