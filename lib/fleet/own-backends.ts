import { z } from 'zod';
import { isMapping } from '../words/mapping';
import { knownHint } from '../words/nearest';
import { show } from '../words/phrase';
import type { Problem } from '../words/problem';
import { objectName, text } from '../words/scalars';
import type { Document, Path } from './document';
import { checkSchema } from './schema-problems';
import { INTERCEPT_BACKENDS } from '../words/intercept-backends';
import { ownBackendName } from './own-backend-name';

/** `backends` of fleet.ts: ways in which requests of a session reach previews that this program does not know. */

/** A kind of objects that lead requests to previews. */
export interface BackendKind {
  /** With its group: `traefik.io/v1alpha1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** The name of the kind in the API, in lower case: `ingressroutes`. */
  readonly plural: string;
}

/** What of a backend is data. Plain, JSON-safe. */
export interface OwnBackend {
  readonly name: string;
  readonly how: string;
  readonly kinds: readonly BackendKind[];
  /** Where Service `<app>` leads. @default - to the stable pods */
  readonly address?: string;
  /** Conditions that are True once such an object is in force. */
  readonly conditions: readonly string[];
}

/** The message about a name that no backend has. Where fleet.ts cannot be read, it may be one of its own. */
export const UNKNOWN_BACKEND = 'no backend has this name; backends of fleet.ts adds your own';

const kind = z.strictObject({
  apiVersion: z
    .string()
    .regex(/^[a-z0-9.-]+\.[a-z]+\/v[0-9]+((alpha|beta)[0-9]+)?$/)
    .meta({ expected: 'a group and a version such as traefik.io/v1alpha1' }),
  kind: z
    .string()
    .regex(/^[A-Z][A-Za-z0-9]*$/)
    .meta({ expected: 'a kind such as IngressRoute' }),
  plural: z
    .string()
    .regex(/^[a-z][a-z0-9]*$/)
    .meta({ expected: 'the plural of the kind in lower case, such as ingressroutes' }),
});

/** A run is given them with spaces between. https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#Condition */
const condition = z
  .string()
  .max(316)
  .regex(/^([a-z0-9][-a-z0-9.]*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/)
  .meta({ expected: 'the type of a condition, such as Accepted: letters, digits, -, _ and .' });

const code = z
  .custom((value) => typeof value === 'function', { error: 'is something else' })
  .meta({ expected: 'a function' });

const schema = z.looseObject({
  backends: z
    .record(
      ownBackendName,
      z.strictObject({
        how: text,
        kinds: z.array(kind).min(1),
        address: objectName.meta({ expected: 'a DNS name such as traefik.infra.svc.cluster.local' }).optional(),
        conditions: z.array(condition).default([]),
        stable: code.optional(),
        preview: code,
      }),
    )
    .default({}),
});

/** A kind as the API of a cluster tells it from others. */
interface GroupKind {
  readonly group: string;
  readonly kind: string;
}

/**
 * The backends of a fleet.
 * @param document what fleet.ts exports
 * @param isForTeams whether a team may hold a kind at all
 */
export function ownBackendsOf(
  document: Document,
  isForTeams: (kind: GroupKind) => boolean,
): { readonly backends: readonly OwnBackend[]; readonly problems: readonly Problem[] } {
  const { value, problems } = checkSchema(schema, document);
  const own = Object.entries(value?.backends ?? {});
  // what is wrong elsewhere hides none of this
  const written = document.get(['backends']);
  return {
    backends: own.map(([name, { how, kinds, address, conditions }]) => ({
      name,
      how,
      kinds,
      ...(address !== undefined && { address }),
      conditions,
    })),
    problems: [
      ...problems,
      ...Object.keys(isMapping(written) ? written : {}).flatMap((name) => [
        ...(INTERCEPT_BACKENDS.some((one) => one === name)
          ? [
              document.keyError(['backends', name], 'is the name of a backend that tekton-dag brings', {
                found: show(name),
                expected: `another name, such as own-${name}`,
              }),
            ]
          : []),
        ...kindProblems(document, ['backends', name, 'kinds'], isForTeams),
      ]),
    ],
  };
}

/** Kinds of no mesh and no gateway, and those that are given twice. */
function kindProblems(document: Document, path: Path, isForTeams: (kind: GroupKind) => boolean): readonly Problem[] {
  const written = document.get(path);
  const first = new Map<string, number>();
  return (Array.isArray(written) ? written : []).flatMap((one: unknown, index): readonly Problem[] => {
    const { data } = kind.safeParse(one);
    if (data === undefined) return [];
    const group = data.apiVersion.slice(0, data.apiVersion.indexOf('/'));
    if (!isForTeams({ group, kind: data.kind }) || !leadsRequests({ ...data, group }))
      return [
        document.error(
          [...path, index, 'kind'],
          'is not a kind that leads requests: the account that opens previews would have a right that no team has',
          { found: show(data.kind), expected: 'a kind of a mesh or a gateway' },
        ),
      ];
    const keys = [`kind ${group}/${data.kind}`, `plural ${group}/${data.plural}`];
    const known = keys.map((key) => first.get(key)).find((at) => at !== undefined);
    for (const key of keys) first.set(key, first.get(key) ?? index);
    return known === undefined
      ? []
      : [
          document.error(
            [...path, index],
            `the kind is given twice; the other is at ${document.at([...path, known])}`,
            {
              found: show(`${data.kind}, ${data.plural}`),
              expected: 'each kind once, with one version and one plural',
            },
          ),
        ];
  });
}

/** Objects of these groups run something, or say who may. `leadsRequests` names the exceptions. */
const OTHER_GROUPS = ['k8s.io', 'tekton.dev', 'tekton-dag.io', 'kueue.x-k8s.io'];

function leadsRequests({ group, plural }: GroupKind & Pick<BackendKind, 'plural'>): boolean {
  if (group === 'gateway.networking.k8s.io') return true;
  if (group === 'networking.k8s.io') return plural === 'ingresses';
  return !OTHER_GROUPS.some((other) => group === other || group.endsWith(`.${other}`));
}

/** A name of `interceptBackend` that is nobody's. */
export function unknownBackend(document: Document, backends: readonly OwnBackend[]): Problem[] {
  const path = ['interceptBackend'];
  const given = document.get(path);
  const known = [...INTERCEPT_BACKENDS, ...backends.map(({ name }) => name)];
  if (!ownBackendName.safeParse(given).success || known.some((name) => name === given)) return [];
  return [document.error(path, UNKNOWN_BACKEND, { found: show(given), ...knownHint(String(given), known) })];
}
