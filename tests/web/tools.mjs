// What the tests need and may not have: the libraries of web/node_modules and a Chromium. Missing: one line, exit code 77.
import { accessSync, constants } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(join(root, 'web/package.json'));

function skip(what, install) {
  console.log(`skipped: ${what}; ${install}`);
  process.exit(77);
}

function library(name) {
  try {
    return require(name);
  } catch {
    return skip(`web/node_modules has no ${name}`, "run 'npm ci' in web/");
  }
}

function is_program(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function chromium_path() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = ['chromium', 'chromium-browser', 'google-chrome'].flatMap((name) => folders.map((folder) => join(folder, name))).find(is_program);
  return found ?? skip('there is no Chromium', "run 'apt-get install chromium', or set CHROMIUM to one");
}

/** The source of axe-core, to be evaluated in the page. */
export function axe_source() {
  return library('axe-core').source;
}

export async function launch() {
  const { chromium } = library('playwright-core');
  const arguments_ = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: chromium_path(), timeout: 180_000, args: [...arguments_, '--disable-gpu', '--disable-dev-shm-usage'] });
}
