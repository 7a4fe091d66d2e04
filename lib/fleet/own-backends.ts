import { z } from 'zod';
import { knownHint } from '../words/nearest';
import { show } from '../words/phrase';
import type { Problem } from '../words/problem';
import { objectName, text } from '../words/scalars';
import type { Document } from './document';
import { checkSchema } from './schema-problems';
import { INTERCEPT_BACKENDS, ownBackendName } from './intercept-backend';

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
        conditions: z.array(text).default([]),
        stable: code.optional(),
        preview: code,
      }),
    )
    .default({}),
});

/**
 * The backends of a fleet.
 * @param document what fleet.ts exports
 * @param isForTeams whether a team may hold a kind at all
 */
export function ownBackendsOf(
  document: Document,
  isForTeams: (kind: { readonly group: string; readonly kind: string }) => boolean,
): { readonly backends: readonly OwnBackend[]; readonly problems: readonly Problem[] } {
  const { value, problems } = checkSchema(schema, document);
  const own = Object.entries(value?.backends ?? {});
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
      ...own.flatMap(([name, { kinds }]) => [
        ...(INTERCEPT_BACKENDS.some((one) => one === name)
          ? [
              document.keyError(['backends', name], 'is the name of a backend that tekton-dag brings', {
                found: show(name),
                expected: `another name, such as own-${name}`,
              }),
            ]
          : []),
        ...kinds.flatMap(({ apiVersion, kind: of }, index) =>
          isForTeams({ group: apiVersion.split('/')[0]!, kind: of })
            ? []
            : [
                document.error(
                  ['backends', name, 'kinds', index, 'kind'],
                  'is no kind that leads requests: the account that opens previews would have a right that no team has',
                  { found: show(of), expected: 'a kind of a mesh or a gateway' },
                ),
              ],
        ),
      ]),
    ],
  };
}

/** A name of `interceptBackend` that is nobody's. */
export function unknownBackend(document: Document, backends: readonly OwnBackend[]): Problem[] {
  const path = ['interceptBackend'];
  const given = document.get(path);
  const known = [...INTERCEPT_BACKENDS, ...backends.map(({ name }) => name)];
  if (!ownBackendName.safeParse(given).success || known.some((name) => name === given)) return [];
  return [document.error(path, UNKNOWN_BACKEND, { found: show(given), ...knownHint(String(given), known) })];
}
