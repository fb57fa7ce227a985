/** `next` with every part that equals the one in `before` replaced by it, so that views see what did not change by identity. */
export function share<T>(before: unknown, next: T): T {
  if (Object.is(before, next)) return next;
  if (Array.isArray(before) && Array.isArray(next)) {
    const shared = next.map((item, index) => share(before[index], item));
    return same(before, shared) ? (before as T) : (shared as T);
  }
  if (is_record(before) && is_record(next)) {
    const shared = Object.fromEntries(Object.entries(next).map(([key, value]) => [key, share(before[key], value)]));
    const equal = Object.keys(before).length === Object.keys(shared).length && Object.keys(shared).every((key) => Object.is(before[key], shared[key]));
    return equal ? (before as T) : (shared as T);
  }
  return next;
}

function same(a: unknown[], b: unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => Object.is(item, b[index]));
}

function is_record(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
