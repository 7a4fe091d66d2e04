#!/bin/sh
# What the router logged since the step began: one line a request,
# `tekton-dag app=… session=… to=… status=… path=…`, fields in this order. Needs rollout.sh and router.sh.
# shellcheck disable=SC2154 # work: rollout.sh

# lists ARGUMENT...: `--changed-apps a b --paths p q --entries x=url` become files of $work, one element a line.
lists() {
  touch "$work/changed-apps" "$work/paths" "$work/entries"
  list=''
  for word; do
    case $word in
      --changed-apps | --paths | --entries) list=${word#--} ;;
      *) printf '%s\n' "$word" >>"$work/$list" ;;
    esac
  done
  # margin for clocks that differ; what was there before is told by counting, not by time
  since=$(jq -nr 'now - 60 | floor | todate')
  mkdir "$work/log" "$work/before"
}

# read_log SERVICE: the log of each replica behind the Service into $work/log/<pod>; 1 if there is none to read.
read_log() {
  replicas "$1" >"$work/replicas" || return 1
  readable=1
  while read -r _ pod; do
    # a pod that was replaced between the two questions is read no more; its successor is there next time
    if k logs "$pod" --since-time "$since" >"$work/log/$pod" </dev/null; then
      readable=0
    else
      rm -f "$work/log/$pod"
    fi
  done <"$work/replicas"
  return "$readable"
}

# mark SERVICE: what is in the log now is of the past.
mark() {
  read_log "$1" || fail "Service $1 in $NAMESPACE leads to no ready router pod whose log can be read: is dist/ applied to it, with interceptBackend router?"
  rm -f "$work/before/"*
  for file in "$work/log/"*; do
    [ ! -f "$file" ] || wc -l <"$file" >"$work/before/${file##*/}" || fail "the router's log cannot be kept: the reason is above"
  done
}

# fresh SERVICE: writes the router's lines since `mark` to $work/fresh. A log that got shorter is that of a restarted
# container: all of it is new.
fresh() {
  read_log "$1" || return 1
  : >"$work/fresh" || return 1
  for file in "$work/log/"*; do
    [ -f "$file" ] || continue
    old=0
    [ ! -f "$work/before/${file##*/}" ] || read -r old <"$work/before/${file##*/}" || return 1
    [ "$(wc -l <"$file")" -ge "$old" ] || old=0
    tail -n "+$((old + 1))" "$file" >>"$work/fresh" || return 1
  done
}

# logged APP SESSION TO: whether a fresh line says so; `*` is anything. Prints the status of the last such line.
logged() {
  awk -v app="app=$1" -v session="session=$2" -v to="to=$3" '
    $1 == ENVIRON["ROUTER_LOG"] && $2 == app && (session == "session=*" || $3 == session) && (to == "to=*" || $4 == to) { status = $5 }
    END { if (status == "") exit 1; sub(/^status=/, "", status); print status }' "$work/fresh"
}

# url_of APP: where it answers; 1 if the run gives none.
url_of() { awk -v app="$1" 'index($0, app "=") == 1 { print substr($0, length(app) + 2); found = 1 } END { exit !found }' "$work/entries"; }
