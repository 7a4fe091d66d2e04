import type { Resource } from '../kube/client';
import type { Manifest } from '../kube/manifest';
import { groupOf, list } from '../kube/manifest';
import type { Finding } from './finding';
import { findings } from './finding';
import type { Read } from './reading';
import { judged } from './reading';

/** Webhooks that the API server asks about objects of ours answer: without one it refuses them. */

const found = findings('admission');

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

interface Webhook {
  readonly name: string;
  readonly clientConfig: { readonly service?: { readonly namespace: string; readonly name: string } };
  readonly failurePolicy?: string;
  readonly rules?: readonly { readonly apiGroups?: readonly string[]; readonly resources?: readonly string[] }[];
  readonly namespaceSelector?: Selector;
  readonly objectSelector?: Selector;
}

/** A ValidatingWebhookConfiguration or a MutatingWebhookConfiguration. */
export interface WebhookConfiguration {
  readonly metadata: { readonly name: string };
  readonly webhooks?: readonly Webhook[];
}

/** A Service that is asked about objects of ours. */
export interface AskedService {
  readonly namespace: string;
  readonly name: string;
  /** Of its webhooks. */
  readonly webhooks: readonly string[];
  /** Whether the API server refuses what one of them does not answer for. */
  readonly isRequired: boolean;
  /** Whether one of them has never started: then it is not asked, and what it would refuse is stored. */
  readonly isUnborn: boolean;
}

/** Whether a selector means an object with these labels. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
export function selects(
  { matchLabels = {}, matchExpressions = [] }: Selector = {},
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        default:
          return value === undefined;
      }
    })
  );
}

/**
 * The Services of webhooks that name the group of an object and its kind. Those for every group, or for the core one, are of
 * the whole cluster: where they do not answer, more fails than what is ours.
 * @param plurals of kinds by `apiVersion kind`
 * @param labels of namespaces
 */
export function servicesAsked(
  configurations: readonly WebhookConfiguration[],
  objects: readonly Manifest[],
  plurals: ReadonlyMap<string, string>,
  labels: ReadonlyMap<string, Readonly<Record<string, string>>>,
): readonly AskedService[] {
  const services = new Map<string, AskedService>();
  for (const webhook of configurations.flatMap(({ webhooks }) => list(webhooks))) {
    const { service } = webhook.clientConfig;
    if (service === undefined || !objects.some((object) => isAsked(webhook, object, plurals, labels))) continue;
    const key = `${service.namespace}/${service.name}`;
    const other = services.get(key);
    services.set(key, {
      ...service,
      webhooks: [...new Set([...(other?.webhooks ?? []), webhook.name])],
      isRequired: other?.isRequired === true || (webhook.rules !== undefined && webhook.failurePolicy !== 'Ignore'),
      isUnborn: other?.isUnborn === true || webhook.rules === undefined,
    });
  }
  return [...services.values()];
}

/** Tekton's webhook writes its rules itself once it runs. Before that its name tells what it is for. */
const OF_TEKTON = { group: 'tekton.dev', webhooks: '.pipeline.tekton.dev' };

function isAsked(
  { name, rules, namespaceSelector, objectSelector }: Webhook,
  object: Manifest,
  plurals: ReadonlyMap<string, string>,
  labels: ReadonlyMap<string, Readonly<Record<string, string>>>,
): boolean {
  const group = groupOf(object);
  const plural = plurals.get(`${object.apiVersion} ${object.kind}`);
  if (group === '' || plural === undefined) return false;
  const { namespace } = object.metadata;
  const isMeant =
    rules === undefined
      ? group === OF_TEKTON.group && name.endsWith(OF_TEKTON.webhooks)
      : rules.some(
          ({ apiGroups, resources }) =>
            list(apiGroups).includes(group) &&
            list(resources).some((resource) => ['*', '*/*', plural].includes(resource)),
        );
  return (
    isMeant &&
    (namespace === undefined || selects(namespaceSelector, labels.get(namespace))) &&
    selects(objectSelector, object.metadata.labels)
  );
}

/** By `apiVersion kind`: the plural, of what was read. */
export const pluralsOf = (served: ReadonlyMap<string, readonly Resource[]>): ReadonlyMap<string, string> =>
  new Map(
    [...served].flatMap(([apiVersion, resources]) =>
      resources.map(({ kind, name }): [string, string] => [`${apiVersion} ${kind}`, name]),
    ),
  );

/** What is read of an EndpointSlice. */
export interface EndpointSlice {
  readonly endpoints?: readonly { readonly conditions?: { readonly ready?: boolean } }[] | null;
}

export function checkAsked(
  { namespace, name, webhooks, isRequired, isUnborn }: AskedService,
  read: Read<readonly EndpointSlice[]>,
): readonly Finding[] {
  const subject = `Service ${namespace}/${name}`;
  return judged('admission', subject, read, (slices) => {
    // a condition that is not said means ready
    const isReady = slices.some(({ endpoints }) =>
      list(endpoints ?? []).some(({ conditions }) => conditions?.ready !== false),
    );
    if (isReady) return [];
    const said = `has no pod that is ready, so webhook ${webhooks.join(', ')} does not answer`;
    const remedy = `kubectl get pods --namespace=${namespace}`;
    if (isRequired) return [found('error', subject, `${said}: the API server refuses what it is asked about`, remedy)];
    return isUnborn
      ? [found('error', subject, `${said}, and never has: objects that are applied meanwhile are not checked`, remedy)]
      : [found('warning', subject, said, remedy)];
  });
}
