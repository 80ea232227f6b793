#!/usr/bin/env bats
# shellcheck disable=SC2016 # single quotes hold what the inner shell expands
# dotfiles/: Tab for the commands of bin/, and `work`.

load dotfiles_helper

setup() { home_setup; }

# Usage: tab bash|zsh LINE...
# Types each LINE and Tab into a shell; sets lines to the text in its line editor then.
tab() {
  mapfile -d '' lines < <(clean TERM=xterm LANG=C.UTF-8 "$REPO/.venv/bin/python" \
    "$REPO/tests/tab_types.py" "$@")
}

@test "the static files are what --help says now" {
  run "$REPO/.venv/bin/python" "$REPO/dotfiles/completions/generate" --check
  [ "$output" = '' ]
  [ "$status" -eq 0 ]
}

@test "every command of bin has a completion in both files" {
  local commands=()
  for file in "$REPO"/bin/*; do
    [ -f "$file" ] && [ -x "$file" ] || continue
    grep -q "^    '${file##*/}')" "$REPO/dotfiles/completions/beachhead.bash"
    grep -q "^    '${file##*/}')" "$REPO/dotfiles/completions/_beachhead"
    commands+=("${file##*/}")
  done
  tab bash "${commands[@]/%/ --h}"
  [ "${#lines[@]}" -eq "${#commands[@]}" ]
  for ((i = 0; i < ${#lines[@]}; i++)); do
    [ "${lines[i]}" = "${commands[i]} --help " ]
  done
}

@test "a subcommand, its options and an option's values are completed at the first Tab" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    tab $shell 'csv-stats des'
    [ "${lines[0]}" = 'csv-stats describe ' ]
    tab $shell 'csv-stats describe --form'
    [[ ${lines[0]} == 'csv-stats describe --format'[\ =] ]]
    tab $shell 'csv-stats describe --format js'
    [ "${lines[0]}" = 'csv-stats describe --format json ' ]
    tab $shell 'csv-stats describe --format=js'
    [ "${lines[0]}" = 'csv-stats describe --format=json ' ]
  done
}

@test "zsh asks compinit nothing before the first Tab, and others' compinit is kept" {
  need_zsh
  run --separate-stderr clean zsh -i -c 'print $+functions[compdef]'
  [ "$output" = 0 ]
  printf 'autoload -Uz compinit; compinit -u -D\n. "%s/dotfiles/zshrc"\n' "$REPO" >"$H/.zshrc"
  run --separate-stderr clean zsh -i -c 'print $_comps[csv-stats]'
  [ "$output" = _beachhead ]
}

@test "work goes to a project and activates its virtualenv, in both shells" {
  mkdir -p "$H/src/big tides/.venv/bin" "$H/src/plain"
  printf 'VIRTUAL_ENV=%s/.venv\ndeactivate() { unset VIRTUAL_ENV; }\n' "'$H/src/big tides'" \
    >"$H/src/big tides/.venv/bin/activate"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    rm -f "$H/.config/beachhead/projects"
    run --separate-stderr clean $shell -i -c 'cd "$HOME/src/big tides" && work --add . tides
      cd "$HOME/src/plain" && work --add && cd /
      work tides; printf "%s|%s\n" "$PWD" "$VIRTUAL_ENV"
      work plain; printf "%s|%s\n" "$PWD" "${VIRTUAL_ENV-none}"
      work --remove plain; work plain; printf "%s\n" "$?"'
    [ "${lines[0]}" = "$H/src/big tides|$H/src/big tides/.venv" ]
    [ "${lines[1]}" = "$H/src/plain|none" ]
    [ "${lines[2]}" = 1 ]
    [[ $stderr == *"work: no project 'plain'"* ]]
  done
}

@test "work finds projects with a .venv under the root by itself" {
  mkdir -p "$H/src/tides/.venv/bin" "$H/src/nothing"
  : >"$H/src/tides/.venv/bin/activate"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run --separate-stderr clean $shell -i -c 'work --root ~/src; work --list; work tides; pwd'
    [ "${lines[0]}" = "tides            $H/src/tides" ]
    [ "${lines[1]}" = "$H/src/tides" ]
  done
}

@test "work says what is wrong in one line" {
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run --separate-stderr clean $shell -i -c 'mkdir ~/a ~/b ~/b/a 2>/dev/null; work --add ~/a
      work --add ~/b/a; work --add ~/none; work --frob; printf "%s\n" "$?"'
    [ "$output" = 2 ]
    [[ $stderr == *"work: 'a' is $H/a already; name another"* ]]
    [[ $stderr == *"work: $H/none is not a folder"* ]]
    [[ $stderr == *"work: unknown option '--frob'; see work --help"* ]]
  done
}

@test "work --add finds a folder as cd does, whatever your cd and chpwd print" {
  mkdir -p "$H/src/tides"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    for line in 'cd() { builtin cd "$@" && ls; }' "alias cd=pushd" 'chpwd() { ls; }' \
      'CDPATH=.:$HOME/src'; do
      home_setup
      rm -f "$H/.config/beachhead/projects"
      printf '%s\n%s\n' "$line" "$(cat "$H/.${shell}rc")" >"$H/rc" && mv "$H/rc" "$H/.${shell}rc"
      run --separate-stderr clean $shell -i -c 'builtin cd ~ >/dev/null; work --add src/tides; work --list'
      [ "${lines[-1]}" = "tides            $H/src/tides" ]
    done
    run --separate-stderr clean $shell -i -c 'builtin cd ~ >/dev/null; work --add tides t; work --list'
    [[ $output == *"t                $H/src/tides"* ]]
  done
}

@test "work adds, lists and goes, whatever functions of yours shadow builtins" {
  mkdir -p "$H/src/tides"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    home_setup
    rm -rf "$H/.config"
    printf '%s\n' 'printf() { echo shadowed; }' 'read() { return 1; }' 'pwd() { echo shadowed; }' \
      'mkdir() { command mkdir -v "$@"; }' 'history() { echo shadowed; }' \
      "$(cat "$H/.${shell}rc")" >"$H/rc" && mv "$H/rc" "$H/.${shell}rc"
    run --separate-stderr clean $shell -i -c 'work --add ~/src/tides; work --list; work tides; echo "$PWD"'
    [ "$output" = $'tides            '"$H/src/tides"$'\n'"$H/src/tides" ]
  done
}

@test "work finds the projects under its root with noglob and failglob, too" {
  mkdir -p "$H/src/tides/.venv/bin"
  : >"$H/src/tides/.venv/bin/activate"
  for option in 'set -f' 'shopt -s failglob'; do
    printf '%s\n' "$option" >>"$H/.bashrc"
    run --separate-stderr clean bash -i -c 'work --root ~/src; work --list; echo $-'
    [ "${lines[0]}" = "tides            $H/src/tides" ]
    [[ $option != 'set -f' || ${lines[1]} == *f* ]]
  done
}

@test "work --list shows a name as text" {
  mkdir -p "$H"/$'a\e]0;x\ab\u202ec/.venv/bin'
  : >"$H"/$'a\e]0;x\ab\u202ec/.venv/bin/activate'
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    run --separate-stderr clean LANG=C.UTF-8 $shell -i -c 'work --list'
    [[ $output == 'a?]0;x?b?c '* ]]
  done
}

@test "Tab after work offers the projects" {
  mkdir -p "$H/tides/.venv/bin"
  : >"$H/tides/.venv/bin/activate"
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    cd "$H"
    tab $shell 'work ti' 'work --l'
    [ "${lines[0]}" = 'work tides ' ]
    [ "${lines[1]}" = 'work --list ' ]
  done
}

@test "a project's name is text at Tab, whatever is in it, behind any quote" {
  names=('My Project' 'a$(touch pwned)b' "it's" 'b`touch pwned`' 'c;touch pwned' 'd"e$HOME' 'f!!g' \
    'h:i@j=k' $'l\nm' 'n\o' '#p' '~q' 'r*s')
  : >"$H/.bash_history"
  for name in "${names[@]}"; do
    mkdir -p "$H/$name/.venv/bin"
    : >"$H/$name/.venv/bin/activate"
  done
  # What is typed, and which project it must reach: each name behind each quote, a word
  # that readline splits, and a quote that opens in the middle of a word.
  lines=('work h:i' 'work My" P') wanted=('h:i@j=k' 'My Project')
  for name in "${names[@]}"; do
    for quote in '' "'" '"'; do
      # A name with a line feed is offered where it can be typed.
      [[ -z $quote || $name != *$'\n'* ]] || continue
      start=${name:0:1}
      [[ -n $quote || $start != [#~] ]] || start="\\$start"
      lines+=("work $quote$start") wanted+=("$name")
    done
  done
  for shell in bash zsh; do
    [ $shell = bash ] || need_zsh
    tab_into $shell "${lines[@]}"
    # shellcheck disable=SC2154 # tab_into sets folders
    [ "${#folders[@]}" -eq "${#lines[@]}" ]
    for ((i = 0; i < ${#lines[@]}; i++)); do
      [ "${folders[i]}" = "$H/${wanted[i]}" ] || {
        printf '%s: %q: %q\n' $shell "${lines[i]}" "${folders[i]}"
        return 1
      }
    done
  done
  run find "$H" "$BATS_TEST_TMPDIR" -name pwned
  [ "$output" = '' ]
}

@test "Tab completes below a compinit of your own and below zsh's plugins that wrap widgets" {
  need_zsh
  local plugins=/usr/share/zsh-syntax-highlighting/zsh-syntax-highlighting.zsh
  for line in 'autoload -Uz compinit; compinit -u -d ~/.zd' "[[ ! -r $plugins ]] || . $plugins" \
    'setopt ksh_arrays sh_glob'; do
    printf "%s\n. '%s/dotfiles/zshrc'\n" "$line" "$REPO" >"$H/.zshrc"
    tab zsh 'cloud-env dete'
    [ "${lines[0]}" = 'cloud-env detect ' ]
  done
}

@test "Tab is quiet where the checkout is gone" {
  cp -R "$REPO/dotfiles" "$H/dotfiles"
  mkdir "$H/bin"
  cp "$REPO/bin/csv-stats" "$H/bin"
  printf ". '%s/dotfiles/bashrc'\n" "$H" >"$H/.bashrc"
  run type_into bash <<<'mv ~/dotfiles ~/gone
beachhead_complete csv-stats des csv-stats; echo "code $?"'
  [[ $output == *'code 1'* && $output != *'No such'* ]]
}
