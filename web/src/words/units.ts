/** The same text as the command line's: 312 ms, 1.2 s, 1 min 5 s. */
export function duration_text(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.floor((ms % 60_000) / 1000);
  return `${Math.floor(ms / 60_000)} min${seconds === 0 ? '' : ` ${seconds} s`}`;
}

/** How long ago, in whole units: 4 s, 3 min, 2 h, 5 d. */
export function age_text(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

export function bytes_text(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

export function rate_text(per_s: number): string {
  return per_s < 10 && per_s % 1 !== 0 ? per_s.toFixed(1) : String(Math.round(per_s));
}

/** 23:59:59, UTC as everywhere in Lifeboat. */
export function time_text(at_ms: number): string {
  return new Date(at_ms).toISOString().slice(11, 19);
}

/** 2026-11-22 12:00 UTC */
export function moment_text(at_ms: number): string {
  return `${new Date(at_ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function or_dash<T>(value: T | null | undefined, show: (value: T) => string = String): string {
  return value === null || value === undefined ? '–' : show(value);
}

/** "1 write", "2 writes" */
export function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

export function spaced(words: string): string {
  return words.replaceAll('_', ' ');
}
