#!/bin/sh
# Closes the previews that their run did not: it is over, or was deleted.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/router.sh"
. "$(dirname "$0")/../shell/close.sh"

# opened: `run-uid run...` of each run that has something open here, with every name that its objects give it.
opened() {
  for kind in $LEADING_KINDS deployments.apps; do
    k get "$kind" --selector "$LABEL_RUN_UID" -o json >"$work/$kind.json"
  done
  jq -rs '[.[].items[].metadata | { uid: .labels[$ENV.LABEL_RUN_UID], run: (.annotations[$ENV.RUN_ANNOTATION] // "") }]
    | group_by(.uid)[] | [.[0].uid] + (map(.run) | unique) | join(" ")' "$work"/*.json
}

# goes_on UID RUN: the run of this name has the UID, and is not over; sets `why` if not. What the API does not tell ends the step.
goes_on() {
  why="there is no run $2 any more"
  kubectl --namespace "$RUNS_NAMESPACE" get pipelineruns.tekton.dev "$2" --ignore-not-found -o json >"$work/run" ||
    fail "what run $2 in $RUNS_NAMESPACE is doing cannot be read: its previews stay"
  [ -s "$work/run" ] || return 1
  found=$(jq -er .metadata.uid "$work/run") || fail "what the API says of run $2 in $RUNS_NAMESPACE cannot be read: its previews stay"
  [ "$found" = "$1" ] || return 1
  why="run $2 is over"
  jq -e '.status.completionTime == null' "$work/run" >/dev/null
}

# needed UID RUN...: one of the names is that of a run that goes on.
needed() {
  uid=$1
  shift
  why='its objects name no run'
  for run in "$@"; do
    if goes_on "$uid" "$run"; then return 0; fi
  done
  return 1
}

opened >"$work/opened"
while read -r uid runs; do
  # shellcheck disable=SC2086 # several names
  if ! needed "$uid" $runs; then
    echo "closing the previews of run $runs ($uid) in $NAMESPACE: $why"
    close_previews "$uid" </dev/null
  fi
done <"$work/opened"
