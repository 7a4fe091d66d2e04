#!/bin/sh
# Keeps how a run went and what its steps wrote beside its reports, and says where they are and what failed. Values: STATUS, DAYS (on a claim:
# how long reports stay), TESTS_RESULT, RESULT_REPORTS, RESULT_FAILURES, RESULT_TESTS, and those of task-runs.sh, step-logs.sh and keep.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/task-runs.sh"
. "$(dirname "$0")/../shell/step-logs.sh"
. "$(dirname "$0")/../shell/keep.sh"

list_tasks
mkdir -p "$HOME/outcome"
# What the tests of all tasks came to. Code of the repository may have written what a task says of its own, so only numbers
# and short texts are taken of it, and no more than has room beside the other results.
jq -c '
  def whole: if type == "number" and . >= 0 and . < 1000000000 then floor else 0 end;
  [.items[] | .metadata.labels["tekton.dev/pipelineTask"] as $task
    | first(.status.steps[]?.results[]? | select(.name == $ENV.TESTS_RESULT) | .value | strings | fromjson? | objects)
    | {$task, tests: .}]
  | . as $all
  | select(length > 0)
  | reduce ("passed", "failed", "errors", "skipped", "flaky") as $key ({}; .[$key] = ([$all[].tests[$key] | whole] | add))
  | .failures = [$all[] | .task as $task | .tests.names | arrays | .[:10][] | strings | "\($task): \(.[:120])"]
  | until((tojson | tojson | utf8bytelength) <= 900 or .failures == []; .failures |= .[:-1])' "$HOME/taskruns" >"$HOME/tests"
give "$(cat "$HOME/tests")" "$RESULT_TESTS"
# `Completed` is what Tekton calls a success in which a task was skipped.
jq --arg run "$RUN_NAME" --arg stack "$STACK" --arg pipeline "$PIPELINE" --arg status "$STATUS" --slurpfile tests "$HOME/tests" '{
    run: $run, stack: $stack, pipeline: $pipeline,
    status: (if $status == "Completed" then "Succeeded" else $status end),
    tests: $tests[0],
    tasks: .
  }' "$HOME/tasks" >"$HOME/outcome/outcome.json"
cat "$HOME/outcome/outcome.json"
give "$(jq -r '.[] | select(.succeeded == false) | "\(.name): \(.message)"' "$HOME/tasks" | cut -c 1-600 | head -c 2000)" "$RESULT_FAILURES"
if [ -n "${DAYS:-}" ]; then
  find "$CLAIM_FOLDER" -mindepth 3 -maxdepth 3 -type d -mtime "+$DAYS" -exec rm -rf {} +
fi
keep "$HOME/outcome" '' || fail "how the run went cannot be kept: $cause"
give "$kept" "$RESULT_REPORTS"
# has_room: logs come after reports, which need what is left of a claim.
has_room() { [ -z "${CLAIM_FOLDER:-}" ] || df -P "$CLAIM_FOLDER" | awk 'NR == 2 { exit $5 + 0 > 90 }'; }
# a run whose logs cannot be kept went as it went all the same
if ! has_room; then
  printf 'the logs are not kept: claim %s is more than 90 %% full\n' "$CLAIM" >&2
elif collect_logs "$HOME/logs"; then
  cause=
  keep "$HOME/logs" logs || printf 'the logs cannot be kept: %s\n' "$cause" >&2
else
  echo 'the logs cannot be kept: the reason is above' >&2
fi
