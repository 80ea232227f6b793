# shellcheck shell=bash
# The prompt: last failure, user, folder, git branch, virtualenv, cloud and project or region.
#
#   ann ~/src/tides (main) [tides] aws:eu-west-1
#   $
#
# Everything is read with builtins: no program is started. What comes from outside (a branch's
# or a project's name) is in variables that the shell prints and never evaluates.

# Usage: beachhead_git
# Sets beachhead_branch from .git/HEAD, in worktrees and submodules too, as git's own branch or
# the first seven digits of a commit.
beachhead_git() {
  local folder=$PWD head=''
  beachhead_branch=''
  while :; do
    if [ -f "$folder/.git/HEAD" ]; then
      IFS= builtin read -r head 2>/dev/null <"$folder/.git/HEAD" || :
      break
    elif [ -f "$folder/.git" ]; then
      IFS= builtin read -r head 2>/dev/null <"$folder/.git" || :
      head=${head#gitdir: }
      case $head in
        /*) ;;
        *) head=$folder/$head ;;
      esac
      if [ -f "$head/HEAD" ]; then IFS= builtin read -r head 2>/dev/null <"$head/HEAD" || :; fi
      break
    fi
    [ -n "$folder" ] || break
    folder=${folder%/*}
  done
  case $head in
    *[[:cntrl:]]*) ;; # not git's: nothing that could steer the terminal is shown
    'ref: refs/heads/.invalid') ;;
    'ref: refs/heads/'*) beachhead_branch=${head#ref: refs/heads/} ;;
    [0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*)
      head=${head%"${head#???????}"}
      beachhead_branch=$head
      ;;
  esac
  case $beachhead_branch in
    *[!a-zA-Z0-9/._-]*)
      beachhead_plain "$beachhead_branch"
      # shellcheck disable=SC2154 # functions.sh sets it
      beachhead_branch=$beachhead_text
      ;;
  esac
  beachhead_branch=${beachhead_branch:+" ($beachhead_branch)"}
}

# Usage: beachhead_venv      sets beachhead_env from the active virtualenv
beachhead_venv() {
  local name=${VIRTUAL_ENV-} beachhead_text
  beachhead_env=''
  if [ -z "$name" ]; then
    name=${CONDA_DEFAULT_ENV-}
  else
    # A folder named .venv is shown by its project's name.
    case $name in
      */.venv | */venv) name=${name%/*} ;;
    esac
    name=${name##*/}
  fi
  if [ -n "$name" ]; then
    beachhead_plain "$name"
    beachhead_env=" [$beachhead_text]"
  fi
}

# Usage: beachhead_cloud
# Sets beachhead_place to the cloud shell we are in and its project or region.
beachhead_cloud() {
  local name='' detail='' beachhead_text
  if [ "${AWS_EXECUTION_ENV-}" = CloudShell ]; then
    name=aws detail=${AWS_REGION:-${AWS_DEFAULT_REGION-}}
  elif [ -n "${ACC_CLOUD-}${ACC_TID-}" ]; then
    name=azure detail=${ACC_LOCATION-}
  elif [ "${CLOUD_SHELL-}" = true ] || [ "${GOOGLE_CLOUD_SHELL-}" = true ]; then
    name=gcp
    detail=${CLOUDSDK_CORE_PROJECT:-${GOOGLE_CLOUD_PROJECT:-${DEVSHELL_PROJECT_ID-}}}
  elif [ "${CODESPACES-}" = true ]; then
    name=codespaces detail=${GITHUB_REPOSITORY-}
  elif [ -n "${C9_PROJECT-}" ]; then
    name=cloud9 detail=$C9_PROJECT
  fi
  beachhead_plain "$detail"
  beachhead_place=${name:+" $name${beachhead_text:+:$beachhead_text}"}
}

# Usage: beachhead_prompt      what both shells do before each prompt; keeps $?
beachhead_prompt() {
  local code=$?
  # An old bash-preexec goes before us and loses the code, but keeps it in a variable.
  case ${PROMPT_COMMAND-} in
    __bp_precmd_invoke_cmd*) code=${__bp_last_ret_value:-$code} ;;
  esac
  if [ -z "$beachhead_own_prompt" ]; then
    beachhead_code=''
    if [ "$code" -ne 0 ]; then beachhead_code="$code "; fi
    beachhead_git
    beachhead_venv
    beachhead_cloud
    beachhead_draw
  fi
  if [ -z "${ZSH_VERSION-}" ] && [ -z "${BEACHHEAD_NO_HISTORY-}" ]; then beachhead_history; fi
  return "$code"
}

# Usage: beachhead_has_prompt
# Returns 0 if you have chosen a prompt: by BEACHHEAD_NO_PROMPT, by a theme of oh-my-zsh, or by
# starship, oh-my-posh, powerlevel10k, pure or liquidprompt, above our block.
beachhead_has_prompt() {
  local name
  [ -z "${BEACHHEAD_NO_PROMPT-}" ] || return 0
  # Without it Bash would print the variables' names.
  [ -z "${BASH_VERSION-}" ] || shopt -q promptvars || return 0
  [ -z "${ZSH_THEME-}" ] || [ -z "${ZSH-}" ] || return 0
  for name in starship_precmd prompt_starship_precmd _omp_hook _omp_precmd _p9k_precmd \
    prompt_pure_precmd _lp_set_prompt __lp_set_prompt; do
    if typeset -f "$name" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}
beachhead_own_prompt=''
if beachhead_has_prompt; then beachhead_own_prompt=yes; fi
unset -f beachhead_has_prompt

# The prompt shows the virtualenv itself. Only `activate`, which runs in this shell, reads this.
# shellcheck disable=SC2034
if [ -z "$beachhead_own_prompt" ]; then VIRTUAL_ENV_DISABLE_PROMPT=1; fi

# shellcheck disable=SC2034 # prompt.bash and prompt.zsh print them
beachhead_code='' beachhead_branch='' beachhead_env='' beachhead_place=''

if [ -n "${ZSH_VERSION-}" ]; then
  # shellcheck source=/dev/null
  . "$BEACHHEAD_HOME/dotfiles/shell/prompt.zsh"
else
  # shellcheck source=/dev/null
  . "$BEACHHEAD_HOME/dotfiles/shell/prompt.bash"
fi
