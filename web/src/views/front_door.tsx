import type { JSX } from 'preact';
import type { Status } from '../documents/status';
import { region_of_answer } from '../store/derive';
import { Mark } from './mark';

/** The name that clients use, and where DNS leads them now. */
export function FrontDoor({ status }: { status: Status }): JSX.Element {
  const { dns, front_door } = status;
  const led_to = region_of_answer(status);
  return (
    <div class="front-door">
      <h2>Front door</h2>
      <p>
        <Mark state={dns.answer ? dns.state : 'failing'} /> <strong>{front_door.name}</strong> → {dns.answer ?? 'no answer'}
        {led_to && <span> ({led_to.name})</span>}
      </p>
      <p class="faint small">TTL {dns.ttl_s} s, DNS at {dns.server}:{dns.port}</p>
      <p class="faint small">active {status.active_region || 'none'} · epoch {status.epoch} · controller term {status.controller.term}</p>
    </div>
  );
}
