import { z } from 'zod';
import { buildEnvironment, command, image, namesHost, pathInside } from '../words/scalars';
import { isMapping } from '../words/mapping';
import { show } from '../words/phrase';
import type { Problem } from '../words/problem';
import type { Document, Path } from './document';
import { isOfSteps } from './matrix-variables';
import { checkSchema } from './schema-problems';
import { TOOL_IMAGES } from './tool-images';
import type { Toolchain } from './toolchains';
import { BUILT_IN, CACHE } from './toolchains';

/** `toolchains` of fleet.ts: languages that this program does not know. */

/** A toolchain of your own: what `build.tool` of a stack means by its name. docs/extending.md */
export interface ToolchainProps {
  /**
   * Image of the compiler, with its registry and an exact tag or a digest, such as `docker.io/library/golang:1.26.2-bookworm`. It needs
   * `/bin/sh`, `awk`, `base64` and `head`, and runs without root. Its key for `images.overrides` of a team is the name of the toolchain.
   */
  readonly image: string;
  /**
   * Images of other versions, by the version that a stack asks for in `build.version` or in `version` of a matrix. Their keys for
   * `images.overrides` are `<toolchain>-<version>`.
   * @default - there is one version
   */
  readonly versions?: Readonly<Record<string, string>>;
  /** Shell command that compiles an app, in its `context-dir`. `build.build-command` of a stack replaces it. */
  readonly command: string;
  /**
   * Environment of this command and of unit tests. A path below `CACHE` is kept from one build of an app to the next:
   * `` { GOMODCACHE: `${CACHE}/mod` } ``. `build.env` of a stack replaces single variables.
   * @default - none
   */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Patterns of the files, below `context-dir`, in which unit tests report in the format of JUnit, and their coverage.
   * `tests.unit-reports` of a stack replaces them.
   * @default - none
   */
  readonly reports?: readonly string[];
}

/** Words of it start with letters and versions with digits, so that each key of an image is of one toolchain. */
const toolchainName = z
  .string()
  .regex(/^(?=.{1,20}$)[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/)
  .meta({ expected: 'lower-case letters, digits and single -, at most 20, a letter first and after each -' });
const version = z
  .string()
  .regex(/^[0-9][A-Za-z0-9._-]{0,30}$/)
  .meta({ expected: 'a version such as 1.26: a digit first, then letters, digits, ., _ and -' });
const ownImage = image.refine(namesHost, {
  error: 'names no registry',
  params: { expected: 'an image with its registry, such as docker.io/library/golang:1.26.2' },
});

/** What a row may say. */
const toolchainSchema = z.strictObject({
  image: ownImage,
  versions: z.record(version, ownImage).default({}),
  command,
  env: buildEnvironment.default({}),
  reports: z.array(pathInside).default([]),
});

/** A value of `build.tool` beside the names that come with this program. */
export const ownName = toolchainName;
/** The message about a name that no toolchain has. Where fleet.ts cannot be read, it may be one of its own. */
export const UNKNOWN_TOOL = 'no toolchain has this name; toolchains of fleet.ts adds your own';

const fleetSchema = z.looseObject({ toolchains: z.record(toolchainName, toolchainSchema).default({}) });

/**
 * The table of a fleet: the rows that come with this program, and its own.
 * @param document what fleet.ts exports
 */
export function toolchainsOf(document: Document): {
  readonly toolchains: readonly Toolchain[];
  readonly problems: readonly Problem[];
} {
  const { value, problems } = checkSchema(fleetSchema, document);
  const own = value?.toolchains ?? {};
  return {
    toolchains: [...BUILT_IN, ...Object.entries(own).map(([name, row]) => rowOf(name, row))],
    // what is wrong elsewhere hides none of this
    problems: [...problems, ...mappingAt(document, ['toolchains']).flatMap(([name]) => taken(document, name))],
  };
}

const rowOf = (
  name: string,
  { image: own, versions, command: compile, env, reports }: z.output<typeof toolchainSchema>,
): Toolchain => ({
  name,
  family: name,
  versionKey: 'version',
  images: { [name]: own, ...Object.fromEntries(Object.entries(versions).map(([one, of]) => [`${name}-${one}`, of])) },
  command: compile,
  env,
  reports,
});

/** Names by which Tasks and images of this program go. */
const TAKEN: ReadonlySet<string> = new Set([
  ...BUILT_IN.flatMap(({ name, family }) => [name, family]),
  ...Object.keys(TOOL_IMAGES),
  'dockerfile',
  'none',
]);

/** What would replace something that this program brings, or that it tells its own steps by. */
const taken = (document: Document, name: string): readonly Problem[] => [
  ...(TAKEN.has(name)
    ? [
        document.keyError(['toolchains', name], 'is the name of a toolchain or an image that tekton-dag brings', {
          found: show(name),
          expected: `another name, such as own-${name}`,
        }),
      ]
    : []),
  ...mappingAt(document, ['toolchains', name, 'env'])
    .filter(([variable]) => isOfSteps(variable))
    .map(([variable]) =>
      document.keyError(
        ['toolchains', name, 'env', variable],
        'is a variable that tells the shell, or the steps of builds, something else',
        { expected: `another name; what is to be kept between builds is a path below ${CACHE}` },
      ),
    ),
  ...mappingAt(document, ['toolchains', name, 'env'])
    .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    .filter(([, value]) => value.startsWith(`${CACHE}/`) && value.split('/').includes('..'))
    .map(([variable, value]) =>
      document.keyError(['toolchains', name, 'env', variable], 'leaves the folder that is kept between builds', {
        found: show(value),
        expected: `a path below ${CACHE} without ..`,
      }),
    ),
];

/** Keys and values at a path; none where something else is there. */
function mappingAt(document: Document, path: Path): readonly [string, unknown][] {
  const value = document.get(path);
  return isMapping(value) ? Object.entries(value) : [];
}
