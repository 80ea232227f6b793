# shellcheck shell=bash
# work NAME: go to a project and activate its virtualenv, in one word.
#
# Both shells read this: no array, no word split, no program for going somewhere.

# Usage: beachhead_work [NAME | --add [FOLDER [NAME]] | --remove NAME | --root [FOLDER] | --list]
# What `work` does.
beachhead_work() {
  case ${1-} in
    -h | --help) beachhead_work_help ;;
    '' | --list) beachhead_work_each beachhead_work_print ;;
    --add) beachhead_work_add "${2:-$PWD}" "${3-}" ;;
    --remove) beachhead_work_remove "${2-}" ;;
    --root) beachhead_work_root "${2-}" ;;
    -*)
      builtin printf "work: unknown option '%s'; see work --help\n" "$1" >&2
      return 2
      ;;
    *) beachhead_work_go "$1" ;;
  esac
}

# Usage: beachhead_work_help
beachhead_work_help() {
  builtin printf '%s\n' \
    'Go to a project and activate its virtualenv.' '' \
    'Usage: work NAME                     go there' \
    '       work [--list]                 list the projects' \
    '       work --add [FOLDER [NAME]]    remember FOLDER (default: this one)' \
    '       work --remove NAME            forget it' \
    '       work --root [FOLDER]          search FOLDER for projects with a .venv' \
    '' "Example: work --add ~/src/tides && work tides" '' \
    'The virtualenv is FOLDER/.venv, FOLDER/venv or ~/.NAME. The list is a text file:' \
    "$beachhead_projects"
}

# Usage: beachhead_work_each FUNCTION [ARGUMENT]
# Calls FUNCTION NAME FOLDER ARGUMENT for each project, until one returns 0; returns 1 if none did.
# With Bash's failglob a root without projects would be an error; with set -f none is found.
beachhead_work_each() {
  local failglob='' noglob='' code=0
  case $- in
    *f*) noglob=yes ;;
  esac
  if [ -n "${BASH_VERSION-}" ] && shopt -q failglob; then
    failglob=yes
    shopt -u failglob
  fi
  if [ -n "$noglob" ] && [ -n "${BASH_VERSION-}" ]; then set +f; fi
  beachhead_work_search "$@" || code=$?
  if [ -n "$failglob" ]; then shopt -s failglob; fi
  if [ -n "$noglob" ] && [ -n "${BASH_VERSION-}" ]; then set -f; fi
  return "$code"
}

# Usage: beachhead_work_search FUNCTION [ARGUMENT]
# What beachhead_work_each does: the projects of the file first, then those found under the root.
beachhead_work_search() {
  local name folder root=$HOME tab='	' seen=' '
  if [ -r "$beachhead_projects" ]; then
    while IFS=$tab builtin read -r name folder; do
      if [ "$name" = '*' ]; then
        root=$folder
      elif [ -n "$folder" ]; then
        seen="$seen$name/ "
        if "$1" "$name" "$folder" "${2-}"; then return 0; fi
      fi
    done <"$beachhead_projects"
  fi
  if [ -n "${ZSH_VERSION-}" ]; then setopt LOCAL_OPTIONS NULL_GLOB; fi
  for folder in "$root"/*/.venv/bin/activate; do
    folder=${folder%/.venv/bin/activate}
    name=${folder##*/}
    case $seen in
      *" $name/ "*) continue ;;
    esac
    [ -d "$folder/.venv" ] || continue
    if "$1" "$name" "$folder" "${2-}"; then return 0; fi
  done
  # Listing never stops early and is not a failure.
  [ "$1" = beachhead_work_print ]
}

# Usage: beachhead_work_print NAME FOLDER
beachhead_work_print() {
  local beachhead_text
  beachhead_plain "$1"
  builtin printf '%-16s ' "$beachhead_text"
  beachhead_plain "$2"
  builtin printf '%s\n' "$beachhead_text"
  return 1
}

# Usage: beachhead_work_match NAME FOLDER WANTED      sets beachhead_found when it is the one
beachhead_work_match() {
  if [ "$1" = "$3" ]; then beachhead_found=$2; else return 1; fi
}

# Usage: beachhead_work_go NAME
beachhead_work_go() {
  local beachhead_found='' candidate
  if ! beachhead_work_each beachhead_work_match "$1"; then
    builtin printf "work: no project '%s'; see work --list, or go there and: work --add\n" "$1" >&2
    return 1
  fi
  cd -- "$beachhead_found" || return 1
  for candidate in "$PWD/.venv" "$PWD/venv" "$HOME/.$1"; do
    if [ -r "$candidate/bin/activate" ]; then
      # shellcheck source=/dev/null
      . "$candidate/bin/activate"
      return
    fi
  done
  # The last project's virtualenv would be the wrong one here.
  if [ -n "${VIRTUAL_ENV-}" ] && command -v deactivate >/dev/null; then deactivate; fi
}

# Usage: beachhead_work_folder FOLDER
# Prints its path without links, found as cd finds it; a cd of yours keeps out of it, and nothing
# that CDPATH or zsh's chpwd prints gets into it.
beachhead_work_folder() {
  builtin cd -- "$1" >/dev/null 2>&1 && builtin pwd -P
}

# Usage: beachhead_work_add FOLDER NAME
beachhead_work_add() {
  local folder name=$2 beachhead_found='' tab='	' newline='
'
  folder=$(beachhead_work_folder "$1") || {
    builtin printf 'work: %s is not a folder; name one\n' "$1" >&2
    return 1
  }
  name=${name:-${folder##*/}}
  case $name$folder in
    *"$tab"* | *"$newline"*)
      builtin printf 'work: a project may not have a tab or a newline in its name or path\n' >&2
      return 1
      ;;
  esac
  case $name in
    -* | '*' | */* | *' '*)
      builtin printf "work: '%s' is not a name that can be typed; name it: work --add FOLDER NAME\n" "$name" >&2
      return 1
      ;;
  esac
  if beachhead_work_each beachhead_work_match "$name" && [ "$beachhead_found" != "$folder" ]; then
    builtin printf "work: '%s' is %s already; name another: work --add FOLDER NAME\n" \
      "$name" "$beachhead_found" >&2
    return 1
  fi
  beachhead_work_write "$name" "$folder"
}

# Usage: beachhead_work_remove NAME
beachhead_work_remove() {
  local line tab='	'
  if [ -r "$beachhead_projects" ]; then
    while IFS= builtin read -r line; do
      if [ "${line%%"$tab"*}" = "$1" ]; then
        beachhead_work_write "$1" ''
        return
      fi
    done <"$beachhead_projects"
  fi
  builtin printf "work: '%s' is not in the list; see work --list\n" "$1" >&2
  return 1
}

# Usage: beachhead_work_root FOLDER
beachhead_work_root() {
  local folder
  folder=$(beachhead_work_folder "${1:-$PWD}") || {
    builtin printf 'work: %s is not a folder; name one\n' "$1" >&2
    return 1
  }
  beachhead_work_write '*' "$folder"
}

# Usage: beachhead_work_write NAME FOLDER
# The file anew, whole or not at all, with this project (an empty FOLDER: without it).
beachhead_work_write() {
  local line tab='	' new=$beachhead_projects.$$
  command mkdir -p -- "${beachhead_projects%/*}" || return 1
  {
    if [ -r "$beachhead_projects" ]; then
      while IFS= builtin read -r line; do
        if [ "${line%%"$tab"*}" != "$1" ]; then builtin printf '%s\n' "$line" || return 1; fi
      done <"$beachhead_projects"
    fi
    if [ -n "$2" ]; then builtin printf '%s\t%s\n' "$1" "$2" || return 1; fi
  } >"$new" && command mv -f -- "$new" "$beachhead_projects"
}

# An alias or a function of yours that is called work stays; `function` keeps an alias out of it.
if [ -z "${BEACHHEAD_NO_WORK-}" ] && ! command -v work >/dev/null 2>&1; then
  function work { beachhead_work "$@"; }
  # shellcheck disable=SC2034 # for completion.sh
  beachhead_work_is_ours=yes
fi

beachhead_projects=${XDG_CONFIG_HOME:-$HOME/.config}/beachhead/projects
