#!/bin/sh
# What a checkout holds; sourced by clone.sh, whose values and variables it reads.
# shellcheck disable=SC2154 # commit, depth, log: clone.sh

reads_history() { [ "$depth" != 1 ] || [ "${TAGS:-}" = true ]; }

# narrow: the checkout is to hold INPUTS alone, and `content` to name what each of them is.
narrow() {
  content=''
  git config core.sparseCheckout true
  mkdir -p .git/info
  : >.git/info/sparse-checkout
  while IFS= read -r path; do
    entry=$(git ls-tree --format='%(objectmode) %(objectname)' "$commit" -- "$path")
    case $entry in
    '')
      case ${path##*/} in .gitattributes | .gitmodules) continue ;; esac
      [ "$path" != "$CONTEXT_DIR" ] || fail "there is no directory '$path' at $commit: fix context-dir in the stack"
      fail "there is no '$path' at $commit: fix build.inputs in the stack (upper and lower case differ, and of a submodule its own path is named)"
      ;;
    120000*) fail "'$path' is a link at $commit: name what it leads to, in build.inputs or context-dir of the stack" ;;
    esac
    content="$content$entry $path
"
    printf '/%s\n' "$(printf '%s' "$path" | sed 's/[][*?\\ ]/\\&/g')" >>.git/info/sparse-checkout
  done <<INPUTS
$INPUTS
INPUTS
}

# forget_elsewhere: leaves no branch, and unless all tags are asked for, only those in the history of the commit. What is
# pushed elsewhere makes it no other build.
forget_elsewhere() {
  {
    git for-each-ref --format='delete %(refname)' refs/remotes refs/pull
    if [ "${TAGS:-}" != true ]; then git for-each-ref --format='delete %(refname)' --no-merged "$commit" refs/tags; fi
  } | git update-ref --stdin
  rm -f .git/FETCH_HEAD
}

# check_out: the files of the commit; what LFS and submodules hold is not asked for yet.
check_out() {
  GIT_LFS_SKIP_SMUDGE=1 git -c advice.detachedHead=false checkout -q --detach "$commit" 2>"$log" || fail "$commit cannot be checked out: $(cause "$log")"
}

# modules: the paths of the submodules that the checkout has a place for.
modules() { git -c core.quotePath=false ls-files -t --stage | sed -n 's/^H 160000 [0-9a-f]* [0-9]*[[:space:]]//p'; }

# pointers: the files here that LFS is to fetch, each ended by a NUL: their names may hold what separates lines, and another path
# after it. What is behind a link is none of the checkout.
pointers() {
  # shellcheck disable=SC2016 # the inner shell's
  git ls-files -z -- ':(attr:filter=lfs)' | xargs -0 -r sh -c 'for file; do
    if [ -f "$file" ] && [ ! -L "$file" ] && grep -q "^version https://git-lfs.github.com/spec/v1" -- "$file"; then printf "%s\0" "$file"; fi
  done' sh
}
# pointer: the first of them.
pointer() { pointers | tr '\0' '\n' | head -n 1; }

# fetch_rest: fetches what a commit only points to, or says that it is not there.
fetch_rest() {
  rest_of_lfs .
  paths=$(modules)
  if [ -n "$paths" ]; then rest_of_submodules; fi
  if [ ! -d "${CONTEXT_DIR:-.}" ]; then
    [ ! -e "$CONTEXT_DIR" ] || fail "'$CONTEXT_DIR' is not a directory at $commit: fix context-dir in the stack"
    fail "there is no directory '$CONTEXT_DIR' at $commit: fix context-dir in the stack"
  fi
  case ${CONTEXT_DIR:-.} in
  .) ;;
  *) [ "$(cd "$CONTEXT_DIR" && pwd -P)" = "$(pwd -P)/$CONTEXT_DIR" ] || fail "'$CONTEXT_DIR' is a link at $commit, or below one: name what it leads to in context-dir of the stack" ;;
  esac
  tell_filtered
  tell_dangling
}

rest_of_lfs() {
  first=$(cd "$1" && pointer)
  [ -n "$first" ] || return 0
  [ "$1" = . ] || first="$1/$first"
  case ${LFS:-} in
  # no `||` behind it, or `set -e` is off in it
  true) (cd "$1" && fetch_lfs) ;;
  false) echo "left out, as clone.lfs is false: what '$first' and others are in Git LFS" ;;
  *) fail "'$first' is kept by Git LFS, and only a pointer to it is here: set clone.lfs of the app to true, or to false if it needs none of these files" ;;
  esac
}

fetch_lfs() {
  git lfs version >/dev/null 2>&1 || fail "'$first' is kept by Git LFS, and the image of git has no git-lfs: choose one in images.overrides.git of the team"
  attempt git lfs fetch origin HEAD >"$log" 2>&1 || fail "'$first' cannot be fetched from Git LFS: $(cause "$log")"
  # shellcheck disable=SC2016 # the inner shell's
  pointers | xargs -0 -r sh -c 'for file; do
    git lfs smudge <"$file" >"$HOME/smudged" && cat "$HOME/smudged" >"$file" || exit 1
  done' sh 2>"$log" || fail "'$first' or another cannot be fetched from Git LFS: $(cause "$log")"
  rm -f "$HOME/smudged"
  left=$(pointer)
  [ -z "$left" ] || fail "'$left' cannot be fetched from Git LFS: does the server still have it?"
}

rest_of_submodules() {
  first=$(printf '%s\n' "$paths" | head -n 1)
  case ${SUBMODULES:-} in
  true) fetch_submodules ;;
  false) echo "left out, as clone.submodules is false: submodule '$first' and others" ;;
  *) fail "'$first' is a submodule, and its files are not here: set clone.submodules of the app to true, or to false if it needs none of them" ;;
  esac
}

fetch_submodules() {
  # which repositories these are, a pull request says: a stranger's gets none with our credential
  if [ "${SCOPE:-}" = fork ]; then
    forget
    unset GIT_ASKPASS GIT_SSH_COMMAND
  fi
  case $URL in http://* | https://*) [ -n "${GIT_SSH_COMMAND:-}" ] || by_http ;; esac
  case $URL in file://*) transports=file:https:http:ssh:git ;; *) transports=https:http:ssh:git ;; esac
  attempt update_submodules || fail "submodule '$first' or another cannot be fetched: $(cause "$log"): does Secret $SECRETS hold a credential for it, too? (a pull request that is not trusted gets none)"
  # shellcheck disable=SC2016 # git puts the path there
  git submodule --quiet foreach --recursive 'printf "%s\n" "$displaypath"' >"$HOME/submodules"
  while IFS= read -r path; do
    rest_of_lfs "$path"
    (cd "$path" && tell_filtered)
  done <"$HOME/submodules"
}
# by_http: people who have keys name a submodule as ssh has it. Here is none, so its host is asked for it as for this repository.
by_http() {
  host=${URL#*://}
  host=${host%%/*}
  host=${host##*@}
  host=${host%%:*}
  export GIT_CONFIG_COUNT=0
  for address in "git@$host:" "ssh://git@$host/" "git://$host/"; do
    # owner and name are the last two of a path
    export "GIT_CONFIG_KEY_$GIT_CONFIG_COUNT=url.${URL%/*/*}/.insteadOf" "GIT_CONFIG_VALUE_$GIT_CONFIG_COUNT=$address"
    GIT_CONFIG_COUNT=$((GIT_CONFIG_COUNT + 1))
  done
}
# --checkout: a submodule may be none of those that are updated by default
update_submodules() {
  printf '%s\n' "$paths" | tr '\n' '\0' | GIT_LFS_SKIP_SMUDGE=1 GIT_ALLOW_PROTOCOL=$transports xargs -0 git submodule --quiet update --init --recursive --checkout -- 2>"$log"
}

# tell_filtered: the first of the files that a filter such as git-crypt's keeps in another form; whoever has its key undoes it.
tell_filtered() {
  # shellcheck disable=SC2016 # the inner shell's
  git ls-files -z -- . ':(exclude,attr:!filter)' ':(exclude,attr:-filter)' ':(exclude,attr:filter=lfs)' |
    xargs -0 -r sh -c 'for file; do if [ -f "$file" ]; then exec git check-attr filter -- "$file"; fi; done' sh | head -n 1 |
    sed 's/^\(.*\): filter: \(.*\)$/warning: \1 is here as filter \2 keeps it: no filter but that of Git LFS is run/' >&2
}

# tell_dangling: links that lead to nothing that is here, such as those of git-annex.
tell_dangling() {
  find . -name .git -prune -o -type l ! -exec test -e {} \; -print | head -n 20 | while IFS= read -r link; do
    echo "warning: $link leads to $(readlink "$link"), which the checkout does not hold${INPUTS:+: build.inputs does not name it}" >&2
  done
}

# forget_objects: git has what the checkout does not hold.
forget_objects() { find . -name .git -prune -exec rm -rf {} +; }
