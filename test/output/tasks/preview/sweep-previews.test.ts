import { App, Chart } from 'cdk8s';
import { ANNOTATIONS } from '../../../../lib/words/labels';
import type { Team } from '../../../../lib/fleet/model';
import { previewName, session as sessionOf } from '../../../../lib/words/names';
import { previewApp } from '../../../../lib/output/tasks/preview/preview-app';
import { rightsOf } from '../../../../lib/output/team/access';
import { sweep } from '../../../../lib/output/team/sweep';
import { images, team } from '../../team/model';
import { FakeCluster } from '../support/cluster';
import { BAGGAGE_KEY, HEADER, Routers } from '../support/routers';
import { APPS, NAMESPACE, RUN_NAME, describeScripts, runStep, runTask } from '../support/run-task';

const SESSION = sessionOf('acme/cart', 4);
const NAME = previewName('cart', SESSION);
const UID = 'uid-1';

interface CronJob {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: {
        readonly template: {
          readonly spec: { readonly serviceAccountName: string; readonly containers: readonly Container[] };
        };
      };
    };
  };
}
interface Container {
  readonly command: readonly [string, string, string];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** What the CronJob of a team starts in its first environment. */
function sweeper(given: Team): Container {
  const chart = new Chart(new App(), 'chart');
  sweep(chart, given, images);
  const [job] = chart.toJson() as CronJob[];
  const container = job?.spec.jobTemplate.spec.template.spec.containers[0];
  if (container === undefined) throw new Error('no container');
  return container;
}

describeScripts('the sweeper', () => {
  let cluster: FakeCluster;
  let routers: Routers;
  beforeEach(async () => {
    cluster = new FakeCluster();
    routers = await Routers.start(cluster, { cart: {} });
  });
  afterEach(() => routers.stop());

  const shop = team({ orchestrator: { enabled: false } });
  const sweepOnce = () => {
    const { command, env } = sweeper(shop);
    const rules = [shop.namespace, NAMESPACE].flatMap((namespace) => rightsOf(shop, 'preview', namespace));
    return runStep(cluster, { script: `#!/bin/sh\n${command[2]}`, env }, rules, { params: {} });
  };
  const open = () =>
    runTask(cluster, previewApp, {
      params: {
        app: 'cart',
        namespace: NAMESPACE,
        apps: APPS,
        image: 'registry.example.com/cart@sha256:b',
        commit: 'c0ffee',
        session: SESSION,
        'run-uid': UID,
        'service-port': '80',
        'container-port': '8080',
        header: HEADER,
        'baggage-key': BAGGAGE_KEY,
      },
    });
  const run = (uid: string, status: object = {}) =>
    cluster.put({
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { name: RUN_NAME, uid },
      status: status as Record<string, unknown>,
    });
  const isOpen = () => [cluster.names('Deployment').includes(NAME), cluster.names('Service').includes(NAME)];

  it('leaves the previews of a run that goes on', async () => {
    await open();
    run(UID);
    expect(await sweepOnce()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(isOpen()).toEqual([true, true]);
  });

  it.each<[string, () => void, string]>([
    ['was deleted', () => undefined, `there is no run ${RUN_NAME} any more`],
    ['is over', () => run(UID, { completionTime: '2026-01-01T00:00:00Z' }), `run ${RUN_NAME} is over`],
    ['gave its name to another', () => run('uid-2'), `there is no run ${RUN_NAME} any more`],
  ])('closes those of a run that %s', async (_, happen, why) => {
    await open();
    happen();
    const { code, stdout, stderr } = await sweepOnce();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`closing the previews of run ${RUN_NAME} (${UID}) in ${NAMESPACE}: ${why}\n`);
    expect(isOpen()).toEqual([false, false]);
    expect(cluster.names('Service')).toEqual(['cart']);
    expect(cluster.history.indexOf(`delete Service ${NAME}`)).toBeLessThan(
      cluster.history.indexOf(`delete Deployment ${NAME}`),
    );
  });

  it('leaves those of a run that goes on, whatever another object says of it', async () => {
    await open();
    run(UID);
    cluster.get('Deployment', NAME)!.metadata.annotations![ANNOTATIONS.run] = 'another';
    expect(await sweepOnce()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(isOpen()).toEqual([true, true]);
  });

  it('closes nothing where it cannot read what it is told', async () => {
    await open();
    run(UID);
    cluster.onCommand = (argv) => {
      if (argv.includes('pipelineruns.tekton.dev'))
        Object.assign(cluster.get('PipelineRun', RUN_NAME)!.metadata, { uid: null });
    };
    const { code, stderr } = await sweepOnce();
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: what the API says of run ${RUN_NAME} in ci-shop cannot be read: its previews stay\n`,
    });
    expect(isOpen()).toEqual([true, true]);
  });

  it('closes nothing while it cannot learn what the run is doing', async () => {
    await open();
    cluster.onCommand = (argv) => {
      if (argv.includes('pipelineruns.tekton.dev')) cluster.rules = [];
    };
    const { code, stderr } = await sweepOnce();
    expect(code).toBe(1);
    expect(stderr).toContain(`what run ${RUN_NAME} in ci-shop is doing cannot be read: its previews stay`);
    expect(isOpen()).toEqual([true, true]);
  });

  it('does nothing where nothing is open', async () => {
    cluster.open({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'cart' },
      spec: {
        replicas: 1,
        template: { metadata: { labels: {} }, spec: { containers: [{ name: 'cart', image: 'x' }] } },
      },
    });
    expect(await sweepOnce()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(cluster.names('Deployment')).toEqual(['cart']);
  });
});
