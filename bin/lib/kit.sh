# Functions that every command of bin/ shares: sourced, never executed.
# shellcheck shell=bash

# Neither an exported CDPATH nor exported functions that shadow builtins reach a command.
unset CDPATH
unset -f cd command echo exec exit export kill local printf pwd read set shift source test trap type wait

# The sourcing command has set self to its own path, symbolic links resolved.
kit_name=${self##*/}
kit_lib=${BASH_SOURCE[0]%/*}
# shellcheck source=bin/lib/plain.sh
source "$kit_lib/plain.sh"

# Usage: die CODE MESSAGE
# Ends with one line on stderr, "name: what is wrong; what to do". Control characters in it become
# question marks, and secrets in an address become ***.
# Example: die 1 "$file: no such file; check the path"
die() {
  local redacted
  redact "$2"
  printf '%s: %s\n' "$kit_name" "$(harmless "$redacted")" >&2
  exit "$1"
}

# Usage: note MESSAGE
# Prints one line on stderr, "name: message", without control characters.
# Example: note "nothing was removed; add --yes to remove it"
note() {
  local LC_ALL=C text=$1
  [[ $text != *[!\ -~]* ]] || text=$(harmless "$text")
  printf '%s: %s\n' "$kit_name" "$text" >&2
}

# Usage: usage_error MESSAGE
# Ends with 2, pointing at the help.
# Example: usage_error "unknown option $1"
usage_error() {
  die 2 "$1; see $kit_name --help"
}

# Usage: put TEXT
# Writes a text to standard output; ends with 1 if it cannot be written. On a terminal, control
# characters become question marks; a pipe or a file gets every byte.
# Example: put "$report"
put() {
  local text=$1
  [[ ! -t 1 ]] || text=$(harmless "$1" $'\n\t')
  printf '%s\n' "$text" 2>/dev/null || die 1 "standard output cannot be written; is the disk full?"
}

# Usage: print_help
# Prints the header comment of the running command: from its second line to the first line of code,
# without the "# ".
print_help() {
  local line text=
  {
    read -r line
    while IFS= read -r line && [[ $line == '#'* ]]; do
      line=${line#\#}
      text+=${line# }$'\n'
    done
  } <"$self"
  put "${text%$'\n'}"
}

# Usage: print_version
# Prints the command's name and the kit's version, from pyhelpers/__init__.py.
print_version() {
  local line
  while IFS= read -r line; do
    [[ $line == '__version__ = "'* ]] || continue
    line=${line#*\"}
    put "$kit_name ${line%\"}"
    return
  done <"$kit_lib/../../pyhelpers/__init__.py"
}

# Usage: common_option OPTION
# Handles the options that every command has; returns 1 for any other.
# Example: common_option "$1" || usage_error "unknown option $1"
common_option() {
  case $1 in
    -h | --help) print_help ;;
    --version) print_version ;;
    *) return 1 ;;
  esac
  exit 0
}

# Usage: parse_words HANDLER WORD...
# Parses a command's words: gives each option to common_option, then to HANDLER, which sets taken to
# the number of words it used, or returns 1 for an unknown option. Sets words to the other words.
# Example: local words; parse_words own_option "$@"
parse_words() {
  local handler=$1 taken
  shift
  words=()
  while (($#)); do
    [[ $1 != --?*=* ]] || set -- "${1%%=*}" "${1#*=}" "${@:2}"
    case $1 in
      --) words+=("${@:2}") && break ;;
      -?*)
        common_option "$1" || "$handler" "$@" || usage_error "unknown option $1"
        shift "$taken"
        ;;
      *) words+=("$1") && shift ;;
    esac
  done
}

# Usage: need_value OPTION COUNT
# Ends with 2 when OPTION is the last of COUNT words left, so that no value follows it.
# Example: need_value "$1" $#
need_value() {
  (($2 > 1)) || usage_error "$1 needs a value"
}

# Usage: need PROGRAM HOW
# Ends with 127, saying HOW to get it, when PROGRAM is not installed.
# Example: need curl "install it with your system's packages"
need() {
  command -v "$1" >/dev/null 2>&1 || die 127 "$1 is missing; $2"
}

# Usage: py [ARG...]
# Replaces this shell by the Python command of the same name, in the kit's own Python, which so gets
# the signals and gives the exit code. In a pipe or $(...) only that subshell is replaced; elsewhere
# call it in ( ).
# Example: rows=$(py count "$file")
py() {
  local root python
  root=$(cd -P -- "$kit_lib/../.." && pwd)
  python=$root/.venv/bin/python
  [[ -x $python ]] || die 127 "the Python environment is missing; run $root/install.sh"
  PYTHONPATH=$root exec "$python" -P "$root/bin/lib/start.py" "$kit_name" "$@"
}
