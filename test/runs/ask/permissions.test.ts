import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '@marcbachmann/cel-js';
import { Testing } from 'cdk8s';
import { requestPolicy } from '../../../lib/output/cluster/request-policy';
import type { Ask } from '../../../lib/runs/ask/ask';
import { ask } from '../../../lib/runs/ask/ask';
import type { Permission } from '../../../lib/runs/ask/permissions';
import { PERMISSIONS, permissionsFor } from '../../../lib/runs/ask/permissions';
import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { PipelineKind } from '../../../lib/words/names';
import { PIPELINES } from '../../../lib/words/names';
import { SHA, configurationOf, shop } from '../../orchestrator/support';
import { api, callerWhoMay } from '../../orchestrator/support/api';

/** The cluster, by its admission policy, and the API let a caller ask for the same. */

type Field = keyof Ask;
const FIELDS = Object.keys(ask.shape) as Field[];

/** The least that each pipeline is asked for with, in the words of the API. */
const LEAST: Readonly<Record<PipelineKind, object>> = {
  bootstrap: { apps: ['web'] },
  'pr-test': { app: 'web', prNumber: 3, sha: SHA.a },
  'merge-release': { app: 'web', sha: SHA.a },
  promote: { to: 'staging' },
  verify: { sha: SHA.a },
};
/** A field of an ask, and how the API is told it; where it has no word for it, by the field's own. */
const SAID: Readonly<Record<Field, readonly [spec: unknown, body?: object]>> = {
  pipeline: ['bootstrap', {}],
  team: ['payments'],
  stack: ['shop'],
  apps: [['web'], { apps: ['web'] }],
  testApps: [['web']],
  to: ['staging'],
  revision: [SHA.a, { sha: SHA.a }],
  revisions: [{ web: SHA.a }],
  pullRequest: [{ number: 3, repo: 'acme/web' }, { prNumber: 3 }],
  source: [{ event: 'api' }],
  priority: [5],
  trust: ['trusted'],
  overrides: [{ forceRebuild: true }, { forceRebuild: true }],
  cancel: [true],
};
const askFor = (pipeline: PipelineKind, field: Field): Ask =>
  ({ team: 'payments', stack: 'shop', [field]: SAID[field][0], pipeline }) as Ask;
const bodyFor = (pipeline: PipelineKind, field: Field): object => ({
  ...LEAST[pipeline],
  ...(SAID[field][1] ?? { [field]: SAID[field][0] }),
  mode: pipeline,
  team: 'payments',
});
const everyAsk = PIPELINES.flatMap((pipeline) => FIELDS.map((field) => [pipeline, field] as const));

interface Policy {
  readonly spec: {
    readonly validations: readonly { readonly expression: string; readonly message: string }[];
    readonly variables: readonly { readonly expression: string }[];
  };
}
const chart = Testing.chart();
requestPolicy(chart);
const { spec: policy } = (Testing.synth(chart) as Policy[]).find(({ spec }) => 'validations' in spec)!;

/** What the policy says against an ask. */
const deniedBy = (spec: Ask, mayRelease: boolean): readonly string[] =>
  policy.validations
    .filter(({ expression }) => evaluate(expression, { object: { spec }, variables: { mayRelease } }) !== true)
    .map(({ message }) => message);

const serverFor = (...verbs: Parameters<typeof callerWhoMay>) =>
  api(configurationOf({ ...shop(), promotesTo: ['staging'] }), { authenticate: callerWhoMay(...verbs) });

/** Whether the policy and the API differ about a caller who may only create. */
const differ = (denied: boolean, status: number): boolean => (denied ? status < 300 : status === 403);

describe('the admission policy', () => {
  it.each(everyAsk)('denies of a %s with %s what the table says, and only to those without the verb', (...of) => {
    const spec = askFor(...of);
    const expected = permissionsFor(spec).map(({ what }) => expect.stringContaining(`${what} takes the right to`));
    expect(deniedBy(spec, false)).toEqual(expected);
    expect(deniedBy(spec, true)).toEqual([]);
  });

  it('is no shorter than the table', () => expect(policy.validations).toHaveLength(PERMISSIONS.length));
});

/** Known: the API asks in its own name, and lets pass what the cluster would deny to its caller. */
const PASSED_BY_API = ['bootstrap: revision', 'bootstrap: revisions'];
const PASSED_BY_RERUN = [
  'bootstrap: priority',
  'bootstrap: revision',
  'bootstrap: revisions',
  'pr-test: priority',
  'verify: priority',
];

describe('the API', () => {
  it('lets ask for what the policy lets, but for what is known', async () => {
    const different: string[] = [];
    for (const [pipeline, field] of everyAsk) {
      const { status } = await serverFor('create').call('POST', '/api/run', bodyFor(pipeline, field));
      if (differ(deniedBy(askFor(pipeline, field), false).length > 0, status)) different.push(`${pipeline}: ${field}`);
    }
    expect(different.sort()).toEqual(PASSED_BY_API);
  });

  it('lets run again what the policy lets, but for what is known', async () => {
    const different: string[] = [];
    for (const [pipeline, field] of everyAsk.filter(([, field]) => !['source', 'trust'].includes(field))) {
      const server = serverFor('list', 'create');
      const [key, request] = known(askFor(pipeline, field));
      server.cluster.objects.set(key, request);
      const { status } = await server.call('POST', '/api/runs/known/rerun');
      if (differ(deniedBy(request.spec, false).length > 0, status)) different.push(`${pipeline}: ${field}`);
    }
    expect(different.sort()).toEqual(PASSED_BY_RERUN);
  });

  const known = (spec: Ask): [string, RunRequest] => [
    'team-payments/known',
    {
      apiVersion: 'tekton-dag.io/v1alpha1',
      kind: 'RunRequest',
      metadata: { name: 'known', namespace: 'team-payments', uid: 'u', creationTimestamp: '2026-05-10T12:00:00Z' },
      spec,
    },
  ];

  it.each(PIPELINES)('says itself of a %s what is trusted and what it answers to', async (pipeline) => {
    const { call, requests } = serverFor('create', 'release');
    const least = { mode: pipeline, ...LEAST[pipeline] };
    expect((await call('POST', '/api/run', least)).status).toBe(201);
    expect(requests()[0]?.spec.source).toEqual({ event: 'api', sender: 'someone' });
    for (const field of ['trust', 'source'] as const)
      expect((await call('POST', '/api/run', { ...least, [field]: SAID[field][0] })).status).toBe(422);
  });
});

it('is shown in the documentation as it is', () => {
  const page = readFileSync(join(__dirname, '../../../docs/orchestrator.md'), 'utf8');
  const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');
  const rowOf = ({ what, pipelines, fields, verb, atApi }: Permission) =>
    `| ${what} | ${pipelines.length === PIPELINES.length ? 'any' : code(pipelines)} | ${fields.length === 0 ? 'any' : code(fields)} | \`${verb}\` | ${AT_API[atApi]} |`;
  const AT_API = { refused: 'refuses', 'said-by-api': 'says it itself', passed: 'lets it pass' } as const;
  const from = page.indexOf('| asking for |');
  expect(page.slice(from, page.indexOf('\n\n', from)).split('\n').slice(2)).toEqual(PERMISSIONS.map(rowOf));
});
