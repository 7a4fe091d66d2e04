#!/bin/sh
# Puts composer where the compiler finds it: the image of the asked PHP version has none.
set -eu

mkdir -p "$HOME/bin"
cp /usr/bin/composer "$HOME/bin/composer"
