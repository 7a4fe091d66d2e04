#!/bin/sh
# What building an image by any program ends with; sourced after network.sh. Values: DOCKERFILE, LAYOUT.

# builds COMMAND...: shows what it says on its standard error. Where it fails, the program's own error comes last, after what
# the instructions of the Dockerfile said.
builds() {
  # foreign code of an earlier step may have left a pipe there, which nobody ever reads
  rm -rf "$LAYOUT" "$LAYOUT.digest"
  mkdir -p "$HOME"
  rm -f "$HOME/said"
  mkfifo "$HOME/said"
  tee "$HOME/build.log" <"$HOME/said" >&2 &
  code=0
  "$@" 2>"$HOME/said" || code=$?
  wait
  [ "$code" != 0 ] || return 0
  # shellcheck disable=SC2016 # the last line's, not the shell's
  sed -n -e '/^[Ee]rror/h' -e '/^[Ee]rror/!H' -e '${x;p;}' "$HOME/build.log" | grep . >"$HOME/error.log" || cp "$HOME/build.log" "$HOME/error.log"
  why=$(cause "$HOME/error.log")
  if printf '%s' "$why" | grep -Eqi 'toomanyrequests|too many requests|rate limit|status(code| code)?:? 429'; then
    why="$why: the registry limits how much is pulled; name a mirror in images.mirror of the team, or an account in Secret ${BASE_SECRET:-base-images}"
  fi
  fail "the image cannot be built from '$DOCKERFILE': $why"
}
