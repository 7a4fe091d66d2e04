import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tektonDag } from '../support/cli';
import { Folder, ROOT } from './folder';

/** The same input gives the same bytes, whatever the process that asks for them. */

let folder: Folder;
beforeEach(() => (folder = new Folder()));
afterEach(() => folder.remove());

it('in another folder, time zone, locale and order of files', () => {
  folder.fleet('alpha', 'beta');
  expect(
    tektonDag(['synth'], {
      cwd: folder.path,
      env: { TZ: 'Pacific/Auckland', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    }).status,
  ).toBe(0);
  const first = folder.output();
  const copy = `${folder.path}-copy`;
  cpSync(folder.path, copy, { recursive: true });
  try {
    rmSync(join(copy, 'dist'), { recursive: true });
    expect(
      tektonDag(['synth', 'beta', 'alpha', '--root', copy, '--out', join(folder.path, 'dist')], {
        cwd: tmpdir(),
        env: { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' },
      }).status,
    ).toBe(0);
  } finally {
    rmSync(copy, { recursive: true });
  }
  expect(folder.output()).toEqual(first);
});

it('for cdk8s users', () => {
  const out = join(folder.path, 'cdk8s');
  const { status, stderr } = spawnSync(
    join(ROOT, 'node_modules/.bin/cdk8s'),
    ['synth', '--output', out, '--no-check-upgrade'],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  const textsOf = (dir: string) =>
    Object.fromEntries(
      readdirSync(dir, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => [file, readFileSync(join(dir, file), 'utf8')]),
    );
  expect(textsOf(out)).toEqual(textsOf(join(ROOT, 'dist')));
});
