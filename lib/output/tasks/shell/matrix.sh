#!/bin/sh
# Gives tests what their combination has of its own: variables, which programs that are called here find, too. It stands before
# a script that runs tests. Values: MATRIX, K=V each, one a line.
while IFS= read -r setting; do
  [ -z "$setting" ] || export "${setting?}"
done <<VALUES
$MATRIX
VALUES
