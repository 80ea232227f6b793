# shellcheck shell=bash
# Small functions for both shells. Your own of the same name stays; `function` keeps an alias of
# yours out of it.

if ! command -v mkcd >/dev/null 2>&1; then
  # Usage: mkcd FOLDER      makes it and goes there
  function mkcd { mkdir -p -- "$1" && cd -- "$1" || return; }
fi

# Usage: beachhead_plain TEXT
# Sets beachhead_text to TEXT, with a question mark for each control character and for what turns
# the direction of writing: a name from outside can neither steer the terminal nor look like
# another.
beachhead_plain() {
  local mark
  # shellcheck disable=SC2034 # for the caller
  beachhead_text=${1//[[:cntrl:]]/?}
  case $beachhead_text in
    *[!\ a-zA-Z0-9/._~-]*) ;;
    *) return 0 ;;
  esac
  # C1 in UTF-8, which [:cntrl:] does not hold in the locale C.
  beachhead_text=${beachhead_text//$'\xc2'[$'\x80'-$'\x9f']/?}
  for mark in $'\xd8\x9c' $'\xe2\x80\x8b' $'\xe2\x80\x8e' $'\xe2\x80\x8f' $'\xe2\x80\xa8' \
    $'\xe2\x80\xa9' $'\xe2\x80\xaa' $'\xe2\x80\xab' $'\xe2\x80\xac' $'\xe2\x80\xad' \
    $'\xe2\x80\xae' $'\xe2\x81\xa6' $'\xe2\x81\xa7' $'\xe2\x81\xa8' $'\xe2\x81\xa9' \
    $'\xef\xbb\xbf'; do
    beachhead_text=${beachhead_text//"$mark"/?}
  done
}
