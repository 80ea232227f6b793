# Words of a command line, checked and shown: sourced, never executed.
# shellcheck shell=bash

# Usage: only_one VALUE...
# Tells whether exactly one VALUE is not empty.
only_one() {
  local value count=0
  for value; do
    [[ -z $value ]] || count=$((count + 1))
  done
  ((count == 1))
}

# Usage: check_name OPTION VALUE PATTERN
# Ends with 2 unless VALUE is there and matches PATTERN wholly.
# Example: check_name --region "$region" '[a-z0-9-]+'
check_name() {
  [[ -n $2 ]] || usage_error "$1 is needed"
  [[ $2 =~ ^$3$ ]] || usage_error "$1 takes no '$2'"
}

# Usage: quoted_words WORD...
# Prints words as a shell would take them, quoted only where they must be.
quoted_words() {
  local word
  for word; do
    [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]] || word=${word@Q}
    printf ' %s' "$word"
  done
}
