# shellcheck shell=bash
# Colour where the program has it, and three short listings. No alias bears another program's
# name with a different meaning: rm stays rm.

case ${OSTYPE-} in
  darwin*) alias ls='ls -G' ;;
  *) alias ls='ls --color=auto' ;;
esac
alias grep='grep --color=auto'
alias ll='ls -lh'
alias la='ls -A'
alias ..='cd ..'
