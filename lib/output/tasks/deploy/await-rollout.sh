#!/bin/sh
# Waits until an app runs the image that Git names for it: Argo CD brings it, this only looks. Values: APP, COMMIT (of the
# platform repository, which names the image), APPLICATION, SYNC_SECONDS, ROLLOUT_SECONDS and those of rollout.sh.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/rollout.sh"

# brought: the Deployment names the image.
brought() {
  k get deployment "$APP" --ignore-not-found -o json >"$work/now.json" || return 1
  jq -e -n 'any(inputs | .spec.template.spec.containers[]; .image == $ENV.IMAGE)' "$work/now.json" >/dev/null
}

deadline=$(($(date +%s) + SYNC_SECONDS))
until brought; do
  [ "$(date +%s)" -lt "$deadline" ] ||
    fail "Argo CD has not brought $IMAGE to $APP within $SYNC_SECONDS s, though commit $COMMIT names it: application $APPLICATION says why"
  sleep 2
done
if await_rollout "$APP" "$ROLLOUT_SECONDS"; then
  echo "$APP runs $IMAGE"
  exit 0
fi

explain
fail "$APP does not get ready: $cause. What served before goes on. Release what fixes it, or revert commit $COMMIT of the platform repository"
