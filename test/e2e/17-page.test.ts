import type { BrowserContext, Page } from 'playwright-core';
import { LABELS } from '../../lib/words/labels';
import { testTask } from '../../lib/words/names';
import { suiteWith } from '../output/tasks/support/tools';
import type { TeamProps } from '../../lib';
import type { Request } from '../../orchestrator/src/queue/objects';
import { CREDENTIALS, ENDPOINT, REGION, openBucket } from './reports/bucket-pod';
import { atEnd } from './support/belongings';
import { Change } from './support/change';
import type { Edits } from './support/git';
import { publish } from './support/git';
import { GitHub } from './support/github';
import { get, kubectl, list } from './support/kubectl';
import {
  ORCHESTRATOR,
  WEBHOOK_SECRET,
  bringUpWithOrchestrator,
  everyReplicaReady,
  giveSecret,
} from './support/orchestrator';
import { freePort, letIn, openPage, signIn } from './support/page';
import { closedIn } from './support/previews';
import { figure } from './support/record';
import { comesTo, requestOf } from './support/requests';
import type { PipelineRun } from './support/run';
import { succeeds } from './support/run';
import { UNIT_TESTS, greeter } from './support/greeter';
import { has } from './support/suite';
import type { TestTeam } from './support/team';
import { APP_RESOURCES, beginVersions, writeTeam } from './support/team';

/**
 * Story 17: two pull requests, each with tests that fail, and a developer who looks at the page: it tells the cause, the case and the log
 * when the run is over, and goes on telling them when the run is gone.
 */

const SHOWN: TestTeam = { name: 'shown', namespace: 'team-shown', environment: 'shown-staging' };
const STACK = 'shown';
const APP = 'greeter';

const github = new GitHub('e2e-github-page', [`e2e/${APP}`], {
  url: `http://${ORCHESTRATOR}.${SHOWN.namespace}/webhook/github`,
  secret: WEBHOOK_SECRET,
});

const { server: SERVER, test: UNIT, files } = greeter(APP);

/** Of each kind: what fails once the app does not say hello, and how the page names that case. */
const KINDS = {
  postman: {
    runner: 'newman',
    path: 'tests/api.json',
    files: {
      'tests/api.json': JSON.stringify({
        info: { name: 'api', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
        item: [
          {
            name: 'greeting',
            request: { method: 'GET', url: '{{baseUrl}}/' },
            event: [
              {
                listen: 'test',
                script: { exec: ["pm.test('it greets', () => pm.expect(pm.response.json().says).to.equal('hello'));"] },
              },
            ],
          },
        ],
      }),
    },
    case: 'it greets',
  },
  playwright: {
    runner: 'playwright',
    path: 'tests/browser',
    files: {
      'tests/browser/package.json': JSON.stringify({ private: true, devDependencies: { '@playwright/test': '*' } }),
      'tests/browser/greeting.spec.ts': `
import { expect, test } from '@playwright/test';
test('it is shown', async ({ request }) => {
  expect(await (await request.get('/')).json()).toEqual({ says: 'hello' });
});
`,
    },
    case: 'it is shown',
  },
  artillery: {
    runner: 'artillery',
    path: 'tests/load.json',
    files: {
      'tests/load.json': JSON.stringify({
        config: { phases: [{ duration: 1, arrivalRate: 1 }], plugins: { expect: {} } },
        scenarios: [
          {
            flow: [
              {
                get: {
                  url: '/',
                  expect: [{ statusCode: 200 }, { equals: ['{{ says }}', 'hello'] }],
                  capture: { json: '$.says', as: 'says' },
                },
              },
            ],
          },
        ],
      }),
    },
    case: undefined,
  },
} as const;
type Kind = keyof typeof KINDS;
const kinds = (Object.keys(KINDS) as Kind[]).filter((kind) => has(KINDS[kind].runner));

const port = freePort();
function write(orchestrator: TeamProps['orchestrator']): void {
  const tests = {
    unit: UNIT_TESTS,
    ...Object.fromEntries(kinds.map((kind) => [kind, KINDS[kind].path])),
  };
  writeTeam(
    SHOWN,
    {
      [STACK]: {
        apps: [
          {
            ...{
              name: APP,
              repo: `e2e/${APP}`,
              'propagation-role': 'terminal',
              'container-port': 8080,
              probe: { path: '/' },
            },
            ...{ build: { tool: 'npm' }, tests, resources: APP_RESOURCES },
          },
        ],
      },
    },
    {
      git: { baseURL: `git://${github.host}` },
      orchestrator,
      storage: {
        reports: { show: true, s3: { endpoint: ENDPOINT, bucket: 'ci-reports', prefix: STACK, region: REGION } },
      },
    },
  );
}

const pathOf = ({ metadata: { name, namespace } }: Request): string => `/ui/runs/${name}?namespace=${namespace}`;

suiteWith(['chromium'], 'the page of a run whose tests fail', () => {
  let context: BrowserContext;

  beforeAll(async () => {
    await github.open();
    await openBucket();
    await publish(APP, undefined, { ...files, ...Object.assign({}, ...kinds.map((kind) => KINDS[kind].files)) });
    await beginVersions(SHOWN, '0.1.0-rc.0', [APP]);
    const signInAt = signIn(await port);
    await bringUpWithOrchestrator(SHOWN, write, { githubURL: `http://${github.host}`, signIn: signInAt });
    await giveSecret(SHOWN, 'reports-s3', CREDENTIALS);
    await giveSecret(SHOWN, 'reports-s3-read', CREDENTIALS);
    await giveSecret(SHOWN, 'github-webhook-secret', { current: WEBHOOK_SECRET });
    await giveSecret(SHOWN, 'github-token', { token: 'a token of this suite' });
    await letIn(SHOWN);
    await everyReplicaReady(SHOWN);
    await succeeds(['bootstrap'], { team: SHOWN, stack: STACK });
    context = await openPage(SHOWN, await port);
  });
  atEnd(() => github.close());

  /** Opens the run of a change, waits until the page tells of the case, and how long that took from the end of the run. */
  async function shows(
    change: Change,
    edits: Edits,
    cases: readonly string[],
  ): Promise<{ view: Page; request: Request }> {
    expect(await change.deliver(await change.push(edits))).toBe(202);
    const begun = await comesTo(await requestOf(SHOWN.namespace, change.revision), 'Running');
    const view = await context.newPage();
    await view.goto(pathOf(begun));
    await view
      .getByRole('heading', { level: 1 })
      .getByText('Failed')
      .waitFor({ timeout: 20 * 60_000 });
    for (const one of cases) await view.getByRole('region', { name: 'Tests' }).getByText(one).first().waitFor();
    const seen = Date.now();
    const request = await comesTo(begun, 'Failed');
    const { status } = await get<PipelineRun>('pipelinerun', request.metadata.name, SHOWN.namespace);
    figure(
      `page of ${change.number}: from the end of the run until it tells of it`,
      `${((seen - Date.parse(status!.completionTime!)) / 1_000).toFixed(1)} s`,
    );
    return { view, request };
  }

  /** What the page tells of a step that failed, whether the pod is there or not. */
  async function tells(view: Page, log: RegExp): Promise<void> {
    await view.getByRole('region', { name: 'Log' }).getByText(log).first().waitFor();
  }

  /** Deletes the run and what belongs to it, as the orchestrator does after a while. */
  const prune = (request: Request): Promise<string> =>
    kubectl([
      'delete',
      'pipelinerun',
      request.metadata.name,
      '--namespace',
      SHOWN.namespace,
      '--cascade=foreground',
      '--wait',
    ]);

  describe('in the build', () => {
    let view: Page;
    let request: Request;

    beforeAll(async () => {
      const edits = { 'server.js': SERVER.replace('hello', 'goodbye') };
      ({ view, request } = await shows(new Change(github, APP, 1), edits, ['it says hello']));
    });

    it('tells the cause, the case and the log', async () => {
      await view.getByText(`build-${APP}`).first().waitFor();
      await tells(view, /goodbye/);
    });

    it('still does when the run is gone', async () => {
      await prune(request);
      await view.reload();
      await view.getByRole('region', { name: 'Tests' }).getByText('it says hello').first().waitFor();
      await view.getByText('Kept from the run').first().waitFor();
      await tells(view, /goodbye/);
    });
  });

  (kinds.length > 0 ? describe : describe.skip)('against its preview', () => {
    let view: Page;
    let request: Request;
    const named = kinds.flatMap((kind) => KINDS[kind].case ?? []);

    beforeAll(async () => {
      const edits = {
        'server.js': SERVER.replace('hello', 'goodbye'),
        'server.test.js': UNIT.replace(", 'hello'", ", 'goodbye'"),
      };
      ({ view, request } = await shows(new Change(github, APP, 2), edits, named));
    });

    it('is closed, without a task of the run', async () => {
      const run = await get<PipelineRun>('pipelinerun', request.metadata.name, SHOWN.namespace);
      await closedIn(SHOWN, LABELS.runUid);
      figure(
        'from the end of the run until its preview is closed',
        `${((Date.now() - Date.parse(run.status!.completionTime!)) / 1_000).toFixed(0)} s`,
      );
      const tasks = await list('taskruns', SHOWN.namespace, `tekton.dev/pipelineRun=${run.metadata.name}`);
      const names = tasks.map(({ metadata }) => metadata.labels?.['tekton.dev/pipelineTask']);
      expect(names).toContain(`preview-${APP}`);
      expect(names).not.toContain('close-previews');
    });

    it.each(kinds)('tells of its %s tests, and of the log', async (kind) => {
      await view.goto(`${pathOf(request)}&task=${testTask(APP, kind)}&step=test`);
      await view.getByRole('article', { name: `${kind} tests of ${APP}` }).waitFor();
      await tells(view, /./);
    });

    it('still does when the run is gone', async () => {
      await prune(request);
      await view.goto(pathOf(request));
      for (const one of named) await view.getByRole('region', { name: 'Tests' }).getByText(one).first().waitFor();
      // the address of a log stays valid
      for (const kind of kinds) {
        await view.goto(`${pathOf(request)}&task=${testTask(APP, kind)}&step=test`);
        await view.getByText('Kept from the run').first().waitFor();
        await tells(view, /./);
      }
    });
  });
});
