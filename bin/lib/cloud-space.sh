# shellcheck shell=bash
# Show what fills the home, and empty the caches that can go.
#
# Usage: cloud-env space [-n N] [--clean [--yes]] [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env space
#   cloud-env space --clean
#   cloud-env space --clean --yes
#
# Prints the N (default 15) largest folders and files, two levels deep, in MB: a cache that its tool
# fills again by itself is named as such. A folder that holds little besides one part is left out in
# favour of that part.
#
# With --clean it prints those caches alone, as a plan; with --clean --yes it removes them. It
# follows no symbolic link and touches nothing outside the home or on another file system.
#
# Options:
#   -n N          how many rows
#   --clean       the plan: which caches would go
#   --yes         with --clean: remove them
#   --json, --format table|csv|json   how to print

# shellcheck disable=SC2154 # kit_name is set by kit.sh, taken by cloud-options.sh

# Usage: cloud_space [OPTION...]
# The job "space".
cloud_space() {
  local format='' number=15 clean='' yes='' failed=0 rows=() top caches=() notes=()
  space_options "$@"
  default_format
  require_home
  top=$(cd -P -- "$HOME" && pwd)
  [[ $top != / ]] || die 1 'HOME is /; set it to a home of your own'
  find_caches
  if [[ -z $clean ]]; then
    largest
    emit_rows "$format" mb path what -- "${rows[@]}"
    return
  fi
  clean_caches
  emit_rows "$format" mb path what action -- "${rows[@]}"
  [[ -n $yes || ${#rows[@]} == 0 ]] ||
    printf 'cloud-env: nothing was removed; add --yes to do it\n' >&2
  ((! failed)) || exit 1
}

# Usage: space_options "$@"
space_options() {
  while (($#)); do
    taken=1
    case $1 in
      -n)
        need_value "$1" $#
        [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || usage_error "-n takes a number from 1 on, not $2"
        number=$2 taken=2
        ;;
      --clean) clean=1 ;;
      --yes) yes=1 ;;
      *) take_format "$@" || usage_error "unknown option $1" ;;
    esac
    shift "$taken"
  done
  [[ -z $yes || -n $clean ]] || usage_error '--yes goes with --clean'
}

# Usage: find_caches
# Fills caches and notes with those that are there. Not among them: model stores such as
# huggingface's and Maven's repository, which are not always to be had again, and ~/.aws/cli/cache,
# which is a login.
find_caches() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}
  known_cache "${PIP_CACHE_DIR:-$cache/pip}" 'downloads of pip'
  known_cache "${UV_CACHE_DIR:-$cache/uv}" 'downloads of uv'
  known_cache "${npm_config_cache:-$HOME/.npm}/_cacache" 'downloads of npm'
  known_cache "${npm_config_cache:-$HOME/.npm}/_npx" 'programs fetched by npx'
  known_cache "$cache/yarn" 'downloads of yarn'
  known_cache "$cache/node-gyp" 'headers of node-gyp'
  known_cache "$cache/pre-commit" 'environments of pre-commit'
  known_cache "$cache/go-build" 'what go has compiled'
  known_cache "$HOME/go/pkg/mod" 'downloads of go'
  known_cache "$HOME/.cargo/registry" 'downloads of cargo'
  known_cache "$HOME/.gradle/caches" 'downloads of gradle'
  known_cache "$HOME/.conda/pkgs" 'downloads of conda'
  known_cache "$cache/ms-playwright" 'browsers of playwright'
  known_cache "$cache/Cypress" 'Cypress itself'
  known_cache "$cache/bazel" 'what bazel has built'
  known_cache "$cache/helm" 'downloads of helm'
  known_cache "$HOME/.kube/cache" 'what kubectl has learned of servers'
  known_cache "$HOME/.azure/logs" 'logs of az'
  known_cache "$HOME/.config/gcloud/logs" 'logs of gcloud'
  known_cache "$HOME/.local/share/Trash" 'what was thrown away'
}

# Usage: known_cache FOLDER WHAT
# Notes it when it is a folder of the home: not a link, nor reached through one that leads outside.
known_cache() {
  local real
  [[ -d $1 && ! -L $1 ]] || return 0
  real=$(cd -P -- "$1" 2>/dev/null && printf '%s.' "$PWD") || return 0
  real=${real%.}
  [[ $real == "$top"/?* ]] || return 0
  caches+=("$real") notes+=("$2")
}

# Usage: largest
# Fills rows. du's names end in NUL: a file's name may hold anything else.
largest() {
  local line size path parent place sizes=() paths=() note
  local -A below=() kind=()
  for ((place = 0; place < ${#caches[@]}; place++)); do
    kind[${caches[place]}]="cache: ${notes[place]}"
  done
  while IFS= read -r -d '' line; do
    size=${line%%$'\t'*} path=${line#*$'\t'} parent=${line#*$'\t'}
    parent=${parent%/*}
    [[ $path != "$top" ]] || continue
    sizes+=("$size") paths+=("$path")
    ((${below[$parent]-0} > size)) || below[$parent]=$size
  done < <(du -0axk -d 2 -- "$top" 2>/dev/null | sort -znr)
  for ((place = 0; place < ${#paths[@]} && ${#rows[@]} < 3 * number; place++)); do
    path=${paths[place]} size=${sizes[place]}
    ((${below[$path]-0} * 10 < size * 8 || size == 0)) || continue
    note=${kind[$path]-}
    rows+=("$(((size + 1023) / 1024))" "$path" "$note")
  done
}

# Usage: clean_caches
# Fills rows with the caches, the largest first, and removes them where --yes was said.
clean_caches() {
  local place size path order=()
  for ((place = 0; place < ${#caches[@]}; place++)); do
    size=$(du -xsk -- "${caches[place]}" 2>/dev/null) || true
    order+=("${size%%[!0-9]*} $place")
  done
  ((${#order[@]})) || return 0
  while read -r size place; do
    path=${caches[place]}
    rows+=("$(((size + 1023) / 1024))" "$path" "${notes[place]}" "$(clean_one "$path")")
    [[ ${rows[-1]} != failed* ]] || failed=1
  done < <(printf '%s\n' "${order[@]}" | sort -rn)
}

# Usage: clean_one FOLDER
# Prints what was done with it. go keeps its folders read-only: they are opened first.
clean_one() {
  local said
  if [[ -z $yes ]]; then
    printf 'would be removed'
  elif said=$({ chmod -R u+w -- "$1" && rm -rf --one-file-system -- "$1"; } 2>&1); then
    printf 'removed'
  else
    printf 'failed: %s' "${said##*$'\n'}"
  fi
}
