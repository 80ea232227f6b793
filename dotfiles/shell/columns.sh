# shellcheck shell=bash
# The column names of a CSV, for Tab in Bash and zsh: read from its first line, by the shell alone.

# Usage: beachhead_columns FILE DELIMITER
# Calls beachhead_candidate with each column name in the first line of FILE. The field delimiter is
# DELIMITER where it is one character, else the most frequent of comma, semicolon, tab and bar. A
# file that is not plain text, such as a compressed one, has no names here.
beachhead_columns() {
  local file=$1 delimiter=$2 line='' name
  # shellcheck disable=SC2088 # the ~ is as it was typed
  case $file in
    '~/'*) file=$HOME/${file#??} ;;
  esac
  [ -f "$file" ] && [ -r "$file" ] || return 0
  beachhead_first_line "$file"
  line=${line#$'\xef\xbb\xbf'} line=${line%$'\r'}
  # gzip, UTF-16, xz, bzip2, Zstandard
  case $line in
    $'\x1f'* | $'\xff'* | $'\xfe'* | $'\xfd'* | BZh[1-9]1AY* | $'\x28\xb5\x2f\xfd'*) return 0 ;;
  esac
  [ "${#delimiter}" -eq 1 ] || beachhead_delimiter
  case $line in
    *'"'*) ;;
    *)
      beachhead_split
      return 0
      ;;
  esac
  while [ -n "$line" ]; do
    beachhead_field
    beachhead_name "$name"
  done
}

# Usage: beachhead_name NAME
# Offers a column name that can be typed.
beachhead_name() {
  case $1 in
    '' | *[[:cntrl:]]*) ;;
    *) beachhead_candidate "$1" ;;
  esac
}

# Usage: beachhead_split
# Offers the fields of a line without quotes: many times faster than field by field.
beachhead_split() {
  local IFS=$delimiter
  [ -z "${ZSH_VERSION-}" ] || setopt local_options sh_word_split
  set -f
  # shellcheck disable=SC2086 # to be split
  set -- $line
  set +f
  IFS=$' \t\n'
  for name; do
    beachhead_name "$name"
  done
}

# Usage: beachhead_first_line FILE
# Sets line to the first line of FILE, or to what 64 KB hold of it.
beachhead_first_line() {
  if [ -n "${ZSH_VERSION-}" ]; then
    local read_from
    zmodload zsh/system
    exec {read_from}<"$1" 2>/dev/null || return 0
    sysread -s 65536 -i "$read_from" line || :
    exec {read_from}<&-
  else
    # Up to a zero byte, which does not count: a file full of them would be read to its end.
    IFS= builtin read -r -d '' -n 65536 line <"$1" 2>/dev/null || :
  fi
  line=${line%%$'\n'*}
}

# Usage: beachhead_delimiter
# Sets delimiter to the most frequent candidate in line.
beachhead_delimiter() {
  local candidate other most=0
  delimiter=,
  for candidate in ',' ';' $'\t' '|'; do
    other=${line//"$candidate"/}
    if [ $((${#line} - ${#other})) -gt "$most" ]; then
      most=$((${#line} - ${#other})) delimiter=$candidate
    fi
  done
}

# Usage: beachhead_field
# Takes the first field of line off and sets name to it, without its quotes.
beachhead_field() {
  name=''
  case $line in
    '"'*)
      line=${line#?}
      while :; do
        name=$name${line%%\"*}
        case $line in
          *'"'*) line=${line#*\"} ;;
          *) line='' ;;
        esac
        case $line in
          '"'*) name=$name'"' line=${line#?} ;;
          *) break ;;
        esac
      done
      ;;
    *) name=${line%%"$delimiter"*} ;;
  esac
  case $line in
    *"$delimiter"*) line=${line#*"$delimiter"} ;;
    *) line='' ;;
  esac
}
