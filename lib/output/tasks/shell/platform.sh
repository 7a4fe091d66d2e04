#!/bin/sh
# Changes the platform repository by a commit; sourced after network.sh, git-auth.sh and versions.sh. Values: URL, BRANCH, VERSIONS_BRANCH
# (for a pull request, where BRANCH takes no push), VERSIONS_ONLY_THERE (true: BRANCH is not tried), SOURCE, TOOLS (program
# that edits), SECRETS, RESULT_COMMIT, RESULT_PULL_REQUEST.

# git says why in English, whatever the image
export LC_ALL=C

# remote_said: all that the host itself said of the last push, or what git says.
remote_said() {
  sed -n 's/^remote: *//p' "$HOME/git.log" | tr -s '[:space:]' ' ' >"$HOME/remote"
  if [ -n "$(tr -d '[:space:]' <"$HOME/remote")" ]; then cat "$HOME/remote"; else cause "$HOME/git.log"; fi
}

clone_platform() {
  [ -n "$URL" ] || fail "nobody knows where versions are kept: set platform.repoURL of the team"
  mkdir -p "$HOME"
  # a link in it becomes a file that holds where it leads: what is read and written here is of the repository alone
  attempt git clone -q -c core.symlinks=false --branch "$BRANCH" -- "$URL" "$SOURCE" 2>"$HOME/git.log" || {
    cat "$HOME/git.log" >&2
    fail "cannot clone $URL at $BRANCH ($(cause "$HOME/git.log")): does Secret $SECRETS hold a credential for it?"
  }
  cd "$SOURCE" || exit 1
  git config user.name tekton-dag
  git config user.email tekton-dag@localhost
  carry_over
}

# versions_head: the commit of the branch of pull requests; nothing if there is none.
versions_head() { git for-each-ref --format='%(objectname)' "refs/remotes/origin/$VERSIONS_BRANCH"; }

# carry_over: takes the versions that wait in a pull request, so that none is given twice and none is lost.
carry_over() {
  head=$(versions_head)
  [ -n "$head" ] || return 0
  base=$(git merge-base HEAD "$head") || base=$(git rev-parse HEAD)
  git diff --no-renames --name-only --diff-filter=AM "$base" "$head" >"$HOME/waiting"
  while read -r file; do
    case ${file##*/} in
    versions*.yaml) ;;
    *) continue ;;
    esac
    # the branch has had all of it, as after a squash: what it has made of that since is its own
    had=$(git log -1 --format=%h --find-object="$(git rev-parse "$head:$file")" "$base..HEAD" -- "$file")
    [ -z "$had" ] || continue
    git show "$head:$file" >"$HOME/versions.yaml"
    git show "$base:$file" >"$HOME/base.yaml" 2>/dev/null || rm -f "$HOME/base.yaml"
    if [ -f "$file" ]; then
      set -- --file "$file" --from "$HOME/versions.yaml"
      [ ! -f "$HOME/base.yaml" ] || set -- "$@" --base "$HOME/base.yaml"
      versions carry "$@"
    elif [ -f "$HOME/base.yaml" ] || [ ! -d "$(dirname "$file")" ]; then
      # as of a team that was retired meanwhile
      echo "warning: $VERSIONS_BRANCH changes '$file', which $BRANCH has no more: it is left out" >&2
    else
      cp "$HOME/versions.yaml" "$file"
    fi
  done <"$HOME/waiting"
}

# deploy TEAM: its Deployments in dist/, of the versions as they are now. Our program makes them of templates; nothing that the
# repository holds is run beside the credential.
deploy() { node "$TOOLS" deploy --team "$1" 2>"$HOME/tools.log" || fail "$(cat "$HOME/tools.log")"; }

# commit WHAT: what has changed, if anything has.
commit() {
  git add --all .
  git diff --cached --quiet || git commit -q -m "$1"
}

# push REFSPEC [OPTION]: sets `outcome` to taken; refused, by the host and for good; or again.
push() {
  outcome=taken
  git push --porcelain ${2:+"$2"} origin "$1" >"$HOME/push" 2>"$HOME/git.log" && return
  cat "$HOME/push" "$HOME/git.log" >&2
  case $(awk -F '\t' '$1 == "!" { print tolower($3) }' "$HOME/push") in
  # somebody else pushes at this moment
  *'(failed to update ref)'* | *'(cannot lock ref'* | *'(incorrect old value'*) outcome=again ;;
  # the host is in trouble at this moment
  *'(failure)'* | *'internal server error'* | *unavailable* | *'timed out'* | *timeout* | *'unpacker error'* | *'try again'*) outcome=again ;;
  *'[remote rejected]'*) outcome=refused ;;
  *) outcome=again ;;
  esac
}

# offer WHY: pushes to the branch of pull requests, in place of what waits there, which carry_over took. Sets `outcome` to taken, or
# to again: somebody else did.
offer() {
  waiting=$(versions_head)
  # behind its commits, so that a host that takes no forced push takes this; of its files, carry_over has what counts
  [ -z "$waiting" ] || git merge -q -s ours --allow-unrelated-histories -m "$(git log -1 --format=%s)" "$waiting"
  push "HEAD:refs/heads/$VERSIONS_BRANCH" "--force-with-lease=refs/heads/$VERSIONS_BRANCH:$waiting"
  case $outcome in
  refused)
    said=$(remote_said)
    [ -z "$1" ] || [ "$1" = "$said" ] || said="$said ($BRANCH: $1)"
    fail "the host takes no commit, neither to $BRANCH nor to $VERSIONS_BRANCH of $URL: $said"
    ;;
  again) return ;;
  esac
  ask_for_pull "$1"
}

# ask_for_pull WHY: sees that there is a pull request of what waits, and sets `offered` to it, or to the branch.
ask_for_pull() {
  offered=$VERSIONS_BRANCH
  title=$(git log -1 --format=%s)
  if [ ! -f "${TOKEN:-}/token" ]; then
    echo "branch $VERSIONS_BRANCH of $URL has the commit: open a pull request from it to $BRANCH${1:+, which refused it: $1}" >&2
  elif node "$TOOLS" pull-request --url "$URL" --token-file "$TOKEN/token" --head "$VERSIONS_BRANCH" --base "$BRANCH" --title "$title" --body "$1" >"$HOME/pull-request"; then
    offered=$(cat "$HOME/pull-request")
    echo "$BRANCH takes the commit by pull request: $offered"
  else
    echo "branch $VERSIONS_BRANCH of $URL has the commit, but no pull request could be opened: open one to $BRANCH" >&2
  fi
}

# turn: `change`, which edits files and commits, and the push of that. Somebody else may push first: then `outcome` is again, and the
# next turn changes theirs.
turn() {
  change
  offered='' outcome=taken
  if git diff --quiet "origin/$BRANCH" HEAD || { [ -n "$(versions_head)" ] && git diff --quiet "$(versions_head)" HEAD; }; then
    # all of it is there, or waits there, maybe for somebody who was stopped before there was a pull request
    if ! git diff --quiet "origin/$BRANCH" HEAD; then
      git reset -q --hard "$(versions_head)"
      ask_for_pull ''
    fi
    return 0
  fi
  why=''
  if [ "${VERSIONS_ONLY_THERE:-}" != true ]; then
    push "HEAD:refs/heads/$BRANCH"
    if [ "$outcome" = refused ]; then why=$(remote_said); fi
  fi
  if [ "${VERSIONS_ONLY_THERE:-}" = true ] || [ "$outcome" = refused ]; then offer "$why"; fi
  [ "$outcome" = again ] || return 0
  if git fetch -q --prune origin 2>"$HOME/fetch.log"; then
    git reset -q --hard "origin/$BRANCH"
    carry_over
  fi
}

# No condition calls `turn`: what goes wrong in it ends the step.
push_change() {
  # shellcheck disable=SC2034 # wait_again's
  pause=1
  turn
  while [ "$outcome" = again ]; do
    wait_again "the push to $BRANCH" || fail "$BRANCH of $URL does not take the commit: $(remote_said). May the credential in Secret $SECRETS push there?"
    turn
  done
  give "$(git rev-parse HEAD)" "$RESULT_COMMIT"
  give "$offered" "$RESULT_PULL_REQUEST"
  git log -1 --format='%h %s'
}
