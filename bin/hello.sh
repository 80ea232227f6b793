#!/usr/bin/env bash
# Say hello, name this shell, list every command.
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

# Usage: list_commands
# Adds each command of bin/, with the summary on its second line, to text.
list_commands() {
  local file summary line
  for file in "${self%/*}"/*; do
    [[ -f $file && -x $file ]] || continue
    { read -r && read -r summary; } <"$file"
    printf -v line '  %-17s %s\n' "${file##*/}" "${summary#\# }"
    text+=$line
  done
}

main() {
  local name cloud text
  while (($#)); do
    case $1 in
      --) shift && break ;;
      -?*) common_option "$1" || usage_error "unknown option $1" ;;
      *) break ;;
    esac
  done
  (($# < 2)) || usage_error "one name at most"
  source "${self%/*}/lib/cloud-detect.sh"
  detect_cloud || true # a wrong BEACHHEAD_CLOUD is told by cloud-env
  cloud_name "$cloud"
  text="Hello ${1:-${USER:-there}}, this is $name."$'\n\n'
  list_commands
  put "$text"$'\n'"Each of them explains itself with --help."
}

main "$@"
