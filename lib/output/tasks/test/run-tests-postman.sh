#!/bin/sh
# Runs a postman collection, or all of a folder; every request bears the session. Values: those of test-report.sh, BASE_URL,
# SESSION, HEADER, BAGGAGE_KEY.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/test-report.sh"

open_report
rm -rf "$HOME/collections"
mkdir "$HOME/collections"
node - "$TEST_PATH" "$HOME/collections" <<'NODE' || fail "'$TEST_PATH' in '$CONTEXT_DIR' is not a postman collection, nor a folder of them: the reason is above"
const { readFileSync, readdirSync, statSync, writeFileSync } = require('node:fs');
const { basename, join } = require('node:path');
const [from, to] = process.argv.slice(2);
const { SESSION, HEADER, BAGGAGE_KEY } = process.env;
const folder = statSync(from).isDirectory();
const files = folder ? readdirSync(from).filter((name) => name.endsWith('.json')).sort().map((name) => join(from, name)) : [from];
const collections = files.flatMap((file) => {
  try {
    const collection = JSON.parse(readFileSync(file, 'utf8'));
    // an environment may lie beside them
    if (!Array.isArray(collection.item) && folder) return [];
    if (!Array.isArray(collection.item)) throw new Error('it has no list `item`');
    return [{ file, collection }];
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    process.exit(1);
  }
});
if (collections.length === 0) {
  console.error(`${from}: none of its files is a collection`);
  process.exit(1);
}
const header = (key, value) => `pm.request.headers.upsert(${JSON.stringify({ key, value })});`;
const exec = SESSION ? [header(HEADER, SESSION), header('baggage', `${BAGGAGE_KEY}=${SESSION}`)] : [];
for (const { file, collection } of collections) {
  collection.event = [...(collection.event ?? []), { listen: 'prerequest', script: { type: 'text/javascript', exec } }];
  writeFileSync(join(to, folder ? basename(file) : 'collection.json'), JSON.stringify(collection));
}
NODE

# newman_all: each collection, whether another failed or not.
newman_all() {
  worst=0
  for collection in "$HOME/collections"/*.json; do
    name=$(basename "$collection" .json)
    if [ -d "$TEST_PATH" ]; then export="$REPORT/junit-$name.xml"; else export="$REPORT/junit.xml"; fi
    newman run "$collection" --env-var "baseUrl=$BASE_URL" --env-var "base_url=$BASE_URL" --env-var "session=$SESSION" --global-var "$HEADER=$SESSION" \
      --reporters cli,junit --reporter-junit-export "$export" || worst=$?
  done
  return "$worst"
}
report newman_all
