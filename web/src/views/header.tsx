import type { JSX } from 'preact';
import { useConsole } from './context';

export function Brand(): JSX.Element {
  return (
    <span class="brand">
      <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
        <circle class="ring" cx="16" cy="16" r="11" /><circle class="ring-gaps" cx="16" cy="16" r="11" />
      </svg>
      Lifeboat
    </span>
  );
}

const pages = [['', 'Now'], ['history', 'History'], ['log', 'Log']] as const;

export function Header({ route }: { route: string }): JSX.Element {
  const { state, controller } = useConsole();
  const role = state.session.kind === 'in' ? state.session.role : '';
  const is_here = (path: string): boolean => route === path || (path === 'history' && route.startsWith('report/'));
  return (
    <header>
      <Brand />
      <span class="stack">{state.status?.stack}</span>
      <nav aria-label="Pages">
        {pages.map(([path, title]) => <a key={path} href={`#/${path}`} aria-current={is_here(path) ? 'page' : undefined}>{title}</a>)}
      </nav>
      <span class="spacer" />
      <Contact />
      <span class="role" title="What your token allows">{role}</span>
      <button class="quiet" onClick={() => void controller.sign_out()}>Sign out</button>
    </header>
  );
}

function Contact(): JSX.Element {
  const { link } = useConsole().state;
  if (link.kind === 'live') return <span class="contact"><span class="mark good" aria-hidden="true">●</span> live</span>;
  if (link.kind === 'connecting') return <span class="contact"><span class="mark accent" aria-hidden="true">◐</span> connecting</span>;
  return <span class="contact"><span class="mark bad" aria-hidden="true">✖</span> no contact</span>;
}
