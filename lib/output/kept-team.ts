import type { Manifest } from '../kube/manifest';
import { at, list } from '../kube/manifest';
import type { ObjectsPart, Part, TextPart } from './layout';
import { isObjects } from './layout';
import type { Checked, MadeTeam, Places } from './made-team';
import { rememberYaml, yamlOf } from './made-team';

/**
 * A made team as it is kept between runs: the text of each file, and of each object only what others ask of it. Whoever needs
 * the objects themselves has them made.
 */

/** Where made teams are kept, by what they are made of. What was kept may be gone. */
export interface KeptTeams {
  get(key: string): KeptTeam | undefined;
  put(key: string, team: KeptTeam): void;
}

/** Of a file of objects with its text in UTF-8, which takes half of what V8 keeps a text in that is not all Latin. */
type KeptPart = TextPart | (ObjectsPart & { readonly yaml: Uint8Array });

/** Plain data. */
export interface KeptTeam {
  readonly folders: readonly string[];
  readonly parts: readonly KeptPart[];
  readonly written: readonly KeptPart[];
  readonly findings: ReadonlyMap<string, Checked>;
}

export function toKept({ placed, parts, written, findings }: MadeTeam): KeptTeam {
  // a part that stands in both lists is one, which the serializer of V8 sees
  const made = new Map<Part, KeptPart>();
  const kept = (part: Part): KeptPart => {
    const known = made.get(part) ?? keptPart(part);
    made.set(part, known);
    return known;
  };
  return { folders: placed.map(({ folder }) => folder), parts: parts.map(kept), written: written.map(kept), findings };
}

const keptPart = (part: Part): KeptPart =>
  isObjects(part) ? { ...part, objects: part.objects.map(outlineOf), yaml: Buffer.from(yamlOf(part.objects)) } : part;

/** @param whole makes the team of these places */
export function fromKept(kept: KeptTeam, places: Places, whole: () => MadeTeam): MadeTeam {
  for (const part of [...kept.parts, ...kept.written]) if ('yaml' in part) rememberYaml(part.objects, part.yaml);
  const [home, ...others] = places.map((team, i) => ({ team, folder: kept.folders[i]!, isHome: i === 0 }));
  let made: MadeTeam | undefined;
  return {
    placed: [home!, ...others],
    parts: kept.parts as readonly ObjectsPart[],
    written: kept.written,
    findings: new Map(kept.findings),
    whole: () => (made ??= whole()),
  };
}

/** What an object is, and what rules on other objects look up in it: see ObjectLookup. */
function outlineOf(object: Manifest): Manifest {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace } = metadata;
  const identity = { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } };
  const containers = at(object, 'spec', 'template', 'spec', 'containers');
  if (Array.isArray(containers))
    return {
      ...identity,
      spec: {
        template: {
          metadata: { labels: at(object, 'spec', 'template', 'metadata', 'labels') },
          spec: { containers: list(containers).map(({ name, ports }: Manifest) => ({ name, ports })) },
        },
      },
    };
  switch (kind) {
    case 'ExternalSecret':
      return { ...identity, spec: { target: { name: at(object, 'spec', 'target', 'name') } } };
    case 'Service':
      return { ...identity, spec: { ports: at(object, 'spec', 'ports') } };
    case 'ConfigMap':
      return { ...identity, data: keysOf(object.data), binaryData: keysOf(object.binaryData) };
    default:
      return identity;
  }
}

const keysOf = (data: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys((data ?? {}) as object).map((key) => [key, '']));
