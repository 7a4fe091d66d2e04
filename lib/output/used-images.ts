import type { Fleet, Team } from '../fleet/model';
import { TOOL_IMAGES } from '../fleet/tool-images';
import { BUILT_IN, imageKey, imageTable, isKeyOf, toolchainNamed } from '../fleet/toolchains';
import { isMapping } from '../words/mapping';
import { DIGEST_TO_COME } from '../words/digest';
import { hasDigest } from '../words/moving-tag';
import type { ObjectsPart, Part } from './layout';
import { isObjects } from './layout';
import { resolveImages } from './tasks/shared/images';

/** The images that the objects of an output name, and whose each is. */

/**
 * `tool`: of the table of tool images, or what a team has in its place. `release`: of a release manifest that a cluster installs.
 * `app`: below the registry of a team, where its runs put it. `other`: what a team's own code or settings name.
 */
export type ImageKind = 'tool' | 'release' | 'app' | 'other';

export interface UsedImage {
  /** As the output names it. */
  readonly image: string;
  readonly kind: ImageKind;
  /** Keys in the table of tool images. */
  readonly keys: readonly string[];
  /** Names of the teams whose objects name it; none where only a cluster's do. */
  readonly teams: readonly string[];
  /** Of a tool that comes from the table: where its publisher has it, which is elsewhere if the team has a mirror. */
  readonly published?: string;
}

interface Found {
  readonly kinds: Set<ImageKind>;
  readonly teams: Set<string>;
}

/** Every image, sorted by its name. */
export function usedImages({ teams, elsewhere }: Fleet, parts: readonly Part[]): readonly UsedImage[] {
  const all = [...teams, ...elsewhere];
  const tools = toolsOf(all);
  const registries = all.flatMap(({ imageRegistry, pushRegistry }) => [`${imageRegistry}/`, `${pushRegistry}/`]);
  const found = new Map<string, Found>();
  for (const part of parts.filter(isObjects))
    for (const image of imagesIn(part, tools)) {
      const { kinds, teams: users } = found.get(image) ?? { kinds: new Set(), teams: new Set() };
      kinds.add(kindOf(image, part, tools, registries));
      if (part.team !== undefined) users.add(part.team);
      found.set(image, { kinds, teams: users });
    }
  return [...found]
    .map(([image, { kinds, teams: users }]) => ({
      image,
      kind: KINDS.find((kind) => kinds.has(kind))!,
      keys: [...(tools.get(image)?.keys ?? [])].sort(),
      teams: [...users].sort(),
      ...(tools.get(image)?.published !== undefined && { published: tools.get(image)?.published }),
    }))
    .sort((a, b) => (a.image < b.image ? -1 : 1));
}

/** An image that is found as several of these is the first. */
const KINDS: readonly ImageKind[] = ['tool', 'release', 'app', 'other'];

function kindOf(image: string, part: ObjectsPart, tools: Tools, registries: readonly string[]): ImageKind {
  if (tools.has(image)) return 'tool';
  if (part.isForeign) return 'release';
  return registries.some((registry) => image.startsWith(registry)) ? 'app' : 'other';
}

type Tools = ReadonlyMap<string, { readonly keys: ReadonlySet<string>; readonly published?: string }>;

/** Keys of what is no toolchain: a Task asks for it whatever the stacks are. */
const OTHER_KEYS = Object.keys(TOOL_IMAGES).filter((key) => !BUILT_IN.some((toolchain) => isKeyOf(toolchain, key)));

/** Keys of the versions that the stacks of a team ask for, to build or to test in. */
const toolchainsOf = ({ stacks, toolchains }: Team): readonly string[] => [
  ...new Set(
    stacks.flatMap(({ apps }) =>
      apps.flatMap(({ build: { tool, version }, tests }) => {
        const toolchain = toolchainNamed(toolchains, tool);
        if (toolchain === undefined) return [];
        const tested = tests.matrix?.unit?.combinations.flatMap((one) => one.version ?? []) ?? [];
        return [version, ...tested].map((one) => imageKey(toolchain, one));
      }),
    ),
  ),
];

/** What the keys of the table stand for: in it, and for each team. */
function toolsOf(teams: readonly Team[]): Tools {
  const tools = new Map<string, { keys: Set<string>; published?: string }>();
  const add = (image: string, key: string, published: string | undefined): void => {
    const known = tools.get(image) ?? { keys: new Set(), published };
    tools.set(image, { ...known, keys: known.keys.add(key) });
  };
  for (const key of OTHER_KEYS) add(TOOL_IMAGES[key]!, key, TOOL_IMAGES[key]);
  for (const team of teams) {
    const images = resolveImages(team);
    const table = imageTable(team.toolchains);
    const { mirror } = team.images;
    const plain = resolveImages({ ...team, images: { mirror, overrides: {} }, orchestrator: {} });
    for (const key of [...OTHER_KEYS, ...toolchainsOf(team)]) {
      const image = images(key);
      const isOfTable = Object.hasOwn(table, key) && image === plain(key);
      add(image, key, isOfTable ? table[key] : undefined);
    }
  }
  return tools;
}

/** What may be the name of an image, and is nothing else to a shell. */
const NAME = /^[a-zA-Z0-9][\w./:@-]*$/;

/**
 * Images are fields `image` of containers and steps, and what else holds the name of a tool or a digest: params of Tasks,
 * environment variables, arguments of controllers. What only a run knows is no image yet.
 */
function imagesIn({ objects, deployed = [] }: ObjectsPart, tools: Tools): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (value: unknown, field: string): void => {
    if (typeof value === 'string') {
      if (value.endsWith(DIGEST_TO_COME)) return;
      if (NAME.test(value) && (field === 'image' || tools.has(value) || hasDigest(value))) found.add(value);
    } else if (Array.isArray(value)) value.forEach((item) => look(item, ''));
    else if (isMapping(value)) for (const [key, inner] of Object.entries(value)) look(inner, key);
  };
  for (const object of [...objects, ...deployed])
    for (const [key, value] of Object.entries(object)) if (key !== 'metadata') look(value, key);
  return found;
}
