import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { planOf } from '../fleet/cluster-plan';
import { NOTHING, installationOf } from '../fleet/installation';
import { toJson, toText } from '../fleet/plan-text';
import type { Source } from '../fleet/formats';
import type { SourceFile } from '../fleet/resolve-fleet';
import { listedReleases } from '../fleet/listed-files';
import type { Problem } from '../words/problem';
import { InputError, isError, sortProblems } from '../words/problem';
import { readGiven } from './given';
import { rootOf } from './load';
import { readCluster } from './read-code';
import { cachedRelease } from './release-cache';
import { readText } from './read-text';
import { EXIT, print, tellProblems } from './terminal';
import type { ExitCode } from './terminal';
import { UsageError, together } from './usage-error';

const RENDER = { text: toText, json: toJson };

/** The options of `cluster plan`. */
export interface ClusterPlanOptions {
  readonly from?: string;
  readonly to?: string;
  readonly root?: string;
  readonly format: keyof typeof RENDER;
}

/** `cluster plan`: the steps from what one cluster file says of Tekton to what another says. */
export function clusterPlan({ from, to, root: folder, format }: ClusterPlanOptions): ExitCode {
  if (from === undefined && to === undefined) throw new UsageError('say a cluster file: --from, --to, or both');
  const root = rootOf({ root: folder });
  const [before, after] = together(
    () => sourceOf(root, from, '--from where nothing is installed yet'),
    () => sourceOf(root, to, '--to where nothing is to stay'),
  );
  const problems: Problem[] = [];
  const read = (source: Source | undefined): ReturnType<typeof installationOf> => {
    if (source === undefined) return { value: NOTHING, problems: [] };
    const installation = installationOf(source, releasesOf(root, source));
    problems.push(...installation.problems);
    return installation;
  };
  const [there, wanted] = [read(before), read(after)];
  if (problems.some(isError)) throw new InputError(sortProblems(problems));
  if (before && after) tellProblems(ofTwoClusters(before.file, there.name, after.file, wanted.name));
  const made = planOf(there.value ?? NOTHING, wanted.value ?? NOTHING);
  print(RENDER[format](made, { from: from ?? 'nothing', to: to ?? 'nothing' }));
  return made.refused.length > 0 ? EXIT.failed : EXIT.done;
}

/** What is compared are two times of one cluster. */
const ofTwoClusters = (
  before: string,
  from: string | undefined,
  after: string,
  to: string | undefined,
): readonly Problem[] =>
  from === to
    ? []
    : [
        {
          file: after,
          message: `is of cluster ${to}, and ${before} of cluster ${from}: the plan holds only if these are one cluster`,
          severity: 'warning',
        },
      ];

/**
 * A cluster file.
 * @param otherwise which option to leave out, and when
 * @throws UsageError where there is none, or nothing in it
 */
function sourceOf(root: string, file: string | undefined, otherwise: string): Source | undefined {
  if (file === undefined) return undefined;
  const text = readGiven(file);
  // what git prints of a file that a commit has not
  if (text.trim() === '') throw new UsageError(`${file} is empty: leave out ${otherwise}`);
  return file.endsWith('.ts') ? readCluster(root, resolve(file)) : { file, text };
}

/** The release manifests that a cluster file names, as far as they are there. */
const releasesOf = (root: string, source: Source): readonly SourceFile[] =>
  listedReleases([source]).flatMap((place) => {
    if ('address' in place) return cachedRelease(place);
    const path = join(root, place.file);
    return lstatSync(path, { throwIfNoEntry: false }) ? [{ file: place.file, text: readText(path, place.file) }] : [];
  });
