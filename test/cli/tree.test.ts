import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareTree, writeTree } from '../../lib/cli/tree';
import { InputError } from '../../lib/words/problem';
import { HEADER } from '../../lib/words/generated';

const ALL = ['cluster', 'teams', 'kind.yaml'];
const text = (body: string): string => `${HEADER}${body}\n`;
const files = (entries: Record<string, string>): Map<string, string> =>
  new Map(Object.entries(entries).map(([path, body]) => [path, text(body)]));

let root: string;
let out: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tree-'));
  out = join(root, 'deep', 'dist');
});
afterEach(() => rmSync(root, { recursive: true }));

/** Every file below `out` with its text. */
const held = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [
        join(entry.parentPath, entry.name).slice(out.length + 1),
        readFileSync(join(entry.parentPath, entry.name), 'utf8'),
      ]),
  );
const put = (path: string, body: string): void => {
  mkdirSync(join(out, path, '..'), { recursive: true });
  writeFileSync(join(out, path), body);
};

const FIRST = {
  'cluster/a.yaml': '1',
  'teams/a/1.yaml': '1',
  'teams/a/2.yaml': '1',
  'teams/b/1.yaml': '1',
  'kind.yaml': '1',
};

test('writes into a folder that is not there yet, and leaves nothing beside', () => {
  writeTree(out, files(FIRST), ALL);
  expect(held()).toEqual(Object.fromEntries(files(FIRST)));
  expect(compareTree(out, files(FIRST), ALL)).toEqual({ differs: [], missing: [], leftOver: [], foreign: [] });
});

test('files and folders of removed objects go, what is not managed stays', () => {
  writeTree(out, files(FIRST), ALL);
  put('README.md', 'mine');
  put('argocd/app.yaml', 'of others');
  writeTree(out, files({ 'teams/a/1.yaml': '2' }), ALL);
  expect(held()).toEqual({ 'teams/a/1.yaml': text('2'), 'README.md': 'mine', 'argocd/app.yaml': 'of others' });
  expect(existsSync(join(out, 'teams/b'))).toBe(false);
});

test('one team replaces its folder alone', () => {
  writeTree(out, files(FIRST), ALL);
  writeTree(out, files({ 'teams/a/2.yaml': '2' }), ['teams/a']);
  expect(held()).toEqual({
    ...Object.fromEntries(files(FIRST)),
    'teams/a/2.yaml': text('2'),
    'teams/a/1.yaml': undefined,
  });
});

test('what differs, is missing or is left over is listed, nothing is written', () => {
  writeTree(out, files(FIRST), ALL);
  const before = held();
  const next = files({ ...FIRST, 'teams/a/1.yaml': '2', 'teams/c/1.yaml': '1' });
  next.delete('kind.yaml');
  expect(compareTree(out, next, ALL)).toEqual({
    differs: ['teams/a/1.yaml'],
    missing: ['teams/c/1.yaml'],
    leftOver: ['kind.yaml'],
    foreign: [],
  });
  expect(held()).toEqual(before);
  expect(compareTree(join(root, 'none'), next, ALL).missing).toEqual([...next.keys()].sort());
});

test('a file that synth has not written is never replaced', () => {
  put('teams/a/team.yaml', 'name: a\n');
  expect(() => writeTree(out, files(FIRST), ALL)).toThrow(InputError);
  expect(() => writeTree(out, files(FIRST), ALL)).toThrow(/teams\/a\/team\.yaml: synth has not written it/);
  expect(held()).toEqual({ 'teams/a/team.yaml': 'name: a\n' });
});

test('a path that cannot be made leaves all as it was', () => {
  writeTree(out, files(FIRST), ALL);
  const before = held();
  // A file where a folder is due: found while the second of two paths is put into place.
  expect(() =>
    writeTree(out, files({ 'cluster/a.yaml': '2', 'kind.yaml/x.yaml': '2' }), ['cluster', 'kind.yaml/x.yaml']),
  ).toThrow();
  expect(held()).toEqual(before);
});

test('links among the files are told all at once, and nothing is written', () => {
  put('teams/a/1.yaml', text('1'));
  symlinkSync(join(root, 'nowhere'), join(out, 'teams/a/2.yaml'));
  symlinkSync(out, join(out, 'teams/b'));
  for (const run of [() => writeTree(out, files(FIRST), ALL), () => compareTree(out, files(FIRST), ALL)]) {
    expect(run).toThrow(/teams\/a\/2\.yaml: is a symbolic link, .*: remove the link\n.*teams\/b: is a symbolic link/);
  }
  expect(existsSync(join(out, 'cluster'))).toBe(false);
  rmSync(join(out, 'teams'), { recursive: true });
  symlinkSync(join(root, 'nowhere'), join(out, 'teams'));
  expect(() => compareTree(out, files(FIRST), ALL)).toThrow('teams: is a symbolic link');
});
