import { isForeignNamespace } from '../../fleet/model';
import type { Emitted, Manifest } from '../../kube/manifest';
import { at, keyOf } from '../../kube/manifest';
import type { ObjectLookup } from '../../kube/checks/lookup';
import type { PipelineTaskView, PipelineView, TaskLookup, TaskView } from '../../tekton/admission/view';
import { isPipeline, isTask, pipelineView, taskView } from '../../tekton/admission/view';
import { substitute } from '../../tekton/spec/expression';
import { taskPlace } from '../../tekton/spec/task-place';
import type { ParamValue } from '../../tekton/spec/wire';

/** An object that the cluster holds without us: a hook Task of a team, a Secret made by hand. */
export interface ExistingObject {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Of a ConfigMap with certificates, the key that is read. */
  readonly key?: string;
}

/** One use of a Task by a Pipeline. */
export interface Binding {
  readonly pipeline: PipelineView;
  readonly view: PipelineTaskView;
}

interface Uses {
  readonly bindings: Map<TaskView, Binding[]>;
  readonly run: Map<PipelineTaskView, TaskView>;
}

/** What every cluster and every namespace has. */
const GIVEN: Readonly<Record<string, RegExp>> = {
  ServiceAccount: /^default$/,
  ConfigMap: /^kube-root-ca\.crt$/,
  PriorityClass: /^system-(cluster|node)-critical$/,
  ClusterRole: /^(admin|edit|view|cluster-admin|system:.+)$/,
};

/** Stands for the part of a name that only a run knows. */
const UNKNOWN = '*';

const place = (kind: string, namespace: string | undefined): string => `${kind}/${namespace ?? ''}`;

/** Everything that is emitted, findable: looked up by every rule that follows a reference. */
export class Inventory implements ObjectLookup, TaskLookup {
  private readonly names = new Map<string, Map<string, Manifest | undefined>>();
  private readonly byKey = new Map<string, Emitted>();
  private readonly tasks = new Map<string, Emitted>();
  private readonly pipelines = new Map<Manifest, Emitted>();
  private readonly views = new Map<Emitted, TaskView>();
  private readonly pipelineViews = new Map<Emitted, PipelineView>();
  private readonly workloads = new Map<string, Manifest[]>();
  private uses: Uses | undefined;

  constructor(
    readonly objects: readonly Emitted[],
    existing: readonly ExistingObject[],
  ) {
    for (const object of objects) this.add(object);
    for (const { kind, namespace, name } of existing) this.name(kind, namespace, name);
  }

  private add(object: Emitted): void {
    const { manifest } = object;
    const { name, namespace } = manifest.metadata;
    if (!this.byKey.has(keyOf(manifest))) this.byKey.set(keyOf(manifest), object);
    this.name(manifest.kind, namespace, name, manifest);
    if (isTask(manifest)) this.tasks.set(`${namespace}/${name}`, object);
    if (isPipeline(manifest)) this.pipelines.set(manifest, object);
    if (manifest.kind === 'ExternalSecret')
      this.name('Secret', namespace, (at(manifest, 'spec', 'target', 'name') as string | undefined) ?? name);
    if (at(manifest, 'spec', 'template', 'spec', 'containers') !== undefined) {
      push(this.workloads, namespace ?? '', manifest);
    }
  }

  private name(kind: string, namespace: string | undefined, name: string, manifest?: Manifest): void {
    const key = place(kind, namespace);
    const names = this.names.get(key) ?? new Map<string, Manifest | undefined>();
    names.set(name, manifest);
    this.names.set(key, names);
  }

  /** Whether each object is the first of its kind, namespace and name. */
  get hasEachOnce(): boolean {
    return this.byKey.size === this.objects.length;
  }

  first(manifest: Manifest): Emitted | undefined {
    return this.byKey.get(keyOf(manifest));
  }

  find(kind: string, namespace: string | undefined, name: string): Manifest | undefined {
    return this.names.get(place(kind, namespace))?.get(name);
  }

  namesOf(kind: string, namespace: string | undefined): Iterable<string> {
    return this.names.get(place(kind, namespace))?.keys() ?? [];
  }

  has(kind: string, namespace: string | undefined, name: string): boolean {
    if (GIVEN[kind]?.test(name)) return true;
    if (kind === 'Namespace' && isForeignNamespace(name)) return true;
    const names = this.names.get(place(kind, namespace));
    if (!name.includes(UNKNOWN)) return names?.has(name) ?? false;
    if (name === UNKNOWN) return true;
    const pattern = new RegExp(
      `^${name
        .split(UNKNOWN)
        .map((part) => part.replace(/[.\\^$+?()[\]{}|]/g, '\\$&'))
        .join('.*')}$`,
    );
    return [...(names?.keys() ?? [])].some((each) => pattern.test(each));
  }

  workloadsOf(namespace: string | undefined, labels: Readonly<Record<string, string>>): readonly Manifest[] {
    return (this.workloads.get(namespace ?? '') ?? []).filter((manifest) => {
      const worn = at(manifest, 'spec', 'template', 'metadata', 'labels') as Record<string, string> | undefined;
      return Object.entries(labels).every(([key, value]) => worn?.[key] === value);
    });
  }

  /** The object as a Task; undefined if it is of another kind. */
  task(manifest: Manifest): TaskView | undefined {
    return isTask(manifest) ? this.taskNamed(manifest.metadata.namespace, manifest.metadata.name) : undefined;
  }

  /** The object as a Pipeline; undefined if it is of another kind. */
  pipeline(manifest: Manifest): PipelineView | undefined {
    const object = this.pipelines.get(manifest);
    return object && made(this.pipelineViews, object, pipelineView);
  }

  taskOf(view: PipelineTaskView): TaskView | undefined {
    return this.usesOfTasks().run.get(view);
  }

  private taskNamed(namespace: string | undefined, name: string | undefined): TaskView | undefined {
    const object = this.tasks.get(`${namespace}/${name}`);
    return object && made(this.views, object, taskView);
  }

  /** Which Task each Pipeline task runs, and the other way; found once a rule asks. */
  private usesOfTasks(): Uses {
    if (this.uses !== undefined) return this.uses;
    const uses: Uses = { bindings: new Map(), run: new Map() };
    for (const object of this.pipelines.values()) {
      const pipeline = made(this.pipelineViews, object, pipelineView);
      for (const view of pipeline.all) {
        const place = taskPlace(view.task.taskRef, object.manifest.metadata.namespace);
        const task = place && this.taskNamed(place.namespace, place.name);
        if (task === undefined) continue;
        uses.run.set(view, task);
        push(uses.bindings, task, { pipeline, view });
      }
    }
    return (this.uses = uses);
  }

  /** Namespaces in which the pods of a Task run: those of the Pipelines that run it, which may be elsewhere. */
  namespacesOf(task: TaskView): readonly (string | undefined)[] {
    const bindings = this.usesOfTasks().bindings.get(task);
    return bindings === undefined
      ? [task.object.manifest.metadata.namespace]
      : [...new Set(bindings.map(namespaceOf))].sort();
  }

  /**
   * What a text of a Task becomes, for every Pipeline task that runs it, each once; what only a run knows becomes `*`.
   * A Task that no Pipeline runs is resolved with the defaults of its params.
   * @param namespace of the Pipelines, where those of one alone are asked for
   */
  resolve(task: TaskView, text: string, namespace?: string): readonly string[] {
    if (!text.includes('$(')) return [text];
    const all: readonly (Binding | undefined)[] = this.usesOfTasks().bindings.get(task) ?? [undefined];
    const bindings = all.filter((one) => namespace === undefined || !one || namespaceOf(one) === namespace);
    return [...new Set(bindings.map((binding) => known(text, (name) => this.valueOf(task, name, binding))))];
  }

  private valueOf(task: TaskView, param: string, binding: Binding | undefined): ParamValue | undefined {
    const { params: forAll, matrix } = binding?.view.task ?? {};
    const given = forAll?.find(({ name }) => name === param)?.value;
    if (given === undefined) {
      const ofEach = [matrix?.params, ...(matrix?.include ?? []).map(({ params }) => params)];
      const crossed = ofEach.some((params) => params?.some(({ name }) => name === param));
      return crossed ? undefined : task.params.get(param)?.default;
    }
    if (typeof given !== 'string') return given;
    // A default of the Pipeline is only what a run may leave as it is: other values are the run's own business.
    return known(given, (name) => binding?.pipeline.params.get(name)?.default);
  }
}

const namespaceOf = ({ pipeline }: Binding): string | undefined => pipeline.object.manifest.metadata.namespace;

function made<K, V>(values: Map<K, V>, key: K, make: (key: K) => V): V {
  const known = values.get(key);
  if (known !== undefined) return known;
  const value = make(key);
  values.set(key, value);
  return value;
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const values = lists.get(key);
  if (values === undefined) lists.set(key, [value]);
  else values.push(value);
}

/** Puts strings in for `$(params.…)`, and `*` for what has no known string. */
const known = (text: string, valueOf: (param: string) => ParamValue | undefined): string =>
  substitute(text, ({ names: [root, param, key], index }) => {
    const value = root === 'params' && param !== undefined ? valueOf(param) : undefined;
    return pick(value, key, index) ?? UNKNOWN;
  });

function pick(
  value: ParamValue | undefined,
  key: string | undefined,
  index: '*' | number | undefined,
): string | undefined {
  if (typeof value === 'string') return key === undefined && index === undefined ? value : undefined;
  if (Array.isArray(value)) return typeof index === 'number' ? (value as readonly string[])[index] : undefined;
  return key === undefined ? undefined : (value as Readonly<Record<string, string>> | undefined)?.[key];
}
