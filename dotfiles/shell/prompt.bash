# shellcheck shell=bash
# How Bash draws the prompt of prompt.sh.

# Ours comes first, so that it sees the last command's $?, and ends in no semicolon: Cloud9's
# own value ends in one, and `;;` would break every prompt. Where you have exported PROMPT_COMMAND
# it reaches shells that read no rc file; there the variable is unset and expands to nothing.
# shellcheck disable=SC2034 # PROMPT_COMMAND expands it
beachhead_at_prompt=beachhead_prompt
case ${PROMPT_COMMAND[*]-} in
  *beachhead_at_prompt* | *beachhead_prompt*) ;;
  *)
    # Where it is readonly, as on a hardened machine, the prompt stays what it is.
    builtin printf -v PROMPT_COMMAND %s \
      "\${beachhead_at_prompt-}${PROMPT_COMMAND:+; $PROMPT_COMMAND}" 2>/dev/null || {
      beachhead_own_prompt=yes
      unset VIRTUAL_ENV_DISABLE_PROMPT
    }
    ;;
esac

# Usage: beachhead_draw
# Sets beachhead_where to the folder as \w shows it (~ for the home, PROMPT_DIRTRIM), but with question
# marks for control characters of a name, which \w prints as they are. Before Bash 4.4 the folder is
# not shortened.
beachhead_draw() {
  local beachhead_text path='\w'
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)); then
    path=${path@P}
  else
    path=$PWD
    case $path in
      "$HOME" | "$HOME"/*) path=\~${path#"$HOME"} ;;
    esac
  fi
  beachhead_plain "$path"
  beachhead_where=$beachhead_text
}
beachhead_where=''

if [ -n "$beachhead_own_prompt" ]; then return 0; fi
builtin printf -v PS1 %s "${PS1-}" 2>/dev/null || return 0

# Single quotes: Bash expands these variables at each prompt, and does not expand their values
# again, so a branch named $(reboot) is only text. prompt.sh assigns them.
# shellcheck disable=SC2016,SC2154
if [ -n "${NO_COLOR-}" ] || [ "${TERM-dumb}" = dumb ]; then
  PS1='${beachhead_code}\u ${beachhead_where}${beachhead_branch}${beachhead_env}${beachhead_place}\n\$ '
else
  PS1='\[\e[31m\]${beachhead_code}\[\e[32m\]\u \[\e[34m\]${beachhead_where}\[\e[33m\]${beachhead_branch}'
  PS1+='\[\e[35m\]${beachhead_env}\[\e[36m\]${beachhead_place}\[\e[0m\]\n\$ '
fi
