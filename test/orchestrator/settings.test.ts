import type { InputError } from '../../lib/words/problem';
import { readSettings } from '../../orchestrator/src/settings';

const problems = (environment: Record<string, string>): string => {
  try {
    readSettings(environment);
    return '';
  } catch (error) {
    return (error as InputError).message;
  }
};

it('has defaults for everything', () => {
  expect(readSettings({})).toMatchObject({
    port: 8080,
    metricsPort: 9090,
    team: undefined,
    configLabel: 'tekton-dag.io/config=team',
    apiAuth: 'tokenreview',
    logLevel: 'info',
    retention: { runs: 20, requestDays: 7 },
    github: { app: undefined },
  });
});

it('takes what is set to nothing as not set', () =>
  expect(readSettings({ TEAM: '', PORT: '' })).toMatchObject({ team: undefined, port: 8080 }));

it('can leave pruning to others', () =>
  expect(readSettings({ KEEP_RUNS: '0', KEEP_REQUEST_DAYS: '0' }).retention).toEqual({
    runs: undefined,
    requestDays: undefined,
    untilRecorded: false,
  }));

it('tells everything that is wrong at once', () => {
  const said = problems({ PORT: 'http', API_AUTH: 'off', LOG_LEVEL: 'loud', GITHUB_APP_ID: '1', CONSOLE_URL: 'here' });
  for (const name of [
    'PORT',
    'API_AUTH',
    'LOG_LEVEL',
    'GITHUB_APP_PRIVATE_KEY_FILE',
    'GITHUB_APP_INSTALLATION_ID',
    'CONSOLE_URL',
  ])
    expect(said).toContain(`environment: ${name}: `);
  expect(said).toContain('expected tokenreview or none');
});

describe('reports', () => {
  const bucket = { REPORTS_S3_URL: 'https://s3.example.com/ci/payments', REPORTS_S3_CREDENTIALS_DIR: '/etc/s3' };

  it('are on a claim or in a bucket, of one team', () => {
    expect(readSettings({}).reports).toBeUndefined();
    expect(readSettings({ TEAM: 'a', REPORTS_DIR: '/reports' }).reports).toEqual({ dir: '/reports' });
    expect(readSettings({ TEAM: 'a', ...bucket }).reports).toEqual({
      bucket: { url: bucket.REPORTS_S3_URL, region: 'us-east-1', credentialsDir: '/etc/s3' },
    });
  });

  it.each<[string, Record<string, string>, string]>([
    ['of no team', { REPORTS_DIR: '/reports' }, 'TEAM: is missing'],
    ['in a bucket of no team', bucket, 'TEAM: is missing'],
    ['without a credential', { TEAM: 'a', REPORTS_S3_URL: bucket.REPORTS_S3_URL }, 'REPORTS_S3_CREDENTIALS_DIR'],
    ['at no bucket', { TEAM: 'a', ...bucket, REPORTS_S3_URL: 'https://s3.example.com' }, 'REPORTS_S3_URL'],
    ['at two places', { TEAM: 'a', ...bucket, REPORTS_DIR: '/reports' }, 'REPORTS_DIR: goes with none'],
  ])('%s are refused', (_, given, said) => expect(problems(given)).toContain(said));
});

describe('a history', () => {
  const place = { HISTORY_URL_FILE: '/etc/url', HISTORY_CLUSTER: 'eu' };

  it('keeps what is not recorded from being pruned, and for ever what is, unless it is said for how long', () => {
    expect(readSettings(place)).toMatchObject({
      retention: { untilRecorded: true },
      history: { database: { urlFile: '/etc/url', cluster: 'eu', expiry: { teams: {} } } },
    });
    const expiry = { days: 730, teams: { payments: 90 } };
    expect(readSettings({ ...place, HISTORY_EXPIRY: JSON.stringify(expiry) }).history).toMatchObject({
      database: { expiry },
    });
  });

  it('of Tekton Results waits for nothing, since Results keeps a run that it has not stored', () => {
    const url = 'https://results.example.com:8080';
    expect(readSettings({ HISTORY_RESULTS_URL: url, HISTORY_RESULTS_CA_FILE: '/etc/ca' })).toMatchObject({
      retention: { untilRecorded: false },
      history: {
        results: {
          url,
          caFile: '/etc/ca',
          tokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
        },
      },
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ HISTORY_URL_FILE: '/etc/url' }, 'HISTORY_CLUSTER'],
    [{ HISTORY_EXPIRY: '{}' }, 'HISTORY_URL_FILE'],
    [{ ...place, HISTORY_EXPIRY: '{' }, 'HISTORY_EXPIRY'],
    [{ ...place, HISTORY_EXPIRY: '{"days":0}' }, 'HISTORY_EXPIRY'],
    [{ ...place, HISTORY_EXPIRY: '{"dys":1}' }, 'HISTORY_EXPIRY'],
    [{ ...place, HISTORY_RESULTS_URL: 'https://results.example.com' }, 'HISTORY_RESULTS_URL'],
    [{ HISTORY_RESULTS_URL: 'http://results.example.com' }, 'HISTORY_RESULTS_URL'],
    [{ HISTORY_RESULTS_URL: 'https://results.example.com/path' }, 'HISTORY_RESULTS_URL'],
    [{ HISTORY_RESULTS_CA_FILE: '/etc/ca' }, 'HISTORY_RESULTS_URL'],
  ])('with %j is refused', (environment, about) => expect(problems(environment)).toContain(`environment: ${about}: `));
});

describe('sign-ins', () => {
  const whole = {
    SIGN_IN_ISSUER: 'https://dex.example.com',
    SIGN_IN_URL: 'https://tekton-dag.example.com',
    SIGN_IN_CLIENT_ID: 'tekton-dag',
    SIGN_IN_CLIENT_SECRET_FILE: '/etc/client-secret',
    SIGN_IN_SESSION_KEYS_DIR: '/etc/keys',
  };

  it('are not there unless they are set up', () => expect(readSettings({}).signIn).toBeUndefined());

  it('have names and groups that the cluster tells from its own', () =>
    expect(readSettings(whole).signIn).toMatchObject({
      scopes: 'openid profile email groups',
      username: { claim: 'email', prefix: 'oidc:' },
      groups: { claim: 'groups', prefix: 'oidc:' },
    }));

  it('may have them without prefixes, by the word of kube-apiserver', () =>
    expect(readSettings({ ...whole, SIGN_IN_USERNAME_PREFIX: '-' }).signIn?.username.prefix).toBe(''));

  it.each<[string, Record<string, string>, string]>([
    [
      'without a key',
      { SIGN_IN_SESSION_KEYS_DIR: '' },
      'SIGN_IN_SESSION_KEYS_DIR: is missing: the variables SIGN_IN_* go',
    ],
    ['in the clear', { SIGN_IN_ISSUER: 'http://dex.example.com' }, 'SIGN_IN_ISSUER: is not understood'],
    ['at an address with a path', { SIGN_IN_URL: 'https://example.com/dag' }, 'SIGN_IN_URL: is not understood'],
    ['at an address in the clear', { SIGN_IN_URL: 'http://example.com' }, 'SIGN_IN_URL: is not understood'],
    ["with the cluster's own prefix", { SIGN_IN_GROUPS_PREFIX: 'system:' }, 'SIGN_IN_GROUPS_PREFIX: is not understood'],
    ['without openid', { SIGN_IN_SCOPES: 'email' }, 'SIGN_IN_SCOPES: is not understood'],
    ['where nobody is asked who he is', { API_AUTH: 'none' }, 'API_AUTH: is none, and SIGN_IN_ISSUER says'],
  ])('are not taken %s', (_, over, said) => expect(problems({ ...whole, ...over })).toContain(`environment: ${said}`));

  it('have commits lead to the page, unless it is said that they lead elsewhere', () => {
    const page = { ...whole, PAGE_DIR: '/page' };
    expect(readSettings(page).consoleUrl).toBe('https://tekton-dag.example.com/ui/runs/{name}?namespace={namespace}');
    expect(readSettings(whole).consoleUrl).toBeUndefined();
    const CONSOLE_URL = 'https://console.example.com/{namespace}/{name}';
    expect(readSettings({ ...page, CONSOLE_URL }).consoleUrl).toBe(CONSOLE_URL);
  });

  it('need no https on this machine', () =>
    expect(readSettings({ ...whole, SIGN_IN_URL: 'http://localhost:8080' }).signIn?.url.port).toBe('8080'));
});
