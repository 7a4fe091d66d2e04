#!/bin/sh
# Runs playwright tests of the repository; the browser bears the session. Values: as run-tests-postman.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/test-report.sh"

open_report
# The tests may be a package of their own.
if [ -f "$TEST_PATH/package.json" ]; then
  cd "$TEST_PATH"
  TEST_PATH=.
fi
[ -f package.json ] || fail "neither '$CONTEXT_DIR' nor the tests in it have a package.json: add one with @playwright/test in the version of this image's browsers"
if [ -f package-lock.json ]; then install=ci; else install=install; fi
npm "$install" --no-audit --no-fund || fail "the dependencies of the tests cannot be installed: the reason is above"
[ -x node_modules/.bin/playwright ] || fail "package.json does not ask for @playwright/test: add it in the version of this image's browsers"
# The repository's own settings, with the address, the session and the reports of this run laid over them; a server of
# its own would be another app than the one that is tested.
config=tekton-dag.playwright.config.ts
own=$(find . -maxdepth 1 -name 'playwright.config.*' | head -n 1)
{
  if [ -n "$own" ]; then printf "import own from '%s';\n" "$own"; else echo 'const own: any = {};'; fi
  cat <<'CONFIG'
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
const { BASE_URL, SESSION, HEADER, BAGGAGE_KEY, REPORT, TEST_PATH } = process.env as Record<string, string>;
const session = SESSION ? { [HEADER]: SESSION, baggage: `${BAGGAGE_KEY}=${SESSION}` } : {};
const tests = statSync(TEST_PATH).isDirectory() ? { testDir: TEST_PATH } : { testDir: dirname(TEST_PATH), testMatch: basename(TEST_PATH) };
export default {
  ...own,
  ...tests,
  webServer: undefined,
  use: { ...own.use, baseURL: BASE_URL, extraHTTPHeaders: { ...own.use?.extraHTTPHeaders, ...session } },
  reporter: [['list'], ['junit', { outputFile: `${REPORT}/junit.xml` }], ['html', { outputFolder: `${REPORT}/html`, open: 'never' }]],
  outputDir: `${REPORT}/traces`,
};
CONFIG
} >"$config"
export REPORT TEST_PATH
report npx playwright test --config "$config"
