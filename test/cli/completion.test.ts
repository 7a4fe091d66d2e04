import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { suiteWith } from '../output/tasks/support/tools';
import { BIN } from '../support/cli';
import { Folder } from './folder';

/** What comes after a Tab. */

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
  folder.fleet('alpha', 'beta');
  folder.write('clusters/prod.yaml', 'name: prod\n');
});
afterAll(() => folder.remove());

const words = async (...typed: readonly string[]): Promise<string[]> => {
  const { status, stdout } = await folder.run('complete', '--', ...typed);
  expect(status).toBe(0);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0] as string]));
};

it.each<readonly [typed: readonly string[], expected: readonly string[]]>([
  [['sy'], ['synth']],
  [['comp'], ['completion']],
  [
    ['team', 're'],
    ['rename', 'retire'],
  ],
  [
    ['synth', ''],
    ['alpha', 'beta'],
  ],
  [['synth', 'alpha', 'b'], ['beta']],
  [['run', 'pr-t'], ['pr-test']],
  // words of the original work and are not offered
  [['run', 'stack-'], []],
  [['simulate', 'al'], ['alpha']],
  [
    ['simulate', 'alpha', '--pipeline', 'pr'],
    ['pr-test', 'promote'],
  ],
  [
    ['run', '--team', ''],
    ['alpha', 'beta'],
  ],
  [['run', '--team=al'], ['--team=alpha']],
  // as bash divides them
  [['run', '--team', '=', 'al'], ['alpha']],
  [
    ['run', '--team', '='],
    ['alpha', 'beta'],
  ],
  [
    ['run', '--app', 'a', 'b', '--stack', ''],
    ['alpha', 'beta'],
  ],
  [['graph', 'stacks', ''], []],
  [['graph', 'a'], ['alpha']],
  [['doctor', '--cluster', ''], ['prod']],
  [
    ['diff', '--format', ''],
    ['text', 'markdown', 'json'],
  ],
  [['diff', '--li'], ['--live']],
  [['diff', '--live', '--li'], []],
  [
    ['team', 'retire', ''],
    ['alpha', 'beta'],
  ],
  [['team', 'new', ''], []],
  // of files the shell knows more
  [['run', '--team-file', ''], []],
  [['team', 'new', 'x', '--stack', ''], []],
  [['validate', ''], []],
  [['nonsense', ''], []],
])('%j may be followed by %j', async (typed, expected) => {
  expect(await words(...typed)).toEqual(expected);
});

it('shows what a word does, and not the command that shells call', async () => {
  const { stdout } = await folder.run('complete', '--', 'grap');
  expect(stdout).toBe('graph\tdraw a stack: its apps by propagation role, who calls whom, where requests enter\n');
  expect((await folder.run('--help')).stdout).not.toMatch(/^ {2}complete /m);
});

/** Runs lines in a shell that has read its script and finds the program. */
function inShell(program: string, args: readonly string[], lines: string): string {
  const bin = join(folder.path, 'bin');
  mkdirSync(bin, { recursive: true });
  chmodSync(BIN, 0o755);
  symlinkSync(BIN, join(bin, 'tekton-dag'));
  const { stdout, stderr } = spawnSync(program, [...args, lines], {
    cwd: folder.path,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, HOME: folder.path },
    encoding: 'utf8',
  });
  folder.remove('bin');
  expect(stderr).toBe('');
  return stdout;
}

it('bash completes by its script', () => {
  const lines = `eval "$(tekton-dag completion bash)"
ask() { COMP_WORDS=(tekton-dag "$@"); COMP_CWORD=$#; _tekton_dag; echo "\${COMPREPLY[*]}"; }
ask team re; ask run --team ''; complete -p tekton-dag`;
  expect(inShell('bash', ['--norc', '-c'], lines)).toBe(
    'rename retire\nalpha beta\ncomplete -o bashdefault -o default -F _tekton_dag tekton-dag\n',
  );
});

it('bash is given names as it would have to be typed, so that it runs nothing of them', () => {
  for (const name of ['$(touch run)', "a b'c", 'two\nlines']) folder.write(`stacks/${name}.yaml`, '');
  const lines = `eval "$(tekton-dag completion bash)"
COMP_WORDS=(tekton-dag graph ''); COMP_CWORD=2; _tekton_dag
for word in "\${COMPREPLY[@]}"; do eval "printf '<%s>' $word"; done; ls`;
  const shown = inShell('bash', ['--norc', '-c'], lines);
  for (const name of ['$(touch run)', "a b'c", 'two\nlines']) folder.remove(`stacks/${name}.yaml`);
  expect(shown).toMatch(/^<\$\(touch run\)><a b'c><alpha><beta>/);
  expect(shown).not.toMatch(/^run$/m);
});

suiteWith(['zsh'], 'zsh', () => {
  it('zsh completes by its script', () => {
    // what the system of completion gives is there in an interactive shell alone
    const lines = `compdef() { echo "compdef $*" }
_describe() { print -l -- "\${(@P)2}" }
_files() { echo files }
eval "$(tekton-dag completion zsh)"
ask() { words=(tekton-dag "$@"); CURRENT=$#words; _tekton_dag }
ask team re; ask run --team ''; ask validate ''`;
    expect(inShell('zsh', ['-f', '-c'], lines)).toBe(
      [
        'compdef _tekton_dag tekton-dag',
        'rename:give a team another name; its namespaces keep theirs',
        'retire:remove a team and the stacks that only it has, and say in which order what it has goes',
        'alpha:',
        'beta:',
        'files',
        '',
      ].join('\n'),
    );
  });
});

suiteWith(['zsh'], 'zsh, from a file of fpath', () => {
  it('zsh completes at the first Tab', () => {
    const lines = `compdef() { echo "compdef $*" }
_describe() { print -l -- "\${(@P)2}" }
mkdir -p functions && tekton-dag completion zsh > functions/_tekton-dag
fpath=($PWD/functions $fpath); autoload -U _tekton-dag
ask() { words=(tekton-dag "$@"); CURRENT=$#words; _tekton-dag }
ask run --team ''; ask run --team 'b'`;
    expect(inShell('zsh', ['-f', '-c'], lines)).toBe('alpha:\nbeta:\nbeta:\n');
  });
});

suiteWith(['fish'], 'fish', () => {
  it('fish completes by its script', () => {
    const lines = `tekton-dag completion fish | source
for line in 'tekton-dag team ret' 'tekton-dag run --team ' 'tekton-dag validate stacks/al'
  complete --do-complete $line
end`;
    expect(inShell('fish', ['--no-config', '-c'], lines)).toBe(
      [
        'retire\tremove a team and the stacks that only it has, and say in which order what it has goes',
        'alpha',
        'beta',
        'stacks/alpha.yaml',
        '',
      ].join('\n'),
    );
  });
});
