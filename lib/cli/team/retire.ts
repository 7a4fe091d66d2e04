import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dump } from 'js-yaml';
import { loadRegistry } from '../../fleet/formats';
import { registeredStacks } from '../../fleet/registry-team';
import { loadFleet, rootOf } from '../load';
import { pick } from '../pick';
import { EXIT, print } from '../terminal';
import type { ExitCode } from '../terminal';
import { afterRetire, numberedSteps } from './next-steps';

const REGISTRY = 'stacks/registry.yaml';

/** `team retire`: the team's folder, the stacks that only it has, and what the registry says of these. */
export function teamRetire(name: string, options: { readonly root?: string; readonly dryRun?: true }): ExitCode {
  const root = rootOf(options);
  const { teams } = loadFleet({ root }).fleet;
  const team = pick('team', teams, name);
  const own = team.stacks
    .map(({ file }) => file)
    .filter((file) => !teams.some((other) => other !== team && other.stacks.some((stack) => stack.file === file)));
  const removed = [dirname(team.file), ...own];
  const repos = registeredTo(root, new Set(own));
  if (!options.dryRun) {
    for (const path of removed) rmSync(join(root, path), { recursive: true });
    if (repos.gone.length > 0) writeFileSync(join(root, REGISTRY), dump({ repos: repos.kept }, { lineWidth: -1 }));
  }
  const verb = options.dryRun ? 'would remove' : 'removed';
  print(
    [
      ...removed.map((path) => `${verb} ${path}`),
      ...repos.gone.map((repo) => `${verb} ${repo} from ${REGISTRY}`),
      ...numberedSteps(afterRetire(team)),
    ].join('\n'),
  );
  return EXIT.done;
}

function registeredTo(
  root: string,
  stacks: ReadonlySet<string>,
): { readonly kept: object; readonly gone: readonly string[] } {
  if (!existsSync(join(root, REGISTRY))) return { kept: {}, gone: [] };
  const registry = loadRegistry({ file: REGISTRY, text: readFileSync(join(root, REGISTRY), 'utf8') });
  const gone = [...registeredStacks(registry)].filter(([, file]) => stacks.has(file)).map(([repo]) => repo);
  return {
    kept: Object.fromEntries(Object.entries(registry.value?.repos ?? {}).filter(([repo]) => !gone.includes(repo))),
    gone,
  };
}
