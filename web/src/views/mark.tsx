import type { JSX } from 'preact';
import { type Mark as MarkOf, mark_of } from '../words/marks';
import { spaced } from '../words/units';

/** The sign of a state; screen readers hear the word instead, unless the text beside says it. */
export function Mark({ state, mark, silent }: { state?: string; mark?: MarkOf; silent?: boolean }): JSX.Element {
  const { sign, tone } = mark ?? mark_of(state ?? 'unknown');
  return (
    <>
      <span class={`mark ${tone}`} aria-hidden="true">{sign}</span>
      {!silent && state && <span class="sr-only">{spaced(state)} </span>}
    </>
  );
}
