# Asking a prediction service by curl: sourced by predict and its kin, never executed.
# shellcheck shell=bash

# What the options set. The sourcing command may put headers that nobody may see into
# secret_headers ("Name: value"), and "key:secret" into secret_user; neither reaches argv.
url='' timeout=60 connect_timeout=10 retries=4 dry_run='' content_type=application/json
helper_words=() secret_headers=() secret_user='' extra_words=()

# Usage: request_option OPTION [VALUE]...
# Handles the options that predict and its kin share; sets taken to the words it used; returns 1
# for any other.
# Example: request_option "$@" || usage_error "unknown option $1"; shift "$taken"
# shellcheck disable=SC2034 # taken is for the caller
request_option() {
  taken=2
  case $1 in
    --dry-run) dry_run=yes taken=1 && return ;;
    --url | --shape | -c | --column | -d | --delimiter | --chunk-rows | --chunk-bytes | \
      --format | --timeout | --connect-timeout | --retries) need_value "$1" $# ;;
    *) return 1 ;;
  esac
  case $1 in
    --url) url=$2 ;;
    --timeout) check_seconds "$@" && timeout=$2 ;;
    --connect-timeout) check_seconds "$@" && connect_timeout=$2 ;;
    --retries)
      [[ $2 =~ ^[0-9]{1,3}$ ]] || usage_error "$1 takes a whole number, not '$2'"
      retries=$((10#$2))
      ;;
    --shape) [[ $2 == csv ]] && content_type=text/csv ;&
    *) helper_words+=("$1" "$2") ;;
  esac
}

# Usage: check_seconds OPTION VALUE
# Ends with 2 unless VALUE is a number of seconds above zero.
check_seconds() {
  [[ $2 =~ ^([0-9]+\.?[0-9]*|\.[0-9]+)$ && $2 =~ [1-9] ]] ||
    usage_error "$1 takes seconds above zero, not '$2'"
}

# Usage: check_url
# Ends with 2 unless url is an http(s) address without a password in it; one without a path gets
# the path that our own service has.
check_url() {
  [[ $url =~ ^https?://[^/?#[:space:]]+ ]] ||
    usage_error "'$url' is no http:// or https:// address"
  [[ ! ${BASH_REMATCH[0]} == *@* ]] || usage_error "no password may stand in the address"
  [[ ! $url =~ ^https?://[^/?#]+/?$ ]] || url=${url%/}/predict
}

# Usage: require_safe_secret
# Ends with 2 where a secret would cross a network in the clear.
require_safe_secret() {
  [[ -n $secret_user${secret_headers[*]-} && $url == http://* ]] || return 0
  [[ $url =~ ^http://(localhost|127\.[0-9.]+|\[::1\])[:/] ]] ||
    usage_error "a token goes to https:// or this machine only, not to $url"
}

# Usage: config_line OPTION VALUE
# Prints a line of a curl configuration file.
config_line() {
  local value=${2//\\/\\\\}
  printf '%s = "%s"\n' "$1" "${value//\"/\\\"}"
}

# Usage: secret_config
# Prints what curl must know and nobody may see in a list of processes.
secret_config() {
  local header
  for header in "${secret_headers[@]}"; do
    config_line header "$header"
  done
  [[ -z $secret_user ]] || config_line user "$secret_user"
}

# Usage: set_curl_words
# Sets curl_words to what every request has. A reply is asked for without "Expect", which some
# services leave unanswered for a second; a proxy is never asked for this machine.
set_curl_words() {
  local direct=localhost,127.0.0.1,::1
  curl_words=(--header "Content-Type: $content_type" --header 'Accept: application/json'
    --header 'Expect:' --connect-timeout "$connect_timeout" --max-time "$timeout"
    --noproxy "$direct,${no_proxy-${NO_PROXY-}}" "${extra_words[@]}")
}

# Usage: send_once BASE
# Sends the file BASE.request, leaves the answer in BASE.response and prints
# "seconds to wait|status|exit code|content type|message".
send_once() {
  local told='%header{retry-after}|%{http_code}|%{exitcode}|%{content_type}|%{errormsg}\n'
  curl --disable --silent --config <(secret_config) "${curl_words[@]}" \
    --data-binary "@$1.request" --output "$1.response" --write-out "$told" "$url" </dev/null
}

# Usage: may_pass STATUS CODE
# Tells whether a failure may pass: a busy or restarting service, a lost connection.
may_pass() {
  case $2 in
    0) ;;
    6 | 7 | 18 | 28 | 52 | 55 | 56) return ;; # name, connect, cut short, time, empty, send, receive
    *) return 1 ;;
  esac
  [[ $1 == @(408|425|429|500|502|503|504) ]]
}

# Usage: back_off ATTEMPT SECONDS
# Waits 0.5, 1, 2 ... seconds and a little more, so that many clients do not come back at once; or
# as long as the service asked for, two minutes at most.
# shellcheck disable=SC2154 # kit.sh sets kit_name
back_off() {
  local pause=$(((500 << ($1 < 7 ? $1 : 7)) + RANDOM % 250))
  [[ ! $2 =~ ^[0-9]{1,6}$ ]] || pause=$((10#$2 < 120 ? 10#$2 * 1000 : 120000))
  printf -v pause '%d.%03d' $((pause / 1000)) $((pause % 1000))
  [[ ! -t 2 ]] || printf '%s: no answer yet, again in %s s\n' "$kit_name" "$pause" >&2
  sleep "$pause"
}

# Usage: send BASE
# Sends BASE.request until it is answered or retries are used up; prints
# "status|exit code|content type|message".
send() {
  local attempt pause status code rest
  for ((attempt = 0; ; attempt++)); do
    IFS='|' read -r pause status code rest < <(send_once "$1" || :) || status=000 code=2 rest='|'
    ((attempt < retries)) || break
    may_pass "$status" "$code" || break
    back_off "$attempt" "$pause"
  done
  printf '%s|%s|%s\n' "$status" "$code" "$rest"
}

# Usage: send_all FOLDER
# Sends each request of FOLDER whose number comes on standard input.
send_all() {
  local number
  while read -r number; do
    send "$1/$number"
  done
}

# Usage: ask_service [FILE|-|NAME=VALUE...]
# Asks url for a prediction of each row; prints the rows with their predictions. The helper makes
# the bodies and reads the answers; between them stands curl.
# shellcheck disable=SC2094 # the file is a named pipe: one end each
ask_service() {
  local code=0 results
  need curl "install it with your system's packages"
  set_curl_words
  folder=$(mktemp -d "${TMPDIR:-/tmp}/predict.XXXXXX")
  trap 'rm -rf -- "$folder"' EXIT
  mkfifo "$folder/told"
  exec {results}>&1
  py "${helper_words[@]}" --url "$url" --folder "$folder" -- "$@" 3>&1 >&"$results" \
    4<"$folder/told" | send_all "$folder" >"$folder/told" || code=${PIPESTATUS[0]}
  return "$code"
}

# Usage: quoted_words WORD...
# Prints words as a shell would take them, quoted only where they must be.
quoted_words() {
  local word
  for word; do
    [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]] || word=${word@Q}
    printf ' %s' "$word"
  done
}

# Usage: show_request [FILE|-|NAME=VALUE...]
# Prints the curl command that would send the first row, secrets masked.
show_request() {
  local body header words=()
  body=$(py "${helper_words[@]}" -- "$@")
  set_curl_words
  for header in "${secret_headers[@]}"; do
    words+=(--header "${header%%:*}: ***")
  done
  [[ -z $secret_user ]] || words+=(--user "${secret_user%%:*}:***")
  printf 'curl'
  quoted_words "${curl_words[@]}" "${words[@]}" --data-binary @- "$url"
  printf " <<'BODY'\n%s\nBODY\n" "$body"
}

# Usage: predict_rows [FILE|-|NAME=VALUE...]
# Does what every command of this family does once its address and identity are known.
predict_rows() {
  check_url
  require_safe_secret
  if [[ -n $dry_run ]]; then
    show_request "$@"
  else
    ask_service "$@"
  fi
}
