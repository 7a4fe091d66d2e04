#!/bin/sh
# Keeps how a run went beside its reports. Values: RUN_NAME, NAMESPACE, STACK, PIPELINE, STATUS.
set -eu
. "$(dirname "$0")/common.sh"

mkdir -p "$HOME"
list() { kubectl get taskruns -n "$NAMESPACE" -l "tekton.dev/pipelineRun=$RUN_NAME" -o json >"$HOME/taskruns"; }
attempt list || fail "the tasks of $RUN_NAME cannot be listed: the reason is above"
mkdir -p "/reports/$RUN_NAME"
# `Completed` is what Tekton calls a success in which a task was skipped.
jq --arg run "$RUN_NAME" --arg stack "$STACK" --arg pipeline "$PIPELINE" --arg status "$STATUS" '
  {
    run: $run, stack: $stack, pipeline: $pipeline,
    status: (if $status == "Completed" then "Succeeded" else $status end),
    tasks: [.items[] | {
      name: .metadata.labels["tekton.dev/pipelineTask"],
      reason: first(.status.conditions[]? | select(.type == "Succeeded")).reason,
      started: .status.startTime, ended: .status.completionTime,
      results: ([.status.results[]? | {(.name): .value}] | add)
    }] | sort_by(.started)
  }' "$HOME/taskruns" | tee "/reports/$RUN_NAME/outcome.json"
