// A picture of each state, into the folder that is named: to look at, and for docs/images.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConsolePage } from './console_page.mjs';
import { RecordedAnswers } from './recorded_answers.mjs';
import { failover_phases, healthy, many_assets, region_lost } from './recorded_documents.mjs';
import { launch } from './tools.mjs';

const folder = process.argv[2] ?? 'pictures';
const wanted = process.argv.slice(3);
mkdirSync(folder, { recursive: true });
const wide = { width: 1440, height: 1000 };
const browser = await launch();

async function picture(name, browser_options, scene, options = { fullPage: true }) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const answers = new RecordedAnswers();
  answers.say('us-west-1 is a replica of us-east-2 again; the loss of us-east-2 can be survived.', 'reprotect-6');
  answers.say('Moved from us-west-1 to us-east-2, epoch 1; us-west-1 is its replica.', 'failback-7');
  const context = await browser.newContext(browser_options);
  context.setDefaultTimeout(300_000);
  const page = new ConsolePage(await context.newPage(), await answers.listen());
  clearInterval(answers.timer); // Nothing moves between two pictures of the same state.
  await page.open();
  if (name !== 'sign-in') {
    await page.sign_in('operator-token');
    await page.picture();
    for (let second = 290; second > 0; second -= 1) answers.send_rates(Date.now() - second * 1000);
    await page.until_tile('service', 'requests/s');
  }
  await scene(page, answers);
  await page.page.waitForTimeout(1200);
  await page.page.screenshot({ path: join(folder, `${name}.png`), ...options });
  await context.close();
  await answers.stop();
}

async function lost(page, answers) {
  answers.say('us-east-2 does not answer: 3 probes in a row were missed.');
  answers.show(region_lost());
  answers.send_rates(Date.now());
  await page.until_tile('todo', 'lifeboat failover');
}

async function running(page, answers) {
  await lost(page, answers);
  answers.phase_ms = 60_000;
  await page.operate('failover', 'two-region-web');
  answers.say(failover_phases[1][1], 'failover-8');
  answers.show({ ...answers.status, operation: { ...answers.status.operation, phase: 'promoting' } });
  await page.page.locator('[data-phase="promoting"][aria-current]').waitFor();
}

async function goes(page, path) {
  await page.page.evaluate((hash) => { location.hash = hash; }, path);
}

const nothing = async (page) => page.until_tile('todo', 'Nothing to do');
await picture('sign-in', { viewport: { width: 900, height: 560 } }, async () => {});
await picture('healthy', { viewport: wide }, nothing);
await picture('healthy-dark', { viewport: wide, colorScheme: 'dark' }, nothing);
await picture('lost', { viewport: wide }, lost);
await picture('lost-dark', { viewport: wide, colorScheme: 'dark' }, lost);
await picture('lost-phone', { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }, lost);
await picture('confirm', { viewport: wide }, async (page, answers) => { await lost(page, answers); await page.action('failover').click(); }, {});
await picture('running', { viewport: wide }, running);
await picture('running-phone', { viewport: { width: 360, height: 740 }, isMobile: true, colorScheme: 'dark', deviceScaleFactor: 2 }, running, {});
await picture('restart', { viewport: wide }, async (page, answers) => { await nothing(page); await answers.stop(); await page.page.locator('[data-notice="lost"]').waitFor(); answers.port = 0; await answers.listen(); });
await picture('many', { viewport: wide }, async (page, answers) => { answers.show(many_assets()); await page.region('us-east-2').getByText('of 72 ready').first().waitFor(); });
await picture('history', { viewport: wide }, async (page) => goes(page, '#/history'));
await picture('report', { viewport: wide }, async (page) => goes(page, '#/report/failover-2'));
await picture('report-dark-phone', { viewport: { width: 360, height: 740 }, isMobile: true, colorScheme: 'dark', deviceScaleFactor: 2 }, async (page) => goes(page, '#/report/failover-2'));
await browser.close();
