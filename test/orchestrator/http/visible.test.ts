import type { RunRequest } from '../../../lib/runs/ask/run-request';
import type { Authenticate, Verb } from '../../../orchestrator/src/http/auth';
import { HistoryBusy, HistoryUnavailable, archivedHistory } from '../../../orchestrator/src/history/run-history';
import { SHA, configurationOf, shop, teamOf } from '../support';
import { api } from '../support/api';

/** What somebody may not see is as if it were not there. */

const OTHER = teamOf('other', { desk: [{ name: 'desk', repo: 'acme/desk' }] });
const BOTH = configurationOf(OTHER, shop());
const [PAYMENTS, OTHERS] = ['team-payments', 'team-other'] as const;

/** A caller with these rights by namespace. */
const callerWith =
  (rights: Readonly<Record<string, readonly Verb[]>>): Authenticate =>
  async () => ({ name: 'someone', may: async (verb, namespace) => rights[namespace]?.includes(verb) ?? false });
const ALL: readonly Verb[] = ['list', 'create', 'patch', 'release', 'readLogs'];

const run = (name: string, namespace: string): RunRequest => ({
  apiVersion: 'tekton-dag.io/v1alpha1',
  kind: 'RunRequest',
  metadata: { name, namespace, uid: `${namespace}-${name}`, creationTimestamp: '2026-05-10T11:00:00Z' },
  spec: {
    pipeline: 'pr-test',
    team: namespace.slice('team-'.length),
    stack: namespace === PAYMENTS ? 'shop' : 'desk',
    apps: [namespace === PAYMENTS ? 'web' : 'desk'],
    revision: SHA.a,
    pullRequest: { number: 7, repo: 'acme/web' },
  },
});

function seen(rights: Readonly<Record<string, readonly Verb[]>>, over: Parameters<typeof api>[1] = {}) {
  const made = api(BOTH, { authenticate: callerWith(rights), ...over });
  for (const [name, namespace] of [
    ['same', OTHERS],
    ['same', PAYMENTS],
    ['theirs', OTHERS],
    ['own', PAYMENTS],
  ] as const)
    made.cluster.objects.set(`${namespace}/${name}`, run(name, namespace));
  return made;
}

/** By what follows the name: how it is asked. */
const ROUTES = [
  ['GET', ''],
  ['GET', '/tasks'],
  ['GET', '/tasks/a/steps/b/log'],
  ['POST', '/cancel'],
  ['POST', '/rerun'],
] as const;

describe.each(ROUTES)('%s /api/runs/{name}%s', (method, below) => {
  const both = { [PAYMENTS]: ALL, [OTHERS]: ALL };

  it('is of one run: where two teams have the name, it says so and shows neither', async () => {
    const { call, patched, requests } = seen(both);
    const { status, body } = await call(method, `/api/runs/same${below}`);
    expect([status, body.code, body.detail]).toEqual([
      409,
      'ambiguous',
      'say which one: ?namespace=team-other, ?namespace=team-payments',
    ]);
    expect([patched.length, requests().length]).toEqual([0, 4]);
  });

  it('tells nobody of a run that he may not see: it is as none', async () => {
    const { call } = seen({ [PAYMENTS]: ALL });
    const told = async (path: string) => ({
      ...(await call(method, `/api/runs/${path}`)).body,
      requestId: '',
    });
    const none = await told(`nothing${below}`);
    expect(none).toMatchObject({ status: 404, code: 'not_found' });
    for (const path of [
      `theirs${below}`,
      `theirs${below}?namespace=team-other`,
      `own${below}?namespace=team-other`,
      `own${below}?namespace=nowhere`,
    ])
      expect(await told(path)).toEqual(none);
  });
});

describe('a run of a name that two teams have', () => {
  const rights = { [PAYMENTS]: ALL, [OTHERS]: ALL };

  it.each([PAYMENTS, OTHERS])('is the one of the namespace that is named: %s', async (namespace) => {
    const { call, patched } = seen(rights);
    expect((await call('GET', `/api/runs/same?namespace=${namespace}`)).body).toMatchObject({ namespace });
    expect((await call('GET', `/api/runs/same/tasks?namespace=${namespace}`)).body).toMatchObject({ namespace });
    expect((await call('POST', `/api/runs/same/cancel?namespace=${namespace}`)).status).toBe(200);
    expect(patched).toMatchObject([{ namespace, name: 'same' }]);
  });

  it('is the one that the caller sees, where he sees one', async () =>
    expect((await seen({ [OTHERS]: ['list'] }).call('GET', '/api/runs/same')).body.namespace).toBe(OTHERS));

  it('is told also where one of them is pruned', async () => {
    const kept = run('own', OTHERS);
    const known = seen(rights).deps.creator.known;
    const archive = {
      list: async () => [],
      named: async (namespaces: readonly string[]) => (namespaces.includes(OTHERS) ? [kept] : []),
    };
    const { call } = seen(rights, { history: archivedHistory(known, archive) });
    expect((await call('GET', '/api/runs/own')).status).toBe(409);
    expect((await call('GET', `/api/runs/own?namespace=${OTHERS}`)).body.namespace).toBe(OTHERS);
  });

  it.each(['', `${PAYMENTS}&namespace=${OTHERS}`])('is not asked for by namespace=%s', async (namespace) =>
    expect((await seen(rights).call('GET', `/api/runs/same?namespace=${namespace}`)).body.code).toBe('invalid_request'),
  );
});

it.each([
  ['history_unavailable', new HistoryUnavailable('10.0.0.7 refuses'), 'The database of finished runs does not answer'],
  ['overloaded', new HistoryBusy('too many ask'), 'too many ask'],
])('a database that is away, and one that answers others, are told apart: %s', async (code, error, detail) => {
  const known = seen({}).deps.creator.known;
  const fails = () => Promise.reject(error);
  const { call } = seen({ [PAYMENTS]: ALL }, { history: archivedHistory(known, { list: fails, named: fails }) });
  expect((await call('GET', '/api/runs/nothing')).body).toMatchObject({ code, detail });
  // who may see nothing is told nothing of it either
  expect((await call('GET', `/api/runs/nothing?namespace=${OTHERS}`)).status).toBe(404);
});

it('a caller who may see a run, and not cancel it, is told so', async () => {
  const { status, body } = await seen({ [PAYMENTS]: ['list'] }).call('POST', '/api/runs/own/cancel');
  expect([status, body.detail]).toEqual([403, 'you may not patch runrequests in namespace team-payments']);
});

describe('of teams that a caller may not see', () => {
  it('a reload tells nothing', async () => {
    const { call } = seen({ [PAYMENTS]: ['list'] });
    expect((await call('POST', '/api/reload')).body).toMatchObject({ stacks: 1, teams: ['payments'] });
  });

  it.each([
    { mode: 'bootstrap', team: 'other' },
    { mode: 'bootstrap', team: 'none' },
    { mode: 'bootstrap', stack: 'desk' },
  ])('what is wrong with a body tells nothing: %j', async (body) => {
    const { call } = seen({ [PAYMENTS]: ALL });
    const answer = await call('POST', '/api/run', body);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
    const asked = Object.values(body).slice(1).join();
    expect(JSON.stringify(answer.body).replaceAll(asked, '')).not.toMatch(/other|desk/);
  });

  it('nothing is asked for by somebody who may ask of no team', async () => {
    const { status, body } = await seen({}).call('POST', '/api/run', { mode: 'bootstrap', team: 'other' });
    expect([status, body.detail]).toEqual([403, 'you may create runrequests of no team']);
  });
});
