import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { planOf } from '../fleet/cluster-plan';
import type { Installation } from '../fleet/plan-step';
import { NOTHING, installationOf } from '../fleet/installation';
import { toJson, toText } from '../fleet/plan-text';
import type { Source } from '../fleet/formats';
import type { SourceFile } from '../fleet/resolve-fleet';
import { listedReleases } from '../fleet/resolve-fleet';
import type { Problem } from '../words/problem';
import { InputError, sortProblems } from '../words/problem';
import { readGiven } from './given';
import { rootOf } from './load';
import { readCluster } from './read-code';
import { cachedRelease } from './release-cache';
import { readText } from './read-text';
import { EXIT, print } from './terminal';
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
    () => sourceOf(root, from),
    () => sourceOf(root, to),
  );
  const problems: Problem[] = [];
  const read = (source: Source | undefined): Installation => {
    if (source === undefined) return NOTHING;
    const { value, problems: found } = installationOf(source, releasesOf(root, source));
    problems.push(...found);
    return value ?? NOTHING;
  };
  const plan = [read(before), read(after)] as const;
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(sortProblems(problems));
  const made = planOf(...plan);
  print(RENDER[format](made, { from: from ?? 'nothing', to: to ?? 'nothing' }));
  return made.refused.length > 0 ? EXIT.failed : EXIT.done;
}

/** A cluster file. @throws UsageError where there is none */
function sourceOf(root: string, file: string | undefined): Source | undefined {
  if (file === undefined) return undefined;
  const text = readGiven(file);
  return file.endsWith('.ts') ? readCluster(root, resolve(file)) : { file, text };
}

/** The release manifests that a cluster file names, as far as they are there. */
const releasesOf = (root: string, source: Source): readonly SourceFile[] =>
  listedReleases([source]).flatMap((place) => {
    if ('address' in place) return cachedRelease(place);
    const path = join(root, place.file);
    return lstatSync(path, { throwIfNoEntry: false }) ? [{ file: place.file, text: readText(path, place.file) }] : [];
  });
