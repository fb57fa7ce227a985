import type { Event } from './event';
import { reduce } from './reduce';
import { type State, initial_state } from './state';

/** Holds the state; listeners are told at most once a frame, so that a burst of events is one rendering. */
export class Store {
  private current: State = initial_state;
  private listeners = new Set<() => void>();
  private is_due = false;

  constructor(private readonly schedule: (work: () => void) => void) {}

  readonly get = (): State => this.current;

  readonly dispatch = (event: Event): void => {
    this.current = reduce(this.current, event);
    if (this.is_due) return;
    this.is_due = true;
    this.schedule(() => {
      this.is_due = false;
      for (const listener of this.listeners) listener();
    });
  };

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
