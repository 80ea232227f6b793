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
# Appends what is new here. Re-reads the file only when another shell has written to it since,
# which the mark's time tells: `history -n` miscounts when two shells append in turn.
beachhead_history() {
  local others=0
  [[ -n ${HISTFILE-} ]] || return 0
  if [[ -n $beachhead_mark && $HISTFILE -nt $beachhead_mark ]]; then others=1; fi
  history -a
  if ((others)); then
    history -c
    history -r
  fi
  if [[ -n $beachhead_mark ]]; then : >|"$beachhead_mark"; fi 2>/dev/null
}
