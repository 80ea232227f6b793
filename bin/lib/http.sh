# Asking a prediction service by curl: sourced by predict and its kin, never executed.
# shellcheck shell=bash

# What the options set. The sourcing command may put headers that nobody may see into
# secret_headers ("Name: value"), "key:secret" into secret_user (neither reaches argv), further words
# for curl into extra_words, and into renew a command that gets a new identity.
url='' timeout=60 connect_timeout=10 retries=4 dry_run='' content_type=application/json
helper_words=() secret_headers=() secret_user='' extra_words=() renew='' folder=''

# Usage: request_option OPTION [VALUE]...
# Handles the options that predict and its kin share; sets taken to the words it used; returns 1
# for any other.
# Example: request_option "$@" || usage_error "unknown option $1"; shift "$taken"
# shellcheck disable=SC2034 # taken is for the caller
request_option() {
  taken=2
  case $1 in
    --dry-run) dry_run=yes taken=1 && return ;;
    --url | --shape | -c | --column | --text | -d | --delimiter | --as | --chunk-rows | \
      --chunk-bytes | --format | --timeout | --connect-timeout | --retries) need_value "$1" $# ;;
    *) return 1 ;;
  esac
  case $1 in
    --url) url=$2 ;;
    --timeout) check_seconds "$1" "$2" && timeout=$2 ;;
    --connect-timeout) check_seconds "$1" "$2" && connect_timeout=$2 ;;
    --retries) check_count "$1" "$2" && retries=$((10#$2)) ;;
    --chunk-rows) check_count "$1" "$2" && helper_words+=("rows=$((10#$2))") ;;
    --chunk-bytes) check_count "$1" "$2" && helper_words+=("bytes=$((10#$2))") ;;
    --shape) check_choice "$1" "$2" records rows split input_data csv && set_shape "$2" ;;
    --format) check_choice "$1" "$2" table csv json && helper_words+=("format=$2") ;;
    --as) helper_words+=("name=$2") ;;
    -c | --column) helper_words+=("column=$2") ;;
    -d | --delimiter) helper_words+=("delimiter=$2") ;;
    --text) helper_words+=("text=$2") ;;
  esac
}

# Usage: set_shape SHAPE
# Sets the shape of the bodies and how they are announced.
set_shape() {
  helper_words+=("shape=$1") content_type=application/json
  [[ $1 != csv ]] || content_type=text/csv
}

# Usage: check_choice OPTION VALUE CHOICE...
# Ends with 2 unless VALUE is one of the CHOICEs.
check_choice() {
  [[ " ${*:3} " == *" $2 "* ]] || usage_error "$1 takes one of ${*:3}, not '$2'"
}

# Usage: check_count OPTION VALUE
# Ends with 2 unless VALUE is a whole number, for what cannot be none above zero.
check_count() {
  [[ $2 =~ ^[0-9]{1,12}$ && ($1 == --retries || $2 =~ [1-9]) ]] ||
    usage_error "$1 takes a whole number, not '$2'"
}

# Usage: check_seconds OPTION VALUE
# Ends with 2 unless VALUE is a number of seconds above zero that curl can count.
check_seconds() {
  [[ $2 =~ ^(0*[0-9]{1,8}(\.[0-9]*)?|\.[0-9]+)$ && $2 =~ [1-9] ]] ||
    usage_error "$1 takes seconds above zero, 99999999 at most, not '$2'"
}

# Usage: check_url
# Ends with 2 unless url is an http(s) address without a password in it; one without a path gets
# the path that our own service has. A line break would be a line of curl's configuration.
check_url() {
  [[ ! $url =~ [[:space:][:cntrl:]] ]] ||
    usage_error "'$url' holds a space or a control character; write it as %20 and so on"
  [[ $url =~ ^https?://[^/?#[:space:]]+ ]] ||
    usage_error "'$url' is no http:// or https:// address"
  [[ ! ${BASH_REMATCH[0]} == *@* ]] || usage_error "no password may stand in the address"
  [[ ! $url =~ ^https?://[^/?#]+/?$ ]] || url=${url%/}/predict
}

# Usage: origin URL
# Prints the scheme, host and port of a URL.
origin() {
  [[ $1 =~ ^https?://[^/?#]+ ]] && printf '%s' "${BASH_REMATCH[0],,}"
}

# Usage: require_safe_secret
# Ends with 2 where a secret would cross a network in the clear, 1 where it is more than a line.
require_safe_secret() {
  [[ ! $secret_user${secret_headers[*]-} =~ [[:cntrl:]] ]] ||
    die 1 'the token or key holds a line break or a control character; give it as one line'
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
# Prints what curl must know and nobody may see in a list of processes: an address may be signed.
secret_config() {
  local header
  config_line url "$url"
  for header in "${secret_headers[@]}"; do
    config_line header "$header"
  done
  [[ -z $secret_user ]] || config_line user "$secret_user"
}

# Usage: set_curl_words
# Sets curl_words to what every request has. Of a body past 1 MB curl asks leave first, and not
# every service answers that; the header cannot be left out, since curl 7.88 would sign it all the
# same. A proxy is never asked for this machine. An address with [1-3] or {a,b} in it is one address.
set_curl_words() {
  local direct=localhost,127.0.0.1,::1
  curl_words=(--header "Content-Type: $content_type" --header 'Accept: application/json'
    --globoff --expect100-timeout 0.1 --connect-timeout "$connect_timeout"
    --max-time "$timeout" --noproxy "$direct,${no_proxy-${NO_PROXY-}}" "${extra_words[@]}")
}

# Usage: send_once BASE
# Sends the file BASE.request, leaves the answer in BASE.response and prints, a line each, since a
# header may hold anything but a line break: status, exit code, seconds to wait, content type,
# message.
send_once() {
  local told='%{http_code}\n%{exitcode}\n%header{retry-after}\n%{content_type}\n%{errormsg}\n'
  curl --disable --silent --config <(secret_config) "${curl_words[@]}" \
    --data-binary "@$1.request" --output "$1.response" --write-out "$told" </dev/null
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
# Sends BASE.request until it is answered or retries are used up, once more with a new identity
# where the one at hand is refused; prints "status|exit code|content type|message".
send() {
  local attempt answer
  for ((attempt = 0; ; attempt++)); do
    mapfile -t answer < <(send_once "$1" || :)
    ((${#answer[@]} >= 5)) || answer=(000 2 '' '' '')
    if [[ -n $renew && ${answer[0]} == 40[13] ]]; then
      $renew && renew='' && continue
    fi
    ((attempt < retries)) || break
    may_pass "${answer[0]}" "${answer[1]}" || break
    back_off "$attempt" "${answer[2]}"
  done
  printf '%s|%s|%s|%s\n' "${answer[@]:0:2}" "${answer[3]//|/ }" "${answer[4]}"
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
  local code=0 results redacted
  need curl "install it with your system's packages"
  set_curl_words
  [[ -e /dev/fd/1 ]] || die 1 "standard output is closed; nothing can be printed"
  make_temporary folder predict
  trap 'rm -rf -- "$folder"' EXIT
  mkfifo "$folder/told"
  exec {results}>&1
  redact "$url" # for messages: argv is for everybody to see
  py "${helper_words[@]}" "url=$redacted" "folder=$folder" -- "$@" 3>&1 >&"$results" \
    4<"$folder/told" | send_all "$folder" >"$folder/told" || code=${PIPESTATUS[0]}
  return "$code"
}

# Usage: show_request [FILE|-|NAME=VALUE...]
# Prints the curl command that would send the first row, secrets masked.
show_request() {
  local body header text redacted words=()
  body=$(py "${helper_words[@]}" -- "$@")
  set_curl_words
  for header in "${secret_headers[@]}"; do
    words+=(--header "${header%%:*}: ***")
  done
  [[ -z $secret_user ]] || words+=(--user "${secret_user%%:*}:***")
  redact "$url"
  text=$(quoted_words curl "${curl_words[@]}" "${words[@]}" --data-binary @- "$redacted")
  put "${text# } <<'BODY'"$'\n'"$body"$'\nBODY'
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
