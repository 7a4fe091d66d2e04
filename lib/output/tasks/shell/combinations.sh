#!/bin/sh
# Before a script that asks what became of the tasks of a run, for a team whose tests run in several ways: each combination is a
# task of its own there, called after both. Values: COMBINATION_PARAM, the param that names it.

# kubectl: the same, with the combination in the name of its task.
kubectl() {
  command kubectl "$@" >"$HOME/answer" || return
  jq '.items |= map(
      ([.spec.params[]? | select(.name == $ENV.COMBINATION_PARAM) | .value | strings] | first) as $combination
      | if $combination == null then . else .metadata.labels["tekton.dev/pipelineTask"] += " \($combination)" end
    )' "$HOME/answer"
}
