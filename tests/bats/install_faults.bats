#!/usr/bin/env bats
# shellcheck disable=SC2016 # the inner shell expands what is in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a subshell of its own, as it should be
# install.sh under fire: full disks, odd paths, no network. What must hold each time: the
# person's own bytes are there, the next run succeeds, and --uninstall gives the home back.

load install_helper

setup_file() { sandbox_setup_file; }

setup() {
  sandbox_setup
  own_rc_files
}

@test "two installs at once: both succeed, one block, one whole .venv" {
  install 2>"$BATS_TEST_TMPDIR/one" &
  one=$!
  install 2>"$BATS_TEST_TMPDIR/two" &
  two=$!
  wait $one
  wait $two
  [ "$(grep -c '<<< beachhead' "$SANDBOX_HOME/.bashrc")" -eq 1 ]
  grep -q 'waiting for it' "$BATS_TEST_TMPDIR/one" "$BATS_TEST_TMPDIR/two"
  works
  install --check
}

@test "without flock (macOS) a dead install's lock is taken and a living one's waited for" {
  mkdir "$BATS_TEST_TMPDIR/noflock"
  cp -P "$TOOLS/"* "$BATS_TEST_TMPDIR/noflock"
  rm "$BATS_TEST_TMPDIR/noflock/flock"
  SANDBOX_PATH=${SANDBOX_PATH/"$TOOLS"/"$BATS_TEST_TMPDIR/noflock"}
  mkdir -p "$CHECKOUT/.venv/.beachhead"
  ln -s 4194305 "$CHECKOUT/.venv/.beachhead/lock.pid" # no process has this number
  install
  works
  rm "$CHECKOUT/.venv/.beachhead/stamp"
  ln -s $$ "$CHECKOUT/.venv/.beachhead/lock.pid"
  install 2>"$BATS_TEST_TMPDIR/said" &
  wait_until grep -q 'waiting for it' "$BATS_TEST_TMPDIR/said"
  [ ! -e "$CHECKOUT/.venv/.beachhead/stamp" ]
  rm "$CHECKOUT/.venv/.beachhead/lock.pid"
  wait $!
  [ "$(grep -c '<<< beachhead' "$SANDBOX_HOME/.bashrc")" -eq 1 ]
  works
}

@test "closed stdin, stdout and stderr do no harm" {
  env -i HOME="$SANDBOX_HOME" PATH="$SANDBOX_PATH" PIP_NO_INDEX=1 PIP_FIND_LINKS="$WHEELS" \
    UV_NO_INDEX=1 UV_FIND_LINKS="$WHEELS" "$CHECKOUT/install.sh" <&- >&- 2>&-
  works
  own_bytes_safe
  grep -q beachhead "$SANDBOX_HOME/.bashrc"
}

@test "Ctrl-C ends it at once, with 130 and no fallback; the next run completes" {
  cat >"$PYBIN/uv" <<'SH'
#!/usr/bin/env bash
[[ $1 == --version ]] && exit
trap 'exit 1' INT
kill -INT "$PPID"
sleep 0.2
exit 1
SH
  chmod +x "$PYBIN/uv"
  run install --no-dotfiles
  [ "$status" -eq 130 ]
  [[ $output != *'trying pip'* ]]
  rm "$PYBIN/uv"
  install --no-dotfiles
  works
}

@test "HOME and checkout under paths with quotes, a newline, a dollar, a star and Unicode" {
  for odd in "it's \"quoted\"" $'two\nlines' '$HOME `id` *' 'Strände 海' '-rf'; do
    make_home "$BATS_TEST_TMPDIR/home $odd"
    make_checkout "$BATS_TEST_TMPDIR/code $odd/$odd"
    printf 'mine' >"$SANDBOX_HOME/.bashrc"
    before=$(tree_of "$SANDBOX_HOME")
    run install
    [ "$status" -eq 0 ] || { printf '%s: %s\n' "$odd" "$output"; return 1; }
    run install
    [[ $output == *'nothing to do'* ]]
    works
    run --separate-stderr sandbox bash -i -c 'show-tide; printf "%s" "$BEACHHEAD_HOME"'
    [ "$output" = "the tide is 1.0"$'\n'"$CHECKOUT" ]
    if have zsh; then
      run --separate-stderr sandbox PATH="$SANDBOX_PATH:${ZSH_DIR:-/usr/bin}" zsh -i -c show-tide
      [ "$output" = 'the tide is 1.0' ]
    fi
    if have_vim && [[ $odd != *[$'\n$']* ]]; then
      run sandbox PATH=/usr/bin:/bin vim -i NONE -u "$SANDBOX_HOME/.vimrc" -es \
        -c 'set shiftwidth?' -c 'q!'
      [[ $output == *shiftwidth=4* ]]
    fi
    install --check
    install --uninstall
    rm -rf "$SANDBOX_HOME/.local"
    [ "$before" = "$(tree_of "$SANDBOX_HOME")" ] || { tree_of "$SANDBOX_HOME"; return 1; }
    [ ! -e "$CHECKOUT/.venv" ]
  done
  say_what_was_missing
}

@test "a checkout with a colon in its path is refused before anything is done" {
  make_checkout "$BATS_TEST_TMPDIR/a:b"
  run install
  [ "$status" -eq 1 ]
  [[ $output == "install.sh: no folder with ':' in its name can be on PATH; move "* ]]
  [ ! -e "$CHECKOUT/.venv" ]
}

# Usage: small_disk FOLDER SIZE      mounts a tmpfs there, or skips where root may not
small_disk() {
  mkdir -p "$1"
  mount -t tmpfs -o "size=$2" none "$1" 2>/dev/null || skip 'no tmpfs can be mounted here'
  MOUNTED=$1
}

teardown() { [ -z "${MOUNTED-}" ] || umount -l "$MOUNTED"; }

@test "a full home: the rc files are as they were, one line says so, and it works with room" {
  small_disk "$BATS_TEST_TMPDIR/full" 64k
  SANDBOX_HOME=$BATS_TEST_TMPDIR/full
  printf 'alias mine=true\n# no newline' >"$SANDBOX_HOME/.bashrc"
  printf 'alias mine=true' >"$SANDBOX_HOME/.zshrc"
  mkdir -p "$SANDBOX_HOME/.local/state/beachhead"
  # Room for the names, none for the bytes.
  dd if=/dev/zero of="$SANDBOX_HOME/filler" bs=4k count=16 2>/dev/null || true
  run install
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == 'install.sh: cannot write '* ]]
  own_bytes_safe
  [ -z "$(find "$SANDBOX_HOME" -name '*.beachhead-new')" ]
  rm "$SANDBOX_HOME/filler"
  install
  works
  grep -q beachhead "$SANDBOX_HOME/.bashrc"
}

@test "a disk that fills while the packages come: one line says so, and it works with room" {
  small_disk "$BATS_TEST_TMPDIR/disk" 9m
  make_checkout "$BATS_TEST_TMPDIR/disk/beach"
  dd if=/dev/zero of="$BATS_TEST_TMPDIR/disk/filler" bs=4k 2>/dev/null || true
  truncate -s -24k "$BATS_TEST_TMPDIR/disk/filler"
  run sandbox BEACHHEAD_NEED_MB=0 "$CHECKOUT/install.sh" --no-dotfiles
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == 'install.sh: '* ]]
  run install --no-dotfiles
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == *'MB are needed and '*' MB are free'* ]]
  rm "$BATS_TEST_TMPDIR/disk/filler"
  sandbox BEACHHEAD_NEED_MB=0 "$CHECKOUT/install.sh" --no-dotfiles
  works
}

# Usage: as_nobody COMMAND...      runs it as a user without rights, or skips
as_nobody() {
  if [ "$(id -u)" -ne 0 ]; then
    "$@"
  else
    setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
  fi
}

# Usage: give_away      lets nobody in, where this test runs as root
give_away() {
  [ "$(id -u)" -eq 0 ] || return 0
  local python code='import sys, venv; assert sys.version_info >= (3, 11)'
  need setpriv
  chmod -R a+rX "$BATS_RUN_TMPDIR"
  as_nobody test -r "$CHECKOUT/install.sh" || skip 'another user cannot get to this folder'
  for python in /usr/bin/python3 "$BASE_PYTHON" ''; do
    [ -n "$python" ] || skip 'another user has no Python of 3.11 or more here'
    ! as_nobody env -i "$python" -I -c "$code" 2>/dev/null || break
  done
  ln -sf "$python" "$PYBIN/python3"
  chown -R 65534:65534 "$CHECKOUT" "$SANDBOX_HOME"
}

@test "a home that cannot be written is reported before anything is fetched; --no-dotfiles works" {
  give_away
  chmod 555 "$SANDBOX_HOME"
  before=$(tree_of "$SANDBOX_HOME")
  run as_nobody env -i HOME="$SANDBOX_HOME" PATH="$SANDBOX_PATH" "$CHECKOUT/install.sh"
  [ "$status" -eq 1 ]
  [[ $output == 'install.sh: cannot write '*'; make it and its folder writable, or use --no-dotfiles' ]]
  [ ! -e "$CHECKOUT/.venv" ]
  run as_nobody env -i HOME="$SANDBOX_HOME" PATH="$SANDBOX_PATH" PIP_NO_INDEX=1 UV_NO_INDEX=1 \
    PIP_FIND_LINKS="$WHEELS" UV_FIND_LINKS="$WHEELS" TMPDIR=/tmp "$CHECKOUT/install.sh" --no-dotfiles
  [ "$status" -eq 0 ]
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
  chmod 755 "$SANDBOX_HOME"
}

@test "a checkout that cannot be written is one line" {
  give_away
  chmod 555 "$CHECKOUT"
  run as_nobody env -i HOME="$SANDBOX_HOME" PATH="$SANDBOX_PATH" "$CHECKOUT/install.sh" --no-dotfiles
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == 'install.sh: cannot write to '*'; make it writable, or clone it elsewhere' ]]
  chmod 755 "$CHECKOUT"
}

@test "a read-only rc file of your own is not written" {
  give_away
  chmod 444 "$SANDBOX_HOME/.bashrc"
  run as_nobody env -i HOME="$SANDBOX_HOME" PATH="$SANDBOX_PATH" "$CHECKOUT/install.sh"
  [ "$status" -eq 1 ]
  [[ $output == "install.sh: cannot write $SANDBOX_HOME/.bashrc;"* ]]
  [ "$(stat -c %a "$SANDBOX_HOME/.bashrc")" = 444 ]
}

@test "with no network it fails in one line, soon, and a venv that was whole stays usable" {
  unshare -n true 2>/dev/null || skip 'no network namespace can be made here'
  install --no-dotfiles
  hash=$(make_wheel tinytide 3.0 "$BATS_TEST_TMPDIR/elsewhere")
  printf 'tinytide==3.0 --hash=sha256:%s\n' "$hash" >"$CHECKOUT/requirements.txt"
  start=$SECONDS
  run unshare -n env -i HOME="$SANDBOX_HOME" PATH="$SANDBOX_PATH" "$CHECKOUT/install.sh" \
    --no-dotfiles </dev/null
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == 'install.sh: the packages could not be installed: '*'; the old ones still work' ]]
  [ $((SECONDS - start)) -lt 90 ]
  works
}

@test "a link of links is followed, and stays one" {
  rm "$SANDBOX_HOME/.bashrc"
  mkdir "$SANDBOX_HOME/dots"
  ln -s dots/second "$SANDBOX_HOME/.bashrc"
  ln -s ./third "$SANDBOX_HOME/dots/second"
  : >"$SANDBOX_HOME/dots/third"
  before=$(tree_of "$SANDBOX_HOME")
  install
  [ -L "$SANDBOX_HOME/.bashrc" ] && [ -L "$SANDBOX_HOME/dots/second" ]
  grep -q beachhead "$SANDBOX_HOME/dots/third"
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
}

@test "a pipe, a folder, a device, a dangling or circular link in place of an rc file is refused" {
  for rc in .bashrc .zshrc; do
    for place in 'mkfifo "$1"' 'mkdir "$1"' 'ln -s /dev/null "$1"' 'ln -s gone/rc "$1"' \
      'ln -s "$1.2" "$1"; ln -s "$1" "$1.2"'; do
      rm -rf "${SANDBOX_HOME:?}/$rc"*
      bash -c "$place" - "$SANDBOX_HOME/$rc"
      before=$(tree_of "$BATS_TEST_TMPDIR")
      run sandbox timeout 60 "$CHECKOUT/install.sh"
      [ "$status" -eq 1 ]
      [[ ${#lines[@]} -eq 1 && $output == "install.sh: ~/$rc is a "*'; move it away, or use --no-dotfiles' ]]
      run sandbox timeout 60 "$CHECKOUT/install.sh" --check
      [ "$status" -eq 1 ]
      run sandbox timeout 60 "$CHECKOUT/install.sh" --dry-run
      [ "$status" -eq 0 ]
      [[ $output == *"leave    ~/$rc, which is a "* ]]
      run sandbox timeout 60 "$CHECKOUT/install.sh" --uninstall
      [ "$status" -eq 0 ]
      [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR")" ]
    done
    rm -rf "${SANDBOX_HOME:?}/$rc"*
  done
}

@test "a pipe or a dangling link in place of ~/.vimrc is yours and stays" {
  mkfifo "$SANDBOX_HOME/.vimrc"
  ln -s gone "$SANDBOX_HOME/.tmux.conf"
  before=$(tree_of "$SANDBOX_HOME")
  run sandbox timeout 60 "$CHECKOUT/install.sh"
  [ "$status" -eq 0 ]
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ] || { diff <(echo "$before") <(tree_of "$SANDBOX_HOME"); false; }
}

@test "an rc file with NUL bytes, another encoding and CRLF keeps every byte" {
  printf 'a\0b\r\n\xff\xfe latin \xe9\r\nlast' >"$SANDBOX_HOME/.bashrc"
  before=$(tree_of "$SANDBOX_HOME")
  install
  [ "$(head -c 21 "$SANDBOX_HOME/.bashrc" | sha256sum)" = \
    "$(printf 'a\0b\r\n\xff\xfe latin \xe9\r\nlast' | head -c 21 | sha256sum)" ]
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
}
