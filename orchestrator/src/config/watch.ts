import { createHash } from 'node:crypto';
import { formatProblem } from '../../../lib/words/problem';
import type { KindRef, KubeApi, KubeObject } from '../../../lib/kube/api';
import { listWatch } from '../kube/list-watch';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Source } from '../../../lib/runs/configuration/compile';
import type { Configuration, ConfigurationSource } from '../../../lib/runs/configuration/configuration';
import type { CurrentConfiguration } from './current';

const CONFIG_MAPS: KindRef = { apiVersion: 'v1', plural: 'configmaps' };
const EVENTS: KindRef = { apiVersion: 'v1', plural: 'events' };
const KEY = 'team.json';
/** Changes come in bursts when a fleet is applied. */
const SETTLE_MS = 100;

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Which ConfigMaps hold configuration. */
export interface WatchOptions {
  /** @default - all namespaces */
  readonly namespace?: string;
  readonly selector: string;
  /** The name of these ConfigMaps, as a role can be limited to a name but not to a label. @default - any */
  readonly name?: string;
}

/**
 * Follows the configuration in the ConfigMaps that a selector finds. An Event on a ConfigMap says what is wrong with it.
 * https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export function configurationOfCluster(
  api: KubeApi,
  { namespace, selector, name }: WatchOptions,
  current: CurrentConfiguration,
  log: Log,
  metrics: Metrics,
): ConfigurationSource {
  const fields = name === undefined ? undefined : `metadata.name=${name}`;
  const store = listWatch<ConfigMap>(api, CONFIG_MAPS, {
    namespace,
    selector,
    fields,
    onRestart: (reason) => metrics.watchRestarts.inc({ kind: 'configmaps', reason }),
  });
  let timer: NodeJS.Timeout | undefined;
  store.onChange(() => {
    timer ??= setTimeout(() => {
      timer = undefined;
      if (store.synced) current.take(store.list().map(toSource));
    }, SETTLE_MS);
  });
  current.onChange(
    (configuration) =>
      void reportProblems(api, configuration, store.list()).catch((error: Error) =>
        log.warn({ error: error.message }, 'configuration: no Event could be made'),
      ),
  );
  return {
    get current() {
      return current.configuration;
    },
    onChange: (listener) => current.onChange(listener),
    async reload() {
      const { items } = await api.list<ConfigMap>(CONFIG_MAPS, namespace, selector, fields);
      current.take(items.map(toSource));
    },
    stop() {
      clearTimeout(timer);
      store.stop();
    },
  };
}

const nameOf = ({ metadata: { namespace, name } }: ConfigMap): string => `${namespace}/${name}`;
const toSource = (map: ConfigMap): Source => ({
  name: nameOf(map),
  namespace: map.metadata.namespace,
  text: map.data?.[KEY] ?? '',
});

/** Creates one Event for what is wrong with one version of a ConfigMap, even if several replicas find it. */
async function reportProblems(api: KubeApi, { problems }: Configuration, maps: readonly ConfigMap[]): Promise<void> {
  await Promise.all(
    maps.map(async (map) => {
      const messages = problems
        .filter(({ file }) => file === nameOf(map))
        .map((problem) => formatProblem({ ...problem, file: '' }).replace(/^: /, ''));
      if (messages.length === 0) return;
      const { name, namespace = '', uid, resourceVersion } = map.metadata;
      const now = new Date().toISOString();
      const message = messages.join('; ').slice(0, 1024);
      const event = {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: {
          namespace,
          name: `${name}.${createHash('sha256').update(`${resourceVersion} ${message}`).digest('hex').slice(0, 16)}`,
        },
        involvedObject: { apiVersion: 'v1', kind: 'ConfigMap', name, namespace, uid, resourceVersion },
        type: 'Warning',
        reason: 'BadConfiguration',
        message,
        source: { component: 'tekton-dag-orchestrator' },
        firstTimestamp: now,
        lastTimestamp: now,
        count: 1,
      };
      await api.create(EVENTS, namespace, event).catch((error: { status?: number }) => {
        if (error.status !== 409) throw error;
      });
    }),
  );
}
