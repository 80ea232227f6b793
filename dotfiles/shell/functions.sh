# shellcheck shell=bash
# Small functions for both shells. Your own of the same name stays; `function` keeps an alias of
# yours out of it.

if [ -z "${BEACHHEAD_NO_FUNCTIONS-}" ] && ! command -v mkcd >/dev/null 2>&1; then
  # Usage: mkcd FOLDER      makes it and goes there
  function mkcd { command mkdir -p -- "$1" && cd -- "$1" || return; }
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
  # C1 first: [:cntrl:] does not hold it in every locale.
  for mark in \
    $'\xc2\x80' $'\xc2\x81' $'\xc2\x82' $'\xc2\x83' $'\xc2\x84' $'\xc2\x85' $'\xc2\x86' $'\xc2\x87' \
    $'\xc2\x88' $'\xc2\x89' $'\xc2\x8a' $'\xc2\x8b' $'\xc2\x8c' $'\xc2\x8d' $'\xc2\x8e' $'\xc2\x8f' \
    $'\xc2\x90' $'\xc2\x91' $'\xc2\x92' $'\xc2\x93' $'\xc2\x94' $'\xc2\x95' $'\xc2\x96' $'\xc2\x97' \
    $'\xc2\x98' $'\xc2\x99' $'\xc2\x9a' $'\xc2\x9b' $'\xc2\x9c' $'\xc2\x9d' $'\xc2\x9e' $'\xc2\x9f' \
    $'\xd8\x9c' $'\xe2\x80\x8b' $'\xe2\x80\x8e' $'\xe2\x80\x8f' $'\xe2\x80\xa8' \
    $'\xe2\x80\xa9' $'\xe2\x80\xaa' $'\xe2\x80\xab' $'\xe2\x80\xac' $'\xe2\x80\xad' \
    $'\xe2\x80\xae' $'\xe2\x81\xa6' $'\xe2\x81\xa7' $'\xe2\x81\xa8' $'\xe2\x81\xa9' \
    $'\xef\xbb\xbf'; do
    beachhead_text=${beachhead_text//"$mark"/?}
  done
}
