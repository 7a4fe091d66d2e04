#!/bin/sh
# Runs an artillery load test; every request bears the session. Values: as run-tests-postman.sh.
set -eu
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/test-report.sh"

open_report
overrides=$(
  node - <<'NODE'
const { BASE_URL, SESSION, HEADER, BAGGAGE_KEY } = process.env;
const headers = SESSION ? { [HEADER]: SESSION, baggage: `${BAGGAGE_KEY}=${SESSION}` } : {};
console.log(JSON.stringify({ config: { target: BASE_URL, http: { defaults: { headers } } } }));
NODE
)
report artillery run --overrides "$overrides" --output "$REPORT/artillery.json" "$TEST_PATH"
