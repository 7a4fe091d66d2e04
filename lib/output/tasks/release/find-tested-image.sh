#!/bin/sh
# Looks for the image that a trusted pull request run built of this very tree, and tested. Values: STACK, APP, IMAGE (where
# pull requests push), NAMESPACE, TREE. Only what Tekton recorded of the pod that pushes, in a succeeded run, is believed: never
# a tag, nor what a pod with foreign code gave.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"

mkdir -p "$HOME"
list() { kubectl get "$1" -n "$NAMESPACE" -l "$2" -o json >"$HOME/$1"; }
attempt list pipelineruns "tekton-dag.io/stack=$STACK,tekton-dag.io/pipeline=pr-test,tekton-dag.io/trust=trusted" || fail "the runs of $NAMESPACE cannot be listed: the reason is above"
attempt list taskruns "tekton.dev/pipelineTask=push-$APP" || fail "the builds of $APP cannot be listed: the reason is above"

found=$(jq -rs --arg tree "$TREE" '
  def succeeded: any(.status.conditions[]?; .type == "Succeeded" and .status == "True");
  def result($name): first(.status.results[]? | select(.name == $name) | .value);
  ([.[0].items[] | select(succeeded) | .metadata.uid]) as $runs
  | [.[1].items[] | select(succeeded)
      | select(any(.metadata.ownerReferences[]?; .controller and (.uid as $uid | $runs | index($uid))))
      | select(result("TREE") == $tree)]
  | sort_by(.status.completionTime) | last // empty | "\(result("IMAGE_DIGEST") // "") \(result("KEY") // "")"' "$HOME/pipelineruns" "$HOME/taskruns")

case $found in
sha256:*) digest=${found% *} key=${found#* } ;;
*) digest='' key='' ;;
esac
tested=${digest:+$IMAGE@$digest}
give "$tested" "$RESULT_IMAGE"
give "$digest" "$RESULT_DIGEST"
give "$key" "$RESULT_KEY"
if [ -n "$tested" ]; then printf 'tested: %s\n' "$tested"; else echo 'no trusted run tested this tree: it is built anew'; fi
