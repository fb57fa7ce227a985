/** The steps of an operator in the console, for any controller behind it: waits for what the page shows, never for time. */
export class ConsolePage {
  /** What the browser complained about: errors of scripts, and everything that the page's policy refused. */
  complaints = [];

  constructor(page, url) {
    this.page = page;
    this.url = url;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text())) this.complaints.push(message.text());
    });
  }

  async open(path = '') {
    await this.page.goto(`${this.url}${path}`);
  }

  async sign_in(token) {
    await this.page.getByLabel('Token of this stack').fill(token);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Until the picture is there. */
  async picture() {
    await this.tile('service').waitFor();
  }

  tile(name) {
    return this.page.locator(`[data-tile="${name}"]`);
  }

  async until_tile(name, text, timeout = 30_000) {
    await this.tile(name).filter({ hasText: text }).waitFor({ timeout });
  }

  region(name) {
    return this.page.getByRole('article', { name: `Region ${name}` });
  }

  action(kind) {
    return this.page.locator(`[data-action="${kind}"]`);
  }

  get dialog() {
    return this.page.getByRole('dialog');
  }

  /** Asks for an operation and confirms it by the stack's name. */
  async operate(kind, stack) {
    await this.action(kind).click();
    await this.confirm(kind, stack);
  }

  async confirm(kind, stack) {
    await this.dialog.getByLabel(/Type the stack's name/).fill(stack);
    await this.dialog.getByRole('button', { name: kind, exact: true }).click();
    await this.dialog.waitFor({ state: 'hidden' });
  }

  /** Records every phase that the page shows as running, in order, until `stop` is called. */
  async watch_phases() {
    await this.page.evaluate(() => {
      const seen = [];
      const look = () => {
        const phase = document.querySelector('[data-phase][aria-current="step"]')?.dataset.phase;
        if (phase && seen.at(-1) !== phase) seen.push(phase);
      };
      const observer = new MutationObserver(look);
      observer.observe(document.body, { subtree: true, childList: true, attributes: true });
      look();
      window.stop_watching_phases = () => (observer.disconnect(), seen);
    });
    return () => this.page.evaluate(() => window.stop_watching_phases());
  }

  async until_ended(operation, timeout = 60_000) {
    await this.page.locator(`.ended[data-operation="${operation}"]`).waitFor({ timeout });
  }

  async open_report() {
    await this.page.getByRole('link', { name: /^Report of / }).click();
    await this.page.getByRole('heading', { name: 'Where the time went' }).waitFor();
  }

  /** The violations that axe calls serious or critical, one line each. */
  async serious_findings(axe_source) {
    await this.page.evaluate(axe_source);
    const { violations } = await this.page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(' | ')}`);
  }

  /** Whether something is wider than the window. */
  async overflows() {
    return this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  }
}
