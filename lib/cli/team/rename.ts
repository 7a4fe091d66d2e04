import { renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { loadTeam } from '../../fleet/formats';
import type { Team } from '../../fleet/model';
import { keyOf } from '../../kube/manifest';
import type { Manifest } from '../../kube/manifest';
import type { Extension } from '../../output/team/extension';
import { extensionOf } from '../../output/team/extension';
import { teamParts } from '../../output/team/team-parts';
import { loadFleet, rootOf } from '../load';
import { pick } from '../pick';
import { EXIT, printDone } from '../terminal';
import type { ExitCode } from '../terminal';
import { asTyped } from '../usage-error';
import { afterRename, numberedSteps } from './next-steps';
import { inputError, taken, throwErrors } from './refusal';
import { replaceName } from './replace-name';
import { readText } from '../read-text';

/** `team rename`: the folder and the name; namespaces keep theirs. */
export function teamRename(from: string, to: string, options: { readonly root?: string }): ExitCode {
  const root = rootOf(options);
  const { fleet, extensions } = loadFleet({ root });
  const team = pick('team', fleet.teams, from);
  const props = {
    name: to,
    namespace: team.namespace,
    cluster: team.cluster,
    imageRegistry: team.imageRegistry,
    stacks: team.stacks.map((stack) => stack.file),
  };
  const module = `teams/${to}/team.ts`;
  asTyped({ name: 'to' }, module, () =>
    throwErrors([...taken(root, to, module), ...loadTeam({ file: module, props }).problems]),
  );
  // without platform.repoURL there are no applications, and whoever applies by hand deletes nothing
  if (team.platform.repoURL !== undefined && team.removal !== 'orphan') {
    throw inputError(
      team.file,
      `with removal: '${team.removal}' Argo CD would delete the team's objects while it makes the new ones: set removal: 'orphan', synth and commit, and rename when that is applied`,
    );
  }
  const text = replaceName(readText(join(root, team.file), team.file), from, to);
  if (text === undefined)
    throw inputError(team.file, `does not say name: '${from}' in so many words: rename it and its folder by hand`);
  renameSync(join(root, dirname(team.file)), join(root, 'teams', to));
  const file = `teams/${to}/${basename(team.file)}`;
  writeFileSync(join(root, file), text);
  const renamed = (before: Team): Team => ({ ...before, name: to, file });
  const leftOvers = [team, ...fleet.elsewhere.filter(({ name }) => name === from)].map((before) => ({
    cluster: before.cluster,
    objects: leftOver(before, renamed(before), extensionOf(extensions, from)),
  }));
  printDone(
    [
      `renamed ${dirname(team.file)} to teams/${to}`,
      ...numberedSteps(afterRename(renamed(team), from, leftOvers, fleet.teams.length)),
    ].join('\n'),
  );
  return EXIT.done;
}

/** What only the former of two teams has, as `kubectl delete` takes it. */
function leftOver(before: Team, after: Team, extension: Extension): readonly string[] {
  const objects = (team: Team): Manifest[] => teamParts(team, extension).flatMap((part) => part.objects);
  const kept = new Set(objects(after).map(keyOf));
  return objects(before)
    .filter((object) => !kept.has(keyOf(object)))
    .map(
      ({ kind, metadata: { name, namespace } }) =>
        `${kind.toLowerCase()} ${name}${namespace === undefined ? '' : ` --namespace ${namespace}`}`,
    );
}
