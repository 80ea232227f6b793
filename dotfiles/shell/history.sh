# shellcheck shell=bash
# History that all shells of a person share and that survives a killed cloud shell: each command
# is in the file before the next prompt.

if [ -n "${ZSH_VERSION-}" ]; then
  HISTFILE=${HISTFILE:-${ZDOTDIR:-$HOME}/.zsh_history}
  HISTSIZE=20000
  # shellcheck disable=SC2034 # zsh reads it
  SAVEHIST=20000
  setopt SHARE_HISTORY EXTENDED_HISTORY HIST_IGNORE_DUPS HIST_IGNORE_SPACE HIST_VERIFY
else
  HISTSIZE=20000
  HISTFILESIZE=20000
  HISTCONTROL=ignoreboth
  # With times in the file a command of several lines stays one command.
  HISTTIMEFORMAT='%F %T '
  shopt -s histappend cmdhist
fi

# Usage: beachhead_history      (Bash, at each prompt)
# Appends what is new here, and reads the file again only when another shell has appended since.
# A file of one word tells: the shell that appended last. (`history -n` cannot be used: it counts
# lines, and miscounts when two shells append in turn.)
beachhead_history() {
  local last='' token=$beachhead_state/history-last
  [[ -n ${HISTFILE-} ]] || return 0
  if [[ -r $token ]]; then IFS= read -r last <"$token" || :; fi
  history -a
  if [[ $last != "$beachhead_history_seen" ]]; then
    beachhead_history_seen=$last
    history -c
    history -r
  fi
  if [[ -d $beachhead_state && $HISTFILE -nt $token ]]; then
    beachhead_history_seen=$$.$((++beachhead_history_count))
    printf '%s\n' "$beachhead_history_seen" >|"$token"
  fi 2>/dev/null
}

beachhead_history_count=0 beachhead_history_seen=''
if [ -r "$beachhead_state/history-last" ]; then
  IFS= read -r beachhead_history_seen <"$beachhead_state/history-last" || :
fi
