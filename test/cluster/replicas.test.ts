import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { app, images, stack, team } from '../output/team/model';
import { IMAGE_PLACEHOLDER } from '../../lib/words/environment';
import { appDeployment } from '../../lib/output/team/app-deployment';
import type { App as OwnApp } from '../../lib/fleet/model';
import type { Manifest } from '../../lib/kube/manifest';
import { environment } from '../../lib/output/team/environment';
import { ROLLOUT_ENV } from '../../lib/output/tasks/shared/environment-steps';
import { appliesTwice } from './applies-twice';
import { applyObjects, kubectl } from './kubectl';

/** How many pods of an app there are is not ours to say unless the stack says it: on an API server, by the script of a release. */

const NAMESPACE = 'replicas';
const SHELL = join(__dirname, '../../lib/output/tasks/shell');
const DEPLOY = `set -eu; . ${SHELL}/common.sh; . ${SHELL}/rollout.sh; deployment_of web "$work/apply.json"; hand_over_replicas web "$work/apply.json"; apply "$work/apply.json"`;

const GO_BACK = `rolled_out web || true; k get replicasets -o json >"$work/replicasets.json"; earlier 2 "$work/apply.json" "$work/earlier.json"; apply "$work/earlier.json"`;

let folder: string;
beforeAll(() => kubectl(['create', 'namespace', NAMESPACE]));
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'replicas-'))));
afterEach(() => {
  kubectl(['delete', 'deployment', 'web', '--namespace', NAMESPACE, '--ignore-not-found']);
  rmSync(folder, { recursive: true });
});

/** A release of an app that the stack gives so many replicas. */
function release(digest: string, replicas?: number, own: Partial<OwnApp> = {}, script = DEPLOY): void {
  const web = app('web', { replicas, ...own });
  const manifest: unknown = k8s.KubeDeployment.manifest(
    appDeployment(team(), stack('shop', [web], { environment: NAMESPACE }), web, IMAGE_PLACEHOLDER),
  );
  writeFileSync(join(folder, 'web.yaml'), JSON.stringify(manifest));
  const env = {
    ...process.env,
    ...ROLLOUT_ENV,
    NAMESPACE,
    APPS_FOLDER: folder,
    IMAGE: `r.example.com/web@sha256:${digest.repeat(64)}`,
    COMMIT: 'c0ffee',
  };
  const { status, stderr } = spawnSync('sh', ['-c', script, 'release'], { env, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}
/** What a controller keeps of the template that is there. */
function replicaSet(revision: string): void {
  const { metadata, spec } = JSON.parse(
    kubectl(['get', 'deployment', 'web', '--namespace', NAMESPACE, '--output=json']),
  ) as { metadata: { uid: string }; spec: { selector: object; template: { metadata: { labels: object } } } };
  const labels = { ...spec.template.metadata.labels, 'pod-template-hash': 'h' };
  const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: metadata.uid, controller: true };
  applyObjects([
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `web-${revision}`,
        namespace: NAMESPACE,
        labels,
        annotations: { 'deployment.kubernetes.io/revision': revision },
        ownerReferences: [owner],
      },
      spec: {
        selector: { matchLabels: labels },
        template: { ...spec.template, metadata: { ...spec.template.metadata, labels } },
      },
    },
  ]);
}
const deployment = (path: string): string =>
  kubectl(['get', 'deployment', 'web', '--namespace', NAMESPACE, `--output=jsonpath={${path}}`]);
/** As an autoscaler does. */
const scale = (count: number) =>
  kubectl(['scale', 'deployment', 'web', '--namespace', NAMESPACE, `--replicas=${count}`]);

it('leaves to an autoscaler what it has set', () => {
  release('a');
  expect(deployment('.spec.replicas')).toBe('1');
  scale(7);
  release('b');
  expect(deployment('.spec.replicas')).toBe('7');
  expect(deployment('.spec.template.spec.containers[0].image')).toContain('sha256:bbb');
});

it('leaves what it set itself until the stack stopped to say it, and does not take it again', () => {
  release('a', 5);
  release('b');
  expect(deployment('.spec.replicas')).toBe('5');
  scale(7);
  release('c');
  expect(deployment('.spec.replicas')).toBe('7');
});

it('sets what the stack says', () => {
  release('a', 2);
  scale(7);
  release('b', 3);
  expect(deployment('.spec.replicas')).toBe('3');
});

it('leaves the annotations and labels of others', () => {
  release('a');
  kubectl(['annotate', 'deployment', 'web', '--namespace', NAMESPACE, 'mesh.example.com/injected=yes']);
  kubectl(['label', 'deployment', 'web', '--namespace', NAMESPACE, 'owner=somebody']);
  release('b');
  expect(deployment(String.raw`.metadata.annotations.mesh\.example\.com/injected`)).toBe('yes');
  expect(deployment('.metadata.labels.owner')).toBe('somebody');
});

it('goes back to what served, and keeps nothing of that once the stack has it no more', () => {
  const env = (): string => deployment('.spec.template.spec.containers[0].env[*].name');
  release('a', undefined, { env: { OLD: 'yes' } });
  replicaSet('1');
  release('b', undefined, {}, `${DEPLOY}; ${GO_BACK}`);
  expect([deployment('.spec.template.spec.containers[0].image'), env()]).toEqual([
    expect.stringContaining('sha256:aaa'),
    expect.stringContaining('OLD'),
  ]);
  release('c');
  expect(env()).not.toContain('OLD');
});

it('takes the autoscaler of an app', () => {
  const scaled = app('web', { autoscaling: { min: 2, max: 9, cpu: 70 } });
  const given = team({}, [stack('shop', [scaled], { environment: NAMESPACE })]);
  const chart = new Chart(new App(), 'environment');
  environment(chart, given, images);
  const autoscaler = (chart.toJson() as Manifest[]).find(({ kind }) => kind === 'HorizontalPodAutoscaler');
  const path = join(folder, 'autoscaler.yaml');
  writeFileSync(path, JSON.stringify(autoscaler));
  appliesTwice(path);
});
