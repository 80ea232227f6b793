#!/usr/bin/env bash
# Print docs/reference/commands.md: the --help of every command of bin/ and of its subcommands.
#
# Usage: docs/commands.sh >docs/reference/commands.md
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export COLUMNS=90 TERM=dumb HOME=/nonexistent PATH=$PWD/bin:$PATH

fence=$'\x60\x60\x60'

# Prints a command's help under a heading of level $1; the other words are the command.
section() {
  local level=$1 help sub
  shift
  help=$("$@" --help </dev/null)
  printf '\n%s %s\n\n%stext\n%s\n%s\n' "$level" "$*" "$fence" "$help" "$fence"
  while read -r sub; do
    section "$level#" "$@" "$sub"
  done < <(sed -nE '/^(Commands:|Jobs)/,/^$/s/^  ([a-z][a-z-]*) .*/\1/p' <<<"$help")
}

printf '# Commands\n\nMade from every --help by make docs; do not edit.\n'
for command in bin/*; do
  [[ -f $command && -x $command ]] || continue
  section '##' "${command#bin/}"
done
