#!/bin/sh
# Keeps files of a run where people find them; sourced after network.sh. Values: STACK, PIPELINE, RUN_NAME, and CLAIM with
# CLAIM_FOLDER, or S3_URL, with S3_REGION and S3_CREDENTIALS (folder of Secret SECRET), or with FORM of sign-upload.sh,
# S3_ADDRESS of the bucket and S3_PREFIX in it.

# keep FOLDER PLACE: the files of a folder, to a place of this run; `kept` says where that is, or, with 1, `cause` why not.
keep() {
  # The folder comes from foreign code: a link in it may lead to what this step alone can read.
  if { [ -e "$1" ] && ! find "$1" ! -type f ! -type d -exec rm -f {} +; } || ! mkdir -p "$1"; then
    cause='its folder cannot be read: the reason is above'
    return 1
  fi
  place="$STACK/$PIPELINE/$RUN_NAME${2:+/$2}"
  if [ -n "${S3_URL:-}" ]; then
    kept="$S3_URL/$place"
    to_bucket "$1"
  else
    kept="pvc://$CLAIM/$place"
    to_claim "$1" "$CLAIM_FOLDER/$place"
  fi
}

to_claim() {
  # what runs beside this step may put a link there after it was looked for
  if mkdir -p "$2" && cp -RP "$1/." "$2/" && find "$2" ! -type f ! -type d -exec rm -f {} +; then return; fi
  cause="claim $CLAIM does not take it (the reason is above): is it full, or may group $(id -g) not write there?"
  return 1
}

# to_bucket FOLDER: every file by one curl.
to_bucket() {
  mkdir -p "$HOME" || cause="its folder $HOME cannot be made: the reason is above"
  if [ -n "${FORM:-}" ]; then
    [ -f "$FORM" ] || cause='the tests removed what signs its upload'
  else
    read_credentials
  fi
  if [ -n "${cause:-}" ]; then
    return 1
  elif ! uploads "$1" >"$HOME/uploads"; then
    cause='its files cannot be listed: the reason is above'
  elif [ -s "$HOME/uploads" ]; then
    # after the last comes no next
    { sed '$d' "$HOME/uploads" >"$HOME/upload" && attempt upload; } || cause="$S3_URL does not take it ($(refusal)): is the address right, and may the credentials of Secret $SECRET put objects there?"
  fi
  rm -f "$HOME/credentials" "$HOME/upload" "$HOME/uploads"
  [ -z "${cause:-}" ]
}

# read_credentials: into a file, since arguments of a process are no secret; `cause` says why not.
read_credentials() {
  for key in access-key secret-key; do
    [ -s "$S3_CREDENTIALS/$key" ] || cause="${cause:-Secret $SECRET has no $key}"
  done
  [ -n "${cause:-}" ] || credentials_file || cause="the credentials of Secret $SECRET cannot be read: the reason is above"
}
credentials_file() {
  : >"$HOME/credentials" && chmod 600 "$HOME/credentials" || return 1
  id=$(cat "$S3_CREDENTIALS/access-key") && word=$(cat "$S3_CREDENTIALS/secret-key") || return 1
  printf '%s:%s' "$id" "$word" >"$HOME/credentials"
}

# uploads FOLDER: what curl is to do with each file. Names are arguments of jq: they may hold what separates lines.
uploads() {
  posted=false
  if [ -n "${FORM:-}" ]; then posted=true && set -- "$1" "$S3_ADDRESS" "$FORM"; else set -- "$1" "$kept" "$HOME/credentials"; fi
  find "$1" -type f -exec jq -nr --arg folder "$1" --arg url "$2" --rawfile secret "$3" --arg place "${S3_PREFIX:+$S3_PREFIX/}$place" \
    --argjson posted "$posted" --arg region "${S3_REGION:-}" --arg answer "$HOME/answer" '
    { html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", json: "application/json", xml: "application/xml",
      txt: "text/plain; charset=utf-8", log: "text/plain; charset=utf-8", svg: "image/svg+xml", png: "image/png", webm: "video/webm", zip: "application/zip" } as $types
    # what S3 signs is encoded but for letters, digits and -._~
    | def encoded: @uri | gsub("(?<c>[!*\u0027()])"; { "!": "%21", "*": "%2A", "\u0027": "%27", "(": "%28", ")": "%29" }[.c]);
    # of a name in a form, in quotes
    def quoted: gsub("(?<c>[\"\\\\])"; "\\\(.c)");
    $ARGS.positional[]
    | . as $file | .[($folder | length) + 1:] as $name
    | ($types[$name | split(".") | last] // "application/octet-stream") as $type
    | (if $posted then
        "url = \($url | @json)",
        ({ key: "\($place)/\($name)", "Content-Type": $type } + ($secret | fromjson)
          | to_entries[] | "form-string = \("\(.key)=\(.value)" | @json)"),
        "form = \("file=@\"\($file | quoted)\"" | @json)"
      else
        "url = \($url + "/" + ($name | split("/") | map(encoded) | join("/")) | @json)",
        "upload-file = \($file | @json)",
        "header = \("content-type: " + $type | @json)",
        # some versions of curl leave it out, and S3 wants it
        "header = \"x-amz-content-sha256: UNSIGNED-PAYLOAD\"",
        "user = \($secret | @json)",
        "aws-sigv4 = \("aws:amz:\($region):s3" | @json)"
      end),
      "output = \($answer | @json)",
      "write-out = \"%{http_code}\\n\"",
      "globoff", "silent", "show-error", "fail-with-body", "connect-timeout = 10", "max-time = 300",
      "next"' --args {} +
}

# upload: 0 if every answer says so; a redirect to another region is none.
upload() {
  rm -f "$HOME/answer"
  curl --fail-early --config "$HOME/upload" >"$HOME/codes" 2>"$HOME/upload.log" && ! grep -qv '^20[0-9]$' "$HOME/codes"
}
refusal() {
  said=$(sed -n 's/.*<Message>\([^<]*\)<.*/\1/p' "$HOME/answer" 2>/dev/null | head -n 1)
  printf '%s' "${said:-$(cause "$HOME/upload.log")}"
}
