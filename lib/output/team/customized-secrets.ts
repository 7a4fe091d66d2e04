import type { Team } from '../../fleet/model';
import { containersOfPods, referencesOfPods } from '../checks/references';
import type { ObjectsPart } from '../layout';
import { APPS_FILE, YAML, inRepository, pathOf, teamFileName } from '../layout';
import { platformSecrets } from '../secrets/secrets-of';
import { describe } from '../../kube/manifest';
import type { Problem } from '../../words/problem';

/**
 * Secrets of the platform that code of the repository lets pods read beside the apps of a team: what holds for `env` of a stack holds for
 * objects that `customize` adds or changes. Secrets by which nodes pull are no matter of pods.
 * @param parts of the team on this cluster
 * @param customizers the files whose code changes objects of the team; none: stacks alone say what apps read, and are told of it
 */
export function customizedSecrets(
  team: Team,
  parts: readonly ObjectsPart[],
  customizers: readonly string[],
): readonly Problem[] {
  const [file, ...others] = customizers;
  if (file === undefined) return [];
  const secrets = platformSecrets(team);
  return parts
    .filter((part) => filesOfApps(team).has(part.file))
    .flatMap((part) =>
      [...part.objects, ...(part.deployed ?? [])].flatMap((object) =>
        [...referencesOfPods(object), ...containersOfPods(object)].flatMap(({ kind, name, path }): Problem[] => {
          const secret = secrets.find(
            (one) => kind === 'Secret' && one.name === name && one.namespace === object.metadata.namespace,
          );
          return secret === undefined || path.includes('imagePullSecrets')
            ? []
            : [
                {
                  file,
                  message: `${others.length > 0 ? `or ${others.join(' or ')}: ` : ''}${path} of ${describe(object)} in ${inRepository(pathOf(part))} is a Secret of the platform, and no app may read it: it ${secret.use.split('; ')[0]}`,
                  found: name,
                  expected: "a Secret of the app's own",
                  severity: 'error',
                },
              ];
        }),
      ),
    );
}

/** Files that hold what stands beside apps; synth itself lets nothing there read such a Secret. */
const filesOfApps = ({ stacks }: Team): ReadonlySet<string> =>
  new Set([
    APPS_FILE,
    `${teamFileName('environment')}${YAML}`,
    ...stacks.map(({ name }) => `${teamFileName('stack', name)}${YAML}`),
  ]);
