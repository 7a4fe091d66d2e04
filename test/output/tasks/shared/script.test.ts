import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { script } from '../../../../lib/output/tasks/shared/script';
import { SCRIPTS } from '../support/run-script';
import { suiteWith } from '../support/tools';

const files = readdirSync(SCRIPTS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sh'));
const read = (file: string) => readFileSync(join(SCRIPTS, file), 'utf8');
/** What scripts source: settings of the shell are theirs. */
const isLibrary = (file: string): boolean => dirname(file) === 'shell';

describe('script', () => {
  it('puts what a script sources in its place, so that the text is whole', () => {
    const text = script('release/tag-release.sh');
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    expect(text.match(/^#!/gm)).toHaveLength(1);
    expect(text).toContain('\nfail() {');
    expect(text).not.toContain('dirname "$0"');
  });

  it('says what it does in its first lines, and has no other comment', () => {
    const comments = script('release/tag-release.sh').match(/^[ \t]*#.*$/gm) ?? [];
    const [, ...header] = /^#!.*\n((?:#.*\n)+)/.exec(read('release/tag-release.sh'))![1]!.split('\n');
    expect(comments).toHaveLength(header.length + 1);
  });

  // what bash has understood of a script, which lines that are comments in texts of other languages are part of
  const understood = (text: string): string => {
    const { stdout, status } = spawnSync('bash', ['-c', 'bash --pretty-print <(cat)'], {
      input: text,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    return stdout.replace(/^[ \t]*(?:#(?!!).*)?\n/gm, '');
  };

  it.each(files.filter((file) => !/^\. "/m.test(read(file))))('%s does the same without its comments', (file) => {
    expect(understood(script(file))).toBe(understood(read(file)));
  });

  it('refuses a script into which Tekton would paste a value', () => {
    expect(() => script(join(__dirname, 'fixtures/pasted.sh'))).toThrow(
      expect.objectContaining({
        code: 'script-expression',
        message: expect.stringContaining("holds '$(params.…)'") as string,
      }) as Error,
    );
  });

  it.each(files)('%s is whole as Tekton gets it', (file) => {
    const { status, stderr } = spawnSync('sh', ['-n'], { input: script(file), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(script(file)).not.toContain('dirname "$0"');
  });

  it.each(files.filter((file) => !isLibrary(file)))(
    '%s stops at the first failure and at a value that is missing',
    (file) => {
      expect(read(file)).toMatch(/^#!\/(?:bin|busybox)\/sh\n(#.*\n)+set -eu\n/);
    },
  );

  /** Words in a place where a command may stand, without comments. */
  const commandsIn = (text: string): ReadonlySet<string> => {
    const code = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
    return new Set(code.flatMap((line) => [...line.matchAll(/(?:^|[\s(;&|!])([a-z]+) /g)].map((found) => found[1]!)));
  };

  it.each(files.filter((file) => !isLibrary(file)))(
    '%s holds what it calls of the network, else nothing of it',
    (file) => {
      const called = commandsIn(script(file));
      const needs = ['attempt', 'cause'].some((name) => called.has(name));
      const [, network = ''] = /^(?:#.*\n)+([^]*)/.exec(script('shell/network.sh')) ?? [];
      expect(script(file).includes(network)).toBe(needs);
    },
  );

  it('hides no failure', () => {
    expect(files.filter((file) => /\|\|\s*(true|:)\s*$/m.test(read(file)))).toEqual([]);
  });
});

suiteWith(['shellcheck'], 'shellcheck', () => {
  it('finds nothing', () => {
    // followed from where they are, so that a variable set in a part is known
    const { stdout } = spawnSync(
      'shellcheck',
      ['--external-sources', '--source-path=SCRIPTDIR', '--format=gcc', ...files],
      { cwd: SCRIPTS, encoding: 'utf8' },
    );
    expect(stdout).toBe('');
  });
});
