#!/bin/sh
# Changes the platform repository by a commit; sourced after common.sh and git-auth.sh. Values: URL, BRANCH, SOURCE,
# COMMIT_PATH, SECRETS.

clone_platform() {
  [ -n "$URL" ] || fail "nobody knows where versions are kept: set platform.repoURL of the team"
  attempt git clone -q --branch "$BRANCH" -- "$URL" "$SOURCE" 2>"$HOME/git.log" ||
    fail "cannot clone $URL at $BRANCH ($(tail -n 1 "$HOME/git.log")): does Secret $SECRETS hold a credential for it?"
  cd "$SOURCE" || exit 1
  git config user.name tekton-dag
  git config user.email tekton-dag@localhost
}

# install: the program that synthesizes, as the repository has it. No script of a package runs beside the credential.
install() { npm ci --omit=dev --ignore-scripts --no-audit --no-fund || fail "npm ci does not work in $URL: the reason is above"; }

# synthesize TEAM: dist/ of the team, of the files as they are now.
synthesize() { npx tekton-dag synth "$1" || fail "dist/ of team $1 cannot be synthesized: the reason is above"; }

# Said by `change`, which edits files.
what=''

# Somebody else may push first: take theirs, and change it again.
turn() {
  change
  git add --all .
  git diff --cached --quiet || git commit -q -m "$what"
  git push -q origin "HEAD:$BRANCH" 2>"$HOME/git.log" && return
  git fetch -q origin "$BRANCH" && git reset -q --hard FETCH_HEAD
  return 1
}

push_change() {
  attempt turn || fail "$BRANCH of $URL does not take the commit ($(tail -n 1 "$HOME/git.log")): may the credential in Secret $SECRETS push there?"
  give "$(git rev-parse HEAD)" "$COMMIT_PATH"
  git log -1 --format='%h %s'
}
