import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { NOW, teamOf } from '../orchestrator/support';
import { KeptReports, summaryWith } from '../orchestrator/support/kept-reports';
import { figuresScene } from './figures-scene';
import { failingTasks, pullRequestRun } from './scene';
import { builtPage, serve } from './served';

/** `npm run pictures`: makes the pictures of docs/page.md and docs/figures.md from the runs that the tests of the page show. */

const FOLDER = join(__dirname, '../../docs/pictures');
const LAYER = 8;
const LOG = [
  'newman run tests/api.json',
  '\u001b[32m✓\u001b[39m GET /products answers 200',
  '\u001b[32m✓\u001b[39m GET /cart answers 200',
  '\u001b[31m✗ POST /cart answers 201\u001b[39m',
  '  expected 201 but got 500',
];

async function main(): Promise<void> {
  const name = (index: number): string => `app-${index}`;
  const apps = Array.from({ length: 40 }, (_, index) => ({
    name: name(index),
    repo: `acme/${name(index)}`,
    downstream: [index + LAYER, index + LAYER + 1].filter((one) => one < 40).map(name),
  }));
  const team = teamOf('payments', { checkout: apps });
  const run = pullRequestRun(team, {
    number: 42,
    phase: 'Failed',
    apps: ['app-0'],
    tasks: failingTasks('app-0'),
    message: 'test-app-0-postman: POST /cart answers 201: expected 201 but got 500',
  });
  const page = builtPage();
  const own = run.request.metadata.name;
  const reports = new KeptReports();
  const [failed, ...others] = summaryWith('app-0', 'postman').cases;
  const summary = summaryWith('app-0', 'postman', {
    cases: [
      { ...failed!, class: 'cart', name: 'POST /cart answers 201', message: 'expected 201 but got 500' },
      ...others,
    ],
    tests: { passed: 2, failed: 1, errors: 0, skipped: 0, flaky: 0, seconds: 1.204 },
    coverage: undefined,
  });
  reports.files.set(`checkout/pr-test/${own}/app-0/postman/summary.json`, JSON.stringify(summary));
  const served = await serve(page.folder, [team], { reports, figures: figuresScene(), now: () => NOW + 300_000 });
  served.show([run]);
  served.write('test-app-0-postman', 'test', `${LOG.join('\n')}\n`);
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  const views = {
    'page-run': `/ui/runs/${own}?namespace=${team.namespace}`,
    'page-stack': '/ui/teams/payments/stacks/checkout',
    'page-figures': '/ui/teams/payments/figures',
  };
  for (const [file, path] of Object.entries(views)) {
    const view = await browser.newPage({ viewport: { width: 1100, height: 700 } });
    await view.clock.setFixedTime(NOW + 300_000);
    await view.goto(served.url + path);
    await view.locator('.graph .node, .chart .part').first().waitFor();
    for (const one of await view.getByText('Loading…').all()) await one.waitFor({ state: 'detached' });
    await view.waitForLoadState('load');
    await view.screenshot({ path: join(FOLDER, `${file}.png`), fullPage: true });
  }
  await browser.close();
  await served.close();
  page.remove();
}

void main();
