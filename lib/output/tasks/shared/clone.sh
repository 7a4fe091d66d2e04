#!/bin/sh
# Checks out one revision of a repository, complete or not at all. Values: URL, REVISION, APP_REVISION (beats it), both empty:
# the default branch; CONTEXT_DIR; INPUTS: all that the checkout is to hold, one path a line, or nothing: everything; DEPTH
# (commits; 0: all before it, with the tags there), TAGS, SUBMODULES and LFS: true, false, or nothing: nobody said; SCOPE.
# Gives COMMIT and TREE of the whole and KEY, of everything that the image is made of.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/network.sh"
. "$(dirname "$0")/../shell/git-auth.sh"
. "$(dirname "$0")/../shell/checkout.sh"

revision=${APP_REVISION:-${REVISION:-}}
case $revision in
-* | +* | ^* | *:* | *[[:space:]]* | *[[:cntrl:]]*) fail "'$revision' is not a revision: give a branch, a tag or a commit" ;;
esac
depth=${DEPTH:-1}
log=$HOME/fetch.log

mkdir -p "$SOURCE"
cd "$SOURCE"
start() {
  rm -rf .git && git init -q "$@" . && git remote add origin "$URL"
}

# One commit where the server hands it out; else everything there is, for servers that refuse a bare commit.
tags=--no-tags
if [ "${TAGS:-}" = true ] || { [ "$depth" = 0 ] && [ -z "${TAGS:-}" ]; }; then tags=--tags; fi
fetch() {
  if [ "$depth" = 0 ]; then fetch_revision "$tags"; else fetch_revision "$tags" --depth "$depth"; fi
}
# git takes a tag before a branch of the same name; people mean the branch
fetch_revision() {
  case $revision in
  '' | HEAD | @ | refs/*) ;;
  *)
    if ! is_object && git fetch -q "$@" origin "refs/heads/$revision" 2>"$log"; then return; fi
    if [ -s "$log" ] && unreachable; then return 1; fi
    ;;
  esac
  git fetch -q "$@" origin "${revision:-HEAD}" 2>"$log"
}
is_object() { printf '%s' "$revision" | grep -Eqx '[0-9a-f]{40}|[0-9a-f]{64}'; }
fetch_all() { git fetch -q origin '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*' '+refs/pull/*/head:refs/pull/*' 2>"$log"; }
unreachable() { grep -Eqi 'could not resolve|unable to access|could not read (username|password|from remote)|permission denied|authentication failed|repository .*not (found|exported)|does not appear to be|connection (refused|reset|timed out)' "$log"; }
# SHA-256 has other names for objects; before it is asked, only a revision of 64 digits tells.
is_other_format() { grep -q 'mismatched algorithms' "$log"; }
format=sha1 other=sha256
if printf '%s' "$revision" | grep -Eqx '[0-9a-f]{64}'; then format=sha256 other=sha1; fi

start --object-format="$format"
if fetch || { is_other_format && start --object-format="$other" && fetch; }; then
  commit=FETCH_HEAD
elif unreachable && ! attempt fetch_all; then
  why=$(cause "$log")
  cat "$log" >&2
  fail "cannot read $URL: $why: does the repository exist, and does Secret $SECRETS hold a credential for it?"
else
  attempt fetch_all || fail "cannot fetch $URL: $(cause "$log")"
  [ -n "$revision" ] || fail "$URL has no commit on its default branch: push one, or name a branch"
  commit=$(git rev-parse -q --verify "origin/$revision^{commit}" || git rev-parse -q --verify "$revision^{commit}") ||
    fail "$URL has no revision '$revision': was the branch deleted, or the commit overwritten by a force push?"
fi
commit=$(git rev-parse -q --verify "$commit^{commit}" 2>/dev/null) || fail "'$revision' of $URL is not a commit, nor does it lead to one"
tree=$(git rev-parse "$commit^{tree}")
forget_elsewhere

content=$tree
if [ -n "${INPUTS:-}" ]; then narrow; fi
check_out
fetch_rest

give "$commit" "$RESULT_COMMIT"
give "$tree" "$RESULT_TREE"
# What the image is made of: files, and how they are built ($@ are the settings of the build). A build that asks for history
# can read it, and every name that is left. No setting holds a NUL, so that no two lists of settings are the same text.
if [ -n "${RESULT_KEY:-}" ]; then
  history=''
  if reads_history; then history="$commit $(git for-each-ref --format='%(objectname) %(refname)')"; fi
  give "$(printf '%s\0' v2 "$content" "$CONTEXT_DIR" "$history" "$@" | sha256sum | cut -c1-40)" "$RESULT_KEY"
fi
if [ -n "${INPUTS:-}" ] && ! reads_history; then forget_objects; fi
printf 'checked out %s\n' "$commit"
