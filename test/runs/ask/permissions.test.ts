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
import { isOfHost } from '../../../lib/runs/decisions/of-host';
import type { PipelineKind } from '../../../lib/words/names';
import { PIPELINES } from '../../../lib/words/names';
import { SHA, configurationOf, shop } from '../../orchestrator/support';
import { api, callerWhoMay } from '../../orchestrator/support/api';

/** The cluster, by its admission policy, and every entrance of the API let a caller ask for the same. */

type Override = keyof NonNullable<Ask['overrides']>;
type Field = Exclude<keyof Ask, 'overrides'> | `overrides.${Override}`;
const OVERRIDES = Object.keys(ask.shape.overrides.unwrap().shape) as Override[];
const FIELDS: readonly Field[] = [
  ...(Object.keys(ask.shape) as (keyof Ask)[]).filter((field) => field !== 'overrides'),
  ...OVERRIDES.map((name) => `overrides.${name}` as const),
];

/** The least that each pipeline is asked for with, in our words and in the original's. */
const LEAST: Readonly<Record<PipelineKind, object>> = {
  bootstrap: { apps: ['web'] },
  'pr-test': { app: 'web', prNumber: 3, sha: SHA.a },
  'merge-release': { app: 'web', sha: SHA.a },
  promote: { to: 'staging' },
  verify: { sha: SHA.a },
};
const OLD_LEAST: Readonly<Partial<Record<PipelineKind, object>>> = {
  bootstrap: { mode: 'bootstrap' },
  'pr-test': { mode: 'pr', changed_app: 'web', pr_number: 3 },
  'merge-release': { mode: 'merge', changed_app: 'web' },
};
/** A field of an ask, and how the API is told it in our words and in the original's; where there is no word for it, by its own. */
const SAID: Readonly<Record<Field, readonly [spec: unknown, body?: object, old?: object]>> = {
  pipeline: ['bootstrap', {}, {}],
  team: ['payments', {}],
  stack: ['shop', {}, { stack_file: 'stacks/shop.yaml' }],
  apps: [['web'], { apps: ['web'] }, { changed_app: 'web' }],
  testApps: [['web']],
  to: ['staging'],
  revision: [SHA.a, { sha: SHA.a }, { git_revision: SHA.a }],
  revisions: [{ web: SHA.a }, { revisions: { web: SHA.a } }, { app_revisions: { web: SHA.a } }],
  pullRequest: [{ number: 3, repo: 'acme/web' }, { prNumber: 3 }, { pr_number: 3 }],
  source: [{ event: 'api' }],
  priority: [5],
  trust: ['trusted'],
  'overrides.forceRebuild': [true, { forceRebuild: true }],
  'overrides.versions': [{ web: '1.0.0' }, { versions: { web: '1.0.0' } }],
  'overrides.version': ['1.0.0', { version: '1.0.0' }],
  'overrides.interceptBackend': ['router', { interceptBackend: 'router' }, { intercept_backend: 'router' }],
  cancel: [true],
};
const said = (field: Field): object =>
  field.startsWith('overrides.')
    ? { overrides: { [field.slice('overrides.'.length)]: SAID[field][0] } }
    : { [field]: SAID[field][0] };
const askFor = (pipeline: PipelineKind, field: Field): Ask =>
  ({ team: 'payments', stack: 'shop', ...said(field), pipeline }) as Ask;
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

describe('the admission policy', () => {
  it.each(everyAsk)('denies of a %s with %s what the table says, and only to those without the verb', (...of) => {
    const spec = askFor(...of);
    const expected = permissionsFor(spec).map(({ what }) => expect.stringContaining(`${what} takes the right to`));
    expect(deniedBy(spec, false)).toEqual(expected);
    expect(deniedBy(spec, true)).toEqual([]);
  });

  it('is no shorter than the table', () => expect(policy.validations).toHaveLength(PERMISSIONS.length));
});

/** The ways in: each sends what its words can say of an ask; undefined where it has no words for it. */
const ENTRANCES: Readonly<
  Record<string, (pipeline: PipelineKind, field: Field) => readonly [string, object] | undefined>
> = {
  'our words': (pipeline, field) => [
    '/api/run',
    { ...LEAST[pipeline], ...(SAID[field][1] ?? said(field)), mode: pipeline, team: 'payments' },
  ],
  "the original's words": (pipeline, field) => {
    const [least, more] = [OLD_LEAST[pipeline], SAID[field][2]];
    return least && more && ['/api/run', { ...least, ...more }];
  },
  'the bootstrap of ours': (pipeline, field) =>
    pipeline === 'bootstrap'
      ? ['/api/bootstrap?stack=shop&apps=web', { ...(SAID[field][1] ?? said(field)) }]
      : undefined,
  "the original's bootstrap": (pipeline, field) =>
    pipeline === 'bootstrap' && SAID[field][2] ? ['/api/bootstrap', SAID[field][2]] : undefined,
};

/** The verdict on what the cluster would deny, and on what it would take: then the API may still find it wrong, or create it. */
const isAsCluster = (denied: boolean, { status, made }: { readonly status: number; readonly made: Ask | undefined }) =>
  denied ? made === undefined && [403, 422].includes(status) : status !== 403;

describe('the API', () => {
  it.each(Object.keys(ENTRANCES))('lets ask by %s for what the policy lets, and for nothing else', async (entrance) => {
    const different: string[] = [];
    for (const [pipeline, field] of everyAsk) {
      const asked = ENTRANCES[entrance]?.(pipeline, field);
      if (asked === undefined) continue;
      const { call, requests } = serverFor('create');
      const { status } = await call('POST', ...asked);
      const made = requests()[0]?.spec;
      // what it made may say less than was asked: the original's bootstrap has no word for a commit
      const denied = deniedBy(made ? { ...made, trust: undefined, source: undefined } : askFor(pipeline, field), false);
      if (!isAsCluster(denied.length > 0, { status, made })) different.push(`${pipeline}: ${field}: ${status}`);
    }
    expect(different).toEqual([]);
  });

  it.each([
    ['our words', '/api/run', { mode: 'bootstrap', revisions: { web: SHA.a } }],
    ['our words, of one commit', '/api/run', { mode: 'bootstrap', apps: ['web'], sha: SHA.a }],
    ["the original's words", '/api/run', { mode: 'bootstrap', app_revisions: { web: SHA.a } }],
    ["the original's bootstrap", '/api/bootstrap', { app_revisions: `{"web":"${SHA.a}"}` }],
    ['an old version', '/api/run', { mode: 'bootstrap', versions: { web: '1.0.0' } }],
    ['an old version, at the bootstrap', '/api/bootstrap?stack=shop', { versions: { web: '1.0.0' } }],
  ])('refuses to build or deploy what its caller chose: %s', async (_, url, body) => {
    const { call, requests } = serverFor('create');
    const answer = await call('POST', url, body);
    expect([answer.status, answer.body.code, requests()]).toEqual([403, 'forbidden', []]);
    expect(answer.body.detail).toMatch(/takes the right to 'release' runrequests in namespace team-payments/);
    expect((await serverFor('create', 'release').call('POST', url, body)).status).toBeLessThan(300);
  });

  it('lets run again what the policy lets, and nothing else', async () => {
    const different: string[] = [];
    for (const [pipeline, field] of everyAsk.filter(([, field]) => !['source', 'trust'].includes(field))) {
      const server = serverFor('list', 'create');
      const [key, request] = known({ apps: ['web'], ...askFor(pipeline, field) });
      server.cluster.objects.set(key, request);
      const { status } = await server.call('POST', '/api/runs/known/rerun');
      const made = server.requests().at(1)?.spec;
      const isDenied = deniedBy(request.spec, false).length > 0;
      if (isDenied ? status !== 403 : status >= 300 || made?.trust === 'trusted')
        different.push(`${pipeline}: ${field}: ${status}`);
    }
    expect(different).toEqual([]);
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
    expect(requests()[0]?.spec.source).toMatchObject({ event: 'api', sender: 'someone' });
    expect(isOfHost(requests()[0]!)).toBe(false);
    for (const field of ['trust', 'source'] as const)
      expect((await call('POST', '/api/run', { ...least, [field]: SAID[field][0] })).status).toBe(422);
  });
});

it('is shown in the documentation as it is', () => {
  const page = readFileSync(join(__dirname, '../../../docs/orchestrator.md'), 'utf8');
  const code = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ');
  const rowOf = ({ what, pipelines, fields, verb, atApi }: Permission) =>
    `| ${what} | ${pipelines.length === PIPELINES.length ? 'any' : code(pipelines)} | ${fields.length === 0 ? 'any' : code(fields)} | \`${verb}\` | ${AT_API[atApi]} |`;
  const AT_API = { refused: 'refuses', 'said-by-api': 'says it itself' } as const;
  const from = page.indexOf('| asking for |');
  expect(page.slice(from, page.indexOf('\n\n', from)).split('\n').slice(2)).toEqual(PERMISSIONS.map(rowOf));
});
