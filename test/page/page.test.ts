import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { SHA, pullRequestPayload, teamOf } from '../orchestrator/support';
import { requestLabels } from '../../lib/runs/ask/run-request';
import { pullRequestSchema, toPullRequest } from '../../lib/runs/events/github-event';
import type { GitHost } from '../../orchestrator/src/hosts/ask-host';
import type { Authenticate, Verb } from '../../orchestrator/src/http/auth';
import { callerWhoMay } from '../orchestrator/support/api';
import { suiteWith } from '../output/tasks/support/tools';
import { figuresScene } from './figures-scene';
import type { MadeRun } from './scene';
import { failingTasks, manyTasks, pullRequestRun } from './scene';
import type { Served } from './served';
import { builtPage, serve } from './served';
import { hear, isForEverybody } from './view';

/** The page in a browser, as the orchestrator serves it. */

const KiB = 1024;
const APPS = 40;
const LAYER = 8;
const name = (index: number): string => `app-${index}`;
const team = teamOf('payments', {
  checkout: Array.from({ length: APPS }, (_, index) => ({
    name: name(index),
    repo: `acme/${name(index)}`,
    downstream: [index + LAYER, index + LAYER + 1].filter((one) => one < APPS).map(name),
  })),
});
const apps = team.stacks[0]!.apps.map((app) => app.name);
const failed = pullRequestRun(team, {
  number: 42,
  phase: 'Failed',
  apps: ['app-0'],
  tasks: failingTasks('app-0'),
  message: 'test-app-0-postman: POST /cart answers 201: expected 201 but got 500',
});
const running = pullRequestRun(team, { number: 43, phase: 'Running', apps, tasks: manyTasks(apps) });
const waiting = pullRequestRun(team, { number: 44, phase: 'Queued', apps: ['app-3'], message: 'waits for a slot' });
/** A host at which each pull request is of a fork of somebody who may not push. */
const forkOf = (author: string): GitHost => ({
  isOf: () => true,
  pullRequest: async (_, number) => ({
    ...toPullRequest(pullRequestSchema.parse(pullRequestPayload({ sha: SHA.a, number }).pull_request)),
    fromFork: true,
    author,
  }),
  changedFiles: async () => undefined,
  filesBetween: async () => undefined,
  tree: async () => undefined,
  holds: async () => true,
  mayPush: async () => false,
});
const pathOf = ({ request: { metadata } }: MadeRun): string =>
  `/ui/runs/${metadata.name}?namespace=${metadata.namespace}`;

suiteWith(['chromium'], 'the page', () => {
  let browser: Browser;
  let page: ReturnType<typeof builtPage>;
  let served: Served;
  const views: Page[] = [];
  const said: string[] = [];

  beforeAll(async () => {
    page = builtPage();
    served = await serve(page.folder, [team], { figures: figuresScene(), now: Date.now });
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await served?.close();
    page?.remove();
  });
  beforeEach(() => {
    said.length = 0;
    served.show([failed, running, waiting]);
    // the step that failed has a log, whichever test is the first
    served.write('test-app-0-postman', 'test', '');
  });
  afterEach(async () => {
    await Promise.all(views.splice(0).map((view) => view.context().close()));
  });

  /** A browser of its own, in which nothing may go wrong and no other address be asked. */
  async function open(path: string, options: BrowserContextOptions = {}, url = served.url): Promise<Page> {
    const view = await (await browser.newContext(options)).newPage();
    views.push(view);
    hear(view, said);
    view.on('console', (message) => {
      if (message.type() === 'error') said.push(message.text());
    });
    view.on('request', (request) => {
      if (!request.url().startsWith(`${url}/`)) said.push(`it asks ${request.url()}`);
    });
    await view.goto(url + path);
    return view;
  }
  const text = (view: Page, what: string) => view.getByText(what, { exact: true }).first().waitFor();

  it('is small', () => {
    const files = readdirSync(page.folder, { recursive: true, encoding: 'utf8' }).map((file) =>
      join(page.folder, file),
    );
    const sizes = files.filter((file) => statSync(file).isFile()).map((file) => gzipSync(readFileSync(file)).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100 * KiB);
  });

  it('leads from the teams to the log of the step that failed', async () => {
    served.write('test-app-0-postman', 'test', 'GET /cart\n\u001b[31mPOST /cart answers 201\u001b[39m\n');
    const view = await open('/ui/');
    await view.getByRole('link', { name: 'payments', exact: true }).click();
    await view.getByRole('link', { name: 'checkout', exact: true }).click();
    await view.getByRole('link', { name: failed.request.metadata.name }).first().click();
    await text(view, 'test-app-0-postman: POST /cart answers 201: expected 201 but got 500');
    const log = view.getByRole('region', { name: 'Log' });
    await log.getByText('POST /cart answers 201').waitFor();
    expect(await log.locator('.ansi-red').allTextContents()).toEqual(['POST /cart answers 201']);
    expect(
      await view.getByRole('link', { name: 'test-app-0-postman 31 s failed' }).first().getAttribute('aria-current'),
    ).toBe('true');
    expect(said).toEqual([]);
  });

  it('shows what made a run as long as it was, and a task and a step by its address', async () => {
    served.write('build-app-0', 'compile', Array.from({ length: 60 }, (_, line) => `line ${line + 1}`).join('\n'));
    const view = await open(`${pathOf(failed)}&task=build-app-0&step=compile#L40`);
    await text(view, 'line 40');
    expect(await view.locator('.log .here code').textContent()).toBe('line 40');
    expect(await view.locator('.bar.critical > text:first-of-type').allTextContents()).toEqual(
      ['resolve', 'build-app-0', 'push-app-0', 'preview-app-0', 'test-app-0-playwright'].map((task) => `✓ ${task}`),
    );
    await view.getByRole('searchbox').fill('LINE 59');
    await text(view, '1 of 60 lines');
    expect(await view.locator('.log code').allTextContents()).toEqual(['line 59']);
  });

  it('hears what changes', async () => {
    const view = await open(pathOf(waiting));
    await text(view, 'waits for a slot');
    await text(view, '1 of 1');
    const begun = {
      ...waiting.request,
      status: { ...waiting.request.status, phase: 'Running', message: 'it is built' },
    } as const;
    served.show([{ ...waiting, request: begun }]);
    await text(view, 'it is built');
    expect(await view.getByText('Place in the queue').count()).toBe(0);
  });

  it.each([
    ['light', '/ui/', {}],
    ['dark', pathOf(failed), { colorScheme: 'dark' }],
    ['light', '/ui/teams/payments', {}],
    ['dark', '/ui/teams/payments/stacks/checkout/pulls/43?repo=acme%2Fapp-0', { colorScheme: 'dark' }],
    ['dark', '/ui/teams/payments/stacks/checkout', { colorScheme: 'dark' }],
    ['on a phone', pathOf(running), { viewport: { width: 390, height: 800 } }],
    ['light', '/ui/figures', {}],
    ['dark', '/ui/teams/payments/figures?days=90', { colorScheme: 'dark' }],
    ['on a phone', '/ui/teams/payments/figures', { viewport: { width: 390, height: 800 } }],
    ['light', '/ui/nowhere', {}],
  ] as const)('is for everybody: %s, %s', async (_, path, options) => {
    const view = await open(path, options);
    await isForEverybody(view);
    expect(said).toEqual([]);
  });

  it('can be used with keys alone', async () => {
    const view = await open('/ui/');
    await view.getByRole('link', { name: 'payments', exact: true }).waitFor();
    await view.keyboard.press('Tab');
    await view.keyboard.press('Tab');
    await view.keyboard.press('Tab');
    await view.keyboard.press('Tab');
    await view.keyboard.press('Enter');
    await view.getByRole('heading', { level: 1, name: 'payments' }).waitFor();
  });

  it('leads from a team to its figures, with what each rests on', async () => {
    const view = await open('/ui/teams/payments');
    await view.getByRole('link', { name: 'Figures of payments' }).click();
    await text(view, '24 min 43 s or less for nine of ten, of 340 pushes');
    await text(view, '46 of 340');
    const charts = await view.getByRole('img').all();
    expect(await Promise.all(charts.map((chart) => chart.getAttribute('aria-label')))).toEqual([
      'From push to verdict: 10 min 18 s at the median, 24 min 43 s or less for nine of ten, of 340 pushes',
      'From merge to serving: 7 min 51 s at the median, 18 min 50 s or less for nine of ten, of 59 releases',
      'Time to repair: 1 h 5 min at the median, 2 h 36 min or less for nine of ten, of 3 repairs',
      'Wait in the queue: 24 s at the median, 58 s or less for nine of ten, of 402 runs',
      'Tests of pull requests that failed: 46 of 340',
      'Releases that failed: 3 of 62',
    ]);
    // a bar for each of thirty days, as high as the day was slow
    const [bars] = await Promise.all(charts.slice(0, 1).map((chart) => chart.locator('.part').count()));
    expect(bars).toBe(30);
    await text(view, 'shows the total once the last item is in the cart');
    const asked = view.waitForRequest((request) => request.url().includes('/api/stats'));
    await view.getByRole('link', { name: '7 days' }).click();
    const { searchParams } = new URL((await asked).url());
    expect(searchParams.get('team')).toBe('payments');
    expect(Math.round((Date.now() - Date.parse(searchParams.get('since') ?? '')) / 86_400_000)).toBeLessThanOrEqual(7);
    expect(said).toEqual([]);
  });

  it('says where figures are of the cluster alone, and shows none that there are not', async () => {
    const own = await serve(page.folder, [team], { now: Date.now });
    own.show([]);
    const view = await open('/ui/figures', {}, own.url);
    await view.getByText('These are of the runs that the cluster holds').waitFor();
    expect(await view.getByText('There is none.').count()).toBe(6);
    expect(await view.getByRole('heading', { name: 'Flaky cases' }).count()).toBe(0);
    await view.context().close();
    await own.close();
  });

  it('runs nothing that others wrote', async () => {
    const script = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    const hostile = pullRequestRun(team, {
      number: 66,
      phase: 'Failed',
      apps: [script],
      headRef: script,
      message: `javascript:alert(3) ${script}`,
      tasks: [{ name: 'build-x', state: 'failed', from: 0, to: 5, message: script, steps: ['run'] }],
    });
    served.show([hostile]);
    served.write(
      'build-x',
      'run',
      `${script}\n\u001b]8;;javascript:alert(4)\u0007here\u001b]8;;\u0007\n\u001b[2J\u001b[31m${script}\n\u0000\u0007\n`,
    );
    const view = await open(pathOf(hostile));
    await view.getByRole('region', { name: 'Log' }).getByText('onerror').first().waitFor();
    expect(await view.locator('main img, main script, a[href^="javascript"]').count()).toBe(0);
    const own = await serve(page.folder, [team], { figures: figuresScene(script), now: Date.now });
    const figures = await open('/ui/figures', {}, own.url);
    await text(figures, script);
    expect(await figures.locator('main img, main script').count()).toBe(0);
    await figures.context().close();
    await own.close();
    expect(said).toEqual([]);
  });

  it('says what the API does not answer', async () => {
    const own = await serve(page.folder, [team], { authenticate: callerWhoMay('list') });
    own.show([failed]);
    own.write('test-app-0-postman', 'test', 'a secret');
    const view = await open(pathOf(failed), {}, own.url);
    await text(view, 'you may not get pods/log in namespace team-payments');
    await view.goto(`${own.url}/ui/runs/none`);
    await text(view, 'there is no such run');
    await view.context().close();
    await own.close();
  });

  it('says that the log is gone with its pod', async () => {
    const view = await open(`${pathOf(failed)}&task=push-app-0`);
    await text(view, 'the log is gone with its pod, or the step has not begun');
  });

  describe('of somebody who signed in', () => {
    const asked: { readonly url: string; readonly csrf: unknown }[] = [];
    const signedIn =
      (...verbs: readonly Verb[]): Authenticate =>
      async ({ method, url, headers }) => {
        if (method === 'POST') asked.push({ url, csrf: headers['x-csrf-token'] });
        const session = { csrf: 'of this session', expires: new Date(Date.now() + 3_600_000) };
        return { name: 'oidc:ann@example.com', session, may: async (verb) => verbs.includes(verb) };
      };
    beforeEach(() => void (asked.length = 0));

    it('cancels a run once that is confirmed, as the session allows it', async () => {
      const own = await serve(page.folder, [team], { authenticate: signedIn('list', 'patch') });
      own.show([running]);
      const view = await open(pathOf(running), {}, own.url);
      await text(view, 'oidc:ann@example.com');
      view.removeAllListeners('dialog');
      view.once('dialog', (dialog) => void dialog.accept());
      const answered = view.waitForResponse((response) => response.request().method() === 'POST');
      await view.getByRole('button', { name: 'Cancel' }).click();
      expect((await answered).status()).toBe(200);
      expect(asked).toEqual([
        { url: `/api/runs/${running.request.metadata.name}/cancel?namespace=team-payments`, csrf: 'of this session' },
      ]);
      await view.context().close();
      await own.close();
    });

    it('tells which image of an app was deployed last, and which previews of it are open', async () => {
      const digest = `sha256:${'d'.repeat(64)}`;
      const deployed = (number: number, pipeline: 'merge-release' | 'bootstrap', version: string): MadeRun => {
        const made = pullRequestRun(team, { number, phase: 'Succeeded', apps: ['app-1'], tasks: manyTasks(['app-1']) });
        const { metadata, spec, status } = made.request;
        const own = { ...spec, pipeline, pullRequest: undefined };
        const finishedAt = new Date(Date.parse(status!.finishedAt!) + number * 60_000).toISOString();
        const images = [{ app: 'app-1', url: `r.example.com/app-1:${version}`, digest }];
        return {
          ...made,
          request: {
            ...made.request,
            metadata: { ...metadata, labels: requestLabels(own) },
            spec: own,
            status: { ...status, finishedAt, results: { images } },
          },
        };
      };
      served.show([running, deployed(1, 'bootstrap', '1.0.0'), deployed(2, 'merge-release', '1.1.0')]);
      const view = await open('/ui/teams/payments/stacks/checkout');
      const table = view.getByRole('region', { name: 'Apps of checkout', exact: true });
      const row = (app: string) => table.getByRole('row').filter({ has: view.getByText(app, { exact: true }) });
      await row('app-1').getByText('r.example.com/app-1:1.1.0').waitFor();
      expect(await table.getByText('1.0.0').count()).toBe(0);
      expect(await row('app-1').getByRole('link', { name: running.request.metadata.name }).getAttribute('href')).toBe(
        pathOf(running),
      );
      await row('app-1').getByRole('link', { name: 'acme/app-0#43' }).click();
      await view.waitForURL('**/ui/teams/payments/stacks/checkout/pulls/43?repo=acme%2Fapp-0');
      await view.getByRole('heading', { level: 1 }).getByText('acme/app-0#43').waitFor();
      const runs = view.getByRole('region', { name: 'Runs of acme/app-0#43' });
      expect(await runs.getByRole('row').count()).toBe(2);
      await runs.getByRole('link', { name: running.request.metadata.name }).waitFor();
      await view.goBack();
      await view.getByText('No run that is remembered has deployed app-0, app-2, app-3').waitFor();
    });

    it('bootstraps the apps that are chosen, and leads to the run', async () => {
      const own = await serve(page.folder, [team], { authenticate: signedIn('list', 'create', 'release') });
      own.show([]);
      const view = await open('/ui/teams/payments/stacks/checkout', {}, own.url);
      await view.getByText('Bootstrap', { exact: true }).click();
      await view.getByRole('checkbox', { name: 'app-7', exact: true }).check();
      await view.getByRole('button', { name: 'Bootstrap 1' }).click();
      await view.waitForURL(/\/ui\/runs\/bootstrap-/);
      await view.context().close();
      await own.close();
    });

    it('approves the head of a fork that somebody has read, and leads to its run', async () => {
      const stranger = '<img src=x onerror=alert(1)>';
      const host = forkOf(stranger);
      const path = '/ui/teams/payments/stacks/checkout/pulls/9?repo=acme%2Fapp-0';
      const reader = await serve(page.folder, [team], { github: { host }, authenticate: signedIn('list', 'create') });
      reader.show([]);
      const read = await open(path, {}, reader.url);
      await read.getByText(`It is of a fork of ${stranger}, who may not push here.`).waitFor({ timeout: 15_000 });
      expect(await read.getByRole('button', { name: 'Approve' }).count()).toBe(0);
      await read.context().close();
      await reader.close();

      const verbs: Verb[] = ['list', 'create', 'release'];
      const own = await serve(page.folder, [team], { github: { host }, authenticate: signedIn(...verbs) });
      own.show([]);
      const view = await open(path, {}, own.url);
      const asking: string[] = [];
      view.removeAllListeners('dialog');
      view.once('dialog', (dialog) => {
        asking.push(dialog.message());
        void dialog.accept();
      });
      await view.getByRole('button', { name: `Approve ${SHA.a.slice(0, 12)}` }).click();
      await view.waitForURL(/\/ui\/runs\/pr-9-/);
      expect(asking).toEqual([
        `Run the code of ${stranger} in commit ${SHA.a.slice(0, 12)}? It gets the rights of forks.`,
      ]);
      expect(asked.at(-1)).toEqual({
        url: `/api/teams/payments/stacks/checkout/pulls/9/approve?repo=acme%2Fapp-0&commit=${SHA.a}`,
        csrf: 'of this session',
      });
      await view.goto(`${own.url}${path}`);
      await view.getByRole('link', { name: /^pr-9-/ }).waitFor();
      expect(await view.getByRole('region', { name: 'Approval' }).count()).toBe(0);
      await view.context().close();
      await own.close();
    });

    it('has no button for what the cluster would refuse', async () => {
      const own = await serve(page.folder, [team], { authenticate: signedIn('list') });
      own.show([failed]);
      const view = await open(pathOf(failed), {}, own.url);
      await text(view, 'oidc:ann@example.com');
      await view.getByRole('region', { name: 'Task test-app-0-postman' }).waitFor();
      expect(await view.getByRole('button', { name: 'Run again' }).count()).toBe(0);
      await view.context().close();
      await own.close();
    });
  });
});
