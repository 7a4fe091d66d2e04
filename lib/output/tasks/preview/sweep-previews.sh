#!/bin/sh
# Closes the previews that their run did not: it is over, was deleted, or has had them for longer than any run may last.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/router.sh"
. "$(dirname "$0")/../shell/close.sh"

# opened: `run-uid expires run` of each run that has something open here; it expires when the last of it does.
opened() {
  for kind in $LEADING_KINDS deployments.apps; do
    k get "$kind" --selector "$LABEL_RUN_UID" -o json >"$work/$kind.json"
  done
  jq -rs '[.[].items[].metadata | { uid: .labels[$ENV.LABEL_RUN_UID], expires: .annotations[$ENV.EXPIRES_ANNOTATION], run: .annotations[$ENV.RUN_ANNOTATION] }]
    | group_by(.uid)[] | [.[0].uid, (map(.expires // "") | max), (.[0].run // "")] | join(" ")' "$work"/*.json
}

# idle UID EXPIRES RUN: nobody needs its previews any more; sets `why`. What the API does not tell ends the step.
idle() {
  now=$(jq -nr 'now | todate') || fail 'jq does not say what time it is'
  why="its time was up at $2"
  # RFC 3339 in UTC sorts as text
  [ "$(printf '%s\n%s\n' "$2" "$now" | sort | head -n 1)" = "$now" ] || return 0
  why="there is no run $3 any more"
  [ -n "$3" ] || return 0
  kubectl --namespace "$RUNS_NAMESPACE" get pipelineruns.tekton.dev "$3" --ignore-not-found -o json >"$work/run" ||
    fail "what run $3 in $RUNS_NAMESPACE is doing cannot be read: its previews stay"
  [ -s "$work/run" ] || return 0
  found=$(jq -er .metadata.uid "$work/run") || fail "what the API says of run $3 in $RUNS_NAMESPACE cannot be read: its previews stay"
  [ "$found" = "$1" ] || return 0
  why="run $3 is over"
  jq -e '.status.completionTime != null' "$work/run" >/dev/null
}

opened >"$work/opened"
while read -r uid expires run; do
  if idle "$uid" "$expires" "$run"; then
    echo "closing the previews of run $run ($uid) in $NAMESPACE: $why"
    close_previews "$uid" </dev/null
  fi
done <"$work/opened"
