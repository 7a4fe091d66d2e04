import { resolve } from 'node:path';
import type { Stack, Team } from '../fleet/model';
import { promotesTo } from '../fleet/model';
import type { Manifest } from '../kube/manifest';
import { taskParts } from '../output/cluster/task-parts';
import { extensionOf } from '../output/team/extension';
import type { Extensions } from '../output/team/extension';
import { teamParts } from '../output/team/team-parts';
import type { Ask } from '../runs/ask/ask';
import type { Resolved } from '../runs/ask/check-ask';
import { checkAsk } from '../runs/ask/check-ask';
import type { PipelineManifest } from '../runs/run/compose';
import { pipelineName } from '../words/names';
import { InputError } from '../words/problem';
import { pathFromRoot } from './path-from-root';
import { pick } from './pick';

/** The Pipeline of a team's stack, as synth makes it now. */

/** A stack of a team by its name or its file. */
export const pickStack = (team: Team, root: string, word: string): Stack =>
  team.stacks.find((stack) => isNamed(stack, root, word)) ?? pick('stack', team.stacks, word, `team '${team.name}'`);

/** Whether a word of the command line names a stack, or its file. */
export const isNamed = ({ name, file }: Stack, root: string, word: string): boolean =>
  [name, file].includes(word) || file === pathFromRoot(root, resolve(word));

export interface Made {
  readonly pipeline: PipelineManifest;
  /** All that the team has, and the Tasks that it shares. */
  readonly objects: readonly Manifest[];
  readonly resolved: Resolved;
}

/** @throws InputError where the team has no such Pipeline, which is no fault of its files: not every team promotes */
export function madePipeline(team: Team, extensions: Extensions, stack: Stack, ask: Ask): Made {
  const name = pipelineName(stack.name, ask.pipeline);
  const parts = teamParts(team, extensionOf(extensions, team.name));
  const objects = [...parts, ...taskParts([team], parts)].flatMap((part) => part.objects);
  const resolved = { stack, promotesTo: promotesTo(team) };
  const pipeline = objects.find((object) => object.kind === 'Pipeline' && object.metadata.name === name);
  if (pipeline === undefined) throw new InputError(checkAsk(name, ask, resolved));
  return { pipeline: pipeline as unknown as PipelineManifest, objects, resolved };
}
