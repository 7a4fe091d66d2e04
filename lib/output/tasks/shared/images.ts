import type { Team } from '../../../fleet/model';
import { SynthError } from '../../../words/problem';
import { TOOL_IMAGES } from '../../../fleet/tool-images';
import type { Toolchain } from '../../../fleet/toolchains';
import { imageTable } from '../../../fleet/toolchains';

/**
 * The reference of a tool's image by its key.
 * @throws SynthError[unknown-image] for a key that neither the table nor the team has
 */
export type Images = (key: string) => string;

/**
 * The image table of a team: `images.overrides` by key first, then the table, with `images.mirror` in place of every
 * registry that it stands for. A team's own image of the orchestrator is also the one that holds /tools.js, unless the team names another.
 */
export function resolveImages({
  images,
  orchestrator,
  toolchains = [],
}: Pick<Team, 'images'> & {
  readonly orchestrator: Pick<Team['orchestrator'], 'image'>;
  /** Whose images are in the table, too. @default - those that come with this program */
  readonly toolchains?: readonly Toolchain[];
}): Images {
  const { image } = orchestrator;
  // a toolchain may be called `constructor`
  const table = new Map(Object.entries(imageTable(toolchains)));
  const overrides = new Map(
    Object.entries({
      ...(image !== undefined && { tools: image }),
      ...images.overrides,
      ...(image !== undefined && { orchestrator: image }),
    }),
  );
  return (key) => {
    const known = overrides.get(key) ?? mirrored(table.get(key), images.mirror);
    if (known === undefined)
      throw new SynthError(
        'unknown-image',
        `no image is known for '${key}': neither the table of tool images nor images.overrides of the team has one`,
      );
    return known;
  };
}

/**
 * The registries that a mirror stands for: those from which tool images come, and the address of Docker Hub's API, by which
 * some write its images and which builders take for another registry.
 */
export const MIRRORED: readonly string[] = [
  ...new Set(Object.values(TOOL_IMAGES).map((image) => image.slice(0, image.indexOf('/')))),
  'registry-1.docker.io',
].sort();

/** Where a mirror has an image: at the path that it has at its own registry, with the same tag and digest. */
export const inMirror = (image: string, mirror: string): string => `${mirror}/${image.slice(image.indexOf('/') + 1)}`;

/** A toolchain of one's own may come from a registry that no mirror stands for. */
const mirrored = (image: string | undefined, mirror: string | undefined): string | undefined =>
  image === undefined || mirror === undefined || !MIRRORED.includes(image.slice(0, image.indexOf('/')))
    ? image
    : inMirror(image, mirror);
