// Stands in for the controller towards the page: recorded documents, the headers of the contract, and a failover that is played back. Only for tests of the page.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { failed_over, failover_phases, healthy, operations, outlook, report_failover, verdict } from './recorded_documents.mjs';
import { root } from './tools.mjs';

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const error = (code, message, help = '') => ({ version: 1, error: { code, kind: 'refused', message, help } });

export class RecordedAnswers {
  status = healthy();
  operations = operations();
  /** The bodies of every changing request that was let through. */
  asked = [];
  log = [];
  streams = new Set();
  /** How long each phase of the failover is shown. */
  phase_ms = 250;
  tokens = { 'operator-token': 'operator', 'viewer-token': 'viewer' };
  port = 0;

  async listen() {
    this.server = createServer((request, response) => void this.answer(request, response));
    await new Promise((listening) => this.server.listen(this.port, '127.0.0.1', listening));
    this.port = this.server.address().port;
    this.timer = setInterval(() => this.send_rates(Date.now()), 1000);
    return `http://127.0.0.1:${this.port}/`;
  }

  /** As when the controller is killed: every connection breaks and new ones are refused. `listen` again has the same port. */
  async stop() {
    clearInterval(this.timer);
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
    this.streams.clear();
  }

  show(status) {
    this.status = status;
    this.send('status', status);
  }

  say(sentence, operation = null) {
    this.log.push({ seq: this.log.length + 1, at_ms: Date.now(), at: '', sentence, operation });
    this.send('log', this.log.at(-1), this.log.length);
  }

  send(name, document, id) {
    const text = `${id ? `id: ${id}\n` : ''}event: ${name}\ndata: ${JSON.stringify(document)}\n\n`;
    for (const stream of this.streams) stream.write(text);
  }

  /** A wave, so that a chart has something to draw. */
  send_rates(at_ms) {
    const serving = this.status.regions.find((region) => region.name === this.status.active_region);
    const rate = (region) => (region.state === 'unreachable' ? null : region === serving ? 42 + 8 * Math.sin(at_ms / 9000) + 3 * Math.sin(at_ms / 1700) : 0);
    const lag = (region) => region.database.nodes.some((node) => node.role === 'cross_region_replica' && node.state === 'ready');
    this.send('rates', {
      at_ms, regions: this.status.regions.map((region) => ({
        name: region.name, requests_per_s: rate(region), errors_per_s: rate(region) === null ? null : 0,
        lag_bytes: lag(region) ? 1234 : null, lag_ms: lag(region) ? Math.round(4 + 2 * Math.sin(at_ms / 5000)) : null,
      })),
    });
  }

  async answer(request, response) {
    const url = new URL(request.url, 'http://127.0.0.1');
    if (!url.pathname.startsWith('/v1/')) return this.answer_file(url.pathname, response);
    let text = '';
    for await (const chunk of request) text += chunk;
    const role = /lifeboat_session=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
    const [status, document, headers] = this.document_of(request, url, text ? JSON.parse(text) : {}, role);
    if (status === 'stream') return this.open_stream(request, url, response);
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(document));
  }

  document_of(request, url, body, role) {
    const route = `${request.method} ${url.pathname}`;
    if (route === 'POST /v1/session') return this.sign_in(body.token);
    if (route === 'DELETE /v1/session') return [204, {}, { 'Set-Cookie': 'lifeboat_session=; Max-Age=0; Path=/' }];
    if (!role) return [401, error('unauthorized', 'no session')];
    if (request.method !== 'GET' && request.headers['x-lifeboat-csrf'] !== 'csrf') return [403, error('forbidden', 'the CSRF header is missing')];
    if (route === 'GET /v1/stream') return ['stream'];
    const answer = this.documents(role)[route];
    if (answer) return [200, answer()];
    if (url.pathname.startsWith('/v1/report/')) return this.report(url.pathname.split('/').at(-1));
    if (role !== 'operator') return [403, error('forbidden', 'a viewer may not do this')];
    return this.change(route, body);
  }

  documents(role) {
    return {
      'GET /v1/session': () => ({ version: 1, role, csrf: 'csrf', stack: this.status.stack }),
      'GET /v1/status': () => this.status,
      'GET /v1/outlook': () => outlook(this.status),
      'GET /v1/operations': () => this.operations,
      'GET /v1/audit': () => ({ version: 1, problem: null, entries: this.asked.map((asked, index) => ({ id: String(index), at_ms: Date.now(), who: 'operator/console', from: '127.0.0.1', request: asked.route, what: asked.body.kind ?? '', outcome: 'accepted', error: null, operation: null })) }),
      'POST /v1/verify': () => verdict(),
    };
  }

  sign_in(token) {
    const role = this.tokens[token];
    if (!role) return [401, error('unauthorized', 'this is no token of this stack')];
    return [200, { version: 1, role, csrf: 'csrf' }, { 'Set-Cookie': `lifeboat_session=${role}; HttpOnly; SameSite=Strict; Path=/` }];
  }

  report(id) {
    if (!this.operations.operations.some((operation) => operation.id === id)) return [404, error('bad_request', `there is no report of ${id}`)];
    return [200, { ...report_failover(), operation: id }];
  }

  change(route, body) {
    this.asked.push({ route, body });
    if (route === 'POST /v1/abort') return [202, { version: 1, operation: this.status.operation.id }];
    if (route === 'POST /v1/arm' || route === 'POST /v1/disarm') {
      this.show({ ...this.status, armed: route.endsWith('/arm') ? { sentence: `A failover goes as soon as ${this.status.active_region} is detected as lost.` } : null });
      return [200, { version: 1, after: this.log.length }];
    }
    if (route !== 'POST /v1/operations') return [404, error('bad_request', 'there is no such path')];
    if (body.kind !== 'failover') return [409, error('not_ready', 'us-west-1 is 7.1 s behind', "Run 'lifeboat verify' for the reasons.")];
    void this.play_failover();
    return [202, { version: 1, operation: 'failover-8' }];
  }

  /** The recorded failover, phase by phase. */
  async play_failover() {
    const started_at_ms = Date.now();
    const operation = { id: 'failover-8', kind: 'failover', phase: 'fencing', state: 'running', from: 'us-east-2', to: 'us-west-1', started_at_ms, elapsed_ms: 0, progress: [], sentences: [], error: null };
    const progress = [{ asset: 'us-west-1/db-1', state: 'running', elapsed_ms: 40, detail: '' }];
    this.operations.operations.unshift({ ...this.operations.operations[0], id: operation.id, kind: 'failover', state: 'running', phase: 'fencing', from_region: 'us-east-2', to_region: 'us-west-1', ended_at_ms: null, rto_ms: null, started_at_ms });
    this.say('failover-8 begins: us-east-2 → us-west-1.', operation.id);
    for (const [phase, sentence] of failover_phases) {
      this.say(sentence, operation.id);
      this.show({ ...this.status, operation: { ...operation, phase, progress, elapsed_ms: Date.now() - started_at_ms } });
      await new Promise((shown) => setTimeout(shown, this.phase_ms).unref());
    }
    const elapsed_ms = Date.now() - started_at_ms;
    Object.assign(this.operations.operations[0], { state: 'done', verdict: 'done', phase: 'ended', ended_at_ms: Date.now(), rto_ms: 1187, acknowledged_writes: 1523, lost_acknowledged_writes: 2 });
    this.say("Failed over from us-east-2 to us-west-1, epoch 2. There is no standby now: 'lifeboat reprotect' makes one.", operation.id);
    this.show(failed_over({ ...operation, phase: 'ended', state: 'done', elapsed_ms }));
  }

  open_stream(request, url, response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    const after = Number(request.headers['last-event-id'] ?? url.searchParams.get('after') ?? 0);
    response.write('retry: 1000\n\n');
    for (const entry of this.log.filter((one) => one.seq > after)) response.write(`id: ${entry.seq}\nevent: log\ndata: ${JSON.stringify(entry)}\n\n`);
    response.write(`event: status\ndata: ${JSON.stringify(this.status)}\n\n`);
    this.streams.add(response);
    response.on('close', () => this.streams.delete(response));
  }

  async answer_file(path, response) {
    const file = join(root, 'web/dist', normalize(path === '/' ? '/index.html' : path));
    try {
      const content = await readFile(file);
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'no-referrer' });
      response.end(content);
    } catch {
      response.writeHead(404).end('There is no such file.\n');
    }
  }
}
