import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { FastifyRequest } from 'fastify';
import { createClient } from '../../../lib/kube/client';
import { RUN_REQUEST } from '../../../lib/runs/ask/run-request';
import { pullRequestSchema, toPullRequest } from '../../../lib/runs/events/github-event';
import type { GitHost } from '../../../orchestrator/src/hosts/ask-host';
import { CSRF_HEADER, VERBS, callersOf } from '../../../orchestrator/src/http/auth';
import type { SignIn } from '../../../orchestrator/src/sign-in/sign-in';
import { startSignIn } from '../../../orchestrator/src/sign-in/sign-in';
import { SHA, configurationOf, pullRequestPayload, silent, teamOf } from '../../orchestrator/support';
import { api } from '../../orchestrator/support/api';
import { Browser } from '../../orchestrator/sign-in/support/browser';
import { startProvider } from '../../orchestrator/sign-in/support/provider';
import type { RunningProvider } from '../../orchestrator/sign-in/support/provider';
import { CALLBACK, ORIGIN, settingsFor } from '../../orchestrator/sign-in/support/server';
import { apply, applyObjects, awaitKinds } from '../kubectl';
import { adminOf } from './support/admin';

/** Who signed in may do in the page what kubectl would let him, and nothing else. */

const TEAMS = ['sign-in-a', 'sign-in-b'].map((name) => teamOf(name, { shop: [{ name: 'web', repo: `${name}/web` }] }));
const [A, B] = TEAMS.map(({ namespace }) => namespace) as [string, string];

const role = (namespace: string, name: string, verbs: readonly string[], kind: 'User' | 'Group', subject: string) => {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  const metadata = { name, namespace };
  return [
    {
      apiVersion,
      kind: 'Role',
      metadata,
      rules: [
        { apiGroups: [RUN_REQUEST.group], resources: [RUN_REQUEST.plural], verbs },
        ...(verbs.includes('release') ? [{ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] }] : []),
      ],
    },
    {
      ...{ apiVersion, kind: 'RoleBinding', metadata, roleRef: { apiGroup, kind: 'Role', name } },
      subjects: [{ kind, name: subject, apiGroup }],
    },
  ];
};

/** A host at which each pull request is of a stranger's fork. */
const FORKS: GitHost = {
  isOf: () => true,
  pullRequest: async (_, number) => ({
    ...toPullRequest(pullRequestSchema.parse(pullRequestPayload({ sha: SHA.a, number }).pull_request)),
    fromFork: true,
  }),
  changedFiles: async () => undefined,
  filesBetween: async () => undefined,
  tree: async () => undefined,
  holds: async () => true,
  mayPush: async () => false,
};

let provider: RunningProvider;
let signIn: SignIn;
let server: ReturnType<typeof api>;
const warned = jest.spyOn(console, 'warn').mockImplementation();

beforeAll(async () => {
  // kubectl asks about a kind only where there is one
  apply(join(__dirname, '../../../dist/cluster'));
  awaitKinds();
  applyObjects([
    ...[A, B].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...role(A, 'one-person', ['list', 'create'], 'User', 'oidc:dev@example.com'),
    ...role(A, 'leads', ['list', 'create', 'patch', 'release'], 'Group', 'oidc:leads'),
    ...role(B, 'everybody', ['list'], 'Group', 'system:authenticated'),
    // the same words without the prefix are other people
    ...role(B, 'not-they', ['create'], 'User', 'dev@example.com'),
    ...role(B, 'nor-they', ['patch', 'release'], 'Group', 'leads'),
  ]);
  provider = await startProvider({ redirect: CALLBACK });
  const callerOf = callersOf(createClient(adminOf()));
  signIn = await startSignIn(settingsFor(provider.issuer), { callerOf, log: silent, now: () => Date.now() });
  server = api(configurationOf(...TEAMS), { authenticate: signIn.authenticate, github: { host: FORKS } }, signIn);
});
afterAll(async () => {
  signIn.stop();
  await provider.stop();
  warned.mockRestore();
});

/** What kubectl says of somebody by these words. */
function canI(verb: string, namespace: string, user: string, groups: readonly string[]): boolean {
  const as = ['--request-timeout=30s', `--as=${user}`, ...groups.map((group) => `--as-group=${group}`)];
  const what =
    verb === 'readLogs' ? ['get', 'pods', '--subresource=log'] : [verb, `${RUN_REQUEST.plural}.${RUN_REQUEST.group}`];
  const { stdout, stderr } = spawnSync('kubectl', ['auth', 'can-i', ...what, `--namespace=${namespace}`, ...as], {
    env: process.env,
    encoding: 'utf8',
  });
  if (!['yes', 'no'].includes(stdout.trim())) throw new Error(stderr);
  return stdout.trim() === 'yes';
}

it.each<[string, string, readonly string[], Record<string, readonly string[]>]>([
  ['a person who is named', 'dev@example.com', [], { [A]: ['list', 'create'], [B]: ['list'] }],
  ['a member of a group', 'lead@example.com', ['leads', 'all'], { [A]: [...VERBS], [B]: ['list'] }],
  ['both', 'dev@example.com', ['leads'], { [A]: [...VERBS], [B]: ['list'] }],
  ['a stranger', 'guest@example.com', ['guests'], { [A]: [], [B]: ['list'] }],
  ['a person with the name of a group', 'leads', [], { [A]: [], [B]: ['list'] }],
])('lets %s do what kubectl does', async (_, email, groups, expected) => {
  provider.person = { email, email_verified: true, groups };
  const browser = new Browser(server.app, ORIGIN);
  await browser.open('/auth/login', ({ origin, pathname }) => origin === ORIGIN && pathname === '/ui/');
  const caller = await signIn.authenticate({ method: 'GET', headers: { cookie: browser.cookie } } as FastifyRequest);
  for (const namespace of [A, B]) {
    const may: string[] = [];
    for (const verb of VERBS) {
      const allowed = await caller.may(verb, namespace);
      expect({ verb, namespace, allowed }).toEqual({
        ...{ verb, namespace },
        allowed: canI(
          verb,
          namespace,
          `oidc:${email}`,
          groups.map((group) => `oidc:${group}`),
        ),
      });
      if (allowed) may.push(verb);
    }
    expect(may).toEqual(expected[namespace]);
  }
  const shown = TEAMS.flatMap(({ name, namespace }) => {
    const may = expected[namespace] ?? [];
    return may.length > 0 ? [{ name, namespace, may }] : [];
  });
  expect((await browser.call('GET', '/api/me')).body.teams).toEqual(shown);
});

it.each<[string, string, readonly string[], boolean, number]>([
  ['whoever may create and release', 'lead@example.com', ['leads'], true, 201],
  ['the same from another page', 'lead@example.com', ['leads'], false, 403],
  ['whoever may create alone', 'dev@example.com', [], true, 403],
  ['a stranger', 'guest@example.com', [], true, 404],
])('lets approve a stranger’s pull request, or not: %s', async (_, email, groups, isOwn, expected) => {
  provider.person = { email, email_verified: true, groups };
  const browser = new Browser(server.app, ORIGIN);
  await browser.open('/auth/login', ({ origin, pathname }) => origin === ORIGIN && pathname === '/ui/');
  const { csrf } = (await browser.call('GET', '/api/me')).body;
  const team = TEAMS[0]!.name;
  const path = `/api/teams/${team}/stacks/shop/pulls/${expected}`;
  const query = `?repo=${team}/web`;
  const headers = { origin: ORIGIN, ...(isOwn && { [CSRF_HEADER]: csrf }) };
  const { status, body } = await browser.call('POST', `${path}/approve${query}&commit=${SHA.a}`, headers);
  expect([status, body.code]).toEqual([
    expected,
    { 201: undefined, 403: isOwn ? 'forbidden' : 'not_from_page', 404: 'not_found' }[expected],
  ]);
  const made = server.requests().filter(({ spec }) => spec.pullRequest?.number === expected);
  expect(made.map(({ spec }) => spec.trust)).toEqual(expected === 201 ? ['untrusted'] : []);
});
