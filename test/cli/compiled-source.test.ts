import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import { ROOT } from './folder';

/** A clone runs what its files say now, whatever was kept of them, and keeps nothing of files that are gone. */

let clone: string;
beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'clone-'));
  for (const part of ['lib', 'imports', 'package.json', 'orchestrator/Dockerfile'])
    cpSync(join(ROOT, part), join(clone, part), { recursive: true });
  mkdirSync(join(clone, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== '.cache') symlinkSync(join(ROOT, 'node_modules', name), join(clone, 'node_modules', name));
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

const kept = (file: string): string => join(clone, 'node_modules/.cache/tekton-dag/source', encodeURIComponent(file));

function change(file: string, from: string, to: string): void {
  const text = readFileSync(join(clone, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(clone, file), text.replace(from, to));
}

function help(): string {
  const { status, stdout, stderr } = tektonDag(['--help'], { bin: join(clone, 'lib/cli/tekton-dag.js') });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const MAIN = 'lib/cli/main.ts';

it('follows its files', () => {
  const first = help();
  expect(first).toContain('Teams and stacks as data');
  expect(existsSync(kept(MAIN))).toBe(true);
  expect(help()).toBe(first);
  change(MAIN, 'Teams and stacks as data', 'Stacks and teams as data');
  expect(help()).toBe(first.replace('Teams and stacks as data', 'Stacks and teams as data'));
});

it.each<[string, (text: string) => string]>([
  ['cut', (text) => text.slice(0, -100)],
  ['empty', () => ''],
  ['changed', (text) => text.replace('as data', 'as date')],
  ['another', () => readFileSync(kept('lib/cli/terminal.ts'), 'utf8')],
])('takes nothing that is %s', (_, spoil) => {
  const first = help();
  const text = readFileSync(kept(MAIN), 'utf8');
  writeFileSync(kept(MAIN), spoil(text));
  expect(help()).toBe(first);
  expect(readFileSync(kept(MAIN), 'utf8')).toBe(text);
});

it('keeps nothing of a file that is gone', () => {
  help();
  writeFileSync(kept('lib/cli/gone.ts'), 'of a file that is gone');
  expect(help()).not.toBe('');
  // a start that compiles nothing looks for nothing
  expect(existsSync(kept('lib/cli/gone.ts'))).toBe(true);
  change(MAIN, 'as data', 'as plain data');
  help();
  expect([existsSync(kept('lib/cli/gone.ts')), existsSync(kept(MAIN))]).toEqual([false, true]);
});
