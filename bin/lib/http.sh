# HTTP requests to a prediction service, sent by curl: sourced by predict.sh, never executed.
# shellcheck shell=bash

# What the options and the identity set; credential says in words what is sent to sign in. Secrets are in secret_headers ("Name: value") and in
# secret_user ("key:secret"): neither reaches argv. extra_words are further words for curl; renew is
# a command that gets a new identity.
url='' timeout=60 connect_timeout=10 retries=4 content_type=application/json
secret_headers=() secret_user='' extra_words=() renew=() credential=''

# Usage: check_url
# Ends with 2 unless url is an http(s) address without a password; an address without a path gets
# the path of our own service. A line break would be a line of curl's configuration.
check_url() {
  [[ ! $url =~ [[:space:][:cntrl:]] ]] ||
    usage_error "'$url' holds a space or a control character; write it as %20 and so on"
  [[ $url =~ ^https?://[^/?#[:space:]]+ ]] ||
    usage_error "'$url' is not an http:// or https:// address"
  [[ ! ${BASH_REMATCH[0]} == *@* ]] || usage_error "an address may not hold a password"
  [[ ! $url =~ ^https?://[^/?#]+/?$ ]] || url=${url%/}/predict
}

# Usage: origin URL
# Prints the scheme, host and port of a URL.
origin() {
  [[ $1 =~ ^https?://[^/?#]+ ]] && printf '%s' "${BASH_REMATCH[0],,}"
}

# Usage: require_safe_secret
# Ends with 2 if a secret would be sent unencrypted over a network, 1 if it has several lines.
require_safe_secret() {
  [[ ! $secret_user${secret_headers[*]-} =~ [[:cntrl:]] ]] ||
    die 1 'the token or key holds a line break or a control character; give it as one line'
  [[ -n $secret_user${secret_headers[*]-} && $url == http://* ]] || return 0
  [[ $url =~ ^http://(localhost|127\.[0-9.]+|\[::1\])[:/] ]] ||
    usage_error "a token is sent to https:// or to this machine only, not to $url"
}

# Usage: config_line OPTION VALUE
# Prints a line of a curl configuration file.
config_line() {
  local value=${2//\\/\\\\}
  printf '%s = "%s"\n' "$1" "${value//\"/\\\"}"
}

# Usage: secret_config
# Prints curl's configuration of what a list of processes must not show: the address may be signed.
secret_config() {
  local header
  config_line url "$url"
  for header in "${secret_headers[@]}"; do
    config_line header "$header"
  done
  [[ -z $secret_user ]] || config_line user "$secret_user"
}

# Usage: set_curl_words
# Sets curl_words to the options of every request. For a body past 1 MB curl first asks for
# permission (Expect: 100-continue), and some services never answer that; the header cannot be left
# out, since curl 7.88 would sign it all the same. No proxy is used for this machine. Brackets and
# braces in an address are part of it (--globoff).
set_curl_words() {
  local direct=localhost,127.0.0.1,::1
  curl_words=(--header "Content-Type: $content_type" --header 'Accept: application/json'
    --globoff --expect100-timeout 0.1 --connect-timeout "$connect_timeout"
    --max-time "$timeout" --noproxy "$direct,${no_proxy-${NO_PROXY-}}" "${extra_words[@]}")
  set_retry_words
}

# Usage: set_retry_words
# Sets retry_words: curl itself tries again when a connection is refused or times out and for the
# statuses 408, 429, 500, 502, 503 and 504, with growing pauses, or those of Retry-After. All tries
# have time to end, and two minutes more: a service that asks for a longer pause is not waited for.
set_retry_words() {
  local seconds=${timeout%%.*} longest
  local pauses=$((retries < 10 ? 1 << retries : 600 * retries))
  longest=$(((retries + 1) * (10#${seconds:-0} + 1) + pauses + 120))
  ((longest > 0 && longest < 99999999)) || longest=99999999
  retry_words=(--retry "$retries" --retry-connrefused --retry-max-time "$longest")
}

# Usage: exchange BASE [CURL_OPTION...]
# Sends the file BASE.request, leaves the response in BASE.response and sets answer to: status, exit
# code, content type, message. Each is a line of --write-out, since a header can hold anything else.
exchange() {
  local format='%{http_code}\n%{exitcode}\n%{content_type}\n%{errormsg}\n' quiet=--silent
  [[ ! -t 2 ]] || quiet=--no-progress-meter
  mapfile -t answer < <(
    curl --disable "$quiet" --config <(secret_config) "${curl_words[@]}" "${retry_words[@]}" \
      "${@:2}" --data-binary "@$1.request" --output "$1.response" --write-out "$format" \
      </dev/null 2> >(retry_notes) || :
  )
  ((${#answer[@]} >= 4)) || answer=(000 2 '' '')
}

# Usage: retry_notes
# Prints curl's warnings of a retry, read from standard input, as notes of this command.
# shellcheck disable=SC2154 # kit.sh sets kit_name
retry_notes() {
  local line
  while IFS= read -r line; do
    [[ $line != 'Warning: Problem'* ]] || printf '%s: %s\n' "$kit_name" "${line#*: *: }" >&2
  done
}

# Usage: send BASE
# Sends BASE.request until it is answered or all retries are used; once more with a new identity if
# the present one is refused. Prints "status|exit code|content type|message".
send() {
  local answer
  exchange "$1"
  case ${answer[1]} in
    18 | 52 | 55 | 56) # the connection was lost, which curl retries only as one of all errors
      ((retries == 0)) || exchange "$1" --retry-all-errors --retry $((retries - 1))
      ;;
  esac
  if ((${#renew[@]})) && [[ ${answer[0]} == 40[13] ]] && "${renew[@]}"; then
    renew=()
    exchange "$1"
  fi
  printf '%s|%s|%s|%s\n' "${answer[@]:0:2}" "${answer[2]//|/ }" "${answer[3]}"
}

# Usage: send_all FOLDER
# Sends each request of FOLDER whose number comes on standard input.
send_all() {
  local number
  while read -r number; do
    send "$1/$number"
  done
}
