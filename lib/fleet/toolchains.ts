import { TOOL_IMAGES } from './tool-images';

/**
 * What compiles apps before their images are built: one table, in which rows of a repository's own (own-toolchains.ts) stand beside
 * those that come with this program. All that is particular to a language is here.
 */

/** Keys of `build` that say which version of its language a toolchain is of. */
export const VERSION_KEYS = ['node-version', 'java-version', 'python-version', 'php-version', 'version'] as const;
export type VersionKey = (typeof VERSION_KEYS)[number];

/** A compiler, and what belongs to it. Plain data, JSON-safe. */
export interface Toolchain {
  /** What `build.tool` says. */
  readonly name: string;
  /** First part of the keys of its images, `<family>-<version>`. A team adds versions by keys of this form. */
  readonly family: string;
  readonly versionKey: VersionKey;
  /** The version of apps that ask for none. @default - the image whose key is the family alone */
  readonly defaultVersion?: string;
  /** By their keys. */
  readonly images: Readonly<Record<string, string>>;
  /** Compiles an app, unless its stack says another. */
  readonly command: string;
  /** Environment of its commands, such as the folder for their downloads. */
  readonly env: Readonly<Record<string, string>>;
  /** Where its unit tests leave reports and coverage unless the stack says otherwise: patterns below context-dir. */
  readonly reports: readonly string[];
}

/** The folder that is kept from one build of an app to the next. */
export const CACHE = '/workspace/cache';

/**
 * Maven's image sets MAVEN_CONFIG to a folder, which a repository's `mvnw` takes for a goal. PHP's has few extensions; those that an
 * app needs are in the image that its Dockerfile makes.
 */
const ROWS = {
  npm: {
    family: 'node',
    versionKey: 'node-version',
    defaultVersion: '22',
    command: 'npm ci && npm run build --if-present',
    env: { npm_config_cache: `${CACHE}/npm`, npm_config_update_notifier: 'false' },
    reports: ['**/junit*.xml', '**/test-results/**', '**/coverage/**'],
  },
  maven: {
    family: 'maven',
    versionKey: 'java-version',
    defaultVersion: '21',
    command: 'mvn -B -DskipTests package',
    env: { MAVEN_ARGS: `-Dmaven.repo.local=${CACHE}/maven -Duser.home=/workspace/home`, MAVEN_CONFIG: '' },
    reports: ['**/target/surefire-reports/*.xml', '**/target/failsafe-reports/*.xml', '**/target/site/jacoco*/**'],
  },
  gradle: {
    family: 'gradle',
    versionKey: 'java-version',
    defaultVersion: '21',
    command: 'if [ -x ./gradlew ]; then ./gradlew --no-daemon assemble; else gradle --no-daemon assemble; fi',
    env: { GRADLE_USER_HOME: `${CACHE}/gradle` },
    reports: ['**/build/test-results/**/*.xml', '**/build/reports/jacoco/**', '**/build/reports/kover/**'],
  },
  pip: {
    family: 'python',
    versionKey: 'python-version',
    defaultVersion: '3.12',
    command: 'pip install -r requirements.txt',
    env: { PIP_CACHE_DIR: `${CACHE}/pip`, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    reports: ['**/junit*.xml', '**/test-results/**', '**/coverage.xml', '**/htmlcov/**'],
  },
  composer: {
    family: 'php',
    versionKey: 'php-version',
    defaultVersion: '8.3',
    command: "composer install --no-interaction --prefer-dist --ignore-platform-req='ext-*'",
    env: { COMPOSER_HOME: '/workspace/home/composer', COMPOSER_CACHE_DIR: `${CACHE}/composer` },
    reports: ['**/junit*.xml', '**/build/logs/**', '**/coverage/**', '**/cobertura.xml'],
  },
} as const satisfies Readonly<Record<string, Omit<Toolchain, 'name' | 'images'>>>;

/** Toolchains that come with this program. */
export type BuildTool = keyof typeof ROWS;
export const BUILD_TOOLS = Object.keys(ROWS) as readonly BuildTool[];

/** The key of the image in which a version of a toolchain runs. */
export const imageKey = (
  { family, defaultVersion }: Pick<Toolchain, 'family' | 'defaultVersion'>,
  version = defaultVersion,
): string => (version === undefined ? family : `${family}-${version}`);

/** Whether an image of this key would be one of the toolchain. */
export const isKeyOf = ({ family, defaultVersion }: Toolchain, key: string): boolean =>
  key.startsWith(`${family}-`) || (defaultVersion === undefined && key === family);

/** The rows that come with this program. */
export const BUILT_IN: readonly Toolchain[] = BUILD_TOOLS.map((name) => {
  const row: Omit<Toolchain, 'images'> = { name, ...ROWS[name] };
  const images = Object.entries(TOOL_IMAGES).filter(([key]) => key.startsWith(`${row.family}-`));
  return { ...row, images: Object.fromEntries(images) };
});

/** The row of a name; undefined where there is none. */
export const toolchainNamed = (toolchains: readonly Toolchain[], name: unknown): Toolchain | undefined =>
  toolchains.find((one) => one.name === name);

/** The versions for which the table has an image. */
export const versionsOf = ({ family, images }: Toolchain): readonly string[] =>
  Object.keys(images).flatMap((key) => (key.startsWith(`${family}-`) ? [key.slice(family.length + 1)] : []));

/** Every image that Tasks may use, by its key: those of this program, and of the toolchains. */
export const imageTable = (toolchains: readonly Toolchain[]): Readonly<Record<string, string>> =>
  Object.assign({}, TOOL_IMAGES, ...toolchains.map(({ images }) => images)) as Readonly<Record<string, string>>;
