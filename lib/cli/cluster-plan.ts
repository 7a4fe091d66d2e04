import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { planOf } from '../fleet/cluster-plan';
import type { Installation } from '../fleet/cluster-plan';
import { NOTHING, installationOf } from '../fleet/installation';
import { toJson, toText } from '../fleet/plan-text';
import { listedReleases } from '../fleet/resolve-fleet';
import type { Problem } from '../words/problem';
import { InputError, sortProblems } from '../words/problem';
import { readGiven } from './given';
import { rootOf } from './load';
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
    () => textOf(from),
    () => textOf(to),
  );
  const problems: Problem[] = [];
  const read = (file: string | undefined, text: string | undefined): Installation => {
    if (file === undefined || text === undefined) return NOTHING;
    const source = { file, text };
    const { value, problems: found } = installationOf(source, releasesOf(root, source));
    problems.push(...found);
    return value ?? NOTHING;
  };
  const plan = [read(from, before), read(to, after)] as const;
  if (problems.some(({ severity }) => severity === 'error')) throw new InputError(sortProblems(problems));
  const made = planOf(...plan);
  print(RENDER[format](made, { from: from ?? 'nothing', to: to ?? 'nothing' }));
  return made.refused.length > 0 ? EXIT.failed : EXIT.done;
}

const textOf = (file: string | undefined): string | undefined => (file === undefined ? undefined : readGiven(file));

/** The release manifests that a cluster file names, as far as they are there. */
const releasesOf = (root: string, source: { readonly file: string; readonly text: string }) =>
  listedReleases([source])
    .filter((file) => lstatSync(join(root, file), { throwIfNoEntry: false }))
    .map((file) => ({ file, text: readText(join(root, file), file) }));
