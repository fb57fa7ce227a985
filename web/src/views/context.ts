import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { Controller } from '../net/controller';
import type { State } from '../store/state';
import type { Asked } from '../store/consequences';

export interface Console {
  state: State;
  controller: Controller;
  /** Opens the confirmation of an operation. */
  ask: (kind: Asked) => void;
}

export const ConsoleContext = createContext<Console | null>(null);

export function useConsole(): Console {
  const console = useContext(ConsoleContext);
  if (!console) throw new Error('useConsole outside of the page');
  return console;
}

/** The time, again every `period_ms` while `runs`. */
export function useNow(runs: boolean, period_ms = 1000): number {
  const [now, set_now] = useState(Date.now());
  useEffect(() => {
    if (!runs) return undefined;
    set_now(Date.now());
    const timer = setInterval(() => set_now(Date.now()), period_ms);
    return () => clearInterval(timer);
  }, [runs, period_ms]);
  return now;
}

/** The part of the address after '#/': "", "history", "log", "report/failover-2". */
export function useRoute(): string {
  const read = (): string => location.hash.replace(/^#\/?/, '');
  const [route, set_route] = useState(read());
  useEffect(() => {
    const on_change = (): void => set_route(read());
    addEventListener('hashchange', on_change);
    return () => removeEventListener('hashchange', on_change);
  }, []);
  return route;
}
