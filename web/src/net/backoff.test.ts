import { expect, test } from 'vitest';
import { backoff_ms } from './backoff';

test('The wait doubles from half a second to five', () => {
  expect([1, 2, 3, 4, 5, 50].map((attempt) => backoff_ms(attempt, 0.5))).toEqual([500, 1000, 2000, 4000, 5000, 5000]);
});

test('Pages spread over a fifth of the wait', () => {
  expect([backoff_ms(5, 0), backoff_ms(5, 0.999)]).toEqual([4500, 5499]);
});
