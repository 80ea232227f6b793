#!/usr/bin/env bats
# shellcheck disable=SC2016 # the inner shell expands what is in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a subshell of its own, as it should be
# install.sh shares a home with other checkouts, rc files with other writers, a machine with other
# users, and a terminal with the shell that calls it.

load install_helper

setup_file() { sandbox_setup_file; }

setup() { sandbox_setup; }

teardown() { [ -z "${MOUNTED-}" ] || umount -l "$MOUNTED"; }

@test "--uninstall of one checkout leaves the blocks and the state of another that exists" {
  for odd in another "it's another" $'two\nlines'; do
    make_home "$BATS_TEST_TMPDIR/home $odd"
    make_checkout "$BATS_TEST_TMPDIR/first $odd"
    first=$CHECKOUT
    printf 'mine\n' >"$SANDBOX_HOME/.bashrc"
    before=$(tree_of "$SANDBOX_HOME")
    install
    make_checkout "$BATS_TEST_TMPDIR/second/$odd"
    install
    both=$(tree_of "$SANDBOX_HOME")
    run sandbox "$first/install.sh" --uninstall
    [ "$status" -eq 0 ]
    [[ $output == *"~/.bashrc: its block is of the checkout at "*', and stays'* ]]
    [ "$both" = "$(tree_of "$SANDBOX_HOME")" ]
    [ ! -e "$first/.venv" ]
    install --check
    install --uninstall
    [ "$before" = "$(tree_of "$SANDBOX_HOME")" ] || { diff <(echo "$before") <(tree_of "$SANDBOX_HOME"); return 1; }
  done
}

@test "an edited block of another checkout stays too, one of a checkout that is gone does not" {
  printf 'mine\n' >"$SANDBOX_HOME/.bashrc"
  before=$(tree_of "$SANDBOX_HOME")
  first=$CHECKOUT
  install
  make_checkout "$BATS_TEST_TMPDIR/another"
  install
  cp "$SANDBOX_HOME/.bashrc" "$BATS_TEST_TMPDIR/whole"
  for edit in '3s/^/MINE=1; /' '2a export MINE=1'; do
    sed -i "$edit" "$SANDBOX_HOME/.bashrc"
    both=$(tree_of "$SANDBOX_HOME")
    sandbox "$first/install.sh" --uninstall
    [ "$both" = "$(tree_of "$SANDBOX_HOME")" ]
    cp "$BATS_TEST_TMPDIR/whole" "$SANDBOX_HOME/.bashrc"
  done
  rm -rf "$CHECKOUT"
  sandbox "$first/install.sh" --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
}

@test "what others added after our block stays, without a last newline too" {
  for mine in '' 'mine' $'mine\n'; do
    rm -f "$SANDBOX_HOME/.bashrc"
    [ -z "$mine" ] || printf '%s' "$mine" >"$SANDBOX_HOME/.bashrc"
    install
    printf 'export LATER=1' >>"$SANDBOX_HOME/.bashrc"
    install --uninstall
    [ "$(cat "$SANDBOX_HOME/.bashrc")" = "${mine%$'\n'}${mine:+$'\n'}export LATER=1" ]
  done
}

@test "a login shell that would not read ~/.bashrc is reported with the line to add; nothing else is written" {
  for name in .bash_profile .bash_login .profile; do
    make_home "$BATS_TEST_TMPDIR/home $name"
    printf 'export MINE=1\n# not ~/.bashrc\n' >"$SANDBOX_HOME/$name"
    before=$(sha256sum "$SANDBOX_HOME/$name")
    run --separate-stderr sandbox bash -l -i -c 'type -P show-tide'
    [ "$status" -ne 0 ]
    run install
    line="a login shell reads ~/$name, which does not name ~/.bashrc; add to it: . ~/.bashrc"
    [[ $output == *"install.sh: note: $line"* ]]
    run install --check
    [[ $status -eq 0 && $output == *"note: $line"* ]]
    [ "$before" = "$(sha256sum "$SANDBOX_HOME/$name")" ]
    printf '. ~/.bashrc\n' >>"$SANDBOX_HOME/$name" # what it says helps
    run --separate-stderr sandbox bash -l -i -c 'type -P show-tide'
    [ "$output" = "$CHECKOUT/bin/show-tide" ]
    run install --check
    [ "$output" = 'all is well' ]
  done
  make_home "$BATS_TEST_TMPDIR/empty home"
  run install
  [[ $output == *'note: there is no ~/.bash_profile, '*'make it, with the line: . ~/.bashrc'* ]]
}

@test "two checkouts installed at once into one home: both succeed, with one block" {
  for round in 1 2 3; do
    make_home "$BATS_TEST_TMPDIR/home $round"
    pids=()
    for name in one two three; do
      make_checkout "$BATS_TEST_TMPDIR/$round/$name"
      install >"$BATS_TEST_TMPDIR/$name.log" 2>&1 &
      pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
    [ "$(grep -c '<<< beachhead' "$SANDBOX_HOME/.bashrc")" -eq 1 ]
    run find "$SANDBOX_HOME" -name '*beachhead-*'
    [ "$output" = '' ]
    for name in one two three; do
      sandbox "$BATS_TEST_TMPDIR/$round/$name/install.sh" --uninstall
    done
    [ -z "$(ls -A "$SANDBOX_HOME")" ]
  done
}

@test "an --uninstall while another install.sh works waits for it" {
  install
  (
    flock 9
    sleep 2
    printf 'export WORK=1\n' >>"$SANDBOX_HOME/.bashrc"
  ) 9>>"$SANDBOX_HOME/.local/state/beachhead/lock" &
  sleep 0.3
  run install --uninstall
  wait
  [[ $output == *'waiting for it'* ]]
  [ "$(cat "$SANDBOX_HOME/.bashrc")" = 'export WORK=1' ]
}

@test "a full disk: --uninstall makes room first, then takes the block out" {
  mkdir "$BATS_TEST_TMPDIR/full"
  mount -t tmpfs -o size=12m none "$BATS_TEST_TMPDIR/full" 2>/dev/null || skip 'no tmpfs can be mounted here'
  MOUNTED=$BATS_TEST_TMPDIR/full
  make_home "$BATS_TEST_TMPDIR/full/home"
  make_checkout "$BATS_TEST_TMPDIR/full/kit"
  printf 'mine\n' >"$SANDBOX_HOME/.bashrc"
  before=$(tree_of "$SANDBOX_HOME")
  sandbox BEACHHEAD_NEED_MB=0 "$CHECKOUT/install.sh"
  dd if=/dev/zero of="$BATS_TEST_TMPDIR/full/filler" bs=4k 2>/dev/null || true
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
}

@test "root does not write into another's home: one line, nothing changed, as for --uninstall" {
  [ "$(id -u)" -eq 0 ] || skip 'only root can try this'
  chown -R 65534 "$SANDBOX_HOME"
  before=$(tree_of "$BATS_TEST_TMPDIR")
  for option in '' --repair --uninstall; do
    run install $option
    [ "$status" -eq 1 ]
    [[ ${#lines[@]} -eq 1 && $output == "install.sh: you are root, but $SANDBOX_HOME belongs to "*'; run ./install.sh as that user, without sudo,'* ]]
    [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR")" ]
  done
  chown -R 65534 "$CHECKOUT"
  run sandbox SUDO_UID=65534 "$CHECKOUT/install.sh" --no-dotfiles
  [ "$status" -eq 1 ]
  [[ $output == "install.sh: you are root, but $CHECKOUT belongs to "* ]]
  install --no-dotfiles # in a container, a checkout is often another's
  run find "$SANDBOX_HOME" -user 0
  [ "$output" = '' ]
}

@test "sh install.sh says what to run, and changes nothing" {
  before=$(tree_of "$BATS_TEST_TMPDIR")
  ln -s "$(type -P bash)" "$PYBIN/sh"
  found=0
  for shell in dash zsh ksh mksh "$PYBIN/sh" 'busybox sh'; do
    type -P "${shell%% *}" >/dev/null || continue
    found=$((found + 1))
    run sandbox PATH="$SANDBOX_PATH:/usr/bin:/bin" $shell "$CHECKOUT/install.sh"
    [ "$status" -eq 2 ]
    [ "$output" = 'install.sh: this script needs Bash; run ./install.sh or: bash install.sh' ]
  done
  [ "$found" -gt 0 ]
  rm "$PYBIN/sh"
  [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR")" ]
}

@test "sourcing install.sh says what to run; the shell lives on with its options and traps" {
  before=$(tree_of "$BATS_TEST_TMPDIR")
  for shell in bash 'bash --posix' dash zsh; do
    type -P "${shell%% *}" >/dev/null || continue
    printf '%s\n' "cd '$CHECKOUT' && HOME='$SANDBOX_HOME'" 'o=$-' 'n=$(set -o; trap; export)' \
      '. ./install.sh --dry-run' 'rc=$?' '[ "$o" = "$-" ] && [ "$n" = "$(set -o; trap; export)" ] && echo "alive $rc"' \
      >"$BATS_TEST_TMPDIR/commands"
    for how in file stdin; do
      case $how in
        file) run $shell "$BATS_TEST_TMPDIR/commands" ;;
        stdin) run $shell -s <"$BATS_TEST_TMPDIR/commands" ;;
      esac
      [ "${lines[-1]}" = 'alive 2' ] || { printf '%s: %s\n' "$shell" "$output"; return 1; }
      [[ ${lines[0]} == 'install.sh: this script '*'run ./install.sh'* ]]
    done
  done
  rm "$BATS_TEST_TMPDIR/commands"
  [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR")" ]
}

@test "bash in POSIX mode installs as well" {
  run sandbox POSIXLY_CORRECT=1 "$CHECKOUT/install.sh"
  [ "$status" -eq 0 ]
  works
}

@test "a clone of --with that holds a commit, a branch or a stash of yours stays" {
  mkdir -p "$BATS_TEST_TMPDIR/mirror"
  git init -q -b master "$BATS_TEST_TMPDIR/mirror"
  me=(git -c user.name=a -c user.email=a@b -C)
  printf 'one\n' >"$BATS_TEST_TMPDIR/mirror/file"
  git -C "$BATS_TEST_TMPDIR/mirror" add file
  "${me[@]}" "$BATS_TEST_TMPDIR/mirror" commit -q -m one
  pin=$(git -C "$BATS_TEST_TMPDIR/mirror" rev-parse HEAD)
  sed -i "s/[0-9a-f]\{40\}/$pin/" "$CHECKOUT/install/pins.txt"
  printf '[url "file://%s"]\n\tinsteadOf = https://github.com/ohmyzsh/ohmyzsh.git\n' \
    "$BATS_TEST_TMPDIR/mirror" >"$SANDBOX_HOME/.gitconfig"
  W=$SANDBOX_HOME/.local/state/beachhead/with
  for work in 'commit -q --allow-empty -m mine' 'branch mine' 'stash -q'; do
    install --with ohmyzsh
    printf 'two\n' >"$W/ohmyzsh/file"
    "${me[@]}" "$W/ohmyzsh" $work
    git -C "$W/ohmyzsh" checkout -q -- file
    mkdir "$W/mine"
    git init -q "$W/mine"
    run install --uninstall
    [[ $output == *"kept $W/ohmyzsh"* ]]
    [ -d "$W/ohmyzsh/.git" ]
    [ -d "$W/mine/.git" ]
    rm -rf "$SANDBOX_HOME/.local"
  done
}
