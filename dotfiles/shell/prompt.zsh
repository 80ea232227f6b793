# How zsh draws the prompt of prompt.sh.

# Usage: beachhead_draw
# psvar is printed as it is: a % in a branch's name stays a %.
beachhead_draw() {
  psvar[21]=$beachhead_code
  psvar[22]=$beachhead_branch
  psvar[23]=$beachhead_env
  psvar[24]=$beachhead_place
}

[[ -z $beachhead_own_prompt ]] || return 0

typeset -ga precmd_functions psvar
(( ${precmd_functions[(Ie)beachhead_prompt]} )) ||
  precmd_functions=(beachhead_prompt $precmd_functions)

if [[ -n ${NO_COLOR-} || ${TERM-dumb} == dumb ]]; then
  PROMPT=$'%21v%n %~%22v%23v%24v\n%# '
else
  PROMPT=$'%F{red}%21v%F{green}%n %F{blue}%~%F{yellow}%22v%F{magenta}%23v%F{cyan}%24v%f\n%# '
fi
