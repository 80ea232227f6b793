#!/usr/bin/env bash
# Greet, name this cloud shell and list every command.
#
# Usage: hello.sh [NAME]
#
# Example:
#   hello.sh Ada
#
# Reads only the first comment of each command; writes to standard output.
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
    printf -v line '  %-16s %s\n' "${file##*/}" "${summary#\# }"
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
  detect_cloud || true # cloud-env reports a wrong BEACHHEAD_CLOUD
  cloud_name "$cloud"
  text="Hello ${1:-${USER:-there}}, this is $name."$'\n\n'
  list_commands
  put "$text"$'\n'"Each command has its own --help."
}

main "$@"
