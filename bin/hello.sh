#!/usr/bin/env bash
# Say hello, name the shell this is, and list every command with its summary.
#
# Usage: hello.sh [NAME]
#
# Example:
#   hello.sh Ada
#
# Reads nothing but the commands' own first comments; writes to standard output.
#
# Options:
#   -h, --help   print this help
#   --version    print the version
set -euo pipefail
self=${BASH_SOURCE[0]} && [[ $self == */* && ! -L $self ]] || self=$(readlink -f -- "$self")
source "${self%/*}/lib/kit.sh"
source "${self%/*}/lib/cloud-detect.sh"

# Prints each command of bin/ with the summary on its second line.
list_commands() {
  local file summary
  for file in "$kit_lib"/../*; do
    [[ -f $file && -x $file ]] || continue
    { read -r && read -r summary; } <"$file"
    printf '  %-17s %s\n' "${file##*/}" "${summary#\# }"
  done
}

main() {
  local name cloud visitor=${USER:-there}
  while (($#)); do
    case $1 in
      --) shift && break ;;
      -?*) common_option "$1" || usage_error "unknown option $1" ;;
      *) break ;;
    esac
  done
  (($# < 2)) || usage_error "one name at most"
  visitor=${1:-$visitor}
  detect_cloud || true # a wrong BEACHHEAD_CLOUD is told by cloud-env
  cloud_name "$cloud"
  printf 'Hello %s, this is %s.\n\n' "$visitor" "$name"
  list_commands
  printf '\nEach of them explains itself with --help.\n'
}

main "$@"
