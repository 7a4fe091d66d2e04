import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import type { Ended } from '../support/run-script';
import { Workshop } from '../support/run-script';
import { serving } from '../support/server';
import { installed } from '../support/tools';

/** The tests of an app's repository, run by the programs that run them in a pod. */

// a program of hundreds of modules starts slowly where all cores are busy
jest.setTimeout(60_000);

const SESSION = 'pr-4-abcd';
const PACKAGES = join(__dirname, '../../../node_modules/.bin');

interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

let shop: Workshop;
beforeEach(() => (shop = new Workshop()));
afterEach(() => shop.remove());

/** Runs them against an app that answers `{"ok":true}`, but 404 below /missing; gives what it was asked. */
async function test(kind: string, path: string, env: Record<string, string> = {}) {
  const asked: Asked[] = [];
  const ended = await serving(
    ({ url = '', headers }, response) => {
      asked.push({ path: url, headers });
      response
        .writeHead(url.startsWith('/missing') ? 404 : 200, { 'content-type': 'application/json' })
        .end('{"ok":true}');
    },
    (url) =>
      shop.start(`test/run-tests-${kind}.sh`, {
        PATH: `${shop.path('bin')}:${PACKAGES}:${process.env.PATH}`,
        APP: 'fe',
        SOURCE: shop.path('source'),
        CONTEXT_DIR: 'apps/fe web',
        TEST_PATH: path,
        BASE_URL: url,
        SESSION,
        HEADER: 'x-dev-session',
        BAGGAGE_KEY: 'dev-session',
        REPORT: shop.path('report'),
        RESULT_OUTCOME: shop.resultFile('outcome'),
        RESULT_MESSAGE: shop.resultFile('MESSAGE'),
        ...env,
      }),
  );
  return { ...ended, asked };
}
/** The last step. */
const save = (kind: string, names: readonly string[], env: Record<string, string> = {}): Ended =>
  shop.run('test/save-report.sh', {
    ...{ CLAIM: 'reports', CLAIM_FOLDER: shop.path('claim'), STACK: 's', PIPELINE: 'p', RUN_NAME: 'r' },
    ...{
      OUTCOME: shop.result('outcome'),
      TESTS: JSON.stringify({ names }),
      REPORT: shop.path('report'),
      APP: 'fe',
      KIND: kind,
      RESULT_OUTCOME: shop.resultFile('OUTCOME'),
      RESULT_REPORT: shop.resultFile('REPORT'),
    },
    ...env,
  });
const file = (path: string, content: object | string): string =>
  shop.file(`source/apps/fe web/${path}`, typeof content === 'string' ? content : JSON.stringify(content));
const paths = (asked: readonly Asked[]): string[] => asked.map(({ path }) => path);

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const check = (text: string): object[] => [{ listen: 'test', script: { type: 'text/javascript', exec: [text] } }];
const collection = (name: string, ...paths: readonly string[]): object => ({
  info: { name, schema: SCHEMA },
  item: paths.map((path) => ({
    name: `GET ${path}`,
    request: { method: 'GET', url: `{{baseUrl}}${path}`, header: [{ key: 'x-own', value: 'kept' }] },
    event: check(`pm.test('${path} answers', () => pm.response.to.have.status(200));`),
  })),
});

describe.each(['postman', 'playwright', 'artillery'])('%s tests', (kind) => {
  it('name the directory or the path that is not there', async () => {
    expect(await test(kind, 'tests/none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "error: there is no directory 'apps/fe web': fix context-dir in the stack\n",
      ) as string,
    });
    file('README.md', '');
    expect(await test(kind, 'tests/none')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "error: there is no 'tests/none' in 'apps/fe web': fix tests of fe in the stack\n",
      ) as string,
    });
    expect(shop.result('MESSAGE')).toContain("there is no 'tests/none'");
  });
});

describe('postman tests', () => {
  it.each([
    ['is not JSON', '{', /a\.json: .*JSON/],
    ['is no collection', '{"name":"x"}', /a\.json: it has no list `item`/],
  ])('say that a file %s', async (_, content, cause) => {
    file('tests/a.json', content);
    const { code, stderr } = await test('postman', 'tests/a.json');
    expect(code).toBe(1);
    expect(stderr).toMatch(cause);
    expect(stderr).toContain(
      "error: 'tests/a.json' in 'apps/fe web' is not a postman collection, nor a folder of them: the reason is above\n",
    );
  });

  it('say that a folder holds none', async () => {
    file('tests/staging.postman_environment.json', { values: [] });
    expect((await test('postman', 'tests')).stderr).toContain('tests: none of its files is a collection\n');
  });
});

describe('newman', () => {
  it('runs a collection, every request in the session, its own headers kept', async () => {
    file('tests/shop.json', collection('shop', '/', '/cart'));
    const { code, asked } = await test('postman', 'tests/shop.json');
    expect(code).toBe(0);
    expect(paths(asked)).toEqual(['/', '/cart']);
    for (const { headers } of asked)
      expect(headers).toMatchObject({ 'x-dev-session': SESSION, baggage: `dev-session=${SESSION}`, 'x-own': 'kept' });
    expect(shop.result('outcome')).toBe('passed');
    expect(readFileSync(shop.path('report/junit.xml'), 'utf8')).toMatch(/<testcase name="\/cart answers"/);
  });

  it('runs every collection of a folder, also after one that failed, and leaves out what is none', async () => {
    file('tests/a.json', collection('a', '/missing'));
    file('tests/b c.json', collection('b', '/b'));
    file('tests/staging.postman_environment.json', { values: [] });
    const { code, asked } = await test('postman', 'tests');
    expect(code).toBe(0);
    expect(paths(asked)).toEqual(['/missing', '/b']);
    expect(shop.result('outcome')).toBe('failed');
    expect(readdirSync(shop.path('report')).sort()).toEqual(['junit-a.xml', 'junit-b c.xml']);
    const kept = 'the report is in pvc://reports/s/p/r/fe/postman';
    expect(save('postman', ['A › /missing answers', '"b"']).stderr).toBe(
      `error: the postman tests of fe failed: A › /missing answers; "b"; ${kept}\n`,
    );
    expect(save('postman', []).stderr).toBe(`error: the postman tests of fe failed; ${kept}\n`);
    // a build whose run keeps no reports
    rmSync(shop.path('claim'), { recursive: true });
    expect(save('unit', ['a'], { KEEP: '' })).toMatchObject({
      code: 1,
      stderr: 'error: the unit tests of fe failed: a\n',
    });
    expect(existsSync(shop.path('claim'))).toBe(false);
  });

  it('sends no session where there is none, and runs what the collection does before a request', async () => {
    const given = {
      ...collection('shop', '/{{page}}'),
      event: [
        {
          listen: 'prerequest',
          script: { type: 'text/javascript', exec: ["pm.variables.set('page', 'of-the-collection');"] },
        },
      ],
    };
    file('tests/shop.json', given);
    const { code, asked } = await test('postman', 'tests/shop.json', { SESSION: '' });
    expect(code).toBe(0);
    expect(paths(asked)).toEqual(['/of-the-collection']);
    expect(asked[0]?.headers).not.toHaveProperty('x-dev-session');
    expect(asked[0]?.headers).not.toHaveProperty('baggage');
  });

  it('fails the tests if nobody answers', async () => {
    file('tests/shop.json', collection('shop', '/'));
    expect((await test('postman', 'tests/shop.json', { BASE_URL: 'http://127.0.0.1:1' })).code).toBe(0);
    expect(shop.result('outcome')).toBe('failed');
  });
});

/** Where somebody has it: half a gigabyte is too much for every clone. */
installed('artillery')('artillery', () => {
  const script = (config = '', scenario = '- get: { url: / }'): string =>
    `config:\n  target: http://elsewhere.invalid\n  phases: [{ duration: 1, arrivalRate: 2 }]\n${config}scenarios:\n  - flow:\n      ${scenario}\n`;

  it('loads the app under test, every request in the session, headers of the script kept', async () => {
    file('tests/load.yml', script('  http: { defaults: { headers: { x-own: kept } } }\n'));
    const { code, asked, stderr } = await test('artillery', 'tests/load.yml');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(asked).toHaveLength(2);
    for (const { headers } of asked)
      expect(headers).toMatchObject({ 'x-dev-session': SESSION, baggage: `dev-session=${SESSION}`, 'x-own': 'kept' });
    expect(shop.result('outcome')).toBe('passed');
    expect(existsSync(shop.path('report/artillery.json'))).toBe(true);
  });

  it('fails the tests if the script expects more', async () => {
    file('tests/load.yml', script('  plugins: { ensure: {} }\n  ensure: { thresholds: [{ http.codes.200: 1 }] }\n'));
    expect((await test('artillery', 'tests/load.yml')).code).toBe(0);
    expect(shop.result('outcome')).toBe('failed');
  });

  it('fails the tests if nobody answers, though the script expects nothing', async () => {
    file('tests/load.yml', script());
    const { stderr } = await test('artillery', 'tests/load.yml', { BASE_URL: 'http://127.0.0.1:1' });
    expect(stderr).toContain('no request to http://127.0.0.1:1 was answered\n');
    expect(shop.result('outcome')).toBe('failed');
  });

  it('says that a script cannot be read', async () => {
    file('tests/load.yml', 'config: [');
    expect(await test('artillery', 'tests/load.yml')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "error: 'tests/load.yml' in 'apps/fe web' cannot be read as an artillery script: the reason is above\n",
      ) as string,
    });
  });
});

describe('playwright', () => {
  // the browsers are the image's: a stand-in shows what the wrapper asks of it, and with which settings
  const runner =
    '#!/bin/sh\necho "$*" >"$REPORT/arguments"\ncp "$(echo "$*" | sed "s/.*--config //")" "$REPORT/config"\nexit "${EXIT:-0}"\n';
  const repository = (folder: string): void => {
    file(`${folder}/package.json`, { name: 'tests', version: '1.0.0' });
    shop.program(
      'npm',
      `#!/bin/sh\nmkdir -p node_modules/.bin\necho "npm $*" >"${shop.path('npm')}"\nprintf '%s' "$RUNNER" >node_modules/.bin/playwright\nchmod +x node_modules/.bin/playwright\n`,
    );
    shop.program('npx', '#!/bin/sh\nshift\nexec node_modules/.bin/playwright "$@"\n');
  };

  it('runs with the settings of the repository, the address, the session and the reports laid over them', async () => {
    repository('.');
    file('package-lock.json', '{}');
    file('playwright.config.ts', 'export default {};');
    file('tests/shop.spec.ts', '');
    expect((await test('playwright', 'tests/shop.spec.ts', { RUNNER: runner })).code).toBe(0);
    expect(readFileSync(shop.path('npm'), 'utf8')).toMatch(/^npm ci /);
    expect(readFileSync(shop.path('report/arguments'), 'utf8')).toBe('test --config tekton-dag.playwright.config.ts\n');
    expect(readFileSync(shop.path('report/config'), 'utf8')).toMatch(
      /^import own from '\.\/playwright\.config\.ts';\n/,
    );
    expect(shop.result('outcome')).toBe('passed');
  });

  it('runs tests that are a package of their own', async () => {
    repository('e2e tests');
    expect((await test('playwright', 'e2e tests', { RUNNER: runner, EXIT: '1' })).code).toBe(0);
    expect(readFileSync(shop.path('npm'), 'utf8')).toMatch(/^npm install /);
    expect(readFileSync(shop.path('report/config'), 'utf8')).toMatch(/^const own: any = \{\};\n/);
    expect(shop.result('outcome')).toBe('failed');
  });

  it('says what the repository lacks', async () => {
    file('tests/shop.spec.ts', '');
    expect((await test('playwright', 'tests')).stderr).toContain(
      "error: neither 'apps/fe web' nor the tests in it have a package.json: add one with @playwright/test",
    );
    repository('.');
    shop.program('npm', '#!/bin/sh\nexit 0\n');
    expect((await test('playwright', 'tests')).stderr).toContain(
      'error: package.json does not ask for @playwright/test',
    );
    shop.program('npm', '#!/bin/sh\nexit 1\n');
    expect((await test('playwright', 'tests')).stderr).toContain(
      'error: the dependencies of the tests cannot be installed: the reason is above',
    );
  });
});
