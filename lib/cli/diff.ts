import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../diff/change';
import { compareFiles, objectsOf } from '../diff/files';
import { compareLive } from '../diff/live';
import type { Files } from '../diff/places';
import { teamOf } from '../diff/places';
import { reportOf, toJson } from '../diff/report';
import { toMarkdown, toText } from '../diff/text';
import { listLive } from './live';
import { pick, rootOf } from './load';
import { EXIT, UsageError, print } from './terminal';
import type { ExitCode } from './terminal';

const RENDER = { text: toText, markdown: toMarkdown, json: toJson };

export interface DiffOptions {
  readonly base?: string;
  readonly live?: true;
  readonly cluster?: string;
  readonly root?: string;
  readonly format: keyof typeof RENDER;
}

/**
 * `diff [team…]`: what applying the committed output will do. It is dist/ that is compared, and not what synth would make
 * of the sources: dist/ is what Argo CD applies, and `synth --check` holds it to the sources.
 */
export async function diff(names: readonly string[], options: DiffOptions): Promise<ExitCode> {
  if ((options.base === undefined) === (options.live === undefined)) throw new UsageError('say what to compare with: --base or --live, one of them');
  if (options.cluster !== undefined && options.base !== undefined) throw new UsageError('--cluster says which cluster --live looks at; --base compares all of them');
  const root = rootOf(options);
  const now = readDist(join(root, 'dist'));
  const { comparison, from } = options.base === undefined ? await compareWithCluster(names, now, options.cluster) : { comparison: compareWithBase(names, root, options.base, now), from: options.base };
  const report = reportOf(comparison, { from, to: 'dist' });
  print(RENDER[options.format](report));
  return report.loud.length > 0 ? EXIT.loud : EXIT.done;
}

function compareWithBase(names: readonly string[], root: string, ref: string, now: Files): Comparison {
  const base = readCommitted(root, ref);
  return compareFiles(base, now, chosen(names, [...base.keys(), ...now.keys()]));
}

async function compareWithCluster(names: readonly string[], now: Files, cluster?: string): Promise<{ readonly comparison: Comparison; readonly from: string }> {
  const teams = chosen(names, [...now.keys()]);
  const wanted = objectsOf(now, teams, cluster);
  const { server, objects } = await listLive(wanted.map(({ object }) => object));
  return { comparison: compareLive(objects, wanted, teams), from: server };
}

/** The teams that are named, which must be among those that the output has, or had. */
function chosen(names: readonly string[], paths: readonly string[]): ReadonlySet<string> {
  const teams = [...new Set(paths.flatMap((path) => teamOf(path) ?? []))].map((name) => ({ name }));
  return new Set(names.map((name) => pick('team', teams, name).name));
}

/** Objects, and the index by which Argo CD knows where they go. */
const isRead = (path: string): boolean => /\.(yaml|json)$/.test(path);

function readDist(dist: string): Files {
  if (!existsSync(dist)) throw new UsageError(`there is no ${dist}: run npm run synth`);
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter(isRead);
  return new Map(files.sort().map((file) => [file.replaceAll('\\', '/'), readFileSync(join(dist, file), 'utf8')]));
}

/** dist/ as a commit holds it: one `git ls-tree`, one `git cat-file` for all. */
function readCommitted(root: string, ref: string): Files {
  const entries = git(root, ['ls-tree', '-r', '-z', `${ref}^{commit}`, '--', 'dist/'], ref)
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, type, id, path] = /^\d+ (\w+) (\w+)\tdist\/(.*)$/.exec(line) ?? [];
      return type === 'blob' && isRead(path!) ? [{ id: id!, path: path! }] : [];
    });
  const output = git(root, ['cat-file', '--batch'], ref, entries.map(({ id }) => `${id}\n`).join(''));
  let at = 0;
  return new Map(
    entries.map(({ path }) => {
      // `<id> blob <bytes>`, the content, a newline
      const start = output.indexOf(10, at) + 1;
      const end = start + Number(output.subarray(at, start).toString().split(' ')[2]);
      at = end + 1;
      return [path, output.subarray(start, end).toString()];
    }),
  );
}

function git(root: string, args: readonly string[], ref: string, input = ''): Buffer {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: root, input, maxBuffer: 1 << 30 });
  if (error) throw error;
  if (status !== 0) throw new UsageError(`cannot read dist/ at ${ref}: ${stderr.toString().trim().split('\n')[0]}`);
  return stdout;
}
