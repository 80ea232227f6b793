# shellcheck shell=bash
# Put a home back from the archive of cloud-env pack.
#
# Usage: cloud-env unpack PLACE [--dry-run] [--overwrite] [--key FILE | --encrypt] [--into FOLDER]
#                         [--no-rebuild] [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env unpack s3://my-bucket/home.pack --encrypt --dry-run
#   cloud-env unpack /mnt/backup/home.pack
#
# Reads PLACE, PLACE.1 and so on to their ends before it writes anything: a wrong key, an archive
# that was cut or changed, and one with paths out of the home are refused. Restores bytes, modes,
# times, symbolic and hard links. A file that is newer here is kept. Then rebuilds virtual
# environments from their uv.lock, poetry.lock, pdm.lock, Pipfile.lock or requirements.txt (uv,
# poetry, pdm and pipenv are fetched for this once where they are missing), node_modules from
# package-lock.json, and the kit's own .venv, where they are missing.
#
# Prints rows with MB: restore, replace (an older file), keep (the same is here), newer (kept), and
# conflict (something else is in its place: kept). Exits with 1 if there is a conflict.
#
# Options:
#   --dry-run        check the archive, print the rows and write nothing
#   --overwrite      replace newer files too
#   --key FILE       age's or SSH private key, or the secret that it was packed with
#   --encrypt        ask for the secret that it was packed with
#   --into FOLDER    unpack into another folder than the home
#   --no-rebuild     rebuild no environment
#   --json, --format table|csv|json   output format

# shellcheck disable=SC2034,SC2154 # shared with cloud-options.sh, cloud-venv.sh and cloud-pack.sh

# Usage: cloud_unpack [OPTION...]
# The subcommand "unpack".
cloud_unpack() {
  local format='' words=() from='' rebuild=yes list code=0
  unpack_options "$@"
  default_format
  require_home
  list=$(mktemp "${TMPDIR:-/tmp}/cloud-env-unpack.XXXXXX") ||
    die 1 'a temporary file cannot be made; check TMPDIR and the space left'
  # shellcheck disable=SC2064 # the name as it is now
  trap "rm -f -- $(printf '%q' "$list")" EXIT
  run_home unpack from="$from" rebuilt="$list" "${words[@]}" || code=$?
  [[ -z $rebuild ]] || rebuild_all || code=1
  if [[ -s ${XDG_CONFIG_HOME:-$HOME/.config}/beachhead/tools && ! -d $HOME/.local/share/beachhead/tools ]]; then
    note 'cloud-env tools restore puts back the tools that this home had'
  fi
  exit "$code"
}

# Usage: unpack_options "$@"
unpack_options() {
  while (($#)); do
    [[ $1 != --@(key|into)=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    taken=1
    case $1 in
      --key | --into)
        need_value "$1" $#
        [[ -n $2 ]] || usage_error "$1 needs a value"
        words+=("${1#--}=$2") taken=2
        ;;
      --dry-run) words+=(dry=yes) ;;
      --overwrite) words+=(overwrite=yes) ;;
      --encrypt) words+=(encrypt=yes) ;;
      --no-rebuild) rebuild='' ;;
      --*) take_format "$@" || unknown_word "$1" ;;
      *)
        if subcommand_option "$1"; then :; elif [[ $1 == -?* || -n $from ]]; then unknown_word "$1"; fi
        from=$1
        ;;
    esac
    shift "$taken"
  done
  [[ -n $from ]] || usage_error 'name the archive: a file, or s3://, gs:// or az://BUCKET/KEY'
  one_key
}

# Usage: rebuild_all
# Rebuilds the environments that Python has listed; returns 1 if one failed.
rebuild_all() {
  local missing=() row failed=0
  mapfile -d '' missing <"$list"
  for ((row = 0; row < ${#missing[@]}; row += 2)); do
    rebuild_one "${missing[row]}" "${missing[row + 1]}" || failed=1
  done
  return "$failed"
}

# Usage: rebuild_one PATH LOCK
rebuild_one() {
  local folder=${1%/*} at=$1 dry='' python='' log
  case $2 in
    install.sh)
      log=$("$folder/install.sh" --no-dotfiles 2>&1 </dev/null) || fail "$at: $(last_said "$log")" || return
      report made "$at, by $folder/install.sh"
      ;;
    package-lock.json)
      command -v npm >/dev/null || fail "$at: npm is missing; run npm ci in $folder" || return
      log=$(cd -- "$folder" && npm ci --include=dev --no-audit --no-fund 2>&1 </dev/null) ||
        fail "$at: $(last_said "$log")" || return
      report made "$at from $2"
      ;;
    *)
      project_venv "$at" && return
      note "to rebuild $at: correct that, then: cloud-env bootstrap $(printf %q "$folder")"
      return 1
      ;;
  esac
}
