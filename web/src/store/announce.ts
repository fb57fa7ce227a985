import type { Status } from '../documents/status';
import { ending_text } from '../words/operation_words';
import { spaced } from '../words/units';

/** What a person who does not see the page has to hear of a change; the empty text says nothing. */
export function changes_to_say(before: Status | null, now: Status): { text: string; urgent: boolean } {
  if (!before || before === now) return { text: '', urgent: false };
  const sentences: string[] = [];
  let urgent = false;
  if (now.controller.term !== before.controller.term) sentences.push('The controller has started again.');
  if (now.active_region !== before.active_region) sentences.push(`${now.active_region} is active now.`);
  for (const region of now.regions) {
    const was = before.regions.find((other) => other.name === region.name);
    if (!was || was.state === region.state) continue;
    sentences.push(`${region.name} is ${region.state}.`);
    urgent ||= region.state === 'unreachable';
  }
  if (now.ready.verdict !== before.ready.verdict) sentences.push(`Readiness: ${spaced(now.ready.verdict)}.`);
  sentences.push(...operation_sentences(before, now));
  if (now.failure && !before.failure) sentences.push(now.failure);
  return { text: sentences.join(' '), urgent: urgent || (now.failure !== null && before.failure === null) };
}

function operation_sentences(before: Status, now: Status): string[] {
  const operation = now.operation;
  const was = before.operation;
  if (!operation || (was && was.id === operation.id && was.state === operation.state && was.phase === operation.phase)) return [];
  return [operation.state === 'running' ? `${operation.id}: ${operation.phase}.` : `${operation.id} ${ending_text(operation)}.`];
}
