import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { load } from 'js-yaml';
import type { Rule } from '../../../../lib/output/tasks/shared/rule';
import { forbidden, plural } from './authorize';
import { deploymentStatus, endpointSlices, podsOf, replicaSet } from './controllers';

export interface Container {
  readonly name: string;
  image: string;
  readonly command?: readonly string[];
  readonly env?: readonly object[];
  readonly volumeMounts?: readonly object[];
}

export interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: { readonly containers: readonly Container[]; readonly automountServiceAccountToken?: boolean };
}

/** As much of an object as these tests look at. */
export interface Thing {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    uid?: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: readonly object[];
  };
  spec?: {
    replicas?: number;
    selector?: Record<string, string>;
    template?: PodTemplate;
    ports?: readonly { port: number; targetPort: string | number }[];
    [field: string]: unknown;
  };
  status?: { conditions?: readonly { type: string; status: string }[]; [field: string]: unknown };
  [field: string]: unknown;
}

/** What a pod of an image does once it is started. */
export type Fate =
  'ready' | 'no-image' | 'crash' | 'out-of-memory' | 'probe-fails' | 'no-room' | 'refused' | 'starting';

export interface Template {
  readonly name: string;
  revision: number;
  /** Those of the Deployment while this was its newest. */
  annotations: Readonly<Record<string, string>>;
  readonly template: PodTemplate;
}

const PLURALS: Record<string, string> = {
  Deployment: 'deployments',
  Service: 'services',
  HTTPRoute: 'httproutes',
  PreviewSession: 'previewsessions',
  Detour: 'detours',
  PipelineRun: 'pipelineruns',
};

class Refusal extends Error {}

/** A namespace of a cluster and the kubectl that speaks to it, with the controllers that the scripts wait for. */
export class FakeCluster {
  private readonly objects = new Map<string, Thing>();
  private readonly templates = new Map<string, Template[]>();
  private count = 0;
  /** What was done, in order: `apply Service cart-pr-4-abcd`, and what routers answered. */
  readonly history: string[] = [];
  /** By image; an image that is not here gets ready. */
  readonly fates = new Map<string, Fate>();
  /** Pods that are no Deployment's: the router's replicas, and where Services lead that select them. */
  readonly replicas: { pod: string; port(app: string): number | undefined; ready: boolean; log: string[] }[] = [];
  /** What others do to an object that was applied, by kind. */
  readonly controllers = new Map<string, (object: Thing) => void>();
  /** What the account that speaks may do. */
  rules: readonly Rule[] = [];
  /** Called before each command; a test may change the cluster meanwhile. */
  onCommand: (argv: readonly string[]) => void = () => undefined;

  get(kind: string, name: string): Thing | undefined {
    return this.objects.get(`${PLURALS[kind] ?? kind}/${name}`);
  }

  put(object: Thing): void {
    this.objects.set(`${PLURALS[object.kind] ?? object.kind}/${object.metadata.name}`, object);
  }

  /** A Deployment that is there from the start. */
  open(deployment: Thing): void {
    this.put(deployment);
    this.rollOut(deployment);
  }

  names(kind: string): string[] {
    return [...this.objects.values()].filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
  }

  templatesOf(deployment: string): Template[] {
    return this.templates.get(deployment) ?? [];
  }

  /** Pods of previews and stable Deployments that are ready and bear the labels. */
  readyPods(labels: Record<string, string>): Thing[] {
    return this.pods().filter(
      (pod) =>
        hasLabels(pod, labels) && pod.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True'),
    );
  }

  /** What a real kubectl would print. */
  kubectl(argv: readonly string[]): { ok: boolean; text: string } {
    this.onCommand(argv);
    try {
      return { ok: true, text: this.run(argv) };
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, text: `Error from server: ${error.message}\n` };
      throw error;
    }
  }

  private run(argv: readonly string[]): string {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    const [verb, ...rest] = positionals;
    const object =
      verb === 'apply' ? (JSON.parse(readFileSync(values.filename as string, 'utf8')) as Thing) : undefined;
    const refused = forbidden(this.rules, positionals, object?.kind);
    if (refused !== undefined) throw new Refusal(refused);
    switch (verb) {
      case 'get':
        return this.print(rest, values);
      case 'patch':
        if (!values.local) throw new Error('only patch --local is known');
        return JSON.stringify(load(readFileSync(values.filename as string, 'utf8')));
      case 'apply':
        if (!values['server-side']) throw new Error('only apply --server-side is known');
        return this.apply(object as Thing);
      case 'delete':
        return this.remove(plural(rest[0] as string), labelsOf(values.selector as string));
      case 'logs':
        return this.logs(rest[0] as string, values.previous === true);
      default:
        throw new Error(`kubectl ${argv.join(' ')}: not known here`);
    }
  }

  private print(
    [kind, name]: string[],
    values: { selector?: string; output?: string; 'ignore-not-found'?: boolean; 'field-selector'?: string },
  ): string {
    if (name === undefined)
      return JSON.stringify({
        kind: 'List',
        items: this.list(plural(kind as string), values.selector, values['field-selector']),
      });
    const object = this.objects.get(`${plural(kind as string)}/${name}`);
    if (object === undefined) {
      if (values['ignore-not-found']) return '';
      throw new Refusal(`${kind} "${name}" not found`);
    }
    if (object.kind === 'Deployment') object.status = deploymentStatus(this, object);
    const path = /^jsonpath=(.*)$/.exec(values.output ?? '')?.[1];
    return path === undefined
      ? JSON.stringify(object)
      : path.replace(/\{\.([^}]+)\}/g, (_, fields: string) =>
          String(
            fields
              .split('.')
              .reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], object) ?? '',
          ),
        );
  }

  private list(kind: string, selector: string | undefined, fields: string | undefined): Thing[] {
    const labels = labelsOf(selector);
    switch (kind) {
      case 'pods':
        return this.pods().filter((pod) => hasLabels(pod, labels));
      case 'replicasets':
        return [...this.templates].flatMap(([deployment, all]) => all.map((one) => replicaSet(this, deployment, one)));
      case 'endpointslices':
        return endpointSlices(this, labels['kubernetes.io/service-name'] as string);
      case 'events':
        return this.pods()
          .filter(
            ({ metadata }) =>
              fields?.includes(`involvedObject.name=${metadata.name},`) && this.fateOf(metadata.name) === 'probe-fails',
          )
          .map(() => ({
            apiVersion: 'v1',
            kind: 'Event',
            metadata: { name: 'e' },
            message: 'Readiness probe failed: HTTP probe failed with statuscode: 404',
          }));
      default:
        return [...this.objects]
          .filter(([key, object]) => key.startsWith(`${kind}/`) && hasLabels(object, labels))
          .map(([, object]) => object);
    }
  }

  private apply(object: Thing): string {
    const { kind, metadata } = object;
    const before = this.get(kind, metadata.name);
    const now: Thing = {
      ...before,
      ...object,
      metadata: {
        ...before?.metadata,
        ...metadata,
        uid: before?.metadata.uid ?? `uid-${++this.count}`,
        generation: (before?.metadata.generation ?? 0) + 1,
      },
    };
    this.put(now);
    this.history.push(`apply ${kind} ${metadata.name}`);
    if (kind === 'Deployment') this.rollOut(now);
    this.controllers.get(kind)?.(now);
    return `${metadata.name} serverside-applied\n`;
  }

  /** As the controller does: each template one ReplicaSet; one that comes back gets the newest number. */
  private rollOut(deployment: Thing): void {
    const { name } = deployment.metadata;
    const template = deployment.spec?.template;
    if (template === undefined) throw new Refusal('spec.template: Required value');
    const all = this.templatesOf(name);
    const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
    const newest = Math.max(0, ...all.map(({ revision }) => revision));
    const known = all.find((one) => one.name === `${name}-${hash}`);
    const annotations = { ...deployment.metadata.annotations };
    if (known === undefined)
      this.templates.set(name, [
        ...all,
        { name: `${name}-${hash}`, revision: newest + 1, annotations, template: structuredClone(template) },
      ]);
    else if (known.revision !== newest) known.revision = newest + 1;
    if (known !== undefined) known.annotations = annotations;
    const revision = Math.max(...this.templatesOf(name).map((one) => one.revision));
    deployment.metadata.annotations = {
      ...deployment.metadata.annotations,
      'deployment.kubernetes.io/revision': String(revision),
    };
  }

  private remove(kind: string, labels: Record<string, string>): string {
    const gone = this.list(
      kind,
      Object.entries(labels)
        .map((pair) => pair.join('='))
        .join(','),
      undefined,
    );
    for (const { kind: word, metadata } of gone) {
      this.objects.delete(`${kind}/${metadata.name}`);
      if (word === 'Deployment') this.templates.delete(metadata.name);
      this.history.push(`delete ${word} ${metadata.name}`);
    }
    return gone.length === 0
      ? 'No resources found\n'
      : gone.map(({ metadata }) => `"${metadata.name}" deleted\n`).join('');
  }

  private logs(pod: string, previous: boolean): string {
    const replica = this.replicas.find((one) => one.pod === pod);
    if (replica) return replica.log.map((line) => `${line}\n`).join('');
    if (this.fateOf(pod) === undefined) throw new Refusal(`pods "${pod}" not found`);
    return this.fateOf(pod) === 'crash'
      ? `Error: DATABASE_URL is not set\n`
      : previous
        ? 'before the restart\n'
        : 'listening on 3000\n';
  }

  private pods(): Thing[] {
    return [...this.objects.values()]
      .filter(({ kind }) => kind === 'Deployment')
      .flatMap((deployment) => podsOf(this, deployment));
  }

  private fateOf(pod: string): Fate | undefined {
    const found = this.pods().find(({ metadata }) => metadata.name === pod);
    return found && (this.fates.get((found.spec?.containers as Container[])[0]?.image ?? '') ?? 'ready');
  }
}

const OPTIONS = {
  namespace: { type: 'string' },
  output: { type: 'string', short: 'o' },
  filename: { type: 'string', short: 'f' },
  selector: { type: 'string' },
  'field-selector': { type: 'string' },
  'field-manager': { type: 'string' },
  'server-side': { type: 'boolean' },
  'force-conflicts': { type: 'boolean' },
  'ignore-not-found': { type: 'boolean' },
  wait: { type: 'string' },
  local: { type: 'boolean' },
  type: { type: 'string' },
  patch: { type: 'string' },
  container: { type: 'string' },
  tail: { type: 'string' },
  previous: { type: 'boolean' },
  'since-time': { type: 'string' },
} as const;

const labelsOf = (selector = ''): Record<string, string> =>
  Object.fromEntries(
    selector
      .split(',')
      .filter(Boolean)
      .map((pair) => pair.split('=') as [string, string]),
  );
/** A key without a value asks for the label alone. */
const hasLabels = (object: Thing, labels: Record<string, string | undefined>): boolean =>
  Object.entries(labels).every(([key, value]) =>
    value === undefined ? object.metadata.labels?.[key] !== undefined : object.metadata.labels?.[key] === value,
  );
