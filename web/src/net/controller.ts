import type { Operations } from '../documents/operations';
import type { Outlook } from '../documents/outlook';
import type { OperationRequest } from '../documents/request';
import type { Session } from '../documents/session';
import type { Status } from '../documents/status';
import type { Verify } from '../documents/verify';
import type { Event } from '../store/event';
import type { State } from '../store/state';
import { type Answer, request } from './api';
import { Stream } from './stream';

/** What outlook and history depend on: asked again when it changes, else every ten seconds. */
function fingerprint(status: Status): string {
  const { operation, ready, regions, active_region, epoch, armed, failure } = status;
  return JSON.stringify([operation?.id, operation?.state, ready.verdict, ready.findings, regions.map((r) => [r.state, r.role]), active_region, epoch, armed, failure]);
}

const refresh_ms = 10_000;

/** The session with the controller: what arrives becomes events, what the operator asks becomes requests. */
export class Controller {
  private stream: Stream | null = null;
  private fingerprint = '';
  private refresh_timer = 0;

  constructor(private readonly dispatch: (event: Event) => void, private readonly state: () => State) {}

  /** Goes on with the session of the cookie, or asks for a sign-in; without contact it tries until there is an answer. */
  async begin(): Promise<void> {
    const answer = await request<Session>('GET', '/v1/session');
    if (answer.ok) this.enter(answer.document);
    else if (answer.problem.status === 401) this.leave(null);
    else {
      this.dispatch({ type: 'link_lost', at_ms: Date.now(), retry_at_ms: Date.now() + 2000 });
      setTimeout(() => void this.begin(), 2000);
    }
  }

  async sign_in(token: string): Promise<void> {
    const answer = await request<Session>('POST', '/v1/session', { token });
    if (answer.ok) this.enter(answer.document);
    else this.leave(answer.problem.status === 401 ? 'This is neither the operator\'s nor the viewer\'s token of this stack.' : answer.problem.message);
  }

  async sign_out(): Promise<void> {
    await request('DELETE', '/v1/session');
    this.leave(null);
  }

  async start(asked: OperationRequest): Promise<boolean> {
    return this.change<{ operation: string }>('/v1/operations', asked, (document) => `${document.operation} has begun.`);
  }

  async arm(options: Omit<OperationRequest, 'kind'>): Promise<boolean> {
    return this.change('/v1/arm', options, () => 'A failover is armed.');
  }

  async disarm(): Promise<boolean> {
    return this.change('/v1/disarm', {}, () => 'No failover is armed now.');
  }

  async abort(): Promise<boolean> {
    return this.change<{ operation: string }>('/v1/abort', {}, (document) => `${document.operation} is being undone.`);
  }

  /** What an earlier request was answered is no longer of interest. */
  forget_answer(): void {
    this.dispatch({ type: 'asking_closed' });
  }

  async verify(): Promise<void> {
    this.dispatch({ type: 'verify_began' });
    const answer = await request<Verify>('POST', '/v1/verify', {}, this.csrf());
    this.dispatch({ type: 'verify_ended', document: answer.ok ? answer.document : null, problem: answer.ok ? null : answer.problem.message });
  }

  private async change<T>(path: string, body: unknown, said: (document: T) => string): Promise<boolean> {
    this.dispatch({ type: 'asked' });
    const answer: Answer<T & { warnings?: string[] }> = await request('POST', path, body, this.csrf());
    if (answer.ok) this.dispatch({ type: 'accepted', text: said(answer.document), warnings: answer.document.warnings ?? [] });
    else this.dispatch({ type: 'refused', message: answer.problem.message, help: answer.problem.help });
    return answer.ok;
  }

  private csrf(): string {
    const { session } = this.state();
    return session.kind === 'in' ? session.csrf : '';
  }

  private enter(session: Session): void {
    this.dispatch({ type: 'signed_in', session });
    this.stream?.close();
    this.fingerprint = '';
    this.stream = new Stream({
      live: () => this.dispatch({ type: 'link_live' }),
      status: (status) => this.on_status(status),
      log: (entry) => this.dispatch({ type: 'log', entry }),
      rates: (rates) => this.dispatch({ type: 'rates', rates }),
      lost: (retry_at_ms) => void this.on_lost(retry_at_ms),
    });
  }

  private leave(problem: string | null): void {
    this.stream?.close();
    this.stream = null;
    clearTimeout(this.refresh_timer);
    this.dispatch({ type: 'signed_out', problem });
  }

  private on_status(status: Status): void {
    this.dispatch({ type: 'status', status, at_ms: Date.now() });
    const now = fingerprint(status);
    if (now === this.fingerprint) return;
    this.fingerprint = now;
    void this.refresh();
  }

  private async refresh(): Promise<void> {
    clearTimeout(this.refresh_timer);
    this.refresh_timer = window.setTimeout(() => void this.refresh(), refresh_ms);
    const [outlook, operations] = await Promise.all([request<Outlook>('GET', '/v1/outlook'), request<Operations>('GET', '/v1/operations')]);
    if (this.stream === null) return;
    if (outlook.ok) this.dispatch({ type: 'outlook', outlook: outlook.document });
    if (operations.ok) this.dispatch({ type: 'operations', operations: operations.document });
  }

  /** A controller that restarts signs nobody out; a session that is over does. */
  private async on_lost(retry_at_ms: number): Promise<void> {
    this.dispatch({ type: 'link_lost', at_ms: Date.now(), retry_at_ms });
    const answer = await request<Session>('GET', '/v1/session');
    if (!answer.ok && answer.problem.status === 401 && this.stream !== null) this.leave('The session is over: sign in again.');
  }
}
