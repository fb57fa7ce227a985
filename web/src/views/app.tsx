import type { JSX } from 'preact';
import { useEffect, useMemo, useReducer, useState } from 'preact/hooks';
import type { Controller } from '../net/controller';
import { service_answer } from '../store/derive';
import type { State } from '../store/state';
import type { Store } from '../store/store';
import type { Asked } from '../store/consequences';
import { ConfirmDialog } from './confirm_dialog';
import { ConsoleContext, useRoute } from './context';
import { Header } from './header';
import { HistoryPage } from './history_page';
import { IncidentPage } from './incident_page';
import { LogPage } from './log_page';
import { Notices } from './notices';
import { ReportPage } from './report_page';
import { SignIn } from './sign_in';

export function App({ store, controller }: { store: Store; controller: Controller }): JSX.Element {
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  useEffect(() => store.subscribe(() => rerender(undefined)), [store]);
  const state = store.get();
  const [asked, set_asked] = useState<Asked | null>(null);
  const shared = useMemo(() => ({ state, controller, ask: set_asked }), [state, controller]);
  useTitle(state);
  return (
    <ConsoleContext.Provider value={shared}>
      <Announcer state={state} />
      {state.session.kind === 'in' ? <SignedIn /> : <SignIn session={state.session} lost={state.link.kind === 'lost'} controller={controller} />}
      {asked && state.status && state.session.kind === 'in' && <ConfirmDialog kind={asked} status={state.status} close={() => set_asked(null)} />}
    </ConsoleContext.Provider>
  );
}

function SignedIn(): JSX.Element {
  const route = useRoute();
  useFocusOnRoute(route);
  return (
    <>
      <a class="skip" href="#main" onClick={skip_to_main}>Skip to the picture</a>
      <Header route={route} />
      <main id="main" tabIndex={-1}>
        <Notices />
        <Page route={route} />
      </main>
    </>
  );
}

function Page({ route }: { route: string }): JSX.Element {
  if (route === 'history') return <HistoryPage />;
  if (route === 'log') return <LogPage />;
  if (route.startsWith('report/')) return <ReportPage id={route.slice('report/'.length)} />;
  return <IncidentPage />;
}

/** The address stays: its '#' is the route. */
function skip_to_main(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

/** A page that replaces another takes the focus, so that a screen reader begins to read there. */
function useFocusOnRoute(route: string): void {
  const [first] = useState(route);
  const [left, set_left] = useState(false);
  useEffect(() => {
    if (route !== first) set_left(true);
    if (left || route !== first) document.getElementById('main')?.focus();
    scrollTo(0, 0);
  }, [route]);
}

/** The tab says it too: a mark and the words of the service. */
function useTitle(state: State): void {
  const answer = state.status && service_answer(state.status);
  const lost = state.link.kind === 'lost' ? '? ' : '';
  const title = answer && state.status ? `${lost || `${answer.mark.sign} `}${answer.words} · ${state.status.stack}` : 'Lifeboat';
  useEffect(() => {
    document.title = title;
  }, [title]);
}

function Announcer({ state }: { state: State }): JSX.Element {
  const { text, urgent, seq } = state.announcement;
  return (
    <div class="sr-only">
      <div role="status" aria-live="polite">{!urgent && <span key={seq}>{text}</span>}</div>
      <div role="alert" aria-live="assertive">{urgent && <span key={seq}>{text}</span>}</div>
    </div>
  );
}
