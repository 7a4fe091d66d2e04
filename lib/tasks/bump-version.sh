#!/bin/sh
# Records a version in Git. Values: MODE (release: VERSION and DIGEST were released, the next patch begins; rc: a candidate
# passed), APP, URL, BRANCH, VERSIONS_FILE, SYNTH (team whose dist/ goes into the same commit; empty: none).
set -eu
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/git-auth.sh"
. "$(dirname "$0")/versions.sh"

[ -n "$URL" ] || fail "nobody knows where versions are kept: set platform.repoURL of the team"
attempt git clone -q --branch "$BRANCH" -- "$URL" "$SOURCE" 2>"$HOME/git.log" ||
  fail "cannot clone $URL at $BRANCH ($(tail -n 1 "$HOME/git.log")): does Secret $SECRETS hold a credential for it?"
cd "$SOURCE"
git config user.name tekton-dag
git config user.email tekton-dag@localhost

commit() {
  before=$(current) || exit 1
  case $MODE in
  release) edit "$(next_of "$VERSION")" "$VERSION" "$DIGEST" && what="Release $APP $VERSION" ;;
  rc) edit "$(candidate_of "$before")" '' '' && what="Pass $APP $before" ;;
  esac
  if [ -n "$SYNTH" ]; then
    { npm ci --no-audit --no-fund && npx tekton-dag synth "$SYNTH"; } || fail "dist/ of team $SYNTH cannot be synthesized: the reason is above"
  fi
  git add --all .
  git diff --cached --quiet || git commit -q -m "$what"
}

# Somebody else may push first: take theirs, and say the same again on top of it.
turn() {
  commit
  git push -q origin "HEAD:$BRANCH" 2>"$HOME/git.log" && return
  git fetch -q origin "$BRANCH" && git reset -q --hard FETCH_HEAD
  return 1
}
attempt turn || fail "$BRANCH of $URL does not take the commit ($(tail -n 1 "$HOME/git.log")): may the credential in Secret $SECRETS push there?"
give "$(git rev-parse HEAD)" "$COMMIT_PATH"
git log -1 --format='%h %s'
