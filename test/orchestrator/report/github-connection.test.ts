import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics } from '../../../orchestrator/src/metrics';
import type { GitHub } from '../../../orchestrator/src/report/github-connection';
import { GitHubWaits, connectGitHub } from '../../../orchestrator/src/report/github-connection';
import type { Settings } from '../../../orchestrator/src/settings';
import { silent } from '../support';
import { GitHubApi } from '../support/github-api';
import { APP, Reports, USER } from '../support/github-reports';

const folder = mkdtempSync(join(tmpdir(), 'github-'));
const tokenFile = join(folder, 'token');
const privateKeyFile = join(folder, 'key.pem');
let github: GitHubApi;
let apiUrl: string;
beforeAll(() => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  writeFileSync(privateKeyFile, privateKey);
});
beforeEach(async () => {
  writeFileSync(tokenFile, 'first\n');
  github = new GitHubApi(new Reports().endpoints);
  apiUrl = await github.listen();
});
afterEach(() => github.close());
afterAll(() => rmSync(folder, { recursive: true }));

const connect = async (more: Partial<Omit<Settings['github'], 'dialect'>>): Promise<GitHub> =>
  (await connectGitHub({ apiUrl, ...more }, silent, createMetrics()))!;
const app = { id: String(APP.id), privateKeyFile, installationId: 1 };

it('speaks as the user of a token, which may be exchanged', async () => {
  const client = await connect({ tokenFile });
  expect([client.appId, await client.login(), await client.login()]).toEqual([undefined, USER, USER]);
  writeFileSync(tokenFile, 'second');
  await client.login();
  expect(github.called.map(({ route, token }) => [route, token])).toEqual([
    ['GET /user', 'first'],
    ['GET /user', 'second'],
  ]);
});

it('speaks as an App, under the name of that', async () => {
  const client = await connect({ app });
  expect([client.appId, await client.login()]).toEqual([APP.id, APP.login]);
  await client.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    owner: 'acme',
    repo: 'web',
    issue_number: 7,
  });
  expect(github.called.at(-1)).toMatchObject({ token: APP.token });
});

it.each([
  ['a token', { tokenFile: join(folder, 'none') }],
  ['the key of its App', { app: { ...app, privateKeyFile: join(folder, 'none') } }],
  ['anything', {}],
])('is not there without %s', async (_, more) => {
  expect(await connectGitHub({ apiUrl, ...more }, silent, createMetrics())).toBeUndefined();
});

it.each([
  [
    'a secondary limit',
    { status: 403, headers: { 'retry-after': '60' }, body: { message: 'You have exceeded a secondary rate limit.' } },
  ],
  [
    'the same, as 429',
    { status: 429, headers: { 'retry-after': '60' }, body: { message: 'You have exceeded a secondary rate limit.' } },
  ],
  [
    'the limit of an hour',
    {
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 60) },
      body: { message: 'API rate limit exceeded' },
    },
  ],
])('asks nothing more where GitHub names %s', async (_, answer) => {
  const client = await connect({ tokenFile });
  github.fault = () => answer;
  await expect(client.request('GET /user', {})).rejects.toMatchObject({ status: answer.status });
  github.fault = undefined;
  await expect(client.request('GET /user', {})).rejects.toThrow(GitHubWaits);
  await expect(client.login()).rejects.toThrow(/for \d\d s/);
  expect(github.called).toHaveLength(1);
});

// Gitea says 405 of the teams of a repository that a person owns
it.each([404, 405, 422])('asks once where the answer is %i', async (status) => {
  const client = await connect({ tokenFile });
  github.fault = () => ({ status, body: { message: 'no' } });
  await expect(client.request('GET /user', {})).rejects.toMatchObject({ status });
  expect(github.called).toHaveLength(1);
});
