#!/bin/sh
# Opens a preview by a backend of fleet.ts: pod, Service, and the objects that its function made for the app, with the session put in.
# CONDITIONS: types that are True in their status once they are in force; none where nobody tells.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"
. "$(dirname "$0")/../shell/preview.sh"

# state KIND NAME: `in force`, or the condition that is False; nothing while not all are told of this generation.
state() {
  k get "$1" "$2" -o json >"$work/seen.json" || return 0
  jq -r '.metadata.generation as $generation
    | [ .status // {} | .. | objects | select(has("type") and has("status"))
        | select(.observedGeneration == null or .observedGeneration == $generation) ] as $said
    | ($ENV.CONDITIONS | split(" ")) as $wanted
    | ($said | map(select(.status == "False" and (.type | IN($wanted[]))))) as $against
    | if $against | length > 0 then $against[0] | "\(.type) is False: \(.reason // ""): \(.message // "")"
      elif all($wanted[]; . as $type | any($said[]; .type == $type and .status == "True")) then "in force"
      else "" end' "$work/seen.json"
}

# await_force KIND NAME: waits until all of CONDITIONS are True.
await_force() {
  deadline=$(($(date +%s) + ROUTER_SECONDS))
  until said=$(state "$1" "$2") && [ "$said" = 'in force' ]; do
    [ "$(date +%s)" -lt "$deadline" ] ||
      fail "the preview of $APP is ready, but $1 $2 is not in force: ${said:-nothing tells of $CONDITIONS}; is the program that reads it installed?"
    sleep 1
  done
}

preview_deployment
start_preview
preview_service '{ type: "ClusterIP" }'
routes="$APPS_FOLDER/$APP-routes.json"
if [ ! -f "$routes" ]; then
  open_service
  echo "$APP of session $SESSION runs $IMAGE; it speaks no HTTP, so it answers as $NAME.$NAMESPACE.svc alone"
  exit 0
fi
speak_as_app
open_service
jq 'input.metadata as $own
  | walk(if type == "string" then split($ENV.SESSION_VARIABLE) | join($ENV.SESSION) else . end)
  | map(.metadata.labels += $own.labels | .metadata.annotations += $own.annotations)' "$routes" "$work/service.json" >"$work/routes.json"
count=$(jq length "$work/routes.json")
i=0
while [ "$i" -lt "$count" ]; do
  jq ".[$i]" "$work/routes.json" >"$work/route.json"
  apply "$work/route.json"
  kind=$(jq -r '"\(.kind).\(.apiVersion | split("/") | "\(.[1]).\(.[0])")"' "$work/route.json")
  [ -z "$CONDITIONS" ] || await_force "$kind" "$(jq -r .metadata.name "$work/route.json")"
  i=$((i + 1))
done
# that it is in force is told before every replica of a proxy follows it
sleep "$SETTLE_SECONDS"
echo "$APP of session $SESSION runs $IMAGE; $count objects send '$HEADER: $SESSION' there"
