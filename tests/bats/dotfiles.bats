#!/usr/bin/env bats
# dotfiles/: what an interactive shell gets, and what a non-interactive one does not notice.
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes

load dotfiles_helper

setup() { home_setup; }

@test "a non-interactive Bash that sources it hears nothing and keeps its PATH" {
  run clean bash -euc ". '$REPO/dotfiles/bashrc'; printf '%s' \"\$PATH\""
  [ "$status" -eq 0 ]
  [ "$output" = /usr/bin:/bin ]
}

@test "a non-interactive zsh hears nothing and keeps its PATH" {
  need_zsh
  run clean zsh -euc ". '$REPO/dotfiles/zshrc'; printf '%s' \"\$PATH\""
  [ "$status" -eq 0 ]
  [ "$output" = /usr/bin:/bin ]
}

@test "both shells survive it under set -u and set -e, and say nothing of their own" {
  # What a shell with an empty rc says (no terminal, the system's own rc) is not ours.
  mkdir "$BATS_TEST_TMPDIR/bare"
  : | tee "$BATS_TEST_TMPDIR/bare/.bashrc" >"$BATS_TEST_TMPDIR/bare/.zshrc"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run --separate-stderr clean HOME="$BATS_TEST_TMPDIR/bare" $shell -eu -i -c 'echo fine'
    bare=${stderr//[0-9]/}
    run --separate-stderr clean $shell -eu -i -c 'echo fine'
    [ "$output" = fine ]
    [ "${stderr//[0-9]/}" = "$bare" ]
  done
}

@test "bin is at the end of PATH, once, however often it is sourced" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run --separate-stderr clean $shell -i -c ". '$H/.${shell}rc'; printf '%s' \"\$PATH\""
    [ "$output" = "/usr/bin:/bin:$REPO/bin" ]
  done
}

@test "Azure's literal tilde on PATH is helped by an absolute folder" {
  run --separate-stderr env -i HOME="$H" TERM=dumb 'PATH=/usr/bin:/bin:~/.local/bin' \
    bash -i -c 'printf "%s" "$PATH"'
  [ "$output" = "$H/.local/bin:/usr/bin:/bin:~/.local/bin:$REPO/bin" ]
}

@test "the prompt names a git branch, in a worktree too, and the first digits of a commit" {
  git init -q -b trunk "$H/r"
  git -C "$H/r" -c user.name=a -c user.email=a@b commit -q --allow-empty -m x
  git -C "$H/r" worktree add -q -b tide "$H/w"
  mkdir "$H/r/deep"
  sha=$(git -C "$H/r" rev-parse --short=7 HEAD)
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run type_into $shell <<<"cd '$H/r/deep'
cd '$H/w'
cd '$H/r'; git checkout -q --detach
git checkout -q trunk"
    [[ $output == *'~/r/deep (trunk)'* ]]
    [[ $output == *'~/w (tide)'* ]]
    [[ $output == *"~/r ($sha)"* ]]
  done
}

@test "a branch or project name is only text, whatever it says" {
  git init -q "$H/r"
  printf 'ref: refs/heads/$(touch${IFS}pwned)%%F%%n`id`\n' >"$H/r/.git/HEAD"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run type_into $shell <<<"cd '$H/r'
:"
    [[ $output == *'($(touch${IFS}pwned)%F%n`id`)'* ]]
    [ ! -e "$H/r/pwned" ]
  done
}

@test "the prompt shows the last exit code, the virtualenv and the cloud" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run clean VIRTUAL_ENV=/x/tides/.venv AWS_EXECUTION_ENV=CloudShell AWS_REGION=eu-west-1 \
      $shell -c "$shell -i 2>&1 <<<'(exit 7)
:'"
    [[ $output == *'7 '*' [tides] aws:eu-west-1'* ]]
    run clean CLOUD_SHELL=true DEVSHELL_PROJECT_ID=surf $shell -c "$shell -i 2>&1 <<<:"
    [[ $output == *' gcp:surf'* ]]
  done
}

@test "Cloud9's PROMPT_COMMAND, which ends in a semicolon, still runs" {
  printf 'PROMPT_COMMAND="tick;"\ntick() { printf "tick\\n"; }\n%s\n' "$(cat "$H/.bashrc")" \
    >"$H/.bashrc.2" && mv "$H/.bashrc.2" "$H/.bashrc"
  run type_into bash <<<':'
  [[ $output == *tick* ]]
  [[ $output != *'syntax error'* ]]
}

@test "~/.bashrc.local and ~/.zshrc.local have the last word" {
  printf 'HISTSIZE=7\n' | tee "$H/.bashrc.local" >"$H/.zshrc.local"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run --separate-stderr clean $shell -i -c 'printf "%s" "$HISTSIZE"'
    [ "$output" = 7 ]
  done
}

@test "nothing secret and no locale is exported" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run --separate-stderr clean $shell -i -c 'env'
    [[ $output != *LC_ALL* ]]
    run bash -c 'printf "%s\n" "$1" | cut -d= -f1 | LC_ALL=C sort | tr "\n" " "' - "$output"
    [[ ${output//_ /} == 'HOME LESS '*'PATH PWD SHLVL TERM '* ]]
    [[ $output != *KEY* && $output != *TOKEN* && $output != *BEACHHEAD* ]]
  done
}

@test "aliases and functions of yours stay, above our block and below it" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    home_setup
    printf '%s\n' "alias ll='echo alias'" 'mkcd() { echo own; }' "alias work='echo job'" \
      "$(cat "$H/.${shell}rc")" 'la() { echo below; }' 'ls() { echo below; }' 'mkcd() { echo own; }' \
      >"$H/rc" && mv "$H/rc" "$H/.${shell}rc"
    run type_into $shell <<<'ll; mkcd x; work; la; ls'
    for word in alias own job below; do [[ $output == *$word* ]]; done
    [[ $output != *'parse error'* && $output != *'syntax error'* ]]
  done
}

@test "variables that somebody has made readonly stay, without an error and without our prompt" {
  printf '%s\n' 'PS1="own> "' 'PROMPT_COMMAND=true' 'HISTSIZE=600' 'HISTFILESIZE=700' 'HISTCONTROL=' \
    'readonly PROMPT_COMMAND HISTSIZE HISTFILESIZE HISTCONTROL' "$(cat "$H/.bashrc")" >"$H/rc"
  mv "$H/rc" "$H/.bashrc"
  run --separate-stderr clean bash -i -c 'echo "$PS1$PROMPT_COMMAND $HISTSIZE $HISTFILESIZE"; type -t work'
  [ "$output" = $'own> true 600 700\nfunction' ]
  [[ $stderr != *readonly* ]]
  sed -i '1,5d;s/^readonly.*/PS1="own> "; readonly PS1/' "$H/.bashrc"
  run --separate-stderr clean bash -i -c 'echo "$PS1"'
  [ "$output" = 'own> ' ]
  [[ $stderr != *readonly* ]]
}

@test "zsh's keys stay what they were, also in a zsh that our Bash starts" {
  need_zsh
  run --separate-stderr clean zsh -i -c 'bindkey -lL main'
  [ "$output" = 'bindkey -A emacs main' ]
  run --separate-stderr clean bash -i -c "zsh -i -c 'bindkey -lL main'"
  [ "$output" = 'bindkey -A emacs main' ]
}

@test "what you have bound to Tab in zsh stays, before the first Tab and after it" {
  need_zsh
  printf "bindkey '^I' menu-complete\n%s\n" "$(cat "$H/.zshrc")" >"$H/rc" && mv "$H/rc" "$H/.zshrc"
  run --separate-stderr clean zsh -i -c "bindkey '^I'; beachhead_compinit; bindkey '^I'"
  [ "$output" = $'"^I" menu-complete\n"^I" menu-complete' ]
}

@test "a branch's name cannot turn the direction of writing, in any locale" {
  git init -q "$H/r"
  printf 'ref: refs/heads/a\342\200\256b\302\233c\n' >"$H/r/.git/HEAD"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    for locale in C C.UTF-8; do
      run clean LC_ALL=$locale $shell -c "$shell -i 2>&1" <<<"cd '$H/r'
:"
      [[ $output == *'(a?b'*'c)'* || $locale == C.UTF-8 && $output != *'(a'* ]]
      [[ $output != *$'\xe2\x80\xae'* && $output != *$'\xc2\x9b'* ]]
    done
  done
}
