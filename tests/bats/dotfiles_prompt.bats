#!/usr/bin/env bats
# dotfiles/shell/prompt.*: names in the prompt are text, and what a person has chosen stays.
# shellcheck disable=SC2016 # single quotes hold what the inner shell expands

load dotfiles_helper

setup() { home_setup; }

@test "the name of a folder, a virtualenv or a project cannot control the terminal" {
  local odd=$'x\e]0;owned\a\e[2J$(touch pwned)`touch pwned`\\u\u202ey'
  mkdir -p "$H/$odd/.venv"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run clean LANG=C.UTF-8 ODD="$odd" VIRTUAL_ENV="$H/$odd/.venv" CODESPACES=true \
      GITHUB_REPOSITORY=$'a\e[2Jb' $shell -c "$shell -i 2>&1" <<<'cd "$HOME/$ODD"
:'
    [[ $output == *'$(touch pwned)`touch pwned`\u'* && $output == *'codespaces:a?[2Jb'* ]]
    [[ $output != *$'\e[2J'* && $output != *$'\a'* && $output != *$'\e]0'* ]]
    [[ ! -e "$H/$odd/pwned" && ! -e "$H/pwned" ]]
  done
}

@test "the prompt of Bash shows the folder as its own \\w does" {
  mkdir -p "$H/harbour/b/c"
  run type_into bash <<<'cd ~/harbour/b/c
PROMPT_DIRTRIM=2
cd ..
cd /usr/bin'
  [[ $output == *' ~/harbour/b/c'[[:cntrl:][:space:]]* && $output == *' ~/harbour/b'[[:cntrl:][:space:]]* ]]
  run type_into bash <<<'PROMPT_DIRTRIM=2
cd ~/harbour/b/c'
  [[ $output == *' ~/.../b/c'[[:cntrl:][:space:]]* ]]
}

# Usage: above SHELL LINE...      a home whose rc has these lines above ours
above() {
  local shell=$1
  home_setup
  { printf '%s\n' "${@:2}" && cat "$H/.${shell}rc"; } >"$H/rc" && mv "$H/rc" "$H/.${shell}rc"
}

@test "BEACHHEAD_NO_ and a part's name leave that part out, and no other" {
  local probe='printf "%s|" "${PS1%%own*}" "${HISTSIZE-}" "${LESS-}"
typeset -f mkcd work ll >/dev/null; for f in mkcd work ll beachhead_complete beachhead_compinit; do typeset -f $f >/dev/null && printf "%s " $f; done; echo'
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    for part in PROMPT HISTORY ALIASES FUNCTIONS WORK COMPLETION; do
      above $shell "BEACHHEAD_NO_$part=1" "PS1='own> '" HISTSIZE=77
      run --separate-stderr clean $shell -i -c "$probe"
      [[ $output == '|'* ]] && own=yes || own=''
      [[ $part == PROMPT && $own || $part != PROMPT && ! $own ]]
      [[ $part == HISTORY && $output == *'|77|'* || $part != HISTORY && $output == *'|20000|'* ]]
      [[ $part == FUNCTIONS || $output == *mkcd* ]]
      [[ $part == WORK || $output == *work* ]]
      [[ $part == ALIASES || $output == *ll* ]]
      [[ $part == COMPLETION || $output == *beachhead_comp* ]]
      [[ $part == FUNCTIONS && $output == *mkcd* || $part == WORK && $output == *work* ||
        $part == ALIASES && $output == *ll\ * || $part == COMPLETION && $output == *beachhead_comp* ]] &&
        return 1
      [[ -z ${stderr//*job control*/} || $stderr != *beachhead* ]]
    done
  done
}

@test "without our prompt the history is still shared, and activate shows the virtualenv" {
  above bash BEACHHEAD_NO_PROMPT=1
  run type_into bash <<<': the tide
kill -9 $$'
  run type_into bash <<<'history; echo "venv=${VIRTUAL_ENV_DISABLE_PROMPT-shown}"'
  [[ $output == *': the tide'* && $output == *venv=shown* ]]
}

@test "a prompt of starship, powerlevel10k or a theme of oh-my-zsh stays" {
  need_zsh
  for line in 'prompt_starship_precmd() { :; }' '_p9k_precmd() { :; }' 'ZSH=/none ZSH_THEME=agnoster'; do
    above zsh "$line" "PROMPT='own> '"
    run --separate-stderr clean zsh -i -c 'print -r -- $PROMPT'
    [[ $output == 'own> ' ]]
  done
  above bash 'starship_precmd() { PS1="own> "; }' 'PROMPT_COMMAND=starship_precmd'
  run type_into bash <<<':'
  [[ $output == *'own> '* && $output != *'root ~'* ]]
}

@test "arrows and a bell that you have set above our block stay, the others are ours" {
  above bash "bind '\"\\e[A\": kill-line'" "bind 'set bell-style visible'"
  run --separate-stderr clean bash -i -c 'bind -q kill-line; bind -q history-search-backward; bind -q history-search-forward; bind -v'
  [[ $output == *'kill-line can be invoked via '*'[A"'* && $output == *'history-search-backward is not bound'* ]]
  [[ $output == *'history-search-forward can be invoked via '*'[B"'* ]]
  [[ $output == *'set bell-style visible'* && $output == *'set show-all-if-ambiguous on'* ]]
  above bash BEACHHEAD_NO_KEYS=1
  run --separate-stderr clean bash -i -c 'bind -v'
  [[ $output == *'set bell-style audible'* && $output == *'set show-all-if-ambiguous off'* ]]
  home_setup
  run --separate-stderr clean bash -i -c 'bind -q history-search-backward; bind -v'
  [[ $output == *'via '*'[A"'* && $output == *'set bell-style none'* ]]
}

@test "an old bash-preexec above our block does not hide a failure" {
  above bash 'PROMPT_COMMAND=$'"'__bp_precmd_invoke_cmd\\n:'" \
    '__bp_precmd_invoke_cmd() { __bp_last_ret_value=$?; }'
  printf 'PROMPT_COMMAND=$%s"${PROMPT_COMMAND%%%%; *}"\n' "'__bp_precmd_invoke_cmd\\n'" >>"$H/.bashrc"
  run type_into bash <<<'(exit 7)
:'
  [[ $output == *'7 root'* ]]
}
