# Secrets, and identities that are stored between runs: sourced by predict.sh, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # kit.sh sets kit_name

# shellcheck disable=SC2034 # why there is no identity: set by identity-*.sh
why=''

# Usage: mine_alone FILE
# Succeeds if FILE is a regular file of this user that nobody else can read.
mine_alone() {
  [[ -f $1 && -O $1 && $(ls -ldL -- "$1") == -r[w-]-------[\ .@]* ]]
}

# Usage: load_secrets
# Sets variables of this shell, none exported, from ~/.config/beachhead/secrets.env; a variable of
# the environment goes before. The file is read by Python as lines of NAME=VALUE and never run.
load_secrets() {
  local file=${XDG_CONFIG_HOME:-${HOME-}/.config}/beachhead/secrets.env line lines
  [[ -e $file ]] || return 0
  mine_alone "$file" || die 1 "$file: others may read it; run chmod 600 on it, as its owner"
  read_lines lines py identity secrets "$file" "$kit_name"
  for line in "${lines[@]}"; do
    [[ -v ${line%%=*} ]] || printf -v "${line%%=*}" '%s' "${line#*=}"
  done
}

# Usage: cache_path KEY
# Sets cache to the path of the file that stores KEY.
cache_path() {
  cache=${XDG_CACHE_HOME:-${HOME-}/.cache}/beachhead/identity-${1//[^A-Za-z0-9._-]/_}
}

# Usage: read_cache KEY ARRAY
# Sets ARRAY to the lines stored under KEY; returns 1 if there are none or they have expired.
read_cache() {
  local cache until now
  local -n _stored=$2
  cache_path "$1"
  mine_alone "$cache" || return 1
  {
    IFS= read -r until
    mapfile -t _stored
  } <"$cache"
  printf -v now '%(%s)T' -1
  [[ $until =~ ^[0-9]+$ ]] && ((now < until)) && return
  _stored=()
  return 1
}

# Usage: write_cache KEY UNTIL LINE...
# Stores lines under KEY until the second UNTIL (since 1970), in a file that only its owner can
# read; if that fails, nothing is stored.
write_cache() {
  local cache
  cache_path "$1"
  (
    umask 077
    mkdir -p -- "${cache%/*}" && printf '%s\n' "${@:2}" >"$cache.$$" && mv -f -- "$cache.$$" "$cache"
  ) 2>/dev/null || :
}

# Usage: drop_cache KEY
# Removes what is stored under KEY.
drop_cache() {
  local cache
  cache_path "$1"
  rm -f -- "$cache"
}

# Usage: read_lines ARRAY COMMAND...
# Sets ARRAY to the lines that COMMAND prints; ends with its exit code if it fails.
read_lines() {
  local text
  local -n _lines=$1
  text=$("${@:2}") || exit
  _lines=()
  [[ -z $text ]] || mapfile -t _lines <<<"$text"
}

# Usage: get_identity KEY ARRAY KIND COMMAND...
# Sets ARRAY to the keys or the token (KIND aws-keys or token) in what COMMAND prints, and stores
# them under KEY until they expire. ARRAY is empty if there are none.
get_identity() {
  local answer found=()
  local -n _identity=$2
  _identity=()
  answer=$("${@:4}")
  [[ -n $answer ]] || return 0
  read_lines found read_identity "$3" "$answer"
  ((${#found[@]} > 1)) || return 0
  _identity=("${found[@]:1}")
  [[ -z ${found[0]} ]] || write_cache "$1" "${found[@]}"
}

# Usage: read_identity KIND ANSWER
# Prints the second until which an identity may be stored, then its lines, as Python reads them.
read_identity() {
  printf '%s' "$2" | py identity "$1"
}

# Usage: find_token KEY PROGRAM HINT WORD...
# Sets the header with a bearer token: the one stored under KEY, else what ask_endpoint WORD...
# prints, else ask_cli WORD..., which needs PROGRAM. A token is stored until it expires, or for 45
# minutes if its end is not known, and renewed when it is refused. Returns 1 if there is none.
find_token() {
  local token=()
  renew=(renew_token "$@")
  read_cache "$1" token || get_identity "$1" token token ask_endpoint "${@:4}"
  if ((! ${#token[@]})); then
    need "$2" "$3"
    get_identity "$1" token token ask_cli "${@:4}"
  fi
  ((${#token[@]})) && secret_headers=("Authorization: Bearer ${token[0]}")
}

# Usage: renew_token KEY PROGRAM HINT WORD...
# Finds a new token after the stored one was refused.
renew_token() {
  drop_cache "$1"
  find_token "$@"
}
