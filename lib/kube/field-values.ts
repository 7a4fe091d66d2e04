import { k8s } from 'cdk8s-plus-28';
import { FIELDS } from '../../imports/fields';
import { isMapping } from '../words/mapping';
import { nearest } from '../words/nearest';
import { list as listed, show } from '../words/phrase';
import type { AllowedValue } from './allowed-values';
import { ALLOWED_VALUES } from './allowed-values';
import type { Manifest } from './manifest';
import { at, list } from './manifest';
import { kindOf } from './schema';

/**
 * Values that an API server refuses, found with the types of `imports/` and of cdk8s-plus: a number where text is due, a word
 * that the field does not know. Fields that no schema knows are told by `schema.ts`.
 */

export interface WrongValue {
  /** `spec.template.spec.containers[0].env[1].value` */
  readonly path: string;
  readonly message: string;
  readonly found: string;
  readonly expected: string;
  readonly suggestion?: string;
}

export function wrongValues(manifest: Manifest): readonly WrongValue[] {
  const { metadata, apiVersion, kind, ...body } = manifest;
  const known = kindOf(manifest);
  return [
    ...new Values('k8s').wrong(metadata, { type: 'ObjectMeta' }, 'metadata'),
    ...(known ? new Values(known.module).wrong(body, { type: `${known.name}Props` }, '') : []),
    ...(apiVersion === 'tekton.dev/v1' && kind === 'Pipeline' ? inlineTasks(manifest) : []),
    ...(RESTARTED.has(kind) ? otherRestarts(manifest) : []),
  ];
}

/** Their pods are started again whatever becomes of them. */
const RESTARTED: ReadonlySet<string> = new Set(
  [k8s.KubeDeployment, k8s.KubeStatefulSet, k8s.KubeDaemonSet, k8s.KubeReplicaSet].map(({ GVK }) => GVK.kind),
);

function otherRestarts(manifest: Manifest): readonly WrongValue[] {
  const path = ['spec', 'template', 'spec', 'restartPolicy'];
  const found = at(manifest, ...path);
  return found === undefined || found === 'Always' ? [] : [unknownWord(path.join('.'), found, ['Always'])];
}

/** The CRD of Pipeline leaves `taskSpec` open. */
const inlineTasks = (manifest: Manifest): readonly WrongValue[] =>
  ['tasks', 'finally'].flatMap((field) =>
    list(at(manifest, 'spec', field) as readonly unknown[] | undefined).flatMap((task, index) => {
      const spec = at(task, 'taskSpec');
      if (!isMapping(spec)) return [];
      const own = Object.fromEntries(Object.entries(spec).filter(([name]) => name !== 'metadata'));
      return new Values('tekton.dev').wrong(own, { type: 'TaskSpec' }, `spec.${field}[${index}].taskSpec`);
    }),
  );

export type Primitive = 'string' | 'number' | 'boolean';
/** A type of imports/fields.ts, which `import-crds` writes. A field that must be there ends with `!`. */
export type Type =
  | Primitive
  | 'any'
  | readonly Primitive[]
  | { readonly type: string }
  | { readonly list: Type }
  | { readonly map: Type }
  | { readonly words: readonly string[] }
  | { readonly fields: Readonly<Record<string, Type>> };
type Types = Readonly<Record<string, Type>>;

let modules: Readonly<Record<string, Types>> | undefined;
/** Read when something is first checked: most fleets have nothing of their own. */
const typesOf = (module: string): Types =>
  (modules ??= JSON.parse(FIELDS) as Readonly<Record<string, Types>>)[module] ?? {};

/** Values against the types of a module. */
class Values {
  private readonly types: Types;
  private readonly isCore: boolean;

  constructor(module: string) {
    this.types = typesOf(module);
    this.isCore = module === 'k8s';
  }

  /** @param place of the value by its type: `DeploymentSpec.replicas` */
  wrong(value: unknown, type: Type, path: string, place = ''): readonly WrongValue[] {
    if (type === 'any') return [];
    if (typeof type === 'string') return this.primitive(value, [type], path, place);
    if (isPrimitives(type)) return this.primitive(value, type, path, place);
    if ('type' in type) return this.named(value, type.type, path, place);
    if ('words' in type) return type.words.some((word) => word === value) ? [] : [unknownWord(path, value, type.words)];
    if ('list' in type)
      return Array.isArray(value)
        ? value.flatMap((item, index) => this.wrong(item, type.list, `${path}[${index}]`, place))
        : [wrongKind(path, value, 'a list')];
    if (!isMapping(value)) return [wrongKind(path, value, 'a mapping')];
    return 'map' in type ? this.entries(value, type.map, path, place) : this.fields(value, type.fields, path, place);
  }

  private named(value: unknown, name: string, path: string, place: string): readonly WrongValue[] {
    const type = this.types[name];
    if (type === undefined) return [];
    if (typeof type === 'object' && 'fields' in type) return this.wrong(value, type, path, name);
    const found = this.wrong(value, type, path, name);
    return found.length > 0 ? found : this.notAllowed(value, place, path);
  }

  private primitive(value: unknown, types: readonly Primitive[], path: string, place: string): readonly WrongValue[] {
    if (!types.some((type) => typeof value === type)) return [wrongKind(path, value, listed(types.map(due)), types)];
    if (typeof value === 'number' && this.isCore && !IN_PARTS.test(place) && !Number.isSafeInteger(value))
      return [wrongKind(path, value, 'a whole number')];
    return this.notAllowed(value, place, path);
  }

  private entries(
    value: Readonly<Record<string, unknown>>,
    type: Type,
    path: string,
    place: string,
  ): readonly WrongValue[] {
    return Object.entries(value).flatMap(([key, item]) => [
      ...this.notAllowed(key, `${place} key`, `${path}.${key}`),
      ...(item === undefined ? [] : this.wrong(item, type, `${path}.${key}`, place)),
    ]);
  }

  private fields(
    value: Readonly<Record<string, unknown>>,
    fields: Types,
    path: string,
    name: string,
  ): readonly WrongValue[] {
    return Object.entries(fields).flatMap(([marked, type]) => {
      const field = marked.replace(/!$/, '');
      const here = path === '' ? field : `${path}.${field}`;
      // nothing counts as left out
      const given = Object.hasOwn(value, field) ? (value[field] ?? undefined) : undefined;
      if (given !== undefined) return this.wrong(given, type, here, `${name}.${field}`);
      // what a CRD wants may be filled in by a webhook
      return field === marked || !this.isCore
        ? []
        : [{ path: here, message: 'is missing', found: 'nothing', expected: this.dueOf(type) }];
    });
  }

  private notAllowed(value: unknown, place: string, path: string): readonly WrongValue[] {
    const rule: AllowedValue | undefined = this.isCore ? ALLOWED_VALUES[place] : undefined;
    return rule === undefined || rule.allows(value as never)
      ? []
      : [{ path, message: 'the value is not allowed', found: show(value), expected: rule.expected }];
  }

  private dueOf(type: Type): string {
    if (typeof type === 'string') return type === 'any' ? 'a value' : due(type);
    if (isPrimitives(type)) return listed(type.map(due));
    if ('type' in type) return this.dueOf(this.types[type.type] ?? 'any');
    if ('words' in type) return listed(type.words);
    return 'list' in type ? 'a list' : 'a mapping';
  }
}

/**
 * The field that was probably meant.
 * @param path of one that no schema knows, as `unknownFields` has it
 */
export function nearestField(manifest: Manifest, path: string): string | undefined {
  const known = kindOf(manifest);
  if (known === undefined) return undefined;
  const types = typesOf(known.module);
  const [name = '', ...parents] = path
    .split('.')
    .map((step) => step.split('[')[0]!)
    .reverse();
  const around = parents
    .reverse()
    .reduce<Type | undefined>((type, step) => memberOf(types, type, step), { type: `${known.name}Props` });
  return nearest(name, fieldsOf(types, around).keys());
}

/** Of an object, or of each object of a list. */
function fieldsOf(types: Types, type: Type | undefined): ReadonlyMap<string, Type> {
  if (type === undefined || typeof type === 'string' || isPrimitives(type)) return new Map();
  if ('list' in type) return fieldsOf(types, type.list);
  if ('type' in type) return fieldsOf(types, types[type.type]);
  return new Map(
    Object.entries('fields' in type ? type.fields : {}).map(([field, of]) => [field.replace(/!$/, ''), of]),
  );
}

/** What a map holds has one type, whatever its key. */
const memberOf = (types: Types, type: Type | undefined, step: string): Type | undefined =>
  typeof type === 'object' && !isPrimitives(type) && 'map' in type ? type.map : fieldsOf(types, type).get(step);

/** Of what Kubernetes has itself, all other numbers are whole. */
const IN_PARTS = /^(?:Quantity$|JsonSchemaProps\.)/;

const isPrimitives = (type: Type): type is readonly Primitive[] => Array.isArray(type);
const due = (type: Primitive): string => ({ string: 'text', number: 'a number', boolean: 'true or false' })[type];

const unknownWord = (path: string, value: unknown, words: readonly string[]): WrongValue => ({
  path,
  message: 'the value is not known',
  found: show(value),
  expected: listed(words),
});

function wrongKind(path: string, value: unknown, expected: string, types: readonly Primitive[] = []): WrongValue {
  const problem = { path, message: 'wrong type', found: show(value), expected };
  const [only, second] = types;
  if (second !== undefined) return problem;
  if (only === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return {
      ...problem,
      message: `expected text, found a ${typeof value}: put it in quotes`,
      suggestion: JSON.stringify(String(value)),
    };
  if (only === 'number' && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
    return { ...problem, message: 'expected a number, found text: leave out the quotes', suggestion: value };
  return problem;
}
