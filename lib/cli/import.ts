import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Document, Path } from '../fleet/document';
import { readDocument } from '../fleet/read-document';
import type { Source } from '../fleet/formats';
import { readSource } from '../fleet/formats';
import { isObject } from '../words/mapping';
import { list, show } from '../words/phrase';
import type { Problem } from '../words/problem';
import { InputError, collected } from '../words/problem';
import type { Carried, LeftBehind } from '../original/carry';
import type { Original } from '../original/import';
import { importOriginal } from '../original/import';
import { checkFolder } from './given';
import { readTeam } from './read-code';
import { programIn } from './program-in';
import { teamFileIn } from './team-file';
import { EXIT, print } from './terminal';
import type { ExitCode } from './terminal';
import { UsageError } from './usage-error';
import { withSchema } from './with-schema';
import { readText } from './read-text';

/** The files of a repository of the original's kind that are read: by folder, and how deep they lie in it. */
const FOLDERS: Readonly<Record<string, { readonly depth: number; readonly names?: readonly string[] }>> = {
  stacks: { depth: 1 },
  teams: { depth: 2, names: ['team.yaml', 'values.yaml', 'team.yml', 'values.yml'] },
  helm: { depth: 2, names: ['values.yaml'] },
  pipeline: { depth: 1 },
  tasks: { depth: 1 },
};

const REGISTRY = 'stacks/registry.yaml';
/** A team lists its stacks, so it does not need the registry. */
function otherRegistry(root: string, text: string): string {
  const [here, there] = [readText(join(root, REGISTRY), REGISTRY), text].map((one) => {
    const repos = readDocument({ file: REGISTRY, text: one }).document?.get(['repos']);
    return isObject(repos) ? Object.entries(repos) : [];
  });
  const other = there!.filter(([repo, entry]) => !here!.some((own) => isDeepStrictEqual(own, [repo, entry])));
  return `another one is there already: add by hand what it lacks: ${list(
    other.map(([repo]) => `repos.${repo}`),
    'and',
  )}`;
}

/** `import`: writes teams and stacks, and lists what became of every setting. Nothing is written over. */
export function importRepository({
  from,
  root = '.',
  dryRun,
}: {
  readonly from: string;
  readonly root?: string;
  readonly dryRun?: true;
}): ExitCode {
  const { files, teams, carried, left, notes } = importOriginal(readOriginal(from), (folder) =>
    teamFileIn(root, folder),
  );
  const present = [...files.keys()].filter((path) => existsSync(join(root, path)));
  const { all: unread, attempt } = collected();
  const conflicts = present.flatMap((file) =>
    attempt(() => {
      const props = teams.get(file);
      const there = props ? { file, props } : { file, text: `${files.get(file)}` };
      return differences(documentOf(presentAt(root, file)), documentOf(there), []);
    }).flat(),
  );
  const refused = [...unread, ...conflicts.filter(({ file }) => file !== REGISTRY)];
  if (refused.length > 0) throw new InputError(refused);
  const isOtherRegistry = conflicts.length > 0;
  const program = programIn(root);
  for (const [path, text] of dryRun ? [] : files) {
    if (present.includes(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), withSchema(program, path, text));
  }
  if (present.length === files.size && !isOtherRegistry) {
    print(
      files.size === 0
        ? ['nothing to import: no file of that repository can be used here.', ...didNotCome(left)].join('\n')
        : `nothing changes: all ${files.size} files are there already and say the same. ${carried.length} settings came along and ${left.length} things did not; an import into an empty --root lists them, also with --dry-run.`,
    );
    return EXIT.done;
  }
  const verb = dryRun ? 'would write' : 'wrote';
  const paths = [...files.keys()].sort();
  print(paths.map((path) => (present.includes(path) ? `${path} is there already` : `${verb} ${path}`)).join('\n'));
  if (carried.length > 0) print(['', `${carried.length} settings came along:`, ...carried.map(carriedLine)].join('\n'));
  const all = [
    ...left,
    ...(isOtherRegistry ? [{ file: REGISTRY, why: otherRegistry(root, `${files.get(REGISTRY)}`) }] : []),
  ];
  if (all.length > 0) print(['', ...didNotCome(all)].join('\n'));
  if (notes.length > 0) print(['', 'Look at:', ...notes.map(leftLine)].join('\n'));
  print('\nNext: npx tekton-dag synth, and read its warnings.');
  return EXIT.done;
}

const CONFLICT = 'is there already and says something else: move it away, or import into another --root';

/** A module says what it exports, whatever its text looks like. */
const presentAt = (root: string, file: string): Source =>
  file.endsWith('.ts')
    ? readTeam(resolve(root), resolve(root, file)).source
    : { file, text: readText(join(root, file), file) };

/** @throws InputError for what is no YAML */
function documentOf(source: Source): Document {
  const { document, problems } = readSource(source);
  if (document === undefined) throw new InputError(problems);
  return document;
}

/** Each place in which two documents differ: lists by position, as an importer writes them. */
function differences(here: Document, there: Document, path: Path): readonly Problem[] {
  const [own, other] = [here.get(path), there.get(path)];
  if (isDeepStrictEqual(own, other)) return [];
  if (isObject(own) && isObject(other) && Array.isArray(own) === Array.isArray(other))
    return [...new Set([...Object.keys(own), ...Object.keys(other)])].flatMap((key) =>
      differences(here, there, [...path, Array.isArray(own) ? Number(key) : key]),
    );
  return [here.error(path, CONFLICT, { found: show(own), expected: show(other) })];
}

const carriedLine = ({ file, path, to, isDefault }: Carried): string =>
  `  ${file}: ${path}: ${to}${isDefault ? ', which is so by default' : ''}`;
const didNotCome = (left: readonly LeftBehind[]): readonly string[] =>
  left.length === 0 ? [] : [`${left.length} things did not come along:`, ...left.map(leftLine)];
const leftLine = ({ file, path, why }: LeftBehind): string => `  ${[file, path].filter(Boolean).join(': ')}: ${why}`;

function readOriginal(from: string): Original {
  checkFolder('--from', from);
  if (!existsSync(join(from, 'stacks')))
    throw new UsageError(`${from} has no folder stacks/: it is not a repository of the original's kind`);
  const paths = Object.entries(FOLDERS).flatMap(([folder, { depth, names }]) =>
    yamlFiles(from, folder, depth).filter((path) => names?.includes(`${path.split('/').at(-1)}`) ?? true),
  );
  return new Map(paths.sort().map((path) => [path, readText(join(from, path))]));
}

/** The YAML files that lie so deep in a folder, whatever links lead to them. */
function yamlFiles(from: string, folder: string, depth: number): readonly string[] {
  if (!existsSync(join(from, folder))) return [];
  const paths = readdirSync(join(from, folder)).map((name) => `${folder}/${name}`);
  const is = (kind: 'isFile' | 'isDirectory') => (path: string) =>
    statSync(join(from, path), { throwIfNoEntry: false })?.[kind]() === true;
  return depth > 1
    ? paths.filter(is('isDirectory')).flatMap((path) => yamlFiles(from, path, depth - 1))
    : paths.filter(is('isFile')).filter((path) => ['.yaml', '.yml'].includes(extname(path)));
}
