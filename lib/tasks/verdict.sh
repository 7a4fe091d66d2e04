#!/bin/sh
# Says whether the tests of a run passed. Values: RUN_NAME, NAMESPACE.
set -eu
. "$(dirname "$0")/common.sh"

mkdir -p "$HOME"
list() { kubectl get taskruns -n "$NAMESPACE" -l "tekton.dev/pipelineRun=$RUN_NAME" -o json >"$HOME/taskruns"; }
attempt list || fail "the tasks of $RUN_NAME cannot be listed: the reason is above"
jq -r '
  .items[] | select(.metadata.labels["tekton.dev/pipelineTask"] | startswith("test-"))
  | first(.status.conditions[]? | select(.type == "Succeeded")) as $end
  | select($end.status != "True")
  | "\(.metadata.labels["tekton.dev/pipelineTask"]): \($end.message // "did not end" | split("\n")[0])"' "$HOME/taskruns" >"$HOME/failed"
if [ -s "$HOME/failed" ]; then
  give failed "$VERDICT_PATH"
  cat "$HOME/failed"
  fail "$(wc -l <"$HOME/failed" | tr -d ' ') of the tests failed: $(cut -d : -f 1 "$HOME/failed" | paste -s -d ' ' -)"
fi
give passed "$VERDICT_PATH"
echo passed
