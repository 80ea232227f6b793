# Checking and quoting of command-line words: sourced, never executed.
# shellcheck shell=bash

# Usage: only_one VALUE...
# Succeeds if exactly one VALUE is not empty.
only_one() {
  local value count=0
  for value; do
    [[ -z $value ]] || count=$((count + 1))
  done
  ((count == 1))
}

# Usage: check_name OPTION VALUE PATTERN WHAT
# Ends with 2 if VALUE is empty or does not match the whole PATTERN, which WHAT says in words.
# Example: check_name --region "$region" '[a-z0-9-]+' 'a name such as us-central1'
check_name() {
  [[ -n $2 ]] || usage_error "$1 is needed"
  [[ $2 =~ ^$3$ ]] || die 2 "$1 cannot be '$2'; use $4"
}

# Usage: quoted_words WORD...
# Prints words for a shell, quoted only if necessary.
quoted_words() {
  local word
  for word; do
    [[ $word =~ ^[A-Za-z0-9_./:=,@%+-]+$ ]] || word=${word@Q}
    printf ' %s' "$word"
  done
}

# Usage: make_temporary VARIABLE NAME
# Makes a folder for temporary files that only this user can read, and sets VARIABLE to it.
make_temporary() {
  local made
  made=$(mktemp -d "${TMPDIR:-/tmp}/$2.XXXXXX" 2>/dev/null) ||
    die 1 "${TMPDIR:-/tmp}: cannot make a temporary folder there; set TMPDIR to another"
  printf -v "$1" '%s' "$made"
}
