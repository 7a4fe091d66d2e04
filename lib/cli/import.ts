import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '../words/problem';
import type { LeftBehind } from '../original/carry';
import type { Original } from '../original/import';
import { importOriginal } from '../original/import';
import { EXIT, UsageError, print } from './terminal';
import type { ExitCode } from './terminal';

/** What is read of a repository of the original's kind. */
const READ = [
  /^stacks\/[^/]+\.ya?ml$/,
  /^teams\/[^/]+\/(team|values)\.yaml$/,
  /^helm\/[^/]+\/values\.yaml$/,
  /^pipeline\/[^/]+\.yaml$/,
  /^tasks\/[^/]+\.yaml$/,
];
const FOLDERS = ['stacks', 'teams', 'helm', 'pipeline', 'tasks'];

/** `import`: writes teams and stacks, and lists what it could not carry. Nothing is written over. */
export function importRepository({
  from,
  root = '.',
  dryRun,
}: {
  readonly from: string;
  readonly root?: string;
  readonly dryRun?: true;
}): ExitCode {
  const { files, left } = importOriginal(readOriginal(from));
  const taken = [...files].filter(
    ([path, text]) => existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') !== text,
  );
  if (taken.length > 0)
    throw new InputError(
      taken.map(([path]) => ({
        file: path,
        message: 'is there already and says something else: move it away, or import into another --root',
        severity: 'error',
      })),
    );
  for (const [path, text] of dryRun ? [] : files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  print(
    [...files.keys()]
      .sort()
      .map((path) => `${dryRun ? 'would write' : 'wrote'} ${path}`)
      .join('\n'),
  );
  if (left.length > 0) print(['', `${left.length} things did not come along:`, ...left.map(line)].join('\n'));
  print('\nNext: npm run synth, and read its warnings.');
  return EXIT.done;
}

const line = ({ file, path, why }: LeftBehind): string => `  ${[file, path].filter(Boolean).join(': ')}: ${why}`;

function readOriginal(from: string): Original {
  const present = FOLDERS.filter((folder) => existsSync(join(from, folder)));
  if (!present.includes('stacks'))
    throw new UsageError(`${from} has no folder stacks/: it is no repository of the original's kind`);
  const paths = present.flatMap((folder) =>
    readdirSync(join(from, folder), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}/${path.replaceAll('\\', '/')}`,
    ),
  );
  return new Map(
    paths
      .filter((path) => READ.some((regex) => regex.test(path)))
      .sort()
      .map((path) => [path, readFileSync(join(from, path), 'utf8')]),
  );
}
