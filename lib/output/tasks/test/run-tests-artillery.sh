#!/bin/sh
# Runs an artillery load test; every request bears the session. Values: as run-tests-postman.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/test-report.sh"

open_report
program=$(readlink -f "$(command -v artillery)")
# Headers of the script stay: what is laid over a list of headers takes its place.
overrides=$(
  node - "$program" "$TEST_PATH" <<'NODE'
const { readFileSync } = require('node:fs');
const [program, path] = process.argv.slice(2);
const { BASE_URL, SESSION, HEADER, BAGGAGE_KEY } = process.env;
const yaml = require('node:module').createRequire(program)('js-yaml');
const { http, defaults } = (/\.(ya?ml|json)$/.test(path) && yaml.load(readFileSync(path, 'utf8'))?.config) || {};
const session = SESSION ? { [HEADER]: SESSION, baggage: `${BAGGAGE_KEY}=${SESSION}` } : {};
const headers = { ...(http?.defaults?.headers ?? defaults?.headers), ...session };
console.log(JSON.stringify({ config: { target: BASE_URL, http: { defaults: { headers } } } }));
NODE
) || fail "'$TEST_PATH' in '$CONTEXT_DIR' cannot be read as an artillery script: the reason is above"

# artillery ends well even if nobody answers, unless the script asks for more.
answered() {
  node -e "process.exit(require(process.argv[1]).aggregate.counters['http.responses'] > 0 ? 0 : 1)" "$REPORT/artillery.json" && return
  echo "no request to $BASE_URL was answered" >&2
  return 1
}
load_test() { ARTILLERY_DISABLE_TELEMETRY=true artillery run --overrides "$overrides" --output "$REPORT/artillery.json" "$TEST_PATH" && answered; }
report load_test
