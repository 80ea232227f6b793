# shellcheck shell=bash
# Show what fills the home, and empty caches that their tools fill again.
#
# Usage: cloud-env space [-n N] [--clean [--yes]] [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env space
#   cloud-env space --clean
#   cloud-env space --clean --yes
#
# Prints the N largest folders and files, two levels deep, in MB, and marks caches that their tools
# fill again by themselves. A folder is left out where one entry in it has 80 % of its size: the
# entry is listed.
#
# With --clean it lists those caches and changes nothing; with --clean --yes it removes them. The
# trash, logs, browsers of playwright and models are listed and kept: no tool fills them again by
# itself. Follows no symbolic link, and leaves other file systems alone.
#
# Options:
#   -n N          number of rows (default: 15)
#   --clean       list the caches that would be removed
#   --yes         with --clean: remove them
#   --json, --format table|csv|json   output format

# shellcheck disable=SC2154 # kit_name is set by kit.sh, taken by cloud-options.sh

# Usage: cloud_space [OPTION...]
# The subcommand "space".
cloud_space() {
  local format='' number=15 clean='' yes='' failed=0 rows=() top caches=() notes=() stays=() goes=''
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
  [[ -n $yes || -z $goes ]] ||
    note 'nothing was removed; add --yes to do it'
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
      *) take_format "$@" || unknown_word "$1" ;;
    esac
    shift "$taken"
  done
  [[ -z $yes || -n $clean ]] || usage_error '--yes goes with --clean'
}

# Usage: find_caches
# Fills caches, notes and kept with those that are there. A cache is removed only if its tool fills it
# again by itself. Logs, the trash, models and what needs a command to be filled again are listed and
# kept. Caches of browsers and ~/.aws/cli/cache, which holds logins, are not listed.
find_caches() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache} kept=''
  # If XDG_CACHE_HOME were the home, a project named pip would be taken for a cache.
  [[ ! $cache -ef $top ]] || cache=$HOME/.cache
  # A variable may name a folder with other files: it must look like the tool's cache.
  if [[ -z ${PIP_CACHE_DIR-} ]] || holds "$PIP_CACHE_DIR" http http-v2 wheels selfcheck; then
    known_cache "${PIP_CACHE_DIR:-$cache/pip}" 'downloads of pip'
  fi
  # With UV_LINK_MODE=symlink the files of environments are links into uv's cache.
  if [[ ${UV_LINK_MODE-} != symlink ]] &&
    { [[ -z ${UV_CACHE_DIR-} ]] || holds "$UV_CACHE_DIR" CACHEDIR.TAG; }; then
    known_cache "${UV_CACHE_DIR:-$cache/uv}" 'downloads of uv'
  fi
  known_cache "${npm_config_cache:-$HOME/.npm}/_cacache" 'downloads of npm'
  known_cache "${npm_config_cache:-$HOME/.npm}/_npx" 'programs fetched by npx'
  known_cache "$cache/yarn" 'downloads of yarn'
  known_cache "$cache/node-gyp" 'headers of node-gyp'
  known_cache "$cache/pre-commit" 'environments of pre-commit'
  known_cache "$cache/go-build" 'build cache of go'
  known_cache "$HOME/go/pkg/mod" 'downloads of go'
  known_cache "$HOME/.cargo/registry" 'downloads of cargo'
  known_cache "$HOME/.gradle/caches" 'downloads of gradle'
  known_cache "$HOME/.conda/pkgs" 'downloads of conda'
  known_cache "$cache/bazel" 'build cache of bazel'
  known_cache "$HOME/.kube/cache" 'discovery cache of kubectl'
  find_kept "$cache"
}

# Usage: find_kept CACHE
# Adds what is kept, with the command that fills or empties it.
find_kept() {
  local kept='kept: yours to empty'
  known_cache "$HOME/.local/share/Trash" 'the trash'
  known_cache "$HOME/.azure/logs" 'logs of az'
  known_cache "$HOME/.config/gcloud/logs" 'logs of gcloud'
  kept='kept: only npx playwright install fetches them again'
  known_cache "$1/ms-playwright" 'browsers of playwright'
  kept='kept: only npx cypress install fetches it again'
  known_cache "$1/Cypress" 'Cypress itself'
  kept='kept: only helm repo update fetches them again'
  known_cache "$1/helm" 'downloads of helm'
  kept='kept: models take long to download and may be gone'
  known_cache "${HF_HOME:-$1/huggingface}" 'models of huggingface'
  known_cache "${TORCH_HOME:-$1/torch}" 'models of torch'
  known_cache "$HOME/.keras" 'models and data of keras'
  known_cache "$HOME/.ollama/models" 'models of ollama'
  known_cache "$HOME/.m2/repository" "downloads of maven, and what you installed there"
}

# Usage: holds FOLDER NAME...
# Returns 0 if one of the NAMEs is in FOLDER.
holds() {
  local name
  for name in "${@:2}"; do
    [[ ! -e $1/$name ]] || return 0
  done
  return 1
}

# Usage: known_cache FOLDER WHAT
# Adds a folder of the home that is not a link and is not behind a link out of the home. The
# caller's kept says why it is not removed, if it is not.
known_cache() {
  local real
  [[ -d $1 && ! -L $1 ]] || return 0
  real=$(cd -P -- "$1" 2>/dev/null && printf '%s.' "$PWD") || return 0
  real=${real%.}
  [[ $real == "$top"/?* ]] || return 0
  caches+=("$real") notes+=("$2") stays+=("$kept")
}

# Usage: largest
# Fills rows. du's names end in NUL: a file's name may hold anything else.
largest() {
  local line size path parent place sizes=() paths=() note
  local -A below=() kind=()
  for ((place = 0; place < ${#caches[@]}; place++)); do
    kind[${caches[place]}]="cache: ${notes[place]}"
    [[ -z ${stays[place]} ]] || kind[${caches[place]}]=${notes[place]}
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
# Fills rows with the caches, the largest first; with --yes, removes those that may be removed.
clean_caches() {
  local place size path order=()
  for ((place = 0; place < ${#caches[@]}; place++)); do
    size=$(du -xsk -- "${caches[place]}" 2>/dev/null) || true
    order+=("${size%%[!0-9]*} $place")
  done
  ((${#order[@]})) || return 0
  while read -r size place; do
    path=${caches[place]}
    rows+=("$(((size + 1023) / 1024))" "$path" "${notes[place]}" "${stays[place]:-$(clean_one "$path")}")
    [[ -n ${stays[place]} ]] || goes=1
    [[ ${rows[-1]} != failed* ]] || failed=1
  done < <(printf '%s\n' "${order[@]}" | sort -rn)
}

# Usage: clean_one FOLDER
# Removes a folder and prints what was done. go keeps its folders read-only: they are made
# writable first.
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
