import type { BackendKind } from '../../fleet/own-backends';
import { metadataRules } from '../../kube/checks/metadata';
import type { Report } from '../../kube/checks/rule';
import type { Manifest } from '../../kube/manifest';
import { describe, groupOf } from '../../kube/manifest';
import { SESSION_VARIABLE } from '../../words/environment';
import { PULL_REQUEST_MAX } from '../../words/names';
import { PREFIX, isOurs } from '../../words/labels';
import { isMapping } from '../../words/mapping';
import { list, show } from '../../words/phrase';
import { PLAIN, notPlain } from '../../words/plain-data';
import type { Problem } from '../../words/problem';
import { Inventory } from '../checks/inventory';

/**
 * Objects that a backend of fleet.ts makes. Those of previews are texts in a ConfigMap until a run applies them, so no other
 * check of synth sees them.
 */

/** What is wrong with what a function returns. */
export type Fault = Pick<Problem, 'message' | 'found' | 'expected' | 'suggestion'>;

/** What its objects have to fit. */
export interface Expected {
  readonly kinds: readonly BackendKind[];
  readonly namespace: string;
  /** Of a preview: the name that those of its objects end in. */
  readonly service?: string;
}

/** A copy of the objects that a function returns, which no later call changes, or everything that is wrong with them. */
export function checkedObjects(
  value: unknown,
  expected: Expected,
): { readonly objects: readonly Manifest[]; readonly faults: readonly Fault[] } {
  if (!Array.isArray(value) || !value.every(isNamed))
    return {
      objects: [],
      faults: [{ message: 'it returns no list of objects with apiVersion, kind and metadata.name' }],
    };
  const odd = value.flatMap((one) =>
    notPlain(one).map(({ path, found }) => ({
      message: `${describe(one)} ${path}: no file can hold this value`,
      found,
      expected: PLAIN,
    })),
  );
  if (odd.length > 0) return { objects: [], faults: odd };
  const objects = JSON.parse(JSON.stringify(value)) as readonly Manifest[];
  return { objects, faults: [...objects.flatMap((one) => faultsOf(one, expected)), ...givenTwice(objects)] };
}

const isNamed = (value: unknown): value is Manifest =>
  isMapping(value) &&
  isMapping(value.metadata) &&
  [value.apiVersion, value.kind, value.metadata.name].every((text) => typeof text === 'string' && text !== '');

const faultsOf = (object: Manifest, expected: Expected): readonly Fault[] => [
  ...ofOtherKind(object, expected.kinds),
  ...inOtherNamespace(object, expected.namespace),
  ...ofManySessions(object, expected.service),
  ...metadataFaults(object, expected.service !== undefined),
];

/** Argo CD and the account that opens previews may touch no other kinds. */
function ofOtherKind(object: Manifest, kinds: readonly BackendKind[]): readonly Fault[] {
  if (kinds.some(({ apiVersion, kind }) => apiVersion === object.apiVersion && kind === object.kind)) return [];
  return [
    {
      message: `${describe(object)} is of no kind of the backend`,
      found: `${object.apiVersion} ${object.kind}`,
      expected: list(kinds.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`)),
    },
  ];
}

const inOtherNamespace = ({ kind, metadata: { name, namespace } }: Manifest, expected: string): readonly Fault[] =>
  namespace === undefined || namespace === expected
    ? []
    : [
        {
          message: `${kind} ${name} metadata.namespace: objects of a backend are where their app is`,
          found: show(namespace),
          expected: `${show(expected)}, or no namespace`,
        },
      ];

/** One session has previews of several apps, and an app has previews of several sessions: each has objects of its own. */
function ofManySessions(object: Manifest, service: string | undefined): readonly Fault[] {
  const { name } = object.metadata;
  if (service === undefined || name === service || name.endsWith(`-${service}`)) return [];
  return [
    {
      message: `the name of ${describe(object)} does not end as that of service does: two ${name.endsWith(`-${SESSION_VARIABLE}`) ? 'apps' : 'sessions'} would have one object`,
      found: show(name),
      expected: `${service}, or text that ends in -${service}`,
    },
  ];
}

/** Keys that a run or synth writes. Argo CD applies the objects of stable pods, so keys for Argo CD may stand there. */
const isKept = (key: string, isPreview: boolean): boolean => (isPreview ? isOurs(key) : key.startsWith(`${PREFIX}/`));
const FIELDS = ['name', 'namespace', 'labels', 'annotations'];

function metadataFaults(object: Manifest, isPreview: boolean): readonly Fault[] {
  const faults: Fault[] = [];
  const told: Report = (path, message, { found, expected } = {}) =>
    faults.push({
      message: `${describe(object)} ${path}: ${message}`,
      ...(found !== undefined && { found: path === 'metadata.name' ? show(object.metadata.name) : found }),
      ...(expected !== undefined && { expected }),
    });
  for (const field of Object.keys(object.metadata).filter((one) => !FIELDS.includes(one)))
    told(
      `metadata.${field}`,
      'an object of a backend has no such field: it could not be made or deleted with its app',
      {
        expected: list(FIELDS),
      },
    );
  for (const field of ['labels', 'annotations'] as const) {
    const given: unknown = object.metadata[field];
    if (given === undefined) continue;
    if (!isMapping(given)) {
      told(`metadata.${field}`, 'is something else', { found: show(given), expected: 'texts by keys' });
      return faults;
    }
    for (const key of Object.keys(given))
      if (isKept(key, isPreview))
        told(`metadata.${field}.${key}`, 'is kept for what tekton-dag or Argo CD writes', { expected: 'another key' });
  }
  const manifest = isPreview ? (ofLongestSession(object) as Manifest) : object;
  const emitted = { file: '', manifest };
  const inventory = new Inventory([emitted], []);
  for (const rule of ['tekton-m1', 'labels', 'annotations']) metadataRules[rule]!(emitted, told, inventory);
  return faults;
}

const LONGEST_SESSION = `pr-${PULL_REQUEST_MAX}-abcd`;

/** The object as a run makes it: in texts, not in keys. */
function ofLongestSession(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(SESSION_VARIABLE, LONGEST_SESSION);
  if (Array.isArray(value)) return value.map(ofLongestSession);
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ofLongestSession(inner)]));
}

/** What an API server takes for one object, whatever its version. */
export const identity = (object: Manifest): string => `${groupOf(object)}/${object.kind}/${object.metadata.name}`;

function givenTwice(objects: readonly Manifest[]): readonly Fault[] {
  const all = objects.map(identity);
  return objects
    .filter((_, index) => all.indexOf(all[index]!) < index)
    .map((object) => ({
      message: `${describe(object)} is in the list twice: the last of them would take the place of the others`,
    }));
}
