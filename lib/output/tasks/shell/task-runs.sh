#!/bin/sh
# What became of the tasks of a run; sourced after network.sh. Values: RUN_NAME, NAMESPACE, FAILURE_RESULT.

# list_tasks: writes $HOME/tasks, a JSON list in the order in which they began. `succeeded` is null while one runs; `message`
# is why one failed, in the words of the step that ended it, else in those of Tekton. A step may have failed before and let it go on.
list_tasks() {
  mkdir -p "$HOME"
  attempt ask_tasks || fail "the tasks of $RUN_NAME cannot be listed: the reason is above"
  jq '[.items[]
    | (first(.status.conditions[]? | select(.type == "Succeeded")) // {}) as $condition
    | ([.status.steps[]? | select((.terminated.exitCode // 0) != 0 and .terminationReason != "Skipped")
        | .results[]? | select(.name == $ENV.FAILURE_RESULT) | .value] | last) as $said
    | {
        name: .metadata.labels["tekton.dev/pipelineTask"],
        succeeded: ({ True: true, False: false }[$condition.status // "Unknown"]),
        reason: $condition.reason,
        started: .status.startTime, ended: .status.completionTime,
        results: ([.status.results[]? | {(.name): .value}] | add // {})
      }
    | if .succeeded == false then .message = ($said // ($condition.message // .reason | split("\n")[0])) else . end
    ] | sort_by(.started)' "$HOME/taskruns" >"$HOME/tasks"
}
ask_tasks() { kubectl get taskruns -n "$NAMESPACE" -l "tekton.dev/pipelineRun=$RUN_NAME" -o json >"$HOME/taskruns"; }
