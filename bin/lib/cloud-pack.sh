# shellcheck shell=bash
# Pack the home into one archive, then what has changed since.
#
# Usage: cloud-env pack [--to PLACE] [--dry-run] [--full] [--key FILE | --encrypt] [--with-secrets]
#                       [--exclude PATH]... [--include PATH]... [--json] [--format table|csv|json]
#
# Examples:
#   cloud-env pack --to /mnt/backup/home.pack --dry-run
#   cloud-env pack --to s3://my-bucket/home.pack --encrypt
#   cloud-env pack
#
# Prints the plan: a row for each folder or file of the home that goes in and for each that is left
# out, with its MB and the reason. Left out are caches, virtual environments and node_modules that a
# lock rebuilds, programs of cloud-env tools, other file systems, and what may hold a key or token.
# Then writes PLACE: a tar file, compressed by zstd or gzip. Later packs write only new content, to
# PLACE.1, PLACE.2 and so on; the whole home is packed anew once these outgrow it. Files appear
# whole or not at all. cloud-env unpack PLACE puts the home back.
#
# Options:
#   --to PLACE       file, or s3://, gs:// or az://BUCKET/KEY (default: that of the last pack)
#   --dry-run        print the plan and write nothing
#   --full           pack the whole home anew; replaces what is at PLACE
#   --key FILE       encrypt: by age for a file of age's or SSH keys, else by openssl with the secret
#                    in FILE
#   --encrypt        encrypt by openssl with a secret that is asked for
#   --with-secrets   pack keys and tokens too; needs --key or --encrypt
#   --exclude PATH   leave out a path below the home, or each name that matches a pattern such as *.log
#   --include PATH   pack a path below the home that would be left out
#   --json, --format table|csv|json   output format

# shellcheck disable=SC2034,SC2154 # shared with cloud-options.sh, cloud-emit.sh and kit.sh

# Usage: cloud_pack [OPTION...]
# The subcommand "pack".
cloud_pack() {
  local format='' words=() encrypted=''
  pack_options "$@"
  default_format
  require_home
  run_home pack "${words[@]}"
}

# Usage: pack_options "$@"
# Sets format, and words to NAME=VALUE for Python.
pack_options() {
  while (($#)); do
    [[ $1 != --@(to|key|exclude|include)=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    taken=1
    case $1 in
      --to | --key | --exclude | --include)
        need_value "$1" $#
        [[ -n $2 ]] || usage_error "$1 needs a value"
        words+=("${1#--}=$2") taken=2
        ;;
      --dry-run) words+=(dry=yes) ;;
      --full) words+=(full=yes) ;;
      --encrypt) words+=(encrypt=yes) ;;
      --with-secrets) words+=(secrets=yes) ;;
      *) take_format "$@" || unknown_word "$1" "name the place by --to $1" ;;
    esac
    shift "$taken"
  done
  one_key
}

# Usage: one_key
# Ends with 2 where words have both a key and a secret to be asked for.
one_key() {
  [[ " ${words[*]-} " != *' encrypt=yes '* || " ${words[*]} " != *' key='* ]] ||
    usage_error '--key and --encrypt exclude each other'
}

# Usage: run_home COMMAND NAME=VALUE...
# Runs pyhelpers/cloud's pack or unpack in the first Python from 3.7 on.
run_home() {
  local python state
  state_folder
  find_any_python || need_python 'packs and unpacks'
  "$python" -X utf8 -E -s "$kit_lib/../../pyhelpers/cloud" "$1" format="$format" home="$HOME" \
    state="$state" script="$kit_lib/cloud-object.sh" "${@:2}"
}
