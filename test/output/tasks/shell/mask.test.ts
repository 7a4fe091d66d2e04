import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, readdirSync } from 'node:fs';
import { script } from '../../../../lib/output/tasks/shared/script';
import { withPrelude } from '../../../../lib/tekton/every-step';
import type { Ended } from '../support/run-script';
import { Workshop } from '../support/run-script';
import { suiteWith } from '../support/tools';

/** The shells and the kinds of awk that images have: Debian's and Ubuntu's, Fedora's, and those of Alpine and of images without a system. */
const PLACES = [
  { shell: 'sh', awk: 'mawk', programs: ['mawk'] },
  { shell: 'sh', awk: 'gawk', programs: ['gawk'] },
  { shell: 'busybox sh', awk: 'busybox awk', programs: ['busybox'] },
] as const;

const TOKEN = 'S3cr3t/Value+1&b=\\d';
const LOGIN = Buffer.from('robot:p:ss word').toString('base64');
const SECRETS: Readonly<Record<string, string>> = {
  token: `${TOKEN}\n`,
  'config.json': JSON.stringify({ auths: { 'registry.example.com': { auth: LOGIN } } }),
  key: `-----BEGIN KEY-----\n${'b3BlbnNzaC1rZXktdjE'.repeat(4)}\nab\nQUFBQUFBQUFBQUE=\r\n-----END KEY-----\n`,
  quoted: 'correct "horse" battery\\staple',
  '.npmrc': 'registry=https://npm.example.com/\n//npm.example.com/:_authToken=npm_abc123def456\n',
};
const base64 = (text: string): string => Buffer.from(text).toString('base64');

const inPlace =
  ({ shell, awk }: (typeof PLACES)[number]) =>
  (): void => {
    let shop: Workshop;
    beforeEach(() => {
      shop = new Workshop();
      shop.program('awk', `#!/bin/sh\nexec ${awk} "$@"\n`);
      if (awk.startsWith('busybox'))
        for (const name of ['base64', 'cat', 'head', 'tr'])
          shop.program(name, `#!/bin/sh\nexec busybox ${name} "$@"\n`);
      for (const [name, text] of Object.entries(SECRETS)) shop.file(`secrets/${name}`, text);
    });
    afterEach(() => shop.remove());

    const path = () => {
      const [program, ...rest] = shell.split(' ');
      const { stdout } = spawnSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' });
      return [stdout.trim(), ...rest].join(' ');
    };
    const begin = (commands: string, args: readonly string[] = [], folders = [shop.path('secrets')]) => {
      const file = shop.file('step.sh', withPrelude(`#!${path()}\n${commands}\n`, script('shell/mask.sh')));
      chmodSync(file, 0o755);
      const env = { PATH: `${shop.path('bin')}:${process.env.PATH}`, HOME: shop.folder, MASKED: folders.join(':') };
      // as Tekton's entrypoint begins it
      return spawn(file, args, { env, detached: true });
    };
    const ended = (child: ReturnType<typeof begin>): Promise<Ended> => {
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      return new Promise((done) => child.once('close', (code) => done({ code, stdout, stderr })));
    };
    const run = (...all: Parameters<typeof begin>): Promise<Ended> => ended(begin(...all));
    const said = async (text: string): Promise<string> =>
      (await run(`cat "${shop.file('said', `${text}\n`)}"`)).stdout.replace(/\n$/, '');

    it.each([
      ['a value', `is ${TOKEN}.`, 'is ***.'],
      ['a value twice in a line', `${TOKEN}${TOKEN}`, '******'],
      ['a value in an address', `https://x/?t=${encodeURIComponent(TOKEN)}&y`, 'https://x/?t=***&y'],
      ['a value in base64', base64(TOKEN), '***'],
      ['a file in base64', base64(SECRETS.token!), '***'],
      ['a long file in base64, on one line', base64(SECRETS.key!), '***'],
      ['a value in a text of JSON', JSON.stringify({ password: SECRETS.quoted }), '{"password":"***"}'],
      ['a file of JSON', SECRETS['config.json']!, '***'],
      ['the login of a registry', `auth ${LOGIN}`, 'auth ***'],
      ['the password in it', 'with p:ss word', 'with ***'],
      ['a line of a file', `key ${'b3BlbnNzaC1rZXktdjE'.repeat(4)}`, 'key ***'],
      ['a line that ends as those of Windows do', 'QUFBQUFBQUFBQUE= x', '*** x'],
      ['a token in a line with other things', 'npm_abc123def456', '***'],
      ['a value among what is no text', `\u001b[31m${TOKEN}\u001b[0m \u00fc`, '\u001b[31m***\u001b[0m \u00fc'],
    ])('leaves out %s', async (_, text, left) => {
      expect(await said(text)).toBe(left);
    });

    it.each([
      ['a line of a Secret that is too short to be one', 'ab'],
      ['where a registry is, and who uses it', 'pushed registry.example.com/shop as robot'],
      ['the host in a file of settings', 'npm http fetch GET 200 https://npm.example.com/left-pad'],
      ['what looks like a pattern or a format', '%s %d \\n .* [a-z] & $0'],
    ])('leaves %s', async (_, text) => {
      expect(await said(text)).toBe(text);
    });

    it('leaves out the lines of a file in base64 as a program wraps it', async () => {
      expect((await run(`base64 "${shop.path('secrets/key')}"`)).stdout).toMatch(/^(\*\*\*\n){2,}$/);
    });

    it('has output and errors in the order in which they were written, without a last line end that was not', async () => {
      const { stdout, stderr } = await run('echo 1; echo 2 >&2; echo 3; printf 4 >&2');
      expect({ stdout, stderr }).toEqual({ stdout: '1\n2\n3\n4', stderr: '' });
    });

    it('ends as the script does, and gives it its arguments and variables', async () => {
      const { code, stdout } = await run('printf "<%s>" "$#" "$@" "$HOME"; exit 42', ['a b', '*', '']);
      expect({ code, stdout }).toEqual({ code: 42, stdout: `<3><a b><*><><${shop.folder}>` });
      expect(await run('kill -9 $$')).toMatchObject({ code: 137 });
      expect(await run('set -eu; false; echo more')).toMatchObject({ code: 1, stdout: '' });
    });

    it('tells each line as it is written', async () => {
      const child = begin('echo one; read -r answer; echo "two $answer"');
      child.stdout.setEncoding('utf8').once('data', () => child.stdin.end('then\n'));
      expect((await ended(child)).stdout).toBe('one\ntwo then\n');
    });

    it('is over when the script is, whatever that has left running', async () => {
      const { stdout, code } = await run(`(/bin/sleep 60; echo late) & echo $! >"${shop.path('pid')}"; echo done`);
      expect({ stdout, code }).toEqual({ stdout: 'done\n', code: 0 });
      process.kill(Number(spawnSync('cat', [shop.path('pid')], { encoding: 'utf8' }).stdout));
    });

    it('lets a script that is told to stop say why', async () => {
      // a signal that comes before `sleep` has begun is seen when that ends
      const child = begin(`trap 'echo stopped; exit 3' TERM\necho begun\nwhile :; do /bin/sleep 0.1; done`);
      child.stdout.once('data', () => process.kill(-child.pid!, 'SIGTERM'));
      expect(await ended(child)).toMatchObject({ code: 3, stdout: expect.stringMatching(/stopped\n$/) as string });
    });

    it('shows no value to whoever lists processes', async () => {
      const child = begin('echo begun; read -r answer');
      await new Promise((done) => child.stdout.once('data', done));
      const shown = processesOf(child.pid!);
      child.stdin.end('\n');
      await ended(child);
      // the two shells, what runs beside them, and the filter
      expect(shown.length).toBeGreaterThanOrEqual(3);
      for (const value of [TOKEN, LOGIN, 'npm_abc123def456', base64(TOKEN)]) expect(shown.join()).not.toContain(value);
    });

    it('reads long lines, and what is no text', async () => {
      const text = `${'x'.repeat(3_000_000)}${TOKEN}\n${TOKEN}\0${TOKEN}\n${TOKEN}`;
      const { stdout, code } = await run(`cat "${shop.file('said', text)}"`);
      expect(code).toBe(0);
      expect(stdout.length).toBeGreaterThan(3_000_000);
      expect(stdout).not.toContain(TOKEN);
    });

    it('runs as it is where no Secret is there', async () => {
      const { code, stdout } = await run('echo fine; exit 5', [], [shop.path('nothing')]);
      expect({ code, stdout }).toEqual({ code: 5, stdout: 'fine\n' });
    });

    it('runs nothing in an image that cannot keep Secrets back', async () => {
      const file = shop.file('step.sh', withPrelude(`#!${path()}\necho run\n`, script('shell/mask.sh')));
      const { status, stdout, stderr } = spawnSync('/bin/sh', [file], {
        env: { PATH: shop.path('empty'), MASKED: shop.path('secrets') },
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
      expect(stderr).toMatch(/^error: this image has no awk, by which .* images\.overrides/);
    });
  };

/** Arguments and variables of the processes of a group. */
const processesOf = (group: number): readonly string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && groupOf(name) === group)
    .map((name) => read(name, 'cmdline') + read(name, 'environ'));
const groupOf = (process: string): number => Number(read(process, 'stat').split(') ').at(-1)?.split(' ')[2]);
function read(process: string, what: string): string {
  try {
    return readFileSync(`/proc/${process}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

for (const place of PLACES)
  suiteWith(place.programs, `a step with Secrets, by ${place.shell} and ${place.awk}`, inPlace(place));
