# shellcheck shell=bash
# History that all shells of a person share and that survives a killed cloud shell: each command
# is in the file before the next prompt.
#
# A limit is raised, never lowered, and the file is never cut: Bash cuts it as soon as
# HISTFILESIZE is assigned, zsh when a shell ends. What you have chosen stays.

# With BEACHHEAD_NO_HISTORY nothing of it is done.
[ -z "${BEACHHEAD_NO_HISTORY-}" ] || return 0

if [ -n "${ZSH_VERSION-}" ]; then
  HISTFILE=${HISTFILE-${ZDOTDIR:-$HOME}/.zsh_history}
  # zsh writes the file anew and renames it: a link would be replaced, so its target is named.
  if [ -L "$HISTFILE" ]; then HISTFILE=${HISTFILE:A}; fi
  if [ "${HISTSIZE:-0}" -lt 20000 ]; then HISTSIZE=20000; fi
  # shellcheck disable=SC2034 # zsh reads it
  if [ "${SAVEHIST:-0}" -lt 20000 ]; then SAVEHIST=1000000000; fi
  # zshrc sets these options: here they would last only as long as the file is read.
  # shellcheck disable=SC2034
  beachhead_history_options='EXTENDED_HISTORY HIST_IGNORE_DUPS HIST_IGNORE_SPACE HIST_VERIFY'
  # Where the file cannot be written, zsh would say so at each prompt.
  # INC_APPEND_HISTORY and SHARE_HISTORY exclude each other: yours stays.
  if [[ -o incappendhistory || -o incappendhistorytime ]]; then
    :
  elif [ -w "$HISTFILE" ] || { [ ! -e "$HISTFILE" ] && [ -w "${HISTFILE%/*}" ]; }; then
    beachhead_history_options="$beachhead_history_options SHARE_HISTORY"
  fi
else
  # printf -v: where somebody has made a variable readonly, an assignment would print an error.
  # Unset means 500 commands; empty, a word or a negative number means unlimited; 0, none.
  case ${HISTSIZE-500} in
    '' | 0 | *[!0-9]*) ;;
    ? | ?? | ??? | ???? | 1????) builtin printf -v HISTSIZE 20000 2>/dev/null || : ;;
  esac
  # Empty means unlimited in every Bash, -1 only from 4.3 on.
  case ${HISTFILESIZE-500} in
    '' | 0 | *[!0-9]*) ;;
    ? | ?? | ??? | ???? | 1????) builtin printf -v HISTFILESIZE '' 2>/dev/null || : ;;
  esac
  [ -n "${HISTCONTROL+x}" ] || HISTCONTROL=ignoreboth
  # With times in the file a command of several lines stays one command.
  [ -n "${HISTTIMEFORMAT+x}" ] || HISTTIMEFORMAT='%F %T '
  shopt -s histappend cmdhist
fi

# Usage: beachhead_history      (Bash, at each prompt)
# Appends what is new here, and reads the file again only when another shell has appended since.
# A file of one word names the shell that appended last. (`history -n` cannot be used: it counts
# lines, and miscounts when two shells append in turn.) Where the file cannot be written or read,
# what is in memory stays.
# shellcheck disable=SC2154 # path.sh sets beachhead_state
beachhead_history() {
  local last='' token=$beachhead_state/history-last
  [[ -n ${HISTFILE-} ]] || return 0
  [[ -f $HISTFILE || ! -e $HISTFILE ]] || return 0
  builtin history -a 2>/dev/null || return 0
  [[ -r $HISTFILE && -w $HISTFILE && ! -L $token ]] || return 0
  if [[ -r $token ]]; then IFS= builtin read -r last <"$token" || :; fi
  if [[ $last != "$beachhead_history_seen" ]]; then
    beachhead_history_seen=$last
    builtin history -c
    builtin history -r
  fi
  if [[ -d $beachhead_state && $HISTFILE -nt $token ]]; then
    beachhead_history_seen=$$.$((++beachhead_history_count))
    builtin printf '%s\n' "$beachhead_history_seen" >|"$token"
  fi 2>/dev/null
}

beachhead_history_count=0 beachhead_history_seen=''
if [ -r "$beachhead_state/history-last" ]; then
  IFS= builtin read -r beachhead_history_seen <"$beachhead_state/history-last" || :
fi
