import type { BuildTool } from '../../../fleet/stack';

/** Where a tool keeps what it downloaded. */
export const CACHE = '/workspace/cache';

/**
 * The command of each tool unless the stack names another, and the variables that tell the tool where to keep what it
 * downloads. Maven's image sets MAVEN_CONFIG to a folder, which a repository's `mvnw` takes for a goal. PHP's has few
 * extensions; those that an app needs are in the image that its Dockerfile makes.
 */
export const TOOLCHAINS: Readonly<
  Record<
    BuildTool,
    {
      readonly command: string;
      readonly env: Readonly<Record<string, string>>;
      /** Where its unit tests leave reports and coverage unless the stack says otherwise: patterns below context-dir. */
      readonly reports: readonly string[];
    }
  >
> = {
  npm: {
    command: 'npm ci && npm run build --if-present',
    env: { npm_config_cache: `${CACHE}/npm`, npm_config_update_notifier: 'false' },
    reports: ['**/junit*.xml', '**/test-results/**', '**/coverage/**'],
  },
  maven: {
    command: 'mvn -B -DskipTests package',
    env: { MAVEN_ARGS: `-Dmaven.repo.local=${CACHE}/maven -Duser.home=/workspace/home`, MAVEN_CONFIG: '' },
    reports: ['**/target/surefire-reports/*.xml', '**/target/failsafe-reports/*.xml', '**/target/site/jacoco*/**'],
  },
  gradle: {
    command: 'if [ -x ./gradlew ]; then ./gradlew --no-daemon assemble; else gradle --no-daemon assemble; fi',
    env: { GRADLE_USER_HOME: `${CACHE}/gradle` },
    reports: ['**/build/test-results/**/*.xml', '**/build/reports/jacoco/**', '**/build/reports/kover/**'],
  },
  pip: {
    command: 'pip install -r requirements.txt',
    env: { PIP_CACHE_DIR: `${CACHE}/pip`, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    reports: ['**/junit*.xml', '**/test-results/**', '**/coverage.xml', '**/htmlcov/**'],
  },
  composer: {
    command: "composer install --no-interaction --prefer-dist --ignore-platform-req='ext-*'",
    env: { COMPOSER_HOME: '/workspace/home/composer', COMPOSER_CACHE_DIR: `${CACHE}/composer` },
    reports: ['**/junit*.xml', '**/build/logs/**', '**/coverage/**', '**/cobertura.xml'],
  },
};
