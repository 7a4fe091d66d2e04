import type { KubeObject } from './support/kubectl';
import { list } from './support/kubectl';
import { bringHold, bringUpMainTeam, mainTeamIsUp } from './support/main-team';
import type { Outcome } from './support/run';
import { ran, result, succeeds, task } from './support/run';
import { APPS, TEAM, imageRegistry } from './support/team';
import { manifest } from './support/registry';
import { ask, openClient } from './support/traffic';
import { atOnce } from './support/times';

/** Stories 2 and 3: three apps are built and deployed; again, nothing is compiled that did not change. */

type Deployment = KubeObject<
  { template: { spec: { containers: { image: string }[] } } },
  { conditions: { type: string; status: string; lastTransitionTime: string }[] }
>;

const build = (outcome: Outcome, app: string) => task(outcome, `build-${app}`);
const pushed = (outcome: Outcome, app: string) => task(outcome, `push-${app}`);
const span = (outcome: Outcome, name: string) => {
  const { startTime = '', completionTime = '' } = task(outcome, name).status ?? {};
  return { start: Date.parse(startTime), end: Date.parse(completionTime) };
};
/** Apps of which a step ran, of those that the run built. */
const stepRan = (outcome: Outcome, step: string): string[] =>
  APPS.filter((app) => outcome.tasks.has(`build-${app}`) && ran(build(outcome, app), step));

let first: Outcome;

beforeAll(async () => {
  if (await mainTeamIsUp()) return;
  await bringUpMainTeam();
  await bringHold();
});

describe('the first bootstrap', () => {
  beforeAll(async () => {
    first = await succeeds(['bootstrap']);
  });

  it('leaves three images in the registry, by the digests of its results', async () => {
    for (const app of APPS) {
      const digest = result(pushed(first, app), 'IMAGE_DIGEST') ?? '';
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(await manifest(`${imageRegistry(TEAM)}/${app}@${digest}`)).toMatchObject({ status: 200, digest });
      expect(first.run.status?.results).toContainEqual({ name: `${app}-IMAGE_DIGEST`, value: digest });
    }
  });

  it('leaves three Deployments of these digests, ready', async () => {
    const deployments = await list<Deployment>('deployments', TEAM.environment, 'tekton-dag.io/app');
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([...APPS].sort());
    for (const { metadata, spec, status } of deployments) {
      expect(spec.template.spec.containers[0]?.image).toBe(
        `${imageRegistry(TEAM)}/${metadata.name}@${result(pushed(first, metadata.name), 'IMAGE_DIGEST')}`,
      );
      expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'Available', status: 'True' }));
    }
  });

  it('deploys an app when what it calls is up', () => {
    expect(span(first, 'deploy-forwarder').start).toBeGreaterThanOrEqual(span(first, 'deploy-terminal').end);
    expect(span(first, 'deploy-originator').start).toBeGreaterThanOrEqual(span(first, 'deploy-forwarder').end);
  });

  it('has two builds at once, and never more', () => {
    expect(atOnce(APPS.map((app) => span(first, `build-${app}`)))).toBe(2);
  });

  it('lets the front end answer through all three', async () => {
    await openClient(TEAM.environment);
    const { status, body } = await ask(TEAM.environment, 'http://originator/');
    expect({ status, body: JSON.parse(body) as unknown }).toEqual({
      status: 200,
      body: {
        app: 'originator',
        version: 'stable',
        calls: {
          app: 'forwarder',
          version: 'stable',
          calls: { app: 'terminal', version: 'stable', session: null, baggage: null },
        },
      },
    });
  });
});

describe('again', () => {
  it('compiles nothing without changes', async () => {
    const again = await succeeds(['bootstrap']);
    expect(stepRan(again, 'look-for-image')).toEqual([...APPS]);
    expect(stepRan(again, 'compile')).toEqual([]);
    expect(stepRan(again, 'image')).toEqual([]);
    for (const app of APPS)
      expect(result(pushed(again, app), 'IMAGE_DIGEST')).toBe(result(pushed(first, app), 'IMAGE_DIGEST'));
  });

  it('builds all with --force-rebuild', async () => {
    const forced = await succeeds(['bootstrap', '--force-rebuild']);
    expect(stepRan(forced, 'compile')).toEqual(['originator', 'forwarder']);
    expect(stepRan(forced, 'image')).toEqual([...APPS]);
  });

  it('builds and deploys one with --app', async () => {
    const one = await succeeds(['bootstrap', '--app', 'terminal', '--force-rebuild']);
    expect([...one.tasks.keys()].filter((name) => /^(build|deploy)-/.test(name)).sort()).toEqual([
      'build-terminal',
      'deploy-terminal',
    ]);
    expect(stepRan(one, 'image')).toEqual(['terminal']);
  });
});
