import { lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ReadDocument } from '../../fleet/read-document';
import { readDocument } from '../../fleet/read-document';
import type { TeamProps } from '../../fleet/team';
import { teamText } from '../../fleet/team-text';
import { OWN_VERSION } from '../../words/own-version';
import type { Problem } from '../../words/problem';
import { placeOfFault } from '../json-fault';
import { loadFleet, rootOf } from '../load';
import { EXAMPLE, ROOT } from '../package';
import { INPUT_FOLDERS } from '../fleet-files';
import { pathFromRoot } from '../path-from-root';
import { INSTALLED } from '../program-in';
import { numberedSteps } from '../team/next-steps';
import { throwErrors } from '../team/refusal';
import { starterStack } from '../team/starter-stack';
import { EXIT, printDone } from '../terminal';
import type { ExitCode } from '../terminal';
import { withSchema } from '../with-schema';
import { packageJson } from './package-json';
import type { OwnedFiles } from './texts';
import { GITATTRIBUTES, GITIGNORE, TSCONFIG, WORKFLOW, codeowners, readme } from './texts';
import { readText } from '../read-text';

interface InitOptions {
  readonly root?: string;
  readonly example?: true;
}

/** Texts by their paths. */
type Files = ReadonlyMap<string, string>;

/** Teams to begin with, and what they are made of. */
interface Start {
  readonly teams: readonly OwnedFiles[];
  readonly files: Files;
}

const MANIFEST = 'package.json';

/** `init`: the files of a repository of teams and stacks. It writes over nothing, and adds to package.json what that lacks. */
export function init({ root: folder, example }: InitOptions): ExitCode {
  // a folder that is not there yet is made with the first file
  const root = folder && lstatSync(folder, { throwIfNoEntry: false }) === undefined ? folder : rootOf({ root: folder });
  const { teams, files } = example ? examples() : first();
  const isPresent = entryAt(root, MANIFEST)?.isFile() ?? false;
  const present = isPresent
    ? readManifest(readText(join(root, MANIFEST), MANIFEST))
    : { document: undefined, problems: [] };
  const manifest = packageJson(present.document, packageName(root), {
    tektonDag: OWN_VERSION,
    typescript: ownTypeScript(),
  });
  const written: Files = new Map([
    ['tsconfig.json', TSCONFIG],
    ['.gitignore', GITIGNORE],
    ['.gitattributes', GITATTRIBUTES],
    ['.github/workflows/tekton-dag.yaml', WORKFLOW],
    ['.github/CODEOWNERS', codeowners(teams)],
    ['README.md', readme(teams[0] as OwnedFiles)],
    ...files,
  ]);
  const wanted = [...(isPresent ? [] : [MANIFEST]), ...written.keys()];
  throwErrors([...present.problems, ...manifest.problems, ...inTheWay(root, wanted)]);
  const all = new Map([[MANIFEST, manifest.text], ...written]);
  for (const [path, text] of all) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), withSchema(INSTALLED, path, text));
  }
  const verb = (path: string): string => (path === MANIFEST && present.document ? 'added to' : 'wrote');
  const steps = numberedSteps([
    ...(folder === undefined ? [] : [`cd ${folder}`]),
    'npm install',
    'npm run synth',
    'git init --initial-branch=main, unless the folder is in Git already, and a first commit of everything',
    'README.md says what comes after that',
  ]);
  printDone([...[...all.keys()].map((path) => `${verb(path)} ${path}`), ...steps].join('\n'));
  return EXIT.done;
}

/** Every JSON is YAML, of which places are known; what is no JSON is told in the words of that. */
function readManifest(text: string): ReadDocument {
  try {
    JSON.parse(text);
    return readDocument({ file: MANIFEST, text });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const message = 'is not JSON, so it cannot be added to: correct it, and init again';
    return { problems: [{ file: MANIFEST, ...placeOfFault(text, error), message, severity: 'error' }] };
  }
}

/** All that would be written over, and what is where a folder has to be. A link counts: it leads out of here, be there something or not. */
function inTheWay(root: string, files: readonly string[]): readonly Problem[] {
  const found = files.flatMap((file) => {
    // below what is no folder there is nothing to ask for
    const other = foldersOf(file).find((folder) => entryAt(root, folder)?.isDirectory() === false);
    return other ?? (entryAt(root, file) ? file : []);
  });
  if (found.length === 0) return [];
  const message = `These files already exist: ${[...new Set(found)].join(', ')}. Move them away and run init again.`;
  return [{ file: '', message, severity: 'error' }];
}

/** `a/b/c` → `a`, `a/b` */
const foldersOf = (file: string): readonly string[] =>
  file.split('/').flatMap((_, index, parts) => (index === 0 ? [] : [parts.slice(0, index).join('/')]));

const entryAt = (root: string, path: string) => lstatSync(join(root, path), { throwIfNoEntry: false });

/** What npm takes for a name, made of the folder's. */
function packageName(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, '-');
  return name.replaceAll('-', '') === '' ? 'pipelines' : name;
}

/** The compiler that this program itself uses. */
function ownTypeScript(): string {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, MANIFEST), 'utf8')) as {
    dependencies: { typescript: string };
  };
  return dependencies.typescript;
}

const KIND_CLUSTER = 'clusters/kind-tekton-dag.ts';

/** One team on a cluster that `kind up` makes. */
function first(): Start {
  const name = 'demo';
  const stack = `stacks/${name}.yaml`;
  const props: TeamProps = {
    name,
    namespace: `team-${name}`,
    cluster: 'kind-tekton-dag',
    imageRegistry: 'localhost:5001',
    orchestrator: { image: 'localhost:5001/orchestrator:local' },
    maxConcurrentRuns: 1,
    maxParallelBuilds: 1,
    stacks: [stack],
    platform: { repoURL: 'https://github.com/example/platform.git' },
  };
  const files = [
    [`teams/${name}/team.ts`, teamText('team.ts', props)],
    [stack, starterStack(name)],
    [KIND_CLUSTER, readFileSync(join(EXAMPLE, KIND_CLUSTER), 'utf8')],
  ] as const;
  return { teams: [{ name, stacks: [stack] }], files: new Map(files) };
}

/** The teams of the clone of tekton-dag. */
function examples(): Start {
  const paths = INPUT_FOLDERS.flatMap((folder) =>
    readdirSync(join(EXAMPLE, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name)),
  );
  const files = paths.map((path) => [pathFromRoot(EXAMPLE, path), readFileSync(path, 'utf8')] as const);
  const { teams } = loadFleet({ root: EXAMPLE }).fleet;
  return {
    teams: teams.map(({ name, stacks }) => ({ name, stacks: stacks.map(({ file }) => file) })),
    files: new Map(files),
  };
}
