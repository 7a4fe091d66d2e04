import type { ResultsInstall } from '../../fleet/results';
import type { Manifest } from '../../kube/manifest';
import { RESULTS_CREDENTIALS } from '../secrets/installation-secrets';
import { at } from '../../kube/manifest';
import { RESULTS, TEKTON } from '../../words/names';
import type { DatabaseBundle } from './results';
import {
  BUNDLE_MOUNT,
  CONTAINERS,
  apiVariables,
  bundleVolume,
  retentionData,
  settingsOf,
  watcherFlags,
} from './results';
import { inOrder } from '../../kube/in-order';
import { annotated, dataOf, specOf, withArgs, withContainer } from './tekton';
import { ANNOTATIONS } from '../../words/labels';

/**
 * Tekton Results of a release manifest, as a cluster file sets it: what the release says stands, but for the database that it
 * brings for trying it, and for what `results` says. Variables of a pod count more than its ConfigMap.
 * https://tekton.dev/docs/results/install/
 */
export function resultsObjects(install: ResultsInstall, bundle: DatabaseBundle): readonly Manifest[] {
  const edits: Readonly<Record<string, (object: Manifest) => Manifest>> = {
    [`Deployment ${RESULTS.api}`]: (object) => withDatabase(object, CONTAINERS.api, install, bundle),
    [`Deployment ${RESULTS.retentionAgent}`]: (object) =>
      withDatabase(object, CONTAINERS.retentionAgent, install, bundle),
    [`Deployment ${RESULTS.watcher}`]: (object) => withWatcher(object, install),
    [`ConfigMap ${RESULTS.retentionPolicy}`]: (object) => ({
      ...object,
      data: { ...dataOf(object), ...retentionData(install) },
    }),
  };
  return install.manifest.objects
    .filter((object) => !isDatabase(object))
    .map((object) => {
      const edited = edits[`${object.kind} ${object.metadata.name}`]?.(object) ?? object;
      return inOrder(annotated(edited, { [ANNOTATIONS.syncWave]: WAVE }));
    });
}

/** After Tekton Pipelines, whose kinds it watches. */
const WAVE = '0';

const isDatabase = ({ kind, metadata: { name } }: Manifest): boolean =>
  ['StatefulSet', 'Service', 'ConfigMap', 'Secret', 'PersistentVolumeClaim'].includes(kind) &&
  RESULTS.database.some((own) => own === name);

/** The namespace of Results: that of its API. */
export const resultsNamespace = ({ manifest: { objects } }: ResultsInstall): string =>
  objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === RESULTS.api)?.metadata.namespace ??
  TEKTON.namespace;

function withDatabase(object: Manifest, container: string, install: ResultsInstall, bundle: DatabaseBundle): Manifest {
  const { database, logs } = install;
  const ofSecret = (secret: string, names: Readonly<Record<string, string>>) =>
    Object.entries(names).map(([name, key]) => ({ name, valueFrom: { secretKeyRef: { name: secret, key } } }));
  const [user, password] = RESULTS_CREDENTIALS.database;
  const variables = [
    ...Object.entries(settingsOf(install, bundle)).map(([name, value]) => ({
      name: name.toUpperCase(),
      value: String(value),
    })),
    ...ofSecret(database.secret, { DB_USER: user, DB_PASSWORD: password }),
    ...(container === CONTAINERS.api ? apiVariables(install) : []),
    ...(container === CONTAINERS.api && logs
      ? ofSecret(logs.s3.secret, Object.fromEntries(RESULTS_CREDENTIALS.s3.map((key) => [key, key])))
      : []),
  ];
  const spec = withContainer(specOf(object), container, (one) => {
    const env = (one.env ?? []) as readonly { readonly name: string }[];
    const others = env.filter(({ name }) => !variables.some((variable) => variable.name === name));
    const mounts = (one.volumeMounts ?? []) as readonly object[];
    return { ...one, env: [...others, ...variables], volumeMounts: [...mounts, BUNDLE_MOUNT] };
  });
  const volumes = (at(spec, 'template', 'spec', 'volumes') ?? []) as readonly object[];
  const template = spec.template as { readonly spec: object };
  return {
    ...object,
    spec: {
      ...spec,
      template: { ...template, spec: { ...template.spec, volumes: [...volumes, bundleVolume(bundle)] } },
    },
  };
}

const withWatcher = (object: Manifest, install: ResultsInstall): Manifest => ({
  ...object,
  spec: withContainer(specOf(object), CONTAINERS.watcher, (container) =>
    withArgs(
      container,
      Object.entries(watcherFlags(install)).map(([flag, value]) => `-${flag}=${value}`),
    ),
  ),
});
