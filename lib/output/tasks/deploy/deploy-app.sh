#!/bin/sh
# Applies the app's Deployment with a new image and waits until it serves; if it does not, goes back to what served before.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"

# revision: which template of the Deployment is the newest; nothing if there is no Deployment.
revision() {
  k get deployment "$APP" --ignore-not-found -o json >"$work/now.json"
  jq -r '.metadata.annotations[$ENV.REVISION] // empty' "$work/now.json"
}

deployment_of "$APP" "$work/apply.json"
before=$(revision)
hand_over_replicas "$APP" "$work/apply.json"
apply "$work/apply.json"
if await_rollout "$APP" "$ROLLOUT_SECONDS"; then
  echo "$APP runs $IMAGE"
  exit 0
fi

explain
after=$(revision)
[ -n "$before" ] || fail "$APP does not get ready: $cause. It is its first deployment, so there is nothing to go back to"
[ "$before" != "$after" ] || fail "$APP does not get ready: $cause. This run changed nothing about its pods, so there is nothing to take back"
k get replicasets -o json >"$work/replicasets.json"
earlier "$after" "$work/apply.json" "$work/earlier.json" || fail "$APP does not get ready: $cause. No earlier version of it is left to go back to"
image=$(jq -r '.spec.template.spec.containers[0].image' "$work/earlier.json")
apply "$work/earlier.json"
reason="$APP does not get ready: $cause"
if await_rollout "$APP" "$UNDO_SECONDS"; then
  fail "$reason. Rolled back to $image, which serves"
fi
fail "$reason. Rolled back to $image, which is not ready either"
