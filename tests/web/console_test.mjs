// The page's own behaviour in Chromium, against recorded answers (README.md).
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ConsolePage } from './console_page.mjs';
import { RecordedAnswers } from './recorded_answers.mjs';
import { healthy, many_assets, region_lost } from './recorded_documents.mjs';
import { axe_source, launch, root } from './tools.mjs';

const axe = axe_source();
const browser = await launch();
const patience = { timeout: 180_000 };
let answers;
let url;
let context;
let console_page;

after(() => browser.close());

beforeEach(async () => {
  answers = new RecordedAnswers();
  url = await answers.listen();
  await in_browser({ viewport: { width: 1440, height: 900 } });
});

afterEach(async () => {
  await context.close();
  await answers.stop();
  assert.deepEqual(console_page.complaints, []);
});

async function in_browser(options) {
  await context?.close();
  context = await browser.newContext(options);
  console_page = new ConsolePage(await context.newPage(), url);
}

async function signed_in(token = 'operator-token') {
  await console_page.open();
  await console_page.sign_in(token);
  await console_page.picture();
}

test('A wrong token is refused in words, the right one shows the picture, signing out takes it away', patience, async () => {
  await console_page.open();
  await console_page.sign_in('wrong');
  await console_page.page.getByText("neither the operator's nor the viewer's token").waitFor();
  assert.deepEqual(await console_page.serious_findings(axe), []);
  await console_page.sign_in('operator-token');
  await console_page.picture();
  await console_page.page.reload();
  await console_page.picture();
  await console_page.page.getByRole('button', { name: 'Sign out' }).click();
  await console_page.page.getByLabel('Token of this stack').waitFor();
});

test('The short answers say where the service is, whether the standby is ready, and what to do', patience, async () => {
  await signed_in();
  await console_page.until_tile('service', 'Up in us-east-2');
  await console_page.until_tile('standby', 'us-west-1 ready');
  await console_page.until_tile('todo', 'Nothing to do');
  await console_page.page.locator('[data-replication="streams"]').waitFor();
  answers.show(region_lost());
  await console_page.until_tile('service', 'us-east-2 is active and does not answer');
  await console_page.until_tile('standby', 'not ready');
  await console_page.until_tile('todo', 'lifeboat failover');
  await console_page.until_tile('cost', '1.3 s');
  await console_page.page.locator('[data-replication="broken"]').waitFor();
  assert.equal(await console_page.region('us-east-2').getAttribute('data-state'), 'unreachable');
  assert.match(await console_page.page.title(), /^✖ Down/);
});

test('A failover from the page shows its phases as they happen and ends with its report', patience, async () => {
  answers.status = region_lost();
  answers.phase_ms = 800;
  await signed_in();
  await console_page.action('failover').click();
  const go = console_page.dialog.getByRole('button', { name: 'failover', exact: true });
  assert.ok(await go.isDisabled());
  await console_page.dialog.getByText('Writes that were not replicated yet are lost').waitFor();
  assert.deepEqual(await console_page.serious_findings(axe), []);
  await console_page.dialog.getByLabel(/Type the stack's name/).fill('two-region');
  assert.ok(await go.isDisabled());
  const phases = await console_page.watch_phases();
  await console_page.confirm('failover', 'two-region-web');
  await console_page.until_ended('failover-8');
  assert.deepEqual(await phases(), ['fencing', 'promoting', 'directing', 'confirming', 'measuring']);
  assert.deepEqual(answers.asked, [{ route: 'POST /v1/operations', body: { kind: 'failover' } }]);
  await console_page.until_tile('service', 'Up in us-west-1');
  await console_page.until_tile('todo', 'lifeboat reprotect');
  await console_page.open_report();
  await console_page.page.getByText('moved the service from us-east-2 to us-west-1; clients could write again after 1.2 s').waitFor();
  assert.equal(await console_page.page.getByRole('link', { name: 'Download HTML' }).getAttribute('href'), '/v1/report/failover-8.html?download=1');
  assert.deepEqual(await console_page.serious_findings(axe), []);
});

test('The options of a failover reach the controller, and armed it can be disarmed', patience, async () => {
  await signed_in();
  await console_page.action('failover').click();
  await console_page.dialog.getByText('Options').click();
  await console_page.dialog.getByLabel(/wait until us-east-2/).check();
  await console_page.dialog.getByLabel(/more than the RPO objective/).check();
  await console_page.dialog.getByText('lifeboat failover --on-loss --accept-loss').waitFor();
  await console_page.confirm('arm', 'two-region-web');
  await console_page.page.getByText('A failover goes as soon as us-east-2').waitFor();
  await console_page.page.getByRole('button', { name: 'Disarm' }).click();
  await console_page.page.getByRole('button', { name: 'Disarm' }).waitFor({ state: 'detached' });
  assert.deepEqual(answers.asked, [{ route: 'POST /v1/arm', body: { accept_loss: true } }, { route: 'POST /v1/disarm', body: {} }]);
});

test('A refusal stays in the dialog with its help; Escape gives the focus back', patience, async () => {
  await signed_in();
  await console_page.action('switchover').click();
  await console_page.dialog.getByLabel(/Type the stack's name/).fill('two-region-web');
  await console_page.page.keyboard.press('Enter');
  await console_page.dialog.getByText("us-west-1 is 7.1 s behind (not_ready) Run 'lifeboat verify' for the reasons.").waitFor();
  await console_page.page.keyboard.press('Escape');
  await console_page.dialog.waitFor({ state: 'hidden' });
  assert.equal(await console_page.page.evaluate(() => document.activeElement?.dataset.action), 'switchover');
});

test('A viewer sees everything and is told why no operation is there', patience, async () => {
  await signed_in('viewer-token');
  await console_page.page.getByText('You are signed in as a viewer: operations are for operators.').first().waitFor();
  assert.equal(await console_page.action('failover').getAttribute('aria-disabled'), 'true');
  await console_page.action('failover').click({ force: true });
  assert.equal(await console_page.dialog.count(), 0);
});

test('A controller that restarts is said, the picture stays with its age, and contact comes back by itself', patience, async () => {
  await signed_in();
  await answers.stop();
  await console_page.page.locator('[data-notice="lost"]').waitFor({ timeout: 30_000 });
  await console_page.page.locator('.incident.stale').waitFor();
  await console_page.until_tile('service', 'Up in us-east-2');
  assert.equal(await console_page.action('failover').getAttribute('aria-disabled'), 'true');
  const term = answers.status.controller.term + 1;
  answers.status = { ...healthy(), controller: { ...healthy().controller, term } };
  await answers.listen();
  await console_page.page.locator('[data-notice="lost"]').waitFor({ state: 'detached', timeout: 30_000 });
  await console_page.page.getByText(`controller term ${term}`).waitFor();
  assert.equal(await console_page.action('failover').getAttribute('aria-disabled'), 'false');
});

test('300 assets fold by zone, those in trouble in sight', patience, async () => {
  answers.status = many_assets();
  await signed_in();
  const east = console_page.region('us-east-2');
  await east.getByText('71 of 72 ready').waitFor();
  await east.getByText('69 of 71 ready').waitFor();
  await east.getByText('GET /readyz: 503').first().waitFor();
  assert.equal(await east.getByText('web-100', { exact: false }).first().isVisible(), false);
  const height = await console_page.page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(height < 2200, `the page is ${height} px high`);
  assert.deepEqual(await console_page.serious_findings(axe), []);
});

test('History and log are reached by keyboard alone', patience, async () => {
  answers.say('us-east-2 does not answer: 3 probes in a row were missed.');
  await signed_in();
  await console_page.page.getByRole('link', { name: 'History' }).focus();
  await console_page.page.keyboard.press('Enter');
  await console_page.page.getByRole('heading', { name: 'Operations', exact: true }).waitFor();
  assert.equal(await console_page.page.evaluate(() => document.activeElement?.id), 'main');
  await console_page.page.getByRole('img', { name: /Recovery time \(RTO\) of 4 operations: 1.2 s, 505 ms, 1 min 11 s, 460 ms/ }).waitFor();
  await console_page.page.getByText('1 min 11 s missed').waitFor();
  assert.deepEqual(await console_page.serious_findings(axe), []);
  await console_page.page.getByRole('link', { name: 'Log', exact: true }).press('Enter');
  await console_page.page.getByText('3 probes in a row were missed').waitFor();
  assert.deepEqual(await console_page.serious_findings(axe), []);
});

for (const [name, options] of Object.entries({
  light: { colorScheme: 'light', viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: 'dark', viewport: { width: 1440, height: 900 } },
  phone: { colorScheme: 'dark', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  'reduced motion': { reducedMotion: 'reduce', viewport: { width: 1024, height: 768 } },
})) {
  test(`axe finds nothing serious, and nothing is too wide: ${name}`, patience, async () => {
    await in_browser(options);
    await signed_in();
    for (const status of [healthy(), region_lost()]) {
      answers.show(status);
      await console_page.until_tile('todo', status.ready.verdict === 'ready' ? 'Nothing to do' : 'lifeboat failover');
      assert.deepEqual(await console_page.serious_findings(axe), []);
      assert.equal(await console_page.overflows(), false);
    }
  });
}

test('An hour of events takes no more memory than a quarter of it', patience, async () => {
  await signed_in();
  const debug = await context.newCDPSession(console_page.page);
  let clock_ms = Date.now();
  const used_after = async (seconds) => {
    for (let second = 0; second < seconds; second += 1) {
      answers.send_rates((clock_ms += 1000));
      if (second % 5 === 0) answers.show({ ...healthy(), epoch: 1 + (second % 2) });
      if (second % 10 === 0) answers.say(`sentence ${clock_ms}`);
      if (second % 100 === 0) await new Promise((sent) => setTimeout(sent, 20));
    }
    answers.say(`the last of ${clock_ms}`);
    await console_page.page.getByText(`the last of ${clock_ms}`).waitFor({ timeout: 60_000 });
    await debug.send('HeapProfiler.collectGarbage');
    return (await debug.send('Runtime.getHeapUsage')).usedSize;
  };
  const quarter = await used_after(4000);
  const hour = await used_after(3600);
  assert.ok(hour < quarter * 1.15 + 500_000, `${quarter} bytes, an hour later ${hour}`);
});

test('The page is interactive within a second and below 200 kB compressed', patience, async () => {
  const folder = join(root, 'web/dist');
  const files = ['index.html', ...readdirSync(join(folder, 'assets')).map((name) => join('assets', name))];
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
  assert.ok(bytes < 200_000, `${bytes} bytes`);
  await signed_in();
  const times = [];
  for (let load = 0; load < 3; load += 1) {
    await console_page.page.reload();
    await console_page.picture();
    times.push(await console_page.page.evaluate(() => performance.now()));
  }
  assert.ok(Math.min(...times) < 1000, `${times} ms`);
});
