# Secrets and identities kept between runs, for predict and its kin only: sourced, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # kit.sh sets kit_name

# shellcheck disable=SC2034 # why an identity could not be had: set by identity-*.sh
why=''

# Usage: mine_alone FILE
# Tells whether FILE is a regular file that is mine and that nobody else may read.
mine_alone() {
  [[ -f $1 && -O $1 && $(ls -ldL -- "$1") == -r[w-]-------[\ .@]* ]]
}

# Usage: load_secrets
# Takes what ~/.config/beachhead/secrets.env says into variables of this shell, none exported; what
# the environment says already goes first. The file is read as lines of NAME=VALUE, never run.
load_secrets() {
  local file=${XDG_CONFIG_HOME:-$HOME/.config}/beachhead/secrets.env line number=0 name value
  [[ -e $file ]] || return 0
  mine_alone "$file" || die 1 "$file: others may read it; run chmod 600 on it, as its owner"
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1)) line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
    [[ $line =~ ^(export[[:space:]]+)?([A-Z][A-Z0-9_]*)=(.*)$ ]] ||
      die 1 "$file: line $number: no NAME=VALUE; mend it"
    name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
    known_secret "$name" || die 1 "$file: line $number: $name is not used; see $kit_name --help"
    [[ ! $value =~ ^\"(.*)\"$ && ! $value =~ ^\'(.*)\'$ ]] || value=${BASH_REMATCH[1]}
    [[ -v $name ]] || printf -v "$name" '%s' "$value"
  done <"$file"
}

# Usage: known_secret NAME
# Tells whether one of the commands takes NAME from secrets.env.
known_secret() {
  case $1 in
    BEACHHEAD_PREDICT_URL | BEACHHEAD_PREDICT_TOKEN | AZUREML_KEY) ;;
    AWS_ACCESS_KEY_ID | AWS_SECRET_ACCESS_KEY | AWS_SESSION_TOKEN) ;;
    *) return 1 ;;
  esac
}

# Usage: cache_path KEY
# Sets cache to the file that keeps what KEY names.
cache_path() {
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/beachhead/identity-${1//[^A-Za-z0-9._-]/_}
}

# Usage: read_cache KEY
# Sets kept to the lines stored under KEY; returns 1 where there are none or they have expired.
read_cache() {
  local cache until now
  cache_path "$1"
  mine_alone "$cache" || return 1
  mapfile -t kept <"$cache"
  until=${kept[0]-} && kept=("${kept[@]:1}")
  printf -v now '%(%s)T' -1
  [[ $until =~ ^[0-9]+$ ]] && ((now < until))
}

# Usage: write_cache KEY UNTIL LINE...
# Stores lines under KEY until the second UNTIL (since 1970), in a file of mine alone; where that
# cannot be done, nothing is stored.
write_cache() {
  local cache
  cache_path "$1"
  (
    umask 077
    mkdir -p -- "${cache%/*}" && printf '%s\n' "${@:2}" >"$cache.$$" && mv -f -- "$cache.$$" "$cache"
  ) 2>/dev/null || :
}

# Usage: drop_cache KEY
# Forgets what is stored under KEY.
drop_cache() {
  local cache
  cache_path "$1"
  rm -f -- "$cache"
}

# Usage: json_text NAME JSON
# Sets found (for the caller) to the text of a field of a small JSON document; returns 1 where it is not there.
# shellcheck disable=SC2034 # found is for the caller
json_text() {
  local pattern="\"$1\"[[:space:]]*:[[:space:]]*\"([^\"\\\\]*)\""
  local json=${2//\\\//\/}
  [[ $json =~ $pattern ]] && found=${BASH_REMATCH[1]}
}

# Usage: seconds_from TIME FALLBACK
# Sets epoch to the second that an ISO 8601 TIME names, less five minutes; where there is none, to
# FALLBACK seconds from now.
seconds_from() {
  local now
  printf -v now '%(%s)T' -1
  epoch=$(date -u -d "$1" +%s 2>/dev/null) && [[ -n $1 ]] && epoch=$((epoch - 300)) && return
  epoch=$((now + $2))
}
