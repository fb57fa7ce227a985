const first_ms = 500;
const longest_ms = 5000;

/** How long to wait before attempt number `attempt` (from 1); `random` in [0, 1) spreads many pages over a fifth of it. */
export function backoff_ms(attempt: number, random: number): number {
  const full = Math.min(first_ms * 2 ** (attempt - 1), longest_ms);
  return Math.round(full * (0.9 + random * 0.2));
}
