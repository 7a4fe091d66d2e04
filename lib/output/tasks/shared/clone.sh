#!/bin/sh
# Checks out one revision of a repository. Values: URL, REVISION, APP_REVISION (beats it), both empty: the default branch.
# Gives COMMIT and TREE of the whole and CONTENT, a key of everything that the image is made of.
set -eu
. "$(dirname "$0")/../shell/common.sh"
. "$(dirname "$0")/../shell/git-auth.sh"

revision=${APP_REVISION:-${REVISION:-}}
case $revision in
-* | +* | *:* | *[[:space:]]* | *[[:cntrl:]]*) fail "'$revision' is no revision: give a branch, a tag or a commit" ;;
esac

mkdir -p "$SOURCE"
git init -q "$SOURCE"
cd "$SOURCE"
git remote add origin "$URL"

# One commit where the server hands it out; else everything there is, for servers that refuse a bare commit.
fetch() { git fetch -q --no-tags --depth 1 origin "${revision:-HEAD}" 2>"$HOME/fetch.log"; }
fetch_all() { git fetch -q origin '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*' '+refs/pull/*/head:refs/pull/*' 2>"$HOME/fetch.log"; }
unreachable() { grep -Eqi 'could not resolve|unable to access|could not read (username|password|from remote)|permission denied|authentication failed|repository .*not (found|exported)|does not appear to be|connection (refused|reset|timed out)' "$HOME/fetch.log"; }
said() { tail -n 3 "$HOME/fetch.log" | tr '\n' ' '; }

if fetch; then
  commit=FETCH_HEAD
elif unreachable && ! attempt fetch_all; then
  fail "cannot read $URL ($(said)): does the repository exist, and does Secret $SECRETS hold a credential for it?"
else
  attempt fetch_all || fail "cannot fetch $URL ($(said))"
  commit=$(git rev-parse -q --verify "origin/$revision^{commit}" || git rev-parse -q --verify "$revision^{commit}") ||
    fail "$URL has no revision '$revision': was the branch deleted, or the commit overwritten by a force push?"
fi
git -c advice.detachedHead=false checkout -q --detach "$commit"
commit=$(git rev-parse HEAD)
tree=$(git rev-parse 'HEAD^{tree}')

case $CONTEXT_DIR in
. | '') content=$tree ;;
*) content=$(git rev-parse -q --verify "HEAD:$CONTEXT_DIR") || fail "there is no directory '$CONTEXT_DIR' at $commit: fix context-dir in the stack" ;;
esac
[ "$(git cat-file -t "$content")" = tree ] || fail "'$CONTEXT_DIR' is no directory at $commit: fix context-dir in the stack"

give "$commit" "$RESULT_COMMIT"
give "$tree" "$RESULT_TREE"
# What the image is made of: files, and how they are built ($@ are the settings of the build). No setting holds a NUL, so
# that no two lists of settings are the same text.
if [ -n "${RESULT_CONTENT:-}" ]; then
  give "$(printf '%s\0' v1 "$content" "$@" | sha256sum | cut -c1-20)" "$RESULT_CONTENT"
fi
printf 'checked out %s\n' "$commit"
