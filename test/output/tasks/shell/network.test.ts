import { readFileSync } from 'node:fs';
import { SCRIPTS, Workshop } from '../support/run-script';

describe('attempt', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  /** Runs a command by it; gives how it ended and for how many seconds it waited in between. */
  const attempt = (command: string) => {
    shop.program('sleep', `#!/bin/sh\necho "$1" >>"${shop.file('slept', '')}"\n`);
    const script = shop.file(
      'script.sh',
      `set -eu\n. "${SCRIPTS}/shell/common.sh"\n. "${SCRIPTS}/shell/network.sh"\nattempt ${command}\n`,
    );
    const { code } = shop.run(script, { ATTEMPT_PAUSE_MAX: '' });
    const pauses = readFileSync(shop.path('slept'), 'utf8').split('\n').filter(Boolean).map(Number);
    return { code, waited: pauses.reduce((sum, pause) => sum + pause, 0) };
  };

  it('waits for nothing when all is well', () => {
    expect(attempt('true')).toEqual({ code: 0, waited: 0 });
  });

  it('outlasts a server that is away for 20 s, and gives up within a minute', () => {
    const { code, waited } = attempt('false');
    expect(code).toBe(1);
    expect(waited).toBeGreaterThan(20);
    expect(waited).toBeLessThan(60);
  });
});

describe('cause', () => {
  let shop: Workshop;
  beforeEach(() => (shop = new Workshop()));
  afterEach(() => shop.remove());

  it.each([
    [
      'git over ssh',
      [
        "Warning: Permanently added 'h' (ED25519) to the list of known hosts.",
        'git@h: Permission denied (publickey).',
        'fatal: Could not read from remote repository.',
        '',
        'Please make sure you have the correct access rights',
        'and the repository exists.',
      ],
      'git@h: Permission denied (publickey).',
    ],
    [
      'a long address before the cause',
      [`time="2026-01-01T00:00:00Z" level=fatal msg="reading ${'x'.repeat(300)}: denied: requested access"`],
      `reading ${'x'.repeat(92)} … ${'x'.repeat(169)}: denied: requested access`,
    ],
    [
      'a host that hangs up, in words that nobody foresaw',
      ['ssh_dispatch_run_fatal_: incorrect signature', 'fatal: Could not read from remote repository.'],
      'ssh_dispatch_run_fatal_: incorrect signature',
    ],
    [
      'a host that does not begin to speak',
      ['kex_exchange_identification: read: no banner', 'fatal: Could not read from remote repository.'],
      'kex_exchange_identification: read: no banner',
    ],
    [
      'a project of GitLab by ssh',
      [
        'remote: ========',
        "remote: The project you were looking for could not be found or you don't have permission to view it.",
        'fatal: Could not read from remote repository.',
      ],
      "The project you were looking for could not be found or you don't have permission to view it.",
    ],
    [
      'a password where a token is due',
      [
        'remote: Support for password authentication was removed on August 13, 2021.',
        "fatal: Authentication failed for 'https://h/a/'",
      ],
      'Support for password authentication was removed on August 13, 2021.',
    ],
    [
      'LFS that costs more than is left',
      [
        'batch response: This repository exceeded its LFS budget.',
        "error: failed to fetch some objects from 'https://h'",
      ],
      'batch response: This repository exceeded its LFS budget.',
    ],
    [
      'a host whose key is another',
      ['Host key verification failed.', 'fatal: Could not read from remote repository.'],
      'Host key verification failed.',
    ],
    [
      'a protected branch',
      [
        'remote: error: GH006: Protected branch update failed for refs/heads/main.',
        'To https://h/acme/ci.git',
        ' ! [remote rejected] HEAD -> main (protected branch hook declined)',
        "error: failed to push some refs to 'https://h/acme/ci.git'",
        'hint: see the manual',
      ],
      'error: GH006: Protected branch update failed for refs/heads/main.',
    ],
    [
      'a certificate of nobody that is known',
      ["fatal: unable to access 'https://h/': SSL certificate problem: unable to get local issuer certificate"],
      "unable to access 'https://h/': SSL certificate problem: unable to get local issuer certificate",
    ],
    [
      'skopeo',
      [
        'time="2026-01-01T00:00:00Z" level=warning msg="failed, retrying"',
        'time="2026-01-01T00:00:00Z" level=fatal msg="writing blob: denied: \\"push\\" is not allowed"',
      ],
      'writing blob: denied: "push" is not allowed',
    ],
    ['something else', ['hello', 'fatal: it is late', 'error: and dark'], 'it is late'],
    ['words alone', ['', 'it is late', 'bye'], 'it is late'],
    ['nothing', [], 'it said nothing'],
  ])('of %s is one line', (_, lines, expected) => {
    const said = shop.file('said', lines.map((line) => `${line}\n`).join(''));
    const script = shop.file(
      'script.sh',
      `set -eu\n. "${SCRIPTS}/shell/common.sh"\n. "${SCRIPTS}/shell/network.sh"\ncause "${said}"\n`,
    );
    expect(shop.run(script, {})).toMatchObject({ code: 0, stdout: expect.stringMatching(/^[^\n]*\n?$/) as string });
    expect(shop.run(script, {}).stdout.trim()).toBe(expected);
  });
});

it('the message of a failure begins with what it is about and ends with what to do, however long it is', () => {
  const shop = new Workshop();
  try {
    const text = `image i cannot be copied: ${'x'.repeat(900)}: is the registry up?`;
    const script = shop.file('script.sh', `set -eu\n. "${SCRIPTS}/shell/common.sh"\nfail "${text}"\n`);
    const { code, stderr } = shop.run(script, { RESULT_MESSAGE: shop.resultFile('message') });
    expect({ code, stderr }).toEqual({ code: 1, stderr: `error: ${text}\n` });
    expect(shop.result('message')).toMatch(/^image i cannot be copied: x+ … x+: is the registry up\?$/);
    expect(Buffer.byteLength(shop.result('message'))).toBeLessThanOrEqual(500);
  } finally {
    shop.remove();
  }
});
