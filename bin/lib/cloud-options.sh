# shellcheck shell=bash
# What the subcommands of cloud-env share: options, lines on standard output and standard error.
# shellcheck disable=SC2154,SC2034 # shared with kit.sh, cloud-env, cloud-emit.sh

format_asked='' help_of=''

# Usage: put TEXT
# Prints TEXT and a newline; a full disk ends the command with 1.
put() {
  printf '%s\n' "$1" 2>/dev/null ||
    die 1 'standard output cannot be written; check the space left'
}

# Usage: usage_error MESSAGE
# Ends with 2, pointing at the help of the subcommand, if one was named.
usage_error() {
  die 2 "$1; see $kit_name${help_of:+ $help_of} --help"
}

# Usage: unknown_word WORD [HINT]
# Ends with 2: a word with a dash is an unknown option, any other an unexpected argument.
unknown_word() {
  [[ $1 != -?* ]] || usage_error "unknown option $1"
  usage_error "unexpected argument $1${2:+; $2}"
}

# Usage: parse_format [OPTION...]
# Sets format from --json and --format, where the subcommand takes no other option.
parse_format() {
  while (($#)); do
    take_format "$@" || unknown_word "$1"
    shift "$taken"
  done
}

# Usage: subcommand_option OPTION
# Handles --help, which prints the header of the subcommand's own file, and --version; returns 1 for
# any other.
subcommand_option() {
  case $1 in
    -h | --help) self=$kit_lib/cloud-$subcommand.sh print_help && exit 0 ;;
    *) common_option "$1" ;;
  esac
}

# Usage: take_format OPTION [VALUE]...
# Handles --json, --format and what subcommand_option does; returns 1 for any other. Sets format, and
# taken to how many words were used.
take_format() {
  taken=1
  case $1 in
    --json) check_format json ;;
    --format)
      need_value "$1" $#
      taken=2
      check_format "$2"
      ;;
    --format=*) check_format "${1#*=}" ;;
    *) subcommand_option "$1" ;;
  esac
}

# Usage: require_home
# Ends with 1 where there is no home to work in.
require_home() {
  [[ -n ${HOME-} && -d $HOME ]] || die 1 'HOME is not set to a folder; set it and try again'
}

# Usage: state_folder
# Sets state to the folder of what is to last: jobs, and what the last pack held.
state_folder() {
  require_home
  state=${BEACHHEAD_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/beachhead}
}

# Usage: report WORD TEXT
# Prints one line of what was done (made, kept, repaired, set, would, skipped, failed) to stderr.
report() {
  printf '%-8s %s\n' "$1" "$2" >&2
}

# Usage: fail TEXT
# Reports a failure and returns 1: the other steps are done all the same.
fail() {
  report failed "$1"
  return 1
}

# Usage: check_format WORD
# Sets format to WORD, and format_asked, or ends with 2.
check_format() {
  case $1 in
    table | csv | json) format=$1 format_asked=1 ;;
    *) usage_error "--format takes table, csv or json, not $1" ;;
  esac
}

# Usage: default_format
# Sets format, where none was asked for: a table on a terminal, CSV elsewhere.
default_format() {
  [[ -z $format ]] || return 0
  if [[ -t 1 ]]; then format=table; else format=csv; fi
}

# Usage: within SECONDS COMMAND...
# Ends it with 124 after so long; where there is no timeout (macOS) it may take its time.
within() {
  if command -v timeout >/dev/null; then
    timeout -k 2 "$@"
  else
    "${@:2}"
  fi
}
