#!/bin/sh
# Copies the dependencies of an earlier release of the app to where the compiler looks. The volume is mounted here and in
# save-cache alone: what a pull request brings never sees it. Values: APP, SCOPE, CACHE, VOLUME.
set -eu

mkdir -p "$HOME" "$CACHE"
if [ "$SCOPE" = fork ]; then
  echo 'a fork gets no cache'
elif [ -f "$VOLUME/$APP.tar" ]; then
  tar -xf "$VOLUME/$APP.tar" -C "$CACHE"
  du -sh "$CACHE"
else
  echo 'no cache yet'
fi
