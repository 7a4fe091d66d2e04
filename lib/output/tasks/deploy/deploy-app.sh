#!/bin/sh
# Applies the app's Deployment with a new image and waits until it serves; if it does not, goes back to what served before.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"

REVISION=deployment.kubernetes.io/revision
export REVISION

# revision: which template of the Deployment is the newest; nothing if there is no Deployment.
revision() {
  k get deployment "$APP" --ignore-not-found -o json >"$work/now.json"
  jq -r '.metadata.annotations[$ENV.REVISION] // empty' "$work/now.json"
}

# earlier_revision CURRENT: `revision image` of the newest other template that has ready pods, else of the newest other.
earlier_revision() {
  k get replicasets -o json >"$work/replicasets.json"
  jq -r --arg current "$1" --slurpfile deployment "$work/deployment.json" '
    [ .items[] | select(any(.metadata.ownerReferences[]?; .uid == $deployment[0].metadata.uid))
      | { revision: .metadata.annotations[$ENV.REVISION], ready: ((.status.readyReplicas // 0) > 0), image: .spec.template.spec.containers[0].image }
      | select(.revision != null and .revision != $current) ]
    | sort_by([.ready, (.revision | tonumber)]) | last // empty | "\(.revision) \(.image)"' "$work/replicasets.json"
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
earlier_revision "$after" >"$work/earlier"
read -r number image <"$work/earlier" || fail "$APP does not get ready: $cause. No earlier version of it is left to go back to"
k rollout undo "deployment/$APP" --to-revision "$number"
reason="$APP does not get ready: $cause"
if await_rollout "$APP" "$UNDO_SECONDS"; then
  fail "$reason. Rolled back to $image, which serves"
fi
fail "$reason. Rolled back to $image, which is not ready either"
