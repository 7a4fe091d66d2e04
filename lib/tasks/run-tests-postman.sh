#!/bin/sh
# Runs a postman collection; every request of it bears the session. Values: those of test-report.sh, BASE_URL, SESSION,
# HEADER, BAGGAGE_KEY, SOURCE, CONTEXT_DIR, TEST_PATH.
set -eu
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/test-report.sh"

open_report
node - "$TEST_PATH" "$HOME/collection.json" <<'NODE'
const { readFileSync, writeFileSync } = require('node:fs');
const [from, to] = process.argv.slice(2);
const collection = JSON.parse(readFileSync(from, 'utf8'));
const header = (key, value) => `pm.request.headers.upsert(${JSON.stringify({ key, value })});`;
const { SESSION, HEADER, BAGGAGE_KEY } = process.env;
const exec = SESSION ? [header(HEADER, SESSION), header('baggage', `${BAGGAGE_KEY}=${SESSION}`)] : [];
collection.event = [...(collection.event ?? []), { listen: 'prerequest', script: { type: 'text/javascript', exec } }];
writeFileSync(to, JSON.stringify(collection));
NODE
report newman run "$HOME/collection.json" --env-var "base_url=$BASE_URL" --env-var "baseUrl=$BASE_URL" --env-var "session=$SESSION" \
  --reporters cli,junit --reporter-junit-export "$REPORT/junit.xml"
