#!/bin/sh
# Waits until Tekton Chains has signed the TaskRun of this run that pushed an image. What it notes there is believed for waiting alone.
# Values: RUN_NAME, NAMESPACE, PUSH_TASK, SIGNATURE_SECONDS.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"

mkdir -p "$HOME"
list() { kubectl get taskruns -n "$NAMESPACE" -l "tekton.dev/pipelineRun=$RUN_NAME,tekton.dev/pipelineTask=$PUSH_TASK" -o json >"$HOME/taskruns"; }
# noted: `signed` is what Chains notes: true, failed, or nothing yet.
noted() {
  attempt list || fail "the TaskRun of $PUSH_TASK cannot be asked for: the reason is above"
  signed=$(jq -r 'first(.items[]).metadata.annotations["chains.tekton.dev/signed"] // empty' "$HOME/taskruns")
}

deadline=$(($(date +%s) + SIGNATURE_SECONDS))
noted
until [ -n "$signed" ]; do
  [ "$(date +%s)" -lt "$deadline" ] ||
    fail "Tekton Chains has not signed $PUSH_TASK within $SIGNATURE_SECONDS s: is its controller up, and does it watch namespace $NAMESPACE? Run it again then"
  sleep 2
  noted
done
[ "$signed" = true ] ||
  fail "Tekton Chains could not sign $PUSH_TASK, or could not push what it signed: the log of its controller says why"
echo "Tekton Chains has signed $PUSH_TASK"
