#!/usr/bin/env bats
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
# dotfiles/: what a shell costs with them, and what several shells share.

load dotfiles_helper

setup() {
  home_setup
  git init -q -b trunk "$H/r"
  cd "$H/r" || return
}

# Usage: forks SHELL PROMPTS      prints how often it forks while it prints so many prompts
forks() {
  local lines=''
  lines=$(printf '%*s' "$2" '' | tr ' ' '\n'; printf 'x')
  clean strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=fork,vfork,clone,clone3 \
    "$1" -i <<<"${lines%x}" >/dev/null 2>&1
  grep -c -v -e '= -1' "$BATS_TEST_TMPDIR/trace" || true
}

@test "no shell forks at its start nor at a prompt" {
  need strace
  [ "$(forks bash 1)" -eq 0 ]
  [ "$(forks bash 21)" -eq 0 ]
  need_zsh
  [ "$(forks zsh 1)" -eq 0 ]
  [ "$(forks zsh 21)" -eq 0 ]
}

@test "the counter of forks counts" {
  need strace
  printf 'PROMPT_COMMAND="$(:)"\n' >>"$H/.bashrc"
  printf 'x=$(:)\nPS1="\\$(:)$ "\n' >>"$H/.bashrc"
  [ "$(forks bash 20)" -gt 20 ]
}

@test "a program that is not there is not needed: an empty PATH starts a prompt too" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    program=$(type -P $shell)
    run --separate-stderr env -i HOME="$H" PATH="$BATS_TEST_TMPDIR/none" TERM=dumb \
      "$program" -i <<<'echo "branch:${beachhead_branch}"'
    [[ $output == *'branch: (trunk)'* ]]
    [[ $stderr != *'not found'* ]]
  done
}

@test "what a killed shell ran is in the history of the next one" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run type_into $shell <<<': the tide is high
: and again
kill -9 $$'
    run type_into $shell <<<'history'
    [[ $output == *': the tide is high'* ]]
  done
}

@test "two shells that run at once see each other's commands, once and in order" {
  coproc A { clean bash -i 2>/dev/null; }
  pid_a=$A_PID
  printf 'cd; echo ready\n' >&"${A[1]}"
  read -r line <&"${A[0]}"
  [ "$line" = ready ]
  printf ': from another\n: twice\n: from another\nexit\n' | type_into bash
  printf ': from this one\n' >&"${A[1]}"
  printf ':\nhistory; echo end\n' >&"${A[1]}"
  seen=''
  while read -r line <&"${A[0]}" && [ "$line" != end ]; do seen+=$line$'\n'; done
  kill -9 "$pid_a"
  [ "$(grep -c ': from another$' <<<"$seen")" -eq 2 ]
  [ "$(grep -c ': from this one$' <<<"$seen")" -eq 1 ]
  [ "$(grep -c ': from another$' "$H/.bash_history")" -eq 2 ]
}

@test "a command of several lines stays one command in the history" {
  type_into bash <<<'for i in 1 2; do
  : $i tides
done'
  run type_into bash <<<'history 3'
  [[ $output == *'for i in 1 2; do   : $i tides; done'* ]]
}

@test "without the state folder, or with one that cannot be written, the prompt is quiet" {
  rm -rf "$H/.local"
  run type_into bash <<<': one'
  [[ $output != *'No such file'* ]]
  run grep -c ': one' "$H/.bash_history"
  [ "$output" = 1 ]
}

@test "vim with our vimrc starts without a word and leaves nothing beside a file" {
  need_vim
  printf 'one\n' >"$H/x.py"
  run clean vim -u "$REPO/dotfiles/vimrc" -es -c 'normal atwo' -c 'wq' "$H/x.py" </dev/null
  [ "$status" -eq 0 ]
  [ "$output" = '' ]
  run find "$H" -maxdepth 1 -name '*~' -o -maxdepth 1 -name '*.sw?'
  [ "$output" = '' ]
}

@test "vim indents Python by four, YAML by two, a Makefile with tabs" {
  need_vim
  for pair in a.py:4:expandtab a.yaml:2:expandtab Makefile:8:noexpandtab a.tsv:4:noexpandtab; do
    IFS=: read -r name width expand <<<"$pair"
    run clean vim -u "$REPO/dotfiles/vimrc" -es -c 'set shiftwidth? expandtab?' -c 'q!' \
      "$H/$name" </dev/null
    [[ $output =~ shiftwidth=${width}[[:space:]]*$expand ]]
  done
}

@test "tmux and readline take our files without a complaint" {
  need tmux
  run clean tmux -L "t$$" new-session -d 'sleep 5' \; source-file "$REPO/dotfiles/tmux.conf" \; \
    show -g history-limit \; kill-server
  [ "$status" -eq 0 ]
  [[ $output == *'history-limit 20000'* ]]
  run clean bash -c "bind -f '$REPO/dotfiles/inputrc' 2>&1; bind -v | grep bell-style"
  [[ $output == *'set bell-style none' ]]
}
