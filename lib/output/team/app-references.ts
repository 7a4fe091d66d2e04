import type { OwnDeployment } from '../../fleet/own-deployment';
import type { App, EnvSource, Team } from '../../fleet/model';
import { containersOfPods, referencesOfPods } from '../checks/references';
import type { ExistingObject } from '../checks/inventory';

/** What the pods of apps refer to, and whoever runs the apps makes beside them. */

export interface AppReference {
  readonly kind: string;
  readonly name: string;
  /** Undefined: no namespace has it. */
  readonly namespace?: string;
  /** Keys that are read; none: all that there are. */
  readonly keys: readonly string[];
}

/** Of all apps of a team. */
export const referencesOfApps = ({ stacks }: Pick<Team, 'stacks'>): readonly AppReference[] =>
  stacks.flatMap(({ apps, environment }) =>
    apps.flatMap((app) => {
      const own = app.deploy?.deployment;
      return own ? ofDeployment(own, environment) : ofFields(app).map((one) => ({ ...one, namespace: environment }));
    }),
  );

const ofFields = ({ env, envFrom = [], volumes = [] }: App): readonly AppReference[] => [
  ...Object.values(env).flatMap((value) =>
    typeof value === 'string' ? [] : [{ ...sourceOf(value), keys: [value.key] }],
  ),
  ...envFrom.map((source) => ({ ...sourceOf(source), keys: [] })),
  ...volumes.flatMap((volume) => ('empty-dir' in volume ? [] : [{ ...sourceOf(volume), keys: [] }])),
];

const sourceOf = (given: EnvSource): Pick<AppReference, 'kind' | 'name'> =>
  'secret' in given ? { kind: 'Secret', name: given.secret } : { kind: 'ConfigMap', name: given.configmap };

function ofDeployment({ apiVersion, kind, metadata: { name }, spec }: OwnDeployment, environment: string) {
  const manifest = { apiVersion, kind, metadata: { name }, spec };
  return [...referencesOfPods(manifest), ...containersOfPods(manifest)].map(
    ({ namespace = environment, ...reference }): AppReference => ({
      kind: reference.kind,
      name: reference.name,
      keys: reference.keys ?? [],
      ...(namespace !== '' && { namespace }),
    }),
  );
}

/** Those that are no Secrets, of which `SECRETS` tells. */
export const givenToApps = (team: Team): readonly ExistingObject[] =>
  referencesOfApps(team).flatMap(({ kind, name, namespace }) => (kind === 'Secret' ? [] : [{ kind, name, namespace }]));
