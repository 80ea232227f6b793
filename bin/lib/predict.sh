# What predict, predict-aws, predict-azure and predict-gcp share: sourced, never executed.
# shellcheck shell=bash

# The sourcing command lists its own options and defines two functions:
#   own_options, own_flags  options with a value and without one; --some-name sets some_name
#   find_address            sets url, or ends with 2
#   identify                sets secret_headers or secret_user, if the service needs an identity
# shellcheck source=bin/lib/words.sh disable=SC2154 # kit.sh sets kit_lib
source "$kit_lib/words.sh"
# shellcheck source=bin/lib/http.sh
source "$kit_lib/http.sh"
# shellcheck source=bin/lib/secrets.sh
source "$kit_lib/secrets.sh"

own_options=() own_flags=() dry_run='' helper_words=() folder=''

# Usage: predict_main [WORD...]
# Runs the command: parses its words, then predicts each row, or prints the request.
predict_main() {
  local words
  parse_words predict_option "$@"
  find_address
  identify
  check_url
  require_safe_secret
  if [[ -n $dry_run ]]; then
    show_request "${words[@]}"
  else
    ask_service "${words[@]}"
  fi
}

# Usage: predict_option OPTION [VALUE]...
# Takes an option; sets taken to the words it used. Returns 1 for an unknown option.
# shellcheck disable=SC2034 # taken is for parse_words
predict_option() {
  local name
  taken=1
  for name in "${own_flags[@]}" --dry-run; do
    [[ $1 != "$name" ]] || { set_variable "$1" yes && return; }
  done
  taken=2
  for name in "${own_options[@]}"; do
    [[ $1 != "$name" ]] || { need_value "$1" $# && set_variable "$1" "$2" && return; }
  done
  request_option "$@"
}

# Usage: set_variable OPTION VALUE
# Sets the variable that is named like OPTION: some_name for --some-name.
set_variable() {
  local name=${1#--}
  printf -v "${name//-/_}" '%s' "$2"
}

# Usage: request_option OPTION [VALUE]...
# Takes an option that all four commands have; returns 1 for any other.
request_option() {
  case $1 in
    --proba | --resume) helper_words+=("${1#--}=yes") && taken=1 && return ;;
    --url | -o | --output | --shape | --interval | -c | --column | --text | -d | --delimiter | --as | --chunk-rows | \
      --chunk-bytes | --format | --timeout | --connect-timeout | --retries) need_value "$1" $# ;;
    *) return 1 ;;
  esac
  # shellcheck disable=SC2034 # http.sh uses them
  case $1 in
    --url) url=$2 ;;
    --timeout) check_seconds "$1" "$2" && timeout=$2 ;;
    --connect-timeout) check_seconds "$1" "$2" && connect_timeout=$2 ;;
    --retries) check_count "$1" "$2" && retries=$((10#$2)) ;;
    --chunk-rows) check_count "$1" "$2" && helper_words+=("rows=$((10#$2))") ;;
    --chunk-bytes) check_count "$1" "$2" && helper_words+=("bytes=$((10#$2))") ;;
    --shape) check_choice "$1" "$2" records rows split input_data csv && set_shape "$2" ;;
    --format) check_choice "$1" "$2" table csv json && helper_words+=("format=$2") ;;
    --interval) check_share "$1" "$2" && helper_words+=("interval=$2") ;;
    --as) helper_words+=("name=$2") ;;
    -o | --output) helper_words+=("out=$2") ;;
    -c | --column) helper_words+=("column=$2") ;;
    -d | --delimiter) helper_words+=("delimiter=$2") ;;
    --text) helper_words+=("text=$2") ;;
  esac
}

# Usage: set_shape SHAPE
# Sets the shape of request bodies and their content type.
# shellcheck disable=SC2034 # http.sh uses content_type
set_shape() {
  helper_words+=("shape=$1") content_type=application/json
  [[ $1 != csv ]] || content_type=text/csv
}

# Usage: check_choice OPTION VALUE CHOICE...
# Ends with 2 unless VALUE is one of the CHOICEs.
check_choice() {
  local choice
  for choice in "${@:3}"; do
    [[ $2 != "$choice" ]] || return 0
  done
  usage_error "$1 takes one of ${*:3}, not '$2'"
}

# Usage: check_count OPTION VALUE
# Ends with 2 unless VALUE is a whole number above zero; --retries may be zero.
check_count() {
  [[ $2 =~ ^[0-9]{1,12}$ && ($1 == --retries || $2 =~ [1-9]) ]] ||
    usage_error "$1 takes a whole number, not '$2'"
}

# Usage: check_seconds OPTION VALUE
# Ends with 2 unless VALUE is a number of seconds above zero that curl accepts.
check_seconds() {
  [[ $2 =~ ^(0*[0-9]{1,8}(\.[0-9]*)?|\.[0-9]+)$ && $2 =~ [1-9] ]] ||
    usage_error "$1 takes seconds above zero, 99999999 at most, not '$2'"
}

# Usage: check_share OPTION VALUE
# Ends with 2 unless VALUE is a number between 0 and 1.
check_share() {
  [[ $2 =~ ^0?\.[0-9]{1,9}$ && $2 =~ [1-9] ]] ||
    usage_error "$1 takes a share between 0 and 1, such as 0.9, not '$2'"
}

# Usage: ask_service [FILE|-|NAME=VALUE...]
# Asks url for a prediction of each row; prints the rows with their predictions. The helper makes
# request bodies and reads responses; curl sends them.
# shellcheck disable=SC2094 # the file is a named pipe: one end each
ask_service() {
  local code=0 results redacted
  need curl "install it with your system's packages"
  set_curl_words
  [[ -e /dev/fd/1 ]] || die 1 "standard output is closed; nothing can be printed"
  make_temporary folder predict
  trap 'rm -rf -- "$folder"' EXIT
  mkfifo "$folder/replies"
  exec {results}>&1
  redact "$url" # for messages: any user of the machine can read argv
  py "${helper_words[@]}" "url=$redacted" "credential=$credential" "folder=$folder" -- "$@" 3>&1 >&"$results" \
    4<"$folder/replies" | send_all "$folder" >"$folder/replies" || code=${PIPESTATUS[0]}
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
