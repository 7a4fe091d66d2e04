#!/bin/sh
# Keeps how a run went beside its reports, and says where they are and what failed. Values: STATUS, DAYS (on a claim:
# how long reports stay), RESULT_REPORTS, RESULT_FAILURES, and those of task-runs.sh and keep.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/task-runs.sh"
. "$(dirname "$0")/../shell/keep.sh"

list_tasks
mkdir -p "$HOME/outcome"
# `Completed` is what Tekton calls a success in which a task was skipped.
jq --arg run "$RUN_NAME" --arg stack "$STACK" --arg pipeline "$PIPELINE" --arg status "$STATUS" '{
    run: $run, stack: $stack, pipeline: $pipeline,
    status: (if $status == "Completed" then "Succeeded" else $status end),
    tasks: .
  }' "$HOME/tasks" >"$HOME/outcome/outcome.json"
cat "$HOME/outcome/outcome.json"
give "$(jq -r '.[] | select(.succeeded == false) | "\(.name): \(.message)"' "$HOME/tasks" | cut -c 1-600 | head -c 2500)" "$RESULT_FAILURES"
if [ -n "${DAYS:-}" ]; then
  find "$CLAIM_FOLDER" -mindepth 3 -maxdepth 3 -type d -mtime "+$DAYS" -exec rm -rf {} +
fi
keep "$HOME/outcome" '' || fail "how the run went cannot be kept: $cause"
give "$kept" "$RESULT_REPORTS"
