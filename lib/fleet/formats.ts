import type { z } from 'zod';
import type { ClusterFile } from './cluster';
import { clusterSchema, settingsOnCluster } from './cluster';
import type { Path, Place, SourceFile } from './document';
import { Document } from './document';
import type { ReadDocument } from './read-document';
import { readDocument } from './read-document';
import { checkKcp } from './kcp';
import { isObject } from '../words/mapping';
import { nearest } from '../words/nearest';
import { perText } from './per-text';
import { checkSchema } from './schema-problems';
import { list } from '../words/phrase';
import type { Problem } from '../words/problem';
import { sortProblems } from '../words/problem';
import type { RegistryFile } from './registry';
import { registrySchema } from './registry';
import { hiddenCharacters } from './rules/hidden-characters';
import { checkClusterName } from './rules/names';
import { checkStack, unusedStackFields } from './rules/stack';
import { checkTeam, warnOfTeam } from './rules/team';
import type { StackFile } from './stack';
import { stackSchema } from './stack';
import type { TeamSettings } from './team';
import { siteOf, siteSchema } from './site';
import { teamSchema } from './team';
import type { Toolchain } from './toolchains';
import { BUILT_IN } from './toolchains';
import type { Tables } from './tables';
import { NO_ROWS } from './tables';
import { checkDigests } from './release-place';
import { checkForm } from './tekton-install';
import type { VersionsFile } from './versions';
import { versionsSchema } from './versions';

/** The five formats: each file read, and checked as far as it can be by itself. */

/** The formats by the names that a person is told. */
export const FORMATS = ['stack', 'team', 'cluster', 'versions', 'registry'] as const;
export type Format = (typeof FORMATS)[number];

/** A file as far as it could be read: without `value` where no value of its schema can be made of it. */
export interface Loaded<T> {
  readonly document?: Document;
  readonly value?: T;
  readonly problems: readonly Problem[];
}

/** A file in YAML, or what one in TypeScript exports. */
export type Source =
  SourceFile | { readonly file: string; readonly props: unknown; readonly placeOf?: (path: Path) => Place | undefined };

/** By the toolchains that there are, those of fleet.ts too. */
const stackReaders = new WeakMap<readonly Toolchain[], (source: SourceFile) => Loaded<StackFile>>();

/** Reads and checks a stack file. @param toolchains that it may name */
export function loadStack(source: SourceFile, toolchains: readonly Toolchain[] = BUILT_IN): Loaded<StackFile> {
  const reader = stackReaders.get(toolchains) ?? perText((file) => readStack(file, toolchains));
  stackReaders.set(toolchains, reader);
  return reader(source);
}

function readStack(source: SourceFile, toolchains: readonly Toolchain[]): Loaded<StackFile> {
  const message = notStack(source.file);
  if (message !== undefined) return { problems: [{ file: source.file, message, severity: 'error' }] };
  return load(
    readDocument(source),
    stackSchema,
    (document) => checkStack(document, toolchains),
    (document, stack) => unusedStackFields(document, stack, toolchains),
  );
}

/** What is wrong with a path that is to be a stack's: undefined unless a file of another format lies there. */
export function notStack(file: string): string | undefined {
  const format = formatOf(file);
  return format === undefined || format === 'stack' ? undefined : `is a ${format} file, not a stack`;
}

/** Reads and checks a versions file. */
export const loadVersions = (source: SourceFile): Loaded<VersionsFile> => load(readDocument(source), versionsSchema);
/** Reads and checks the registry of repositories. */
export const loadRegistry = (source: SourceFile): Loaded<RegistryFile> => load(readDocument(source), registrySchema);
/** Reads and checks a cluster file. */
export const loadCluster = (source: Source): Loaded<ClusterFile> =>
  load(readSource(source), clusterSchema, (document) => [
    ...checkClusterName(document),
    ...checkForm(document),
    ...checkDigests(document),
    ...checkKcp(document),
  ]);
/** What the file of a team is checked beside. */
export interface BesideTeam {
  /** By name, for what a team need not say itself. */
  readonly clusters?: ReadonlyMap<string, ClusterFile>;
  /** Whether the file of a cluster is wrong: then nothing that hangs on it is told. */
  readonly isUnread?: (cluster: string) => boolean;
  /** What fleet.ts adds. */
  readonly tables?: Tables;
}

/** Reads and checks the file of a team. */
export const loadTeam = (
  source: Source,
  { clusters = new Map(), isUnread = () => false, tables = NO_ROWS }: BesideTeam = {},
): Loaded<TeamSettings> =>
  load(
    readSource(source),
    teamSchema,
    (document) => checkTeam(document, tables),
    (document, team) => {
      if ([team.cluster, ...team.clusters].some(isUnread)) return [];
      const cluster = clusters.get(team.cluster);
      const hasGroupRights = [team.cluster, ...team.clusters]
        .map((name) => clusters.get(name))
        .some((each) => each?.kcp !== undefined || each?.results !== undefined);
      const { domain } = siteOf(cluster);
      return warnOfTeam(document, settingsOnCluster(team, document, team.cluster, cluster), { domain, hasGroupRights });
    },
  );

/** A source as a document, before any schema has looked at it. */
export const readSource = (source: Source): ReadDocument =>
  'props' in source
    ? { document: new Document(source.file, source.props, source.placeOf), problems: [] }
    : readDocument(source);

/**
 * @param rules speak of the file whatever its schema says
 * @param unused warns of what is of no effect, or not of the one that was meant
 */
function load<S extends z.ZodType>(
  read: ReadDocument,
  schema: S,
  rules: (document: Document) => Problem[] = () => [],
  unused: (document: Document, value: z.output<S>) => Problem[] = () => [],
): Loaded<z.output<S>> {
  if (read.document === undefined) return read;
  const { value, meant: document, problems: found } = checkSchema(schema, read.document);
  // what nobody sees explains what the schema says of the place
  const hidden = hiddenCharacters(document);
  const problems = [...hidden, ...found.filter(({ path }) => !hidden.some((one) => one.path === path))];
  return {
    document,
    value,
    problems: [
      ...read.problems,
      ...problems,
      ...rules(document),
      // what is unused is only known where nothing is wrong
      ...(value === undefined || problems.length > 0 ? [] : unused(document, value)),
    ],
  };
}

type Loader = (source: SourceFile, beside: BesideTeam) => Loaded<unknown>;
const LOADERS: Readonly<Record<Format, Loader>> = {
  stack: (source, { tables }) => loadStack(source, tables?.toolchains),
  team: loadTeam,
  cluster: loadCluster,
  versions: loadVersions,
  registry: loadRegistry,
};

/** Which format a value is of, told by its keys, so that a file with mistakes is recognised, too. */
export function recognise(value: unknown): Format | undefined {
  if (!isObject(value) || Array.isArray(value)) return undefined;
  // tasks of a cluster is no misspelt stacks of a team
  const has = (key: string): boolean =>
    Object.keys(value).some(
      (given) => given === key || (!(given in clusterSchema.shape) && nearest(given, [key]) !== undefined),
    );
  if (has('repos')) return 'registry';
  if ('apps' in value && isObject(value.apps) && !Array.isArray(value.apps)) return 'versions';
  if (['apps', 'propagation', 'defaults', 'hooks'].some(has)) return 'stack';
  if (['stacks', 'cluster', 'namespace', 'interceptBackend'].some(has)) return 'team';
  const ofCluster = ['imageRegistry', 'pushRegistry', 'ingress', 'images', 'storage', 'quota', 'network'];
  if ([...ofCluster, ...Object.keys(siteSchema)].some(has)) return 'cluster';
  const keys = Object.keys(value);
  return keys.includes('name') && keys.every((key) => key in clusterSchema.shape) ? 'cluster' : undefined;
}

/** Which format a file is of by where it lies, as synth reads it. */
export function formatOf(file: string): Format | undefined {
  const [, folder, rest = ''] =
    /(?:^|\/)(clusters|stacks|teams)\/((?:(?!(?:clusters|stacks|teams)\/).)+\.yaml)$/.exec(
      file.replaceAll('\\', '/'),
    ) ?? [];
  if (folder === 'clusters' && !rest.includes('/')) return 'cluster';
  if (folder === 'stacks')
    return rest === 'registry.yaml' ? 'registry' : rest === 'versions.yaml' ? 'versions' : 'stack';
  if (folder === 'teams')
    return /^[^/]+\/team\.yaml$/.test(rest) ? 'team' : /^[^/]+\/versions\..*yaml$/.test(rest) ? 'versions' : undefined;
  return undefined;
}

/**
 * Checks one file of any format by itself; what lies between files is `resolveFleet`'s.
 * @param beside what its repository has
 */
export function validateFile(
  source: SourceFile,
  beside: BesideTeam = {},
): { readonly format?: Format; readonly problems: readonly Problem[] } {
  const { document, problems } = readDocument(source);
  if (document === undefined) return { problems };
  const format = formatOf(source.file) ?? recognise(document.value);
  if (format !== undefined) return { format, problems: sortProblems(LOADERS[format](source, beside).problems) };
  const found =
    isObject(document.value) && !Array.isArray(document.value)
      ? `the keys ${list(Object.keys(document.value), 'and')}`
      : 'no mapping';
  const expected =
    'a stack (apps as a list), a team (stacks, cluster), a cluster (imageRegistry, ingress, quota, network), versions (apps as a mapping) or a registry (repos)';
  return { problems: [...problems, document.error([], 'of none of the known formats', { found, expected })] };
}
