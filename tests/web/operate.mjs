// operate.mjs URL STACK OPERATION REGION ID: drives the page of a real controller. The token comes on standard input. Prints the phases that the page showed.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ConsolePage } from './console_page.mjs';
import { axe_source, launch } from './tools.mjs';

const [url, stack, operation, region, id] = process.argv.slice(2);
const axe = axe_source();
const browser = await launch();
try {
  const page = new ConsolePage(await browser.newPage({ viewport: { width: 1440, height: 1000 } }), url);
  await page.open();
  await page.sign_in(readFileSync(0, 'utf8').trim());
  await page.picture();
  await page.until_tile('service', operation === 'failover' ? 'does not answer' : 'Up in');
  const phases = await page.watch_phases();
  await page.operate(operation, stack);
  await page.until_ended(id);
  console.log((await phases()).join(' '));
  await page.until_tile('service', `Up in ${region}`);
  assert.deepEqual(await page.serious_findings(axe), []);
  if (process.env.LIFEBOAT_PICTURES) await page.page.screenshot({ path: `${process.env.LIFEBOAT_PICTURES}/${id}.png`, fullPage: true });
  await page.open_report();
  assert.deepEqual(await page.serious_findings(axe), []);
  if (process.env.LIFEBOAT_PICTURES) await page.page.screenshot({ path: `${process.env.LIFEBOAT_PICTURES}/${id}-report.png`, fullPage: true });
  assert.deepEqual(page.complaints, []);
} catch (failure) {
  if (process.env.LIFEBOAT_PICTURES) await browser.contexts()[0]?.pages()[0]?.screenshot({ path: `${process.env.LIFEBOAT_PICTURES}/failure.png`, fullPage: true });
  throw failure;
} finally {
  await browser.close();
}
