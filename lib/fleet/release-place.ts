import type { Document, Path } from './document';
import type { Product, TektonRelease } from './tekton-release';
import { isAddress } from './tekton-release';
import { holdsCredential } from '../words/git-address';
import type { Problem } from '../words/problem';
import { digest, pathInside } from '../words/scalars';

/** Where a release manifest is that a cluster file names: in this repository, or where it is published. */

/** Keys of whatever names a release. */
export const RELEASE_KEYS = {
  /** A path in this repository, or where the release is published. */
  release: pathInside.refine((text) => !holdsCredential(text), {
    error: 'holds a user or a password, which would be in Git',
    params: { expected: 'an address without them, or a path in this repository' },
  }),
  /** Of the bytes of the release. @default - none */
  digest: digest.optional(),
};

/** What names a release. */
export interface NamedRelease {
  readonly release: string;
  readonly digest?: string;
}

/** Finds what is named at a path of the document; undefined where it cannot be read, which is then told. */
export type FindRelease = (path: Path, named: NamedRelease, product: Product) => TektonRelease | undefined;

/** A path in this repository, or an address and the digest of what it leads to. */
export type ReleasePlace = { readonly file: string } | { readonly address: string; readonly digest: string };

/** Undefined for an address without a digest, which is told elsewhere. */
export function placeOf({ release, digest: said }: NamedRelease): ReleasePlace | undefined {
  if (!isAddress(release)) return { file: release };
  return said === undefined ? undefined : { address: release, digest: said };
}

/** Paths of whatever may name a release. */
function naming(document: Document): readonly Path[] {
  const instances = document.get(['tekton', 'instances']);
  return [
    ['tekton'],
    ['tekton', 'shared'],
    ...(Array.isArray(instances) ? instances.map((_, index) => ['tekton', 'instances', index]) : []),
    ['results'],
    ['chains'],
  ];
}

/** What a cluster file names by `release`, each with the path of what names it; also where other things in the file are wrong. */
export function namedReleases(document: Document): readonly (readonly [Path, NamedRelease])[] {
  return naming(document).flatMap((path) => {
    const [release, said] = [document.get([...path, 'release']), document.get([...path, 'digest'])];
    if (typeof release !== 'string') return [];
    return [[path, { release, digest: typeof said === 'string' ? said : undefined }] as const];
  });
}

/** Checks that what a cluster file names by its address is known by its bytes, too, and that bytes are of something. */
export const checkDigests = (document: Document): Problem[] => [
  ...namedReleases(document)
    .filter(([, { release, digest: said }]) => isAddress(release) && said === undefined)
    .map(([path]) =>
      document.error([...path, 'digest'], 'is missing: what an address leads to may change', {
        expected: 'sha256: and the 64 digits that sha256sum prints of the release',
      }),
    ),
  ...naming(document)
    .filter(
      (path) => document.get([...path, 'digest']) !== undefined && document.get([...path, 'release']) === undefined,
    )
    .map((path) => document.keyError([...path, 'digest'], 'is of no release: name it by release, or leave this out')),
];

/** What is not in this repository may change behind everybody's back. */
export const checkDigest = (
  document: Document,
  path: Path,
  { digest: said }: NamedRelease,
  { file, digest: found }: TektonRelease,
): readonly Problem[] =>
  said === undefined || said === found
    ? []
    : [document.error([...path, 'digest'], `is not that of ${file}`, { found: said, expected: found })];

/** What a cluster file names and nobody has read. */
export function missingRelease(document: Document, path: Path, named: NamedRelease): readonly Problem[] {
  const place = placeOf(named);
  if (place === undefined) return [];
  const at = [...path, 'release'];
  const found = named.release;
  return [
    'file' in place
      ? document.error(at, 'there is no such file', { found, expected: 'a path from the root of this repository' })
      : document.error(at, 'is not on this machine: run npx tekton-dag fetch, which needs the network', { found }),
  ];
}
