import type { JSX } from 'preact';
import type { Part } from '../documents/status';
import { type PartGroup, words_or_trouble } from '../store/parts';
import { Mark } from './mark';

/** More than this many of one kind in a zone fold into a count; those in trouble stay in sight, the worst few of them. */
const fold_above = 6;
const most_in_trouble = 5;

export function PartGroupView({ group }: { group: PartGroup }): JSX.Element {
  const ready = group.parts.filter((part) => part.state === 'ready').length;
  const total = group.parts.length;
  if (total <= fold_above) {
    return (
      <div class="group">
        <h5>{group.title}</h5>
        <PartList parts={group.parts} />
      </div>
    );
  }
  const trouble = group.parts.filter((part) => part.state !== 'ready');
  return (
    <div class="group">
      <h5>{group.title}</h5>
      <PartList parts={trouble.slice(0, most_in_trouble)} />
      {trouble.length > most_in_trouble && <p class="faint small">and {trouble.length - most_in_trouble} more not ready</p>}
      <details>
        <summary><Mark state={ready === total ? 'ready' : 'warning'} silent /> {ready} of {total} ready</summary>
        <PartList parts={group.parts} />
      </details>
    </div>
  );
}

function PartList({ parts }: { parts: Part[] }): JSX.Element | null {
  if (parts.length === 0) return null;
  return (
    <ul class="parts">
      {parts.map((part) => (
        <li key={part.name} data-state={part.state} title={part.url}>
          <Mark state={part.state} /> {part.name} <span class="faint">{words_or_trouble(part, part.url.replace(/^[a-z]+:\/\//, ''))}</span>
        </li>
      ))}
    </ul>
  );
}
