#!/bin/sh
# Checks what the signed provenance of an image says. Values: PROVENANCE (a file with an envelope a line, whose signatures are verified),
# PREDICATE_TYPE, IMAGE, DIGEST, URL, COMMIT, BUILDER (its id), TASK and ACCOUNT (of the TaskRun that pushed it).
set -eu
. "$(dirname "$0")/../shell/common.sh"

# one that says all of it is enough: an image that is pushed again has several
wrong=$(jq -rs '
  def source: $ENV.URL | "git+" + . + (if endswith(".git") then "" else ".git" end);
  def faults:
    (.predicate.buildDefinition.externalParameters.runSpec // {}) as $run
    | [.predicate.buildDefinition.resolvedDependencies[]? | select(.uri == source) | .digest.sha1] as $commits
    | (if any(.subject[]?; .name == $ENV.IMAGE and "sha256:\(.digest.sha256)" == $ENV.DIGEST) then empty
       else "it is of \([.subject[]?.name] | join(", ")), not of \($ENV.IMAGE)" end),
      (if .predicate.runDetails.builder.id == $ENV.BUILDER then empty
       else "the builder is \(.predicate.runDetails.builder.id), not \($ENV.BUILDER)" end),
      (if $run.taskRef.name == $ENV.TASK and ($run.taskRef | has("resolver") | not) and $run.serviceAccountName == $ENV.ACCOUNT then empty
       else "Task \($run.taskRef.name) pushed it as \($run.serviceAccountName), not \($ENV.TASK) as \($ENV.ACCOUNT)" end),
      (if $commits == [$ENV.COMMIT] then empty
       elif $commits == [] then "it is not of \(source)"
       else "it is of commit \($commits | join(", ")), not \($ENV.COMMIT)" end);
  map(.payload | @base64d | fromjson | select(.predicateType == $ENV.PREDICATE_TYPE) | [faults]) as $found
  | if $found == [] then "none is of type \($ENV.PREDICATE_TYPE)"
    elif any($found[]; . == []) then empty
    else $found | last | join("; ") end' "$PROVENANCE") || fail "what is signed of $IMAGE@$DIGEST cannot be read: the reason is above"
[ -z "$wrong" ] || fail "what is signed of $IMAGE@$DIGEST does not prove where it comes from: $wrong"
echo "$IMAGE@$DIGEST is of commit $COMMIT of $URL, and $BUILDER has signed it"
