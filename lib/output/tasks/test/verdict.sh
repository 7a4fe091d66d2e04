#!/bin/sh
# Says whether the tests of a run passed. Values: RESULT_VERDICT and those of task-runs.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/task-runs.sh"

list_tasks
jq -r '.[] | select((.name | startswith("test-")) and .succeeded != true) | "\(.name): \(.message // "it did not end")"' "$HOME/tasks" >"$HOME/failed"
if [ -s "$HOME/failed" ]; then
  give failed "$RESULT_VERDICT"
  fail "$(wc -l <"$HOME/failed" | tr -d ' ') of the tests failed.
$(cat "$HOME/failed")"
fi
give passed "$RESULT_VERDICT"
echo passed
