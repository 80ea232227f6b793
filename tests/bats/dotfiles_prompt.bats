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
  [[ $output == *' ~/harbour/b/c'[[:cntrl:]]* && $output == *' ~/harbour/b'[[:cntrl:]]* ]]
  run type_into bash <<<'PROMPT_DIRTRIM=2
cd ~/harbour/b/c'
  [[ $output == *' ~/.../b/c'[[:cntrl:]]* ]]
}
