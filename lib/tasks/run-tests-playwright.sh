#!/bin/sh
# Runs playwright tests of the repository; the browser bears the session. Values: as run-tests-postman.sh.
set -eu
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/test-report.sh"

open_report
if [ -f package-lock.json ]; then npm ci --no-audit --no-fund || fail "the dependencies of the tests cannot be installed: the reason is above"; fi
# The repository's own settings, with the address, the session and the reports of this run laid over them.
config=tekton-dag.playwright.config.ts
own=$(find . -maxdepth 1 -name 'playwright.config.*' | head -n 1)
{
  if [ -n "$own" ]; then printf "import own from '%s';\n" "${own%.*}"; else echo 'const own: any = {};'; fi
  cat <<'CONFIG'
const { BASE_URL, SESSION, HEADER, BAGGAGE_KEY, REPORT, TEST_PATH } = process.env;
const session = SESSION ? { [HEADER!]: SESSION, baggage: `${BAGGAGE_KEY}=${SESSION}` } : {};
export default {
  ...own,
  testDir: TEST_PATH,
  use: { ...own.use, baseURL: BASE_URL, extraHTTPHeaders: { ...own.use?.extraHTTPHeaders, ...session } },
  reporter: [['list'], ['junit', { outputFile: `${REPORT}/junit.xml` }], ['html', { outputFolder: `${REPORT}/html`, open: 'never' }]],
  outputDir: `${REPORT}/traces`,
};
CONFIG
} >"$config"
export REPORT TEST_PATH
report npx playwright test --config "$config"
