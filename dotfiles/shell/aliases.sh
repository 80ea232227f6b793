# shellcheck shell=bash
# Colour for ls and grep, and three short commands. None changes the meaning of a program's name: rm
# stays rm.
#
# Functions, not aliases: where a later line of your rc defines a function of the same name, an
# alias would be put into that line, and the shell would stop there with a syntax error.

[ -z "${BEACHHEAD_NO_ALIASES-}" ] || return 0

# Usage: beachhead_free NAME      returns 0 if you have no alias or function called NAME
beachhead_free() {
  ! alias "$1" >/dev/null 2>&1 && ! typeset -f "$1" >/dev/null 2>&1
}

if beachhead_free ls; then
  case ${OSTYPE-} in
    darwin*) function ls { command ls -G "$@"; } ;;
    *) function ls { command ls --color=auto "$@"; } ;;
  esac
fi
if beachhead_free grep; then function grep { command grep --color=auto "$@"; }; fi
if beachhead_free ll; then function ll { ls -lh "$@"; }; fi
if beachhead_free la; then function la { ls -A "$@"; }; fi
# shellcheck disable=SC2164 # typed by a person, who sees what cd says
if beachhead_free ..; then function .. { cd ..; }; fi
unset -f beachhead_free
