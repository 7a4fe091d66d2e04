#!/bin/sh
# What the steps of a run wrote, before it is gone with their pods; sourced after task-runs.sh. Values: STEP_LOG_BYTES, which are kept
# of one step, RUN_LOG_BYTES, which are kept of all, and those of task-runs.sh.

# collect_logs FOLDER: one file for each step, and index.json, which says what is not whole, and why. It needs list_tasks.
# A log that cannot be read is a line of the index: nothing here fails a run.
collect_logs() {
  mkdir -p "$1" || return 1
  # of the combinations of a matrix, one that failed is the first
  jq '
    def is_name: type == "string" and test("^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$") and (contains("..") | not) and length < 64;
    # combinations.sh has named those of a matrix
    [.items[] | select(.status.podName != null) | (.metadata.labels["tekton.dev/pipelineTask"] | split(" ")) as $names | {
        task: $names[0], combination: $names[1], pod: .status.podName, at: .status.startTime,
        failed: any(.status.conditions[]?; .type == "Succeeded" and .status == "False"), steps: (.status.steps // [])
      } | select(.task | is_name)]
    | group_by(.task) | map(sort_by((.failed | not), .pod) | to_entries[] | .value + { part: (.key + 1) })
    | sort_by(.at, .task, .part)
    | [.[] | . as $task | .steps[]
        | select((.name | is_name) and .terminationReason != "Skipped" and (.running != null or .terminated != null))
        | { task: $task.task, combination: $task.combination, step: .name, file: "\($task.task)\(if $task.part > 1 then ".\($task.part)" else "" end)/\(.name).log",
            startedAt: (.running.startedAt // .terminated.startedAt), finishedAt: .terminated.finishedAt, exitCode: .terminated.exitCode,
            pod: $task.pod, container: (.container // "step-\(.name)") }]' "$HOME/taskruns" >"$HOME/steps" || return 1
  # what people look for first is there, however much the others wrote
  jq -r 'to_entries | sort_by((.value.exitCode // 0) == 0) | .[]
    | "\(.key) \(.value.pod | @uri) \(.value.container | @uri) \(.value.file) \(.value.finishedAt == null)"' "$HOME/steps" >"$HOME/fetches" || return 1
  : >"$HOME/fetched"
  left=$RUN_LOG_BYTES
  until=$(($(date +%s) + 180))
  while read -r number pod container file runs; do
    omitted=
    bytes=0
    if [ "$left" -le 0 ]; then
      omitted="all: the logs of the run have more than $((RUN_LOG_BYTES / 1048576)) MiB"
    elif [ "$(date +%s)" -gt "$until" ]; then
      omitted='all: there was no time for it'
    else
      most=$((left < STEP_LOG_BYTES ? left : STEP_LOG_BYTES))
      [ -d "$1/${file%/*}" ] || mkdir -p "$1/${file%/*}"
      fetch_log "$pod" "$container" "$1/$file" "$most"
      [ "$runs" = false ] || omitted=${omitted:-'what it wrote later: it still ran'}
      left=$((left - bytes))
    fi
    printf '%s\t%s\t%s\n' "$number" "$bytes" "$omitted" >>"$HOME/fetched"
  done <"$HOME/fetches"
  jq --rawfile fetched "$HOME/fetched" --arg run "$RUN_NAME" '. as $steps | {
    version: 1, run: $run,
    steps: [$fetched | split("\n") | map(split("\t") | select(length == 3) | .[0] |= tonumber) | sort_by(.[0])[] as [$number, $bytes, $omitted]
      | $steps[$number] | del(.pod, .container) + { bytes: ($bytes | tonumber), omitted: ($omitted | select(. != "") // null) }
      | with_entries(select(.value != null))]
  }' "$HOME/steps" >"$1/index.json"
}

# fetch_log POD CONTAINER FILE MOST: the end of a log, of which MOST bytes are kept; sets `bytes`, and `omitted` where it is not whole.
fetch_log() {
  rm -f "$HOME/unread"
  { timeout 30 kubectl get --raw "/api/v1/namespaces/$NAMESPACE/pods/$1/log?container=$2" </dev/null 2>"$HOME/refusal" || : >"$HOME/unread"; } |
    tail -c "$(($4 + 1))" >"$3"
  bytes=$(($(wc -c <"$3")))
  if [ "$bytes" -gt "$4" ]; then
    tail -c "$4" "$3" >"$HOME/end" && mv "$HOME/end" "$3"
    bytes=$4
    omitted="all but the last $(($4 / 1024)) KiB"
  fi
  [ ! -e "$HOME/unread" ] || omitted="what could not be read: $(head -n 1 "$HOME/refusal" | tr -cd ' -~' | cut -c 1-200)"
  [ "$bytes" -gt 0 ] || rm -f "$3"
}
