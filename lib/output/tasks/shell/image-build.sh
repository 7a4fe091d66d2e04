#!/bin/sh
# What building an image by any program ends with; sourced after common.sh. Values: DOCKERFILE.

# builds COMMAND...: shows what it says on its standard error; where it fails, the last line of that is why.
builds() {
  mkdir -p "$HOME"
  rm -f "$HOME/said"
  mkfifo "$HOME/said"
  tee "$HOME/build.log" <"$HOME/said" >&2 &
  code=0
  "$@" 2>"$HOME/said" || code=$?
  wait
  [ "$code" = 0 ] || fail "the image cannot be built from '$DOCKERFILE': $(grep . "$HOME/build.log" | tail -n 1 | sed 's/^[Ee]rror: *//')"
}
