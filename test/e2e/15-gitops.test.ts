import { dump, load } from 'js-yaml';
import {
  FLEET,
  applications,
  change,
  fleetFolder,
  gone,
  handOver,
  hasArgoCd,
  publishFleet,
  reach,
  refresh,
  stateOf,
  takeBack,
  tektonDag,
  write,
} from './support/argo-cd';
import { mine } from './support/belongings';
import { cloneUrl, commit, pull, show } from './support/git';
import type { KubeObject } from './support/kubectl';
import { deleteNamespaces, get, kubectl, list } from './support/kubectl';
import { orchestratorImage } from './support/orchestrator';
import { failure, state } from './support/pull-request';
import { figure } from './support/record';
import { fails, result, succeeds, task } from './support/run';
import { suite } from './support/suite';
import type { AppName, TestTeam } from './support/team';
import { APPS, imageRegistry, publishApp, teamProps, trio } from './support/team';
import { makeVolumes, openClaims } from './support/team-up';
import { hops, openClient } from './support/traffic';
import { until } from './support/until';

/** Story 15: a fleet in Git, and Argo CD. Teams come, change and go by commits, and so do the apps of one of them. */

const OWNER: TestTeam = { name: 'gitops', namespace: 'team-gitops', environment: 'gitops-apps' };
const GUEST: TestTeam = { name: 'guest', namespace: 'team-guest', environment: 'guest-apps' };
const VERSIONS = `teams/${OWNER.name}/versions.yaml`;
const [HERE = '', NEXT] = hasArgoCd() ? suite().argoCd : [];
const NEXT_APPLICATION = `tekton-dag-${OWNER.name}.${NEXT}`;
const VERSIONS_NEXT = `teams/${OWNER.name}/versions.${NEXT}.yaml`;
const onNext = NEXT === undefined ? it.skip : it;
const applicationsOf = ({ name }: Pick<TestTeam, 'name'>): string[] =>
  ['', '.platform', '.project'].map((suffix) => `tekton-dag-${name}${suffix}`);
const SETTLED = /^Synced Healthy$/;
/** One team of two goes. */
const ALLOWED = '--allow-removal';

const repo = (app: AppName): string => `gitops-${app}`;
const runs = {
  team: OWNER,
  stack: OWNER.name,
  get root() {
    return fleetFolder();
  },
};
const platform = () => ({ repoURL: cloneUrl(FLEET) });

/** @param tools image with the programs that runs commit by; made by the team itself once it is up */
function writeOwner(tools?: string): void {
  const { apps, ...rest } = trio() as { apps: { name: AppName }[] };
  write(
    `stacks/${OWNER.name}.yaml`,
    dump({ name: OWNER.name, ...rest, apps: apps.map((app) => ({ ...app, repo: `e2e/${repo(app.name)}` })) }),
  );
  const more = {
    cluster: HERE,
    clusters: NEXT === undefined ? [] : [NEXT],
    environment: { namespace: OWNER.environment, deploy: 'gitops' as const },
    platform: platform(),
    ...(tools !== undefined && { orchestrator: { enabled: false, image: tools } }),
  };
  write(`teams/${OWNER.name}/team.yaml`, dump(teamProps(OWNER, [OWNER.name], more)));
  write(
    VERSIONS,
    `# written by releases\napps:\n${APPS.map((app) => `  ${app}:\n    version: "0.1.0-rc.0"\n`).join('')}`,
  );
}

function writeGuest(removal: 'cascade' | 'orphan' = 'cascade'): void {
  write(
    `stacks/${GUEST.name}.yaml`,
    dump({ name: GUEST.name, apps: [{ name: 'parlour', repo: 'e2e/gitops-parlour', 'propagation-role': 'terminal' }] }),
  );
  write(
    `teams/${GUEST.name}/team.yaml`,
    dump(
      teamProps(GUEST, [GUEST.name], {
        cluster: HERE,
        environment: { namespace: GUEST.environment },
        platform: platform(),
        removal,
      }),
    ),
  );
}

interface Deployment {
  readonly template: { readonly spec: { readonly containers: readonly { readonly image: string }[] } };
}
const running = async (app: AppName): Promise<string | undefined> =>
  (await get<KubeObject<Deployment>>('deployment', app, OWNER.environment)).spec.template.spec.containers[0]?.image;
const image = (app: AppName, digest: string): string => `${imageRegistry(OWNER)}/${app}@${digest}`;
type Entry = Readonly<Record<'version' | 'last-released' | 'digest', string>>;
const versions = async (file = VERSIONS): Promise<Record<AppName, Entry>> =>
  (load(await show(FLEET, 'main', file)) as { apps: Record<AppName, Entry> }).apps;
/** What Git says of the apps there. */
async function deployedNext(): Promise<string> {
  const { folder } = JSON.parse(await show(FLEET, 'main', `dist/index/${OWNER.name}.${NEXT}.json`)) as {
    folder: string;
  };
  return show(FLEET, 'main', `${folder}/55-apps.yaml`);
}
const namespaces = async (): Promise<string[]> => (await list('namespaces', '')).map(({ metadata: { name } }) => name);
const tell = (what: string, seconds: number): void => figure(`with Argo CD, ${what}`, `${Math.round(seconds)} s`);

(hasArgoCd() ? describe : describe.skip)('a fleet by Git', () => {
  beforeAll(async () => {
    await takeBack(cloneUrl(FLEET));
    const own = [OWNER, GUEST].flatMap(({ namespace, environment }) => [namespace, environment]);
    mine(own.map((name) => `namespace/${name}`));
    await deleteNamespaces(...own);
    for (const app of APPS) await publishApp(app, repo(app));
    await publishFleet();
    await makeVolumes(OWNER);
    await makeVolumes(GUEST);
    await change('A fleet of one team', () => writeOwner());
  });
  afterAll(() => takeBack(cloneUrl(FLEET)));

  it('is taken over, and all of it is as Git says', async () => {
    await handOver();
    tell(
      'from nothing to a team that is up',
      await reach([...applicationsOf(OWNER), 'tekton-dag', `tekton-dag.${HERE}`], SETTLED),
    );
    if (NEXT !== undefined) await reach([`${NEXT_APPLICATION}.platform`, NEXT_APPLICATION], /^Synced/);
    await openClaims(OWNER);
  });

  it('stays so, whatever Tekton writes into its objects', async () => {
    const before =
      (await applications())
        .get('tekton-dag-gitops')!
        .status?.resources?.filter(({ kind }) => kind === 'Task' || kind === 'Pipeline') ?? [];
    expect(before.length).toBeGreaterThan(10);
    await refresh('hard');
    await reach([...(await applications()).keys()], /^Synced/);
    const after = [...(await applications())].map(([name, each]) => `${name} ${stateOf(each).split(' ')[0]}`);
    expect(after.filter((line) => !line.endsWith(' Synced'))).toEqual([]);
  });

  describe('apps that Git deploys', () => {
    beforeAll(async () => {
      const tools = await orchestratorImage(OWNER);
      await change('The programs of runs', () => writeOwner(tools));
      await reach(applicationsOf(OWNER), SETTLED);
    });

    it('come up by a bootstrap, from what it committed', async () => {
      const ended = await succeeds(['bootstrap'], runs);
      const recorded = await versions();
      for (const app of APPS) {
        expect(recorded[app]).toEqual({
          version: '0.1.0-rc.0',
          digest: result(task(ended, `push-${app}`), 'IMAGE_DIGEST'),
        });
        expect(await running(app)).toBe(image(app, recorded[app].digest));
      }
      tell('bootstrap', ended.seconds);
      await openClient(OWNER.environment);
      expect(await hops(OWNER.environment, 'http://originator/')).toBe(
        'originator=stable forwarder=stable terminal=stable',
      );
      await reach(applicationsOf(OWNER), SETTLED);
    });

    onNext('stay on the next cluster as they are there, from the first promotion on', async () => {
      await succeeds(['promote', '--to', NEXT!], runs);
      expect(await versions(VERSIONS_NEXT)).toEqual(await versions());
    });

    it('are released by a commit, which the run sees through', async () => {
      const ended = await succeeds(
        [
          'merge-release',
          '--app',
          'forwarder',
          '--revision',
          await commit(repo('forwarder'), 'main', { 'version.txt': 'change-1\n' }),
        ],
        runs,
      );
      const digest = result(task(ended, 'push-forwarder'), 'IMAGE_DIGEST') ?? '';
      expect((await versions()).forwarder).toEqual({ version: '0.1.1-rc.0', 'last-released': '0.1.0', digest });
      expect(await running('forwarder')).toBe(image('forwarder', digest));
      expect(await hops(OWNER.environment, 'http://originator/')).toBe(
        'originator=stable forwarder=change-1 terminal=stable',
      );
      tell('release', ended.seconds);
      await reach(applicationsOf(OWNER), SETTLED);
    });

    onNext('are promoted to the next cluster', async () => {
      const { forwarder } = await versions();
      expect((await deployedNext()).includes(forwarder.digest)).toBe(false);
      const ended = await succeeds(['promote', '--to', NEXT!], runs);
      expect((await versions(VERSIONS_NEXT)).forwarder).toEqual(forwarder);
      expect(await deployedNext()).toContain(image('forwarder', forwarder.digest));
      await refresh();
      await reach([NEXT_APPLICATION], /^Synced/, { revision: result(task(ended, 'promote'), 'COMMIT') });
      tell('promotion', ended.seconds);
    });

    it('go on as they are while a newer one does not get ready, which is said', async () => {
      const server = await show(repo('forwarder'), 'main', 'server.js');
      const revision = await commit(repo('forwarder'), 'main', {
        'version.txt': 'change-2\n',
        'server.js': `${server}if (require.main === module) throw new Error('API_URL is not set');\n`,
      });
      const failed = await fails(['merge-release', '--app', 'forwarder', '--revision', revision], runs);
      expect(state(failed)).toBe('False Failed');
      expect(failure(failed, 'deploy-forwarder')).toMatch(
        /^forwarder does not get ready: it crashes \(exit code 1\); the end of its log is above\. What served before goes on\. Release what fixes it, or revert commit [0-9a-f]{40}/,
      );
      expect(await hops(OWNER.environment, 'http://originator/')).toBe(
        'originator=stable forwarder=change-1 terminal=stable',
      );
      if (NEXT !== undefined) expect((await versions(VERSIONS_NEXT)).forwarder['last-released']).toBe('0.1.0');

      await pull(FLEET);
      const fixed = await succeeds(
        [
          'merge-release',
          '--app',
          'forwarder',
          '--revision',
          await commit(repo('forwarder'), 'main', { 'version.txt': 'change-3\n', 'server.js': server }),
        ],
        runs,
      );
      expect(await running('forwarder')).toBe(
        image('forwarder', result(task(fixed, 'push-forwarder'), 'IMAGE_DIGEST') ?? ''),
      );
      await reach(applicationsOf(OWNER), SETTLED);
    });

    it('are put back when somebody changes them', async () => {
      const now = await running('terminal');
      await kubectl([
        'set',
        'image',
        'deployment/terminal',
        `terminal=${imageRegistry(OWNER)}/terminal:other`,
        '--namespace',
        OWNER.environment,
      ]);
      // Argo CD may not have seen it yet, and say that all is well
      await until('the image is as Git says', 120, async () =>
        (await running('terminal')) === now ? true : undefined,
      );
      await reach([`tekton-dag-${OWNER.name}`], SETTLED);
    });
  });

  describe('teams', () => {
    it('come by a commit', async () => {
      await change('Team guest', () => writeGuest());
      tell('a team that came', await reach(applicationsOf(GUEST), SETTLED));
      await openClaims(GUEST);
    });

    it('do not hold up each other', async () => {
      // as a hand that edits dist/, or a cluster that has no such kind
      const broken = 'dist/teams/guest/50-environment.yaml';
      await pull(FLEET);
      await commit(
        FLEET,
        'main',
        {
          [broken]: `${await show(FLEET, 'main', broken)}---\napiVersion: v1\nkind: Service\nmetadata: { name: broken, namespace: ${GUEST.environment} }\nspec: { ports: none }\n`,
        },
        { from: null },
      );
      await refresh();
      await reach([`tekton-dag-${GUEST.name}`], /^(OutOfSync|Unknown)/);
      await kubectl(['delete', 'task', 'tag-release', '--namespace', OWNER.namespace]);
      await until('the Task is back', 120, async () =>
        (await list('tasks', OWNER.namespace)).find(({ metadata: { name } }) => name === 'tag-release'),
      );
      await reach(applicationsOf(OWNER), SETTLED);
      await change('Fixed', () => undefined);
      tell('a team that was fixed', await reach(applicationsOf(GUEST), SETTLED));
    });

    it('change their names and keep what they have', async () => {
      await change('Keep what guest has', () => writeGuest('orphan'));
      await reach(applicationsOf(GUEST), SETTLED);
      const { uid } = (await get('deployment', 'tekton-dag-router', GUEST.environment)).metadata;
      await change('Guest is called friend', () => tektonDag('team', 'rename', GUEST.name, 'friend'), ALLOWED);
      tell('a team that left its name', await gone(applicationsOf(GUEST)));
      tell('a team under its new name', await reach(applicationsOf({ name: 'friend' }), SETTLED));
      expect((await get('deployment', 'tekton-dag-router', GUEST.environment)).metadata.uid).toBe(uid);
    });

    it('go by a commit, and take with them what is theirs', async () => {
      await change('Friend may be deleted', () =>
        write(
          'teams/friend/team.yaml',
          dump({
            ...teamProps({ ...GUEST, name: 'friend' }, [GUEST.name], {
              cluster: HERE,
              environment: { namespace: GUEST.environment },
              platform: platform(),
            }),
            removal: 'cascade',
          }),
        ),
      );
      await reach(applicationsOf({ name: 'friend' }), SETTLED);
      await change('Friend has left', () => tektonDag('team', 'retire', 'friend'), ALLOWED);
      tell('a team that left', await gone(applicationsOf({ name: 'friend' })));
      expect((await namespaces()).filter((name) => name === GUEST.namespace || name === GUEST.environment)).toEqual([]);
      expect((await list('appprojects.argoproj.io', 'argocd')).map(({ metadata }) => metadata.name)).not.toContain(
        'tekton-dag-friend',
      );
      await reach(applicationsOf(OWNER), SETTLED);
    });
  });
});
