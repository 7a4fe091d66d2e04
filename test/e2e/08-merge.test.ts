import { randomBytes } from 'node:crypto';
import { load } from 'js-yaml';
import type { TeamProps } from '../../lib';
import { commit, merge, show } from './support/git';
import { get, setTaskEnv, wait } from './support/kubectl';
import type { KubeObject } from './support/kubectl';
import { bringUpWithOrchestrator } from './support/orchestrator';
import { failure, pullRequest, state } from './support/pull-request';
import { manifest, plant, tags } from './support/registry';
import type { Outcome } from './support/run';
import { cancel, fails, finished, outcome, ran, reaches, result, start, succeeds, task } from './support/run';
import { suite } from './support/suite';
import type { AppName, TestTeam } from './support/team';
import { APPS, beginVersions, imageRegistry, publishApp, trio, writeTeam } from './support/team';
import { hops, openClient } from './support/traffic';

/** Story 8: what was tested is what is released, by its digest; a version is given to what serves, and Git knows. */

const MERGES: TestTeam = { name: 'merges', namespace: 'team-merges', environment: 'merges-staging' };
const HERE = { team: MERGES, stack: MERGES.name };
const VERSIONS = `teams/${MERGES.name}/versions.yaml`;
const repo = (app: AppName): string => `merge-${app}`;
/** Versions that were released stay, so that each time has a place of its own. */
const REGISTRY = `${imageRegistry(MERGES)}/${randomBytes(3).toString('hex')}`;
const image = (app: AppName): string => `${REGISTRY}/${app}`;

const release = (app: AppName, revision: string): readonly string[] => [
  'merge-release',
  '--app',
  app,
  '--revision',
  revision,
];
const digestOf = (ended: Outcome, app: AppName): string => result(task(ended, `push-${app}`), 'IMAGE_DIGEST') ?? '';
const running = async (app: AppName): Promise<string | undefined> =>
  (
    await get<KubeObject<{ template: { spec: { containers: { image: string }[] } } }>>(
      'deployment',
      app,
      MERGES.environment,
    )
  ).spec.template.spec.containers[0]?.image;
type Entry = Readonly<Record<'version' | 'last-released' | 'digest', string>>;
const versions = async (): Promise<Record<AppName, Entry>> =>
  (load(await show('platform', 'main', VERSIONS)) as { apps: Record<AppName, Entry> }).apps;

beforeAll(async () => {
  for (const app of APPS) await publishApp(app, repo(app));
  await beginVersions(MERGES, '0.1.0-rc.3');
  const { apps, ...rest } = trio() as { apps: { name: AppName }[] };
  const write = (orchestrator: TeamProps['orchestrator']): void =>
    writeTeam(
      MERGES,
      { [HERE.stack]: { ...rest, apps: apps.map((app) => ({ ...app, repo: `e2e/${repo(app.name)}` })) } },
      { imageRegistry: REGISTRY, pushRegistry: REGISTRY.replace(suite().registry, suite().pushRegistry), orchestrator },
    );
  // releases run a program of its image; nobody asks it for runs here
  await bringUpWithOrchestrator(MERGES, write, { enabled: false });
  await succeeds(['bootstrap'], HERE);
  await openClient(MERGES.environment);
});

describe('a merge of what a pull request tested', () => {
  let tested: string;
  let released: Outcome;
  beforeAll(async () => {
    const { args } = await pullRequest(
      'forwarder',
      1,
      { 'version.txt': 'change-1\n', 'server.test.js': '' },
      repo('forwarder'),
    );
    tested = digestOf(await succeeds(args, HERE), 'forwarder');
    for (const tag of await tags(`${REGISTRY}/pr/forwarder`)) await plant(`${REGISTRY}/pr/forwarder`, tag);
    released = await succeeds(release('forwarder', await merge(repo('forwarder'), 'change-1')), HERE);
  });

  it('builds nothing, and believes no tag', () => {
    const build = task(released, 'build-forwarder');
    expect(digestOf(released, 'forwarder')).toBe(tested);
    expect(['compile', 'unit-test', 'image'].filter((step) => ran(build, step))).toEqual([]);
  });

  it('copies the image to where releases are, with its version', async () => {
    expect(await manifest(`${image('forwarder')}:0.1.0`)).toMatchObject({ status: 200, digest: tested });
  });

  it('deploys it', async () => {
    expect(await running('forwarder')).toBe(`${image('forwarder')}@${tested}`);
    expect(await hops(MERGES.environment, 'http://originator/')).toBe(
      'originator=stable forwarder=change-1 terminal=stable',
    );
  });

  it('records it in Git, and begins the next version', async () => {
    expect((await versions()).forwarder).toEqual({ version: '0.1.1-rc.0', 'last-released': '0.1.0', digest: tested });
  });
});

describe('two merges at once', () => {
  let built: string;
  let ended: readonly Outcome[];
  beforeAll(async () => {
    // built by a run that was cancelled before its tests: nobody can say that they pass
    const { args } = await pullRequest(
      'originator',
      2,
      { 'version.txt': 'change-2\n', 'server.test.js': '' },
      repo('originator'),
    );
    const run = await start(args, HERE);
    const pushed = await reaches(run, 'push-originator');
    await wait('taskrun', pushed.metadata.name, run.namespace, 'condition=Succeeded', '15m');
    await cancel(run);
    built = digestOf(await outcome(run), 'originator');
    await finished(run);
    const revisions = {
      originator: await merge(repo('originator'), 'change-2'),
      terminal: await commit(repo('terminal'), 'main', { 'version.txt': 'change-3\n' }),
    };
    ended = await Promise.all([
      succeeds(release('originator', revisions.originator), HERE),
      succeeds(release('terminal', revisions.terminal), HERE),
    ]);
  });

  it('both land in Git', async () => {
    const [originator, terminal] = [digestOf(ended[0]!, 'originator'), digestOf(ended[1]!, 'terminal')];
    expect(await versions()).toMatchObject({
      originator: { version: '0.1.1-rc.0', 'last-released': '0.1.0', digest: originator },
      terminal: { version: '0.1.1-rc.0', 'last-released': '0.1.0', digest: terminal },
    });
  });

  it('are both deployed', async () => {
    expect(await hops(MERGES.environment, 'http://originator/')).toBe(
      'originator=change-2 forwarder=change-1 terminal=change-3',
    );
  });

  it('build anew what no run has tested to its end', () => {
    expect(built).toMatch(/^sha256:/);
    expect(digestOf(ended[0]!, 'originator')).not.toBe(built);
    expect(ran(task(ended[0]!, 'build-originator'), 'image')).toBe(true);
  });
});

describe('a rollout that fails', () => {
  let failed: Outcome;
  let before: string | undefined;
  const served = async () =>
    (await get('deployment', 'forwarder', MERGES.environment)).metadata.annotations?.['tekton-dag.io/commit'];
  const SERVES = 'originator=change-2 forwarder=change-1 terminal=change-3';
  beforeAll(async () => {
    await setTaskEnv(MERGES.namespace, 'deploy-app', { PATIENCE_SECONDS: '10' });
    before = await served();
    const revision = await commit(repo('forwarder'), 'main', {
      'version.txt': 'change-4\n',
      'server.js': `${await show(repo('forwarder'), 'main', 'server.js')}if (require.main === module) throw new Error('API_URL is not set');\n`,
    });
    failed = await fails(release('forwarder', revision), HERE);
  });

  it('is rolled back, and says so', async () => {
    expect(state(failed)).toBe('False Failed');
    expect(failure(failed, 'deploy-forwarder')).toMatch(
      /^forwarder does not get ready: it crashes \(exit code 1\); the end of its log is above\. Rolled back to \S+@sha256:\S+, which serves$/,
    );
    expect(await hops(MERGES.environment, 'http://originator/')).toBe(SERVES);
    expect(before).toMatch(/^[0-9a-f]{40}$/);
    expect(await served()).toBe(before);
  });

  it('takes no version', async () => {
    expect((await versions()).forwarder.version).toBe('0.1.1-rc.0');
    expect(await tags(image('forwarder'))).not.toContain('0.1.1');
  });

  it('leaves the version to the commit that fixes it', async () => {
    const fixed = await commit(repo('forwarder'), 'main', {
      'version.txt': 'change-5\n',
      'server.js': await show(repo('forwarder'), 'change-1', 'server.js'),
    });
    const ended = await succeeds(release('forwarder', fixed), HERE);
    expect(await manifest(`${image('forwarder')}:0.1.1`)).toMatchObject({
      status: 200,
      digest: digestOf(ended, 'forwarder'),
    });
    expect(await hops(MERGES.environment, 'http://originator/')).toBe(SERVES.replace('change-1', 'change-5'));
  });
});
