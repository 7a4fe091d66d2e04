import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { Browser, BrowserContext } from 'playwright-core';
import { chromium } from 'playwright-core';
import { RUN_REQUEST } from '../../../lib/runs/ask/run-request';
import { sessionsOf } from '../../../orchestrator/src/sign-in/sign-in';
import { atEnd } from './belongings';
import { applyObjects } from './kubectl';
import { ORCHESTRATOR, giveSecret } from './orchestrator';
import type { TestTeam } from './team';

/**
 * The page of a team's orchestrator in a browser of this machine, by `kubectl port-forward`. Somebody has signed in already: the session is
 * made here with the team's key, since no provider is part of the cluster.
 */

const ISSUER = 'https://id.example.com';
const KEY = 'a key of sessions that is only of this suite';
const PERSON = { name: 'developer@example.com', groups: [] as string[] };

/** A port that nothing listens on: the address of the page is known before the orchestrator is there. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const address = (port: number): string => `http://localhost:${port}`;

/** `orchestrator.signIn` of the team. */
export const signIn = (port: number) => ({ issuer: ISSUER, clientID: 'tekton-dag', url: address(port) });

/** Makes the person's rights and the key of the session. */
export async function letIn(team: TestTeam): Promise<void> {
  const metadata = { name: 'reads-page', namespace: team.namespace };
  await giveSecret(team, 'sign-in-session', { current: KEY });
  await applyObjects(
    {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata },
      rules: [
        { apiGroups: [RUN_REQUEST.group], resources: [RUN_REQUEST.plural], verbs: ['list'] },
        { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
      ],
    },
    {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: metadata.name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `oidc:${PERSON.name}` }],
    },
  );
}

/** Opens the browser; views have the address of the page before their path. Closed at the end of the story. */
export async function openPage({ namespace }: TestTeam, port: number): Promise<BrowserContext> {
  const target = [`service/${ORCHESTRATOR}`, `${port}:80`, '--namespace', namespace];
  const forward = spawn('kubectl', ['port-forward', ...target], { stdio: ['ignore', 'pipe', 'inherit'] });
  atEnd(() => forward.kill());
  await once(createInterface(forward.stdout), 'line');
  const browser: Browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  atEnd(() => browser.close());
  const context = await browser.newContext({ baseURL: address(port) });
  const [name = '', ...value] = (await sessionCookie(port)).split(';')[0]!.split('=');
  await context.addCookies([{ name, value: value.join('='), url: address(port), httpOnly: true, sameSite: 'Lax' }]);
  return context;
}

function sessionCookie(port: number): Promise<string> {
  const claims = { prefix: 'oidc:' };
  const sessions = sessionsOf(
    {
      issuer: new URL(ISSUER),
      url: new URL(address(port)),
      username: { ...claims, claim: 'email' },
      groups: { ...claims, claim: 'groups' },
    },
    { active: [{ id: 'current', value: Buffer.from(KEY) }] },
    Date.now,
  );
  return sessions.begin(PERSON, Math.floor(Date.now() / 1_000) + 2 * 60 * 60);
}
