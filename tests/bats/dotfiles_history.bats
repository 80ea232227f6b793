#!/usr/bin/env bats
# shellcheck disable=SC2016 # what the inner shell shall expand stands in single quotes
# dotfiles/: a person's history is never cut, whatever limits they have and wherever its file is.

load dotfiles_helper

setup() { home_setup; }

# Usage: history_of bash|zsh      sets file and rc; the file holds 30,000 commands
history_of() {
  file=$H/.${1}_history rc=$H/.${1}rc
  rm -rf "$H"/.*_history*
  home_setup
  seq -f 'echo cmd %.0f' 30000 >"$file"
}

# Usage: left      prints how many of the old commands are still there
left() { grep -c 'echo cmd [0-9]*$' "$file"; }

@test "30,000 commands stay, whatever limits are set above or below our block" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    for limits in '' 'HISTSIZE=-1 HISTFILESIZE=-1' 'HISTSIZE= HISTFILESIZE=' 'HISTSIZE=100000' \
      'HISTFILESIZE=1000000000000000000000' 'HISTSIZE=50000 HISTFILESIZE=50000 SAVEHIST=50000' \
      'unset HISTSIZE HISTFILESIZE' 'HISTSIZE=1000'; do
      for place in above below; do
        # In zsh 1,000 of your own, below our block, are yours to choose; in Bash too, as 500 is.
        history_of $shell
        if [ $place = above ]; then
          printf '%s\n%s\n' "$limits" "$(cat "$rc")" >"$rc.new"
        else
          [[ $shell$limits != zsh*[0-9=] || $limits == *SAVEHIST* ]] || continue
          [[ $limits != unset* ]] || continue
          printf '%s\n%s\n' "$(cat "$rc")" "$limits" >"$rc.new"
        fi
        mv "$rc.new" "$rc"
        for _ in 1 2; do type_into $shell <<<': tide' >/dev/null; done
        [ "$(left)" = 30000 ] || { printf '%s, %s %s: %s\n' $shell "$limits" $place "$(left)"; return 1; }
        [ "$(grep -c ': tide$' "$file")" -ge 1 ]
      done
    done
  done
}

@test "a limit is raised and never lowered, and no history stays none" {
  run --separate-stderr clean HISTSIZE=30000 HISTFILESIZE=40000 \
    bash -i -c 'echo "$HISTSIZE,$HISTFILESIZE"'
  [ "$output" = 30000,40000 ]
  run --separate-stderr clean HISTSIZE=500 HISTFILESIZE=500 \
    bash -i -c 'echo "$HISTSIZE,$HISTFILESIZE"'
  [ "$output" = 20000, ]
  run --separate-stderr clean HISTSIZE=0 HISTFILESIZE=0 bash -i -c 'echo "$HISTSIZE,$HISTFILESIZE"'
  [ "$output" = 0,0 ]
  run --separate-stderr clean HISTCONTROL=erasedups HISTTIMEFORMAT=%T \
    bash -i -c 'echo "$HISTCONTROL,$HISTTIMEFORMAT"'
  [ "$output" = erasedups,%T ]
  need_zsh
  run --separate-stderr clean zsh -i -c 'echo $HISTSIZE,$SAVEHIST'
  [ "$output" = 20000,1000000000 ]
  printf 'HISTSIZE=70000 SAVEHIST=60000 HISTFILE=\n%s\n' "$(cat "$H/.zshrc")" >"$H/.zshrc.new"
  mv "$H/.zshrc.new" "$H/.zshrc"
  run --separate-stderr clean zsh -i -c 'echo $HISTSIZE,$SAVEHIST,$HISTFILE'
  [ "$output" = 70000,60000, ]
}

@test "a history file that is a symbolic link stays one, and its target keeps its lines" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    history_of $shell
    mv "$file" "$BATS_TEST_TMPDIR/elsewhere"
    ln -s "$BATS_TEST_TMPDIR/elsewhere" "$file"
    type_into $shell <<<': tide' >/dev/null
    [ -L "$file" ]
    [ "$(left)" = 30000 ]
    grep -q ': tide$' "$BATS_TEST_TMPDIR/elsewhere"
  done
}

@test "a history file that cannot be written is kept, and named at most once a shell" {
  [ "$(id -u)" != 0 ] || type -P setpriv >/dev/null || skip 'root may write everything'
  as=()
  [ "$(id -u)" != 0 ] || as=(setpriv --reuid=12345 --regid=12345 --clear-groups --)
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    history_of $shell
    chmod 444 "$file"
    [ ${#as[@]} -eq 0 ] || chown 12345 "$H" "$H/.local/state/beachhead"
    [ ${#as[@]} -eq 0 ] || chmod a+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
    "${as[@]}" test -r "$rc" -a -r "$REPO/dotfiles/bashrc" || skip 'another user may not read this'
    run "${as[@]}" env -i HOME="$H" PATH=/usr/bin:/bin TERM=dumb $shell -i <<<': a
: b
: c
history | tail -3'
    [ "$(grep -ciE 'denied|cannot create|locking' <<<"$output")" -le 1 ]
    [[ $output == *': b'* ]]
    [ "$(left)" = 30000 ]
  done
}

@test "a history file that is not a file delays nobody" {
  history_of bash
  rm "$file"
  mkfifo "$file"
  run timeout 60 env -i HOME="$H" PATH=/usr/bin:/bin TERM=dumb HISTFILE="$file" bash -i \
    -c 'beachhead_history; echo fine'
  [[ $output == *fine ]]
}

@test "an exported PROMPT_COMMAND does no harm in a shell that reads no rc file" {
  printf 'export PROMPT_COMMAND="history -a"\n%s\n' "$(cat "$H/.bashrc")" >"$H/.bashrc.new"
  mv "$H/.bashrc.new" "$H/.bashrc"
  run type_into bash <<<'bash --norc -i
echo inner'
  [[ $output == *inner* && $output != *'not found'* ]]
}
