#!/bin/sh
# Before run-tests-playwright.sh, in one combination of several. Values: as matrix.sh.
. "$(dirname "$0")/matrix.sh"

# npx: playwright runs its own shard alone.
npx() {
  if [ -n "${SHARD_TOTAL:-}" ]; then set -- "$@" "--shard=$SHARD_INDEX/$SHARD_TOTAL"; fi
  command npx "$@"
}
