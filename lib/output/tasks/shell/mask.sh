#!/bin/sh
# Keeps the values of Secrets out of the log. It stands before the script of each step that mounts one: the script runs once more as a
# process of its own, and what it writes goes through a filter. Value: MASKED, the folders with Secrets, with : between them.

if [ -n "${MASKED:-}" ]; then
  for program in awk base64 head; do
    command -v "$program" >/dev/null || {
      printf 'error: %s\n' "this image has no $program, by which Secrets are kept out of the log: name an image that has it in images.overrides of the team" >&2
      exit 1
    }
  done
  # values: all texts that are not to be seen, one a line. No other process is given them as an argument, so nobody reads them there.
  values() (
    IFS=:
    for folder in $MASKED; do
      for file in "$folder"/* "$folder"/.[!.]*; do
        [ -f "$file" ] || continue
        cat "$file"
        echo
        base64 <"$file"
        base64 <"$file" | tr -d '\n'
        echo
        printf '%s' "$(cat "$file")" | base64 | tr -d '\n'
        echo
        # a login of a registry is base64 in a file of JSON
        [ "${file##*/}" = config.json ] || continue
        tr -s '{}[]",: \t' '\n' <"$file" | while IFS= read -r part; do
          login=$(printf '%s' "$part" | base64 -d | tr -d '\000')
          case $login in *:*) printf '%s\n%s\n' "$part" "${login#*:}" ;; esac
        done
      done
    done
  )
  # mawk reads ahead unless it is told not to, and others do not know that word
  case $(awk -W version 2>&1 </dev/null) in mawk*) eager='-W interactive' ;; *) eager= ;; esac
  # foreign code cannot end its log before its step: it does not know this word
  end=$(head -c 24 /dev/urandom | base64)
  # whoever stops the pod tells all processes of it: the script says why, and the filter goes on until it has
  trap : TERM
  {
    trap : TERM
    printf '%s\n' "$end"
    values 2>/dev/null
    printf '%s\n' "$end"
    MASKED='' "$0" "$@" && code=0 || code=$?
    printf '%s %s\n' "$end" "$code"
  } 2>&1 | {
    trap '' TERM
    # shellcheck disable=SC2086 # two words, or none
    LC_ALL=C exec awk $eager '
      function add(text) {
        if (length(text) < 6 || text in known) return
        known[text] = 1
        if (length(text) > longest) longest = length(text)
        byLength[length(text)] = byLength[length(text)] "\n" text
      }
      # as in an address
      function encoded(text,   i, sign, all) {
        for (i = 1; i <= length(text); i++) {
          sign = substr(text, i, 1)
          all = all (sign ~ /[A-Za-z0-9._~-]/ ? sign : code[sign])
        }
        return all
      }
      # as in a text of JSON
      function quoted(text,   i, sign, all) {
        for (i = 1; i <= length(text); i++) {
          sign = substr(text, i, 1)
          all = all (sign == "\"" || sign == "\\" ? "\\" sign : sign)
        }
        return all
      }
      function masked(line,   i, at, before) {
        for (i = 1; i <= count; i++) {
          before = ""
          while ((at = index(line, word[i])) > 0) {
            before = before substr(line, 1, at - 1) "***"
            line = substr(line, at + length(word[i]))
          }
          line = before line
        }
        return line
      }
      BEGIN {
        for (i = 1; i < 256; i++) code[sprintf("%c", i)] = sprintf("%%%02X", i)
        getline end
        while ((getline line) > 0 && line != end) {
          gsub(/^[ \t\r]+|[ \t\r]+$/, "", line)
          add(line)
          if (length(line) < 4096) {
            add(encoded(line))
            add(quoted(line))
          }
          # what looks like a token, in a line with other things
          parts = split(line, part, /[ \t"\047<>=,;:@{}]+/)
          for (i = 1; i <= parts; i++) if (length(part[i]) >= 12 && part[i] ~ /[0-9]/ && part[i] ~ /[A-Za-z]/) add(part[i])
        }
        # the longest first: a shorter one may be part of it
        for (i = longest; i >= 6; i--) {
          parts = split(substr(byLength[i], 2), part, "\n")
          for (at = 1; at <= parts; at++) word[++count] = part[at]
        }
        status = 1
      }
      (at = index($0, end)) > 0 {
        printf "%s", masked(substr($0, 1, at - 1))
        status = substr($0, at + length(end) + 1) + 0
        exit
      }
      { print masked($0); fflush() }
      END { exit status }'
  }
  exit
fi
