import type { Manifest } from '../kube/manifest';
import { at, list } from '../kube/manifest';
import type { FileText } from './file-text';
import { textOf } from './file-text';
import type { ObjectsPart, Part, TextPart } from './layout';
import { isObjects, pathOf } from './layout';
import type { Checked, MadeTeam, Places } from './made-team';
import { fileOf, rememberText, yamlOf } from './made-team';

/**
 * A made team as it is kept between runs: the digest of each file, and of each object only what others ask of it. Whoever needs
 * the objects themselves has them made. The texts are in the output already.
 */

/** Where made teams are kept, by what they are made of. What was kept may be gone. */
export interface KeptTeams {
  get(key: string): KeptTeam | undefined;
  put(key: string, team: KeptTeam): void;
  /** The text of a file of the output, if it has this digest. */
  text(path: string, digest: string): string | undefined;
}

/** Of a file of objects with what is known of its text. */
type KeptPart = TextPart | (ObjectsPart & Pick<FileText, 'digest' | 'bytes'>);

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

function keptPart(part: Part): KeptPart {
  if (!isObjects(part)) return part;
  const { digest, bytes } = fileOf(part.objects);
  return { ...part, objects: part.objects.map(outlineOf), digest, bytes };
}

/**
 * @param textIn the output: a text that is not there is made
 * @param make makes the team of these places
 */
export function fromKept(kept: KeptTeam, places: Places, textIn: KeptTeams['text'], make: () => MadeTeam): MadeTeam {
  let made: MadeTeam | undefined;
  const whole = (): MadeTeam => (made ??= make());
  for (const list of ['parts', 'written'] as const)
    kept[list].forEach((part, i) => {
      if (!('digest' in part)) return;
      const { objects, digest, bytes } = part;
      const { read } = textOf(() => textIn(pathOf(part), digest) ?? yamlOf((whole()[list][i] as ObjectsPart).objects));
      rememberText(objects, { digest, bytes, read });
    });
  const [home, ...others] = places.map((team, i) => ({ team, folder: kept.folders[i]!, isHome: i === 0 }));
  return {
    placed: [home!, ...others],
    parts: kept.parts as readonly ObjectsPart[],
    written: kept.written,
    findings: new Map(kept.findings),
    whole,
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
