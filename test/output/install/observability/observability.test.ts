import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import type { Manifest } from '../../../../lib/kube/manifest';
import { at } from '../../../../lib/kube/manifest';
import { ALERTS } from '../../../../lib/output/install/observability/alerts';
import { synthFleet } from '../../../../lib/output/synth';
import { createMetrics } from '../../../../orchestrator/src/metrics';
import { app, resolve, stackFile, team } from '../../../fleet/support';
import { find, objectsOf, permits } from '../../gitops/controller';
import { suiteWith } from '../../tasks/support/tools';
import { CASES } from './cases';

/** What Prometheus and Grafana are given. */

function synth(text: string): ReadonlyMap<string, string> {
  const { fleet, said } = resolve({
    clusters: [{ file: 'clusters/ci.yaml', text: `name: ci\nobservability: ${text}\n` }],
    teams: [team('alpha', ['alpha'])],
    stacks: [stackFile('alpha', [app('web')])],
  });
  if (fleet === undefined) throw new Error(said.join('\n'));
  return synthFleet(fleet).files;
}
const files = synth('{ namespace: monitoring, labels: { release: prometheus } }');
const objects = objectsOf(files, 'install/ci');
const named = (kind: string, name: string): Manifest =>
  objects.find((object) => object.kind === kind && object.metadata.name === name) as Manifest;
const alerts = Object.values(ALERTS).flat();

it('is in one namespace, with the labels by which it is found', () => {
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'ServiceMonitor tekton-dag-orchestrator',
    'PodMonitor tekton-dag-router',
    'ServiceMonitor tekton-pipelines-controller',
    'PrometheusRule tekton-dag',
    'ConfigMap tekton-dag-dashboard',
  ]);
  for (const { metadata } of objects)
    expect(metadata).toMatchObject({ namespace: 'monitoring', labels: { release: 'prometheus' } });
});

it('leaves the dashboard out where nobody wants one', () =>
  expect(
    objectsOf(synth('{ namespace: monitoring, dashboards: false }'), 'install/ci').filter(
      ({ kind }) => kind === 'ConfigMap',
    ),
  ).toEqual([]));

it('looks at the webhook router where there is one', () => {
  const { fleet } = resolve({
    clusters: [
      {
        file: 'clusters/ci.yaml',
        text: 'name: ci\nobservability: { namespace: monitoring }\nwebhookRouter: { members: [{ name: x, url: https://x.example.com }] }\n',
      },
    ],
    teams: [team('alpha', ['alpha'])],
    stacks: [stackFile('alpha', [app('web')])],
  });
  const made = synthFleet(fleet!).files;
  const monitor = objectsOf(made, 'install/ci').find(({ metadata }) => metadata.name === 'tekton-dag-webhook-router');
  const wanted = Object.entries(at(monitor!, 'spec', 'selector', 'matchLabels') as Record<string, string>);
  const services = objectsOf(made, 'cluster/ci').filter(({ kind }) => kind === 'Service');
  expect(services.map(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value))).toEqual([
    true,
  ]);
});

it('is what the Services and pods of the output are', () => {
  const services = objectsOf(files, 'teams/alpha').filter(({ kind }) => kind === 'Service');
  const monitor = named('ServiceMonitor', 'tekton-dag-orchestrator');
  const wanted = Object.entries(at(monitor, 'spec', 'selector', 'matchLabels') as Record<string, string>);
  const [found, ...others] = services.filter(({ metadata }) =>
    wanted.every(([key, value]) => metadata.labels?.[key] === value),
  );
  expect(others).toEqual([]);
  expect(at(found, 'spec', 'ports')).toContainEqual(expect.objectContaining({ name: 'metrics' }));
});

it('may be applied by Argo CD', () => {
  const application = find(files, 'Application', 'tekton-dag.ci.install');
  for (const object of objects) expect([object.kind, permits(files, application, object)]).toEqual([object.kind, true]);
});

it('asks for metrics that the orchestrator has', () => {
  const own = createMetrics()
    .registry.getMetricsAsArray()
    .map(({ name }) => name);
  const text = [
    JSON.stringify(at(named('ConfigMap', 'tekton-dag-dashboard'), 'data')),
    ...alerts.map(({ expr }) => expr),
  ];
  const asked = text.join(' ').match(/tekton_dag_\w+/g) ?? [];
  expect(asked.length).toBeGreaterThan(15);
  const unknown = asked.filter((name) => !own.some((one) => [one, `${one}_bucket`, `${one}_sum`].includes(name)));
  expect(unknown).toEqual([]);
});

it('is a dashboard that Grafana imports: each panel in a place of its own', () => {
  const { panels } = JSON.parse(
    (at(named('ConfigMap', 'tekton-dag-dashboard'), 'data') as Record<string, string>)['tekton-dag.json'] as string,
  ) as { panels: { id: number; gridPos: object; targets: { expr: string }[] }[] };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(new Set(panels.map(({ gridPos }) => JSON.stringify(gridPos))).size).toBe(panels.length);
  for (const { targets } of panels) expect(targets.length).toBeGreaterThan(0);
});

describe('an alert', () => {
  it('has series by which it fires, and others', () =>
    expect(Object.keys(CASES).sort()).toEqual(alerts.map(({ alert }) => alert).sort()));

  it.each(alerts)('$alert names labels that it has', ({ alert, summary, description }) => {
    const named = [...`${summary} ${description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
    expect(Object.keys(CASES[alert]?.labels ?? {})).toEqual(expect.arrayContaining(named));
  });
});

suiteWith(['promtool'], 'promtool', () => {
  const groups = at(named('PrometheusRule', 'tekton-dag'), 'spec', 'groups') as readonly {
    readonly rules: readonly { readonly alert?: string }[];
  }[];
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tekton-dag-rules-'));
    writeFileSync(join(folder, 'rules.yaml'), dump({ groups }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const promtool = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
    return { status, said: status === 0 ? '' : stdout + stderr };
  };
  const GOOD = { status: 0, said: '' };

  it('takes the rules', () => expect(promtool('check', 'rules', '--lint-fatal', 'rules.yaml')).toEqual(GOOD));

  it.each(alerts)('$alert fires when it should, and only then', ({ alert, severity }) => {
    const { fires, labels, quiet } = CASES[alert]!;
    const expected = Object.entries({ ...labels, alertname: alert, alertstate: 'firing', severity })
      .map(([key, value]) => `${key}="${value}"`)
      .join();
    const test = (series: Readonly<Record<string, string>>, samples: readonly object[]) => ({
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        { expr: `ALERTS{alertname="${alert}",alertstate="firing"}`, eval_time: '170m', exp_samples: samples },
      ],
    });
    const tests = [test(fires, [{ labels: `ALERTS{${expected}}`, value: 1 }]), test(quiet, [])];
    // the others would be evaluated as often
    const alone = groups.map(({ rules, ...group }) => ({
      ...group,
      rules: rules.filter((rule) => rule.alert === undefined || rule.alert === alert),
    }));
    writeFileSync(join(folder, 'alone.yaml'), dump({ groups: alone.filter(({ rules }) => rules.length > 0) }));
    writeFileSync(join(folder, 'test.yaml'), dump({ rule_files: ['alone.yaml'], evaluation_interval: '1m', tests }));
    expect(promtool('test', 'rules', 'test.yaml')).toEqual(GOOD);
  });
});
