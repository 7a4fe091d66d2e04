import { k8s } from 'cdk8s-plus-28';
import * as argo from '../../imports/argoproj.io';
import * as externalSecrets from '../../imports/external-secrets.io';
import * as generators from '../../imports/generators.external-secrets.io';
import * as gateway from '../../imports/gateway.networking.k8s.io';
import * as kueue from '../../imports/kueue.x-k8s.io';
import * as monitoring from '../../imports/monitoring.coreos.com';
import * as operator from '../../imports/operator.tekton.dev';
import * as pipelinesAsCode from '../../imports/pipelinesascode.tekton.dev';
import * as tekton from '../../imports/tekton.dev';
import * as triggers from '../../imports/triggers.tekton.dev';
import type { Kind } from './emit';
import type { Manifest } from './manifest';
import { at, list } from './manifest';

/**
 * Fields that no schema knows, found with the generated mappers of `imports/` and of cdk8s-plus: a mapper writes what its
 * schema declares and nothing else.
 */

const isKind = (value: unknown): value is Kind<object> =>
  typeof value === 'function' && 'GVK' in value && 'manifest' in value;
const idOf = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string =>
  `${apiVersion}/${kind}`;

/** A kind, and its class in `imports/` or cdk8s-plus. */
interface KnownKind {
  readonly kind: Kind<object>;
  readonly module: string;
  readonly name: string;
}
const MODULES: Readonly<Record<string, object>> = {
  k8s,
  'argoproj.io': argo,
  'external-secrets.io': externalSecrets,
  'generators.external-secrets.io': generators,
  'gateway.networking.k8s.io': gateway,
  'kueue.x-k8s.io': kueue,
  'monitoring.coreos.com': monitoring,
  'operator.tekton.dev': operator,
  'pipelinesascode.tekton.dev': pipelinesAsCode,
  'tekton.dev': tekton,
  'triggers.tekton.dev': triggers,
};
const KINDS: ReadonlyMap<string, KnownKind> = new Map(
  Object.entries(MODULES).flatMap(([module, classes]) =>
    Object.entries(classes).flatMap(([name, kind]: [string, unknown]): [string, KnownKind][] =>
      isKind(kind) ? [[idOf(kind.GVK), { kind, module, name }]] : [],
    ),
  ),
);
/** Their CRDs say nothing of what is in them. */
const OPEN: ReadonlySet<string> = new Set([triggers.EventListener, triggers.Interceptor].map(({ GVK }) => idOf(GVK)));
/** Graduated since the version that the classes are made from, without a change of fields. */
const SAME_AS: Readonly<Record<string, string>> = {
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy':
    'admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding':
    'admissionregistration.k8s.io/v1beta1/ValidatingAdmissionPolicyBinding',
};

/** Undefined where there is no schema for it. */
export const kindOf = (manifest: Manifest): KnownKind | undefined =>
  KINDS.get(SAME_AS[idOf(manifest)] ?? idOf(manifest));

/** @returns paths of the fields that the schema of the object's kind does not have; `kind` if there is no schema for it */
export function unknownFields(manifest: Manifest): readonly string[] {
  const kind = kindOf(manifest)?.kind;
  if (kind === undefined) return ['kind'];
  // CRDs leave metadata open, so it is held against that of a core kind.
  const metadata = { metadata: manifest.metadata };
  if (OPEN.has(idOf(manifest))) return dropped(metadata, mapped(k8s.KubeNamespace, metadata), '');
  const body = Object.fromEntries(Object.entries(manifest).filter(([field]) => field !== 'metadata'));
  return [
    ...dropped(metadata, mapped(k8s.KubeNamespace, metadata), ''),
    ...dropped(body, mapped(kind, body), ''),
    ...inlineTasks(manifest),
  ];
}

/** The CRD of Pipeline leaves `taskSpec` open. */
function inlineTasks(manifest: Manifest): string[] {
  if (idOf(manifest) !== idOf(tekton.Pipeline.GVK)) return [];
  return ['tasks', 'finally'].flatMap((field) =>
    list(at(manifest, 'spec', field) as readonly { readonly taskSpec?: object }[] | undefined).flatMap(
      ({ taskSpec }, i) => {
        if (taskSpec === undefined) return [];
        const spec = Object.fromEntries(Object.entries(taskSpec).filter(([name]) => name !== 'metadata'));
        return dropped({ spec }, mapped(tekton.Task, { spec }), '').map((path) =>
          path.replace(/^spec/, `spec.${field}[${i}].taskSpec`),
        );
      },
    ),
  );
}

const mapped = (kind: Kind<object>, body: object): unknown => kind.manifest(asProps(body) as object);

/** What is in `written` and not in `known`. A leaf, and all below a field that the schema leaves open, counts as known. */
function dropped(written: unknown, known: unknown, path: string): string[] {
  if (typeof known === 'object' && known !== null && TAKEN_AS_IS in known) return [];
  if (Array.isArray(written))
    return written.flatMap((item, i) => dropped(item, (known as readonly unknown[] | undefined)?.[i], `${path}[${i}]`));
  if (typeof written !== 'object' || written === null) return [];
  return Object.entries(written).flatMap(([field, value]) => {
    const inner = at(known, field);
    const here = path === '' ? field : `${path}.${field}`;
    return inner === undefined ? [here] : dropped(value, inner, here);
  });
}

const TAKEN_AS_IS = Symbol('taken as is');

/**
 * The object as the mappers expect it. They read props whose names the generator made (`hostIP` is `hostIp`,
 * `x-kubernetes-…` is `xKubernetes…`), and take quantities and ports out of `.value`.
 */
function asProps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asProps);
  if (value instanceof Date || typeof value !== 'object' || value === null)
    return { value, toISOString: () => value, [TAKEN_AS_IS]: true };
  const props = Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, asProps(inner)]));
  const fields = new Map(Object.keys(props).map((field) => [plain(field), field]));
  return new Proxy(props, {
    // Whoever puts the object into the result unread leaves the symbol readable: such a field is open.
    has: (target, name) => name === TAKEN_AS_IS || name in target,
    get: (target, name) =>
      typeof name === 'string' ? target[name in target ? name : (fields.get(plain(name)) ?? name)] : undefined,
  });
}

const plain = (field: string): string => field.toLowerCase().replace(/[^a-z0-9]/g, '');
