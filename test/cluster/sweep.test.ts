import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANNOTATIONS, LABELS } from '../../lib/words/labels';
import { SWEEPER, accountName, session } from '../../lib/words/names';
import { apply, applyObjects, kubectl } from './kubectl';

/** The script of the CronJob that closes what runs left open, with the rights of its account on a real API server. */

const ROOT = join(__dirname, '../..');
const [RUNS, APPS] = ['team-local', 'shop-staging'];
const SESSION = session('acme/web', 77);
const NAME = `sweep-${SESSION}`;

interface CronJob {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: {
            readonly containers: readonly [
              {
                readonly command: readonly string[];
                readonly env: readonly { readonly name: string; readonly value?: string }[];
              },
            ];
          };
        };
      };
    };
  };
}

let folder: string;
let kubeconfig: string;
beforeAll(() => {
  apply(join(ROOT, 'dist/cluster'), join(ROOT, 'dist/teams'));
  // the admin's, speaking as the account
  folder = mkdtempSync(join(tmpdir(), 'sweep-'));
  const config = JSON.parse(kubectl(['config', 'view', '--raw', '--flatten', '--minify', '--output=json'])) as {
    users: { user: object }[];
  };
  const users = config.users.map((one) => ({
    ...one,
    user: { ...one.user, as: `system:serviceaccount:${RUNS}:${accountName('preview')}` },
  }));
  kubeconfig = join(folder, 'config');
  writeFileSync(kubeconfig, JSON.stringify({ ...config, users }));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  kubectl(['delete', 'deployments,services', '--namespace', APPS, '--selector', `${LABELS.session}=${SESSION}`]);
  kubectl(['delete', 'pipelinerun', 'sweep-run', '--namespace', RUNS, '--ignore-not-found']);
});

function sweepOnce(): string {
  const job = JSON.parse(kubectl(['get', 'cronjob', SWEEPER, '--namespace', RUNS, '--output=json'])) as CronJob;
  const [{ command, env }] = job.spec.jobTemplate.spec.template.spec.containers;
  const given = Object.fromEntries(env.map(({ name, value = '' }) => [name, value]));
  // no router runs here that could be waited for
  const { status, stdout, stderr } = spawnSync(command[0] as string, command.slice(1), {
    encoding: 'utf8',
    env: { ...process.env, ...given, HOME: folder, KUBECONFIG: kubeconfig, ROUTER_SECONDS: '0' },
  });
  expect({ status, stderr: stderr.replace(/^warning: .*\n/gm, '') }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const run = (): string =>
  kubectl(
    ['create', '--filename=-', '--output=jsonpath={.metadata.uid}'],
    JSON.stringify({
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { name: 'sweep-run', namespace: RUNS },
      spec: { pipelineRef: { name: 'shop-pr-test' } },
    }),
  );

function open(uid: string, expires: string): void {
  const metadata = {
    name: NAME,
    namespace: APPS,
    labels: { [LABELS.app]: 'sweep', [LABELS.session]: SESSION, [LABELS.runUid]: uid },
    annotations: {
      [ANNOTATIONS.run]: 'sweep-run',
      [ANNOTATIONS.expires]: expires,
      [ANNOTATIONS.header]: 'x-dev-session',
    },
  };
  const template = {
    metadata: { labels: { name: NAME } },
    spec: { containers: [{ name: 'app', image: 'registry.example.com/web:1.0.0' }] },
  };
  const items = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: { selector: { matchLabels: { name: NAME } }, template },
    },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None', selector: { name: NAME } } },
  ];
  applyObjects(items);
}
const LATER = '2999-01-01T00:00:00Z';
const left = (): string[] =>
  kubectl([
    'get',
    'deployments,services',
    '--namespace',
    APPS,
    '--selector',
    `${LABELS.session}=${SESSION}`,
    '--output=name',
  ])
    .split('\n')
    .filter(Boolean);

it('leaves what a run has open, and closes it once the run is deleted', () => {
  open(run(), LATER);
  expect(sweepOnce()).toBe('');
  expect(left()).toHaveLength(2);
  kubectl(['delete', 'pipelinerun', 'sweep-run', '--namespace', RUNS]);
  expect(sweepOnce()).toContain('there is no run sweep-run any more');
  expect(left()).toEqual([]);
});

it('closes what a run left that is over', () => {
  open(run(), LATER);
  kubectl([
    'patch',
    'pipelinerun',
    'sweep-run',
    '--namespace',
    RUNS,
    '--subresource=status',
    '--type=merge',
    '--patch',
    '{"status":{"completionTime":"2026-01-01T00:00:00Z"}}',
  ]);
  expect(sweepOnce()).toContain('run sweep-run is over');
  expect(left()).toEqual([]);
});

it('closes what is past its time', () => {
  open(run(), '2026-01-01T00:00:00Z');
  expect(sweepOnce()).toContain('its time was up');
  expect(left()).toEqual([]);
});
