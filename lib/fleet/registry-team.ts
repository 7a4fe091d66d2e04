import type { Loaded, Source } from './formats';
import type { Problem } from '../words/problem';
import { list } from '../words/phrase';
import type { RegistryFile } from './registry';
import { tidyPath } from '../words/path';
import type { TeamProps } from './team';

/** What `stacks/registry.yaml` says of stacks: by which repository names, and which there are if there is no team. */

/** Stack file, relative to the root, by short name of a repository. */
export function registeredStacks({ document, value }: Loaded<RegistryFile>): ReadonlyMap<string, string> {
  const folder = document?.file.slice(0, document.file.lastIndexOf('/') + 1) ?? '';
  return new Map(Object.entries(value?.repos ?? {}).map(([repo, { stack }]) => [repo, tidyPath(`${folder}${stack}`)]));
}

/** The team of a repository that has none yet: on a local Kind with its own registry, as in docs/team.md. */
export const DEFAULT_TEAM: Omit<TeamProps, 'stacks'> = {
  name: 'default',
  namespace: 'team-default',
  cluster: 'kind-tekton-dag',
  imageRegistry: 'localhost:5001',
  pushRegistry: 'kind-registry:5000',
  insecureRegistry: true,
};

/** Team `default` with the stacks of the registry that exist; undefined, and a problem, if there is nothing to make it of. */
export function defaultTeam(
  registry: Loaded<RegistryFile> | undefined,
  existing: ReadonlySet<string>,
  problems: Problem[],
): Source | undefined {
  if (registry === undefined) {
    problems.push({
      file: 'teams',
      message: 'no team found',
      expected: 'teams/<team>/team.ts or team.yaml, or stacks/registry.yaml to make team default of',
      severity: 'error',
    });
    return undefined;
  }
  const { document, value } = registry;
  if (document === undefined || value === undefined) return undefined;
  const files = [...new Set(registeredStacks(registry).values())];
  const stacks = files.filter((file) => existing.has(file)).sort();
  if (stacks.length === 0) {
    problems.push(
      document.error(['repos'], 'there is no team, and no stack file of the registry exists to make team default of', {
        found: list(files, 'and') || 'no entry',
      }),
    );
    return undefined;
  }
  return { file: document.file, props: { ...DEFAULT_TEAM, stacks } };
}
