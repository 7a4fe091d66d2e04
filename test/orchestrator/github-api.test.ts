import { GitHubApi } from './support/github-api';
import { Reports, USER } from './support/github-reports';

/** The stand-in of GitHub's API is as strict as GitHub's own description, or tests against it would prove nothing. */

const OK = { state: 'success', context: 'x' };

it.each<readonly [string, RegExp, string, object | undefined]>([
  ['a path that there is not', /no such path/, 'POST /repos/acme/web/status/abc', OK],
  ['a method that there is not', /no such path/, 'DELETE /repos/acme/web/statuses/abc', undefined],
  ['a body without what is required', /'state'/, 'POST /repos/acme/web/statuses/abc', { context: 'x' }],
  [
    'a word that is none of the allowed',
    /allowed values/,
    'POST /repos/acme/web/statuses/abc',
    { ...OK, state: 'passed' },
  ],
  ['a field that nobody knows', /'sate'/, 'POST /repos/acme/web/statuses/abc', { ...OK, sate: 'success' }],
  ['a number that is none', /integer/, 'GET /repos/acme/web/issues/seven/comments', undefined],
  ['a parameter that nobody knows', /perpage/, 'GET /repos/acme/web/issues/7/comments?perpage=100', undefined],
  ['what nobody has prepared', /not answered here/, 'GET /repos/acme/web', undefined],
])('it does not take %s', async (_, why, call, body) => {
  const github = new GitHubApi(new Reports().endpoints);
  const address = await github.listen();
  const [method, path] = call.split(' ');
  expect((await fetch(`${address}${path}`, { method, ...(body && { body: JSON.stringify(body) }) })).status).toBe(422);
  expect(github.invalid).toEqual([expect.stringMatching(why)]);
  await expect(github.close()).rejects.toThrow(why);
});

it('does not let a test answer what GitHub never would', async () => {
  const github = new GitHubApi({ 'GET /user': () => ({ login: 7 }) });
  await expect(github.request('GET /user', {})).rejects.toThrow(/login must be string/);
  await expect(github.close()).rejects.toThrow(/answer to GET \/user/);
});

it('answers by HTTP what it answers within the process, and remembers both', async () => {
  const github = new GitHubApi(new Reports().endpoints);
  const address = await github.listen();
  expect(await (await fetch(`${address}/user`, { headers: { authorization: 'token x' } })).json()).toMatchObject({
    login: USER,
  });
  expect(await github.request('GET /user', {})).toMatchObject({ status: 200, data: { login: USER } });
  expect(github.called.map(({ route, token }) => [route, token])).toEqual([
    ['GET /user', 'x'],
    ['GET /user', 'token'],
  ]);
  github.fault = () => ({ status: 502 });
  expect((await fetch(`${address}/user`)).status).toBe(502);
  await github.close();
});
