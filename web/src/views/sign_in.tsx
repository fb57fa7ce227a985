import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Controller } from '../net/controller';
import type { SessionState } from '../store/state';
import { Brand } from './header';

export function SignIn({ session, lost, controller }: { session: SessionState; lost: boolean; controller: Controller }): JSX.Element {
  const [busy, set_busy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!input.current || input.current.value.trim() === '') return;
    set_busy(true);
    await controller.sign_in(input.current.value.trim());
    set_busy(false);
    input.current?.select();
  };
  if (session.kind === 'asking') {
    return <main class="sign-in"><Brand /><p role="status">{lost ? 'The controller does not answer yet; trying again …' : ' '}</p></main>;
  }
  const problem = session.kind === 'out' ? session.problem : null;
  return (
    <main class="sign-in">
      <Brand />
      <h1>Sign in</h1>
      <form onSubmit={(event) => void submit(event)}>
        <label for="token">Token of this stack</label>
        <input id="token" ref={input} type="password" autocomplete="current-password" autofocus required spellcheck={false}
          aria-invalid={problem !== null} aria-describedby="token-help token-problem" />
        <p id="token-problem" role="alert" class="problem">{problem}</p>
        <button class="primary" type="submit" disabled={busy}>{busy ? 'Signing in …' : 'Sign in'}</button>
      </form>
      <p id="token-help" class="faint">
        <code>lifeboat console</code> says where the tokens are: <code>secrets/api_token</code> is the operator's, <code>secrets/viewer_token</code> only looks.
      </p>
    </main>
  );
}
