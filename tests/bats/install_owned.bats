#!/usr/bin/env bats
# shellcheck disable=SC2016 # the inner shell expands what is in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a subshell of its own, as it should be
# install.sh touches only its own: another Python, another checkout, another person's folders and
# files are as they were, byte for byte, after an install, a failed one and --uninstall.

load install_helper

setup_file() { sandbox_setup_file; }

setup() { sandbox_setup; }

# Usage: make_users_venv      USERS: a venv of the person's own
make_users_venv() {
  USERS=$BATS_TEST_TMPDIR/users
  "$BASE_PYTHON" -m venv --without-pip "$USERS"
}

@test "a .venv that runs another Python is built anew, and nothing goes into that one" {
  make_users_venv
  install --no-dotfiles
  rm "$CHECKOUT/.venv/bin/"python*
  printf '#!/bin/sh\nexec "%s" "$@"\n' "$USERS/bin/python3" >"$CHECKOUT/.venv/bin/python"
  chmod +x "$CHECKOUT/.venv/bin/python"
  lock_tiny 2.0
  before=$(tree_of "$USERS")
  run install --check --no-dotfiles
  [ "$status" -eq 1 ]
  [[ $output == *'.venv: its Python is not its own'* ]]
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  [ "$before" = "$(tree_of "$USERS")" ]
  [ "$(sandbox "$CHECKOUT/bin/show-tide")" = 'the tide is 2.0' ]
}

@test "without pyvenv.cfg and with the same Python behind it: .venv is not a venv, and is built again" {
  install --no-dotfiles
  rm "$CHECKOUT/.venv/pyvenv.cfg"
  run install --check --no-dotfiles
  [ "$status" -eq 1 ]
  [[ $output == *'.venv: its Python is not its own'* ]]
  for option in '' --repair; do
    rm -f "$CHECKOUT/.venv/pyvenv.cfg"
    install --no-dotfiles $option
    [ -f "$CHECKOUT/.venv/pyvenv.cfg" ]
    works
  done
  run "$BASE_PYTHON" -I -c 'import tinytide'
  [ "$status" -ne 0 ]
}

@test "pip and uv put nothing where their configuration says" {
  mkdir -p "$SANDBOX_HOME/.config/pip" "$SANDBOX_HOME/.config/uv" "$BATS_TEST_TMPDIR/theirs"
  printf '[global]\nuser = true\n[install]\ntarget = %s\n' "$BATS_TEST_TMPDIR/theirs" \
    >"$SANDBOX_HOME/.config/pip/pip.conf"
  printf '[pip]\ntarget = "%s"\n' "$BATS_TEST_TMPDIR/theirs" >"$SANDBOX_HOME/.config/uv/uv.toml"
  run install --no-dotfiles
  [ -z "$(ls -A "$BATS_TEST_TMPDIR/theirs")" ]
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == 'install.sh: '*"'target'"*'PIP_CONFIG_FILE=/dev/null'* ]]
  printf '[global]\nuser = true\n' >"$SANDBOX_HOME/.config/pip/pip.conf"
  install --no-dotfiles
  [ -z "$(ls -A "$BATS_TEST_TMPDIR/theirs")" ]
  works
}

@test "uv leaves no folder of its own in the home, not even where it looked for credentials" {
  [ -x "$UV_HOME/bin/uv" ] || skip 'uv could not be fetched'
  run sandbox env -u UV_OFFLINE "$CHECKOUT/install.sh" --no-dotfiles
  [ "$status" -eq 0 ]
  [[ $output != *'trying pip'* ]]
  [ -z "$(ls -A "$SANDBOX_HOME")" ]
}

@test "a package that was deleted is noticed: a folder, a module, a program, a file deep in it" {
  install --no-dotfiles
  site=$(echo "$CHECKOUT"/.venv/lib/python3.*/site-packages)
  mkdir -p "$site/deep/er"
  : >"$site/deep/er/file.py"
  printf '#!/bin/sh\n' >"$CHECKOUT/.venv/bin/tide"
  rm "$CHECKOUT/.venv/.beachhead/stamp"
  sandbox "$CHECKOUT/.venv/bin/python" -I "$CHECKOUT/install/health.py" stamp "$CHECKOUT" ''
  cp -Rp "$CHECKOUT/.venv" "$BATS_TEST_TMPDIR/whole"
  run install --no-dotfiles --check
  [ "$status" -eq 0 ]
  for gone in "$site/tinytide.py" "$site/deep" "$site/deep/er" "$site/deep/er/file.py" \
    "$CHECKOUT/.venv/bin/tide"; do
    rm -rf "$gone"
    run install --no-dotfiles --check
    [ "$status" -eq 1 ]
    [[ $output == *"${gone##*.venv/} is missing; run ./install.sh" ]]
    rm -rf "$CHECKOUT/.venv"
    cp -Rp "$BATS_TEST_TMPDIR/whole" "$CHECKOUT/.venv"
  done
  rm "$site/tinytide.py"
  install --no-dotfiles
  works
  mkdir "$site/__pycache__" || true # what Python itself adds is not reported, nor what you add
  : >"$site/yours.py"
  run install --no-dotfiles
  [[ $output == *'nothing to do'* ]]
}

# Usage: make_users_folder FOLDER      files of the person's own, under the names that we use
make_users_folder() {
  local name
  mkdir -p "$1/python/cpython-3.13/bin" "$1/vim/undo" "$1/vim/swap" "$1/with/ohmyzsh" \
    "$1/ohmyzsh-cache"
  for name in python/notes python/cpython-3.13/bin/tool vim/undo/mine vim/swap/mine history-last \
    with/log ohmyzsh-cache/mine zcompdump-5.9 "$2"; do
    printf 'mine: %s\n' "$name" >"$1/$name"
  done
}

@test "a state folder that holds files of yours is refused, and nothing is changed" {
  for name in manifest lock made manifest.new; do
    mine=$BATS_TEST_TMPDIR/mine-$name
    make_users_folder "$mine" "$name"
    before=$(tree_of "$mine"; tree_of "$SANDBOX_HOME"; tree_of "$CHECKOUT")
    run sandbox BEACHHEAD_STATE="$mine" "$CHECKOUT/install.sh"
    [ "$status" -eq 1 ]
    [[ $output == "install.sh: $mine has a '"*"' that install.sh did not make; name another folder with BEACHHEAD_STATE" ]]
    [ "$before" = "$(tree_of "$mine"; tree_of "$SANDBOX_HOME"; tree_of "$CHECKOUT")" ]
    sandbox BEACHHEAD_STATE="$mine" "$CHECKOUT/install.sh" --uninstall
    [ "$before" = "$(tree_of "$mine"; tree_of "$SANDBOX_HOME"; tree_of "$CHECKOUT")" ]
  done
}

@test "a state folder with other files of yours is used, and they stay through --uninstall" {
  mine=$BATS_TEST_TMPDIR/mine
  make_users_folder "$mine" notes
  rm -r "$mine/python" "$mine/with"
  before=$(tree_of "$mine"; tree_of "$SANDBOX_HOME")
  sandbox BEACHHEAD_STATE="$mine" "$CHECKOUT/install.sh"
  [ -f "$mine/manifest" ]
  sandbox BEACHHEAD_STATE="$mine" "$CHECKOUT/install.sh" --uninstall
  [ "$before" = "$(tree_of "$mine"; tree_of "$SANDBOX_HOME")" ]
}

# Usage: make_fetching_uv      a uv that fetches a Python; it fails where $BATS_TEST_TMPDIR/fail is
make_fetching_uv() {
  rm -f "$PYBIN/python3"
  cat >"$PYBIN/uv" <<SH
#!/usr/bin/env bash
[[ \$1 == --version ]] && exit
[[ \$1 == python ]] || exit 1
while ((\$#)); do [[ \$1 == --install-dir ]] && dir=\$2; shift; done
mkdir -p "\$dir/cpython-3.13/bin" "\$dir/cpython-3.13/lib/__pycache__"
: >"\$dir/cpython-3.13/lib/os.py"
: >"\$dir/cpython-3.13/lib/__pycache__/os.pyc"
[[ ! -e "$BATS_TEST_TMPDIR/fail" ]] || exit 1
ln -s "$BASE_PYTHON" "\$dir/cpython-3.13/bin/python3"
SH
  chmod +x "$PYBIN/uv"
}

@test "a Python that cannot be fetched takes nothing of yours along, and leaves nothing" {
  make_fetching_uv
  : >"$BATS_TEST_TMPDIR/fail"
  before=$(tree_of "$SANDBOX_HOME")
  run install --no-dotfiles
  [ "$status" -eq 1 ]
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
  mkdir -p "$SANDBOX_HOME/.local/state/beachhead/python/3.9"
  printf mine >"$SANDBOX_HOME/.local/state/beachhead/python/3.9/data"
  before=$(tree_of "$SANDBOX_HOME")
  run install --no-dotfiles
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == *"'python' that install.sh did not make"* ]]
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
}

@test "--uninstall keeps what was put into the fetched Python or changed in it, and names it" {
  make_fetching_uv
  install --no-dotfiles
  P=$SANDBOX_HOME/.local/state/beachhead/python
  printf 'mine' >"$P/cpython-3.13/lib/mine.py"
  printf 'changed' >"$P/cpython-3.13/lib/os.py"
  run install --uninstall
  [ "$status" -eq 0 ]
  [[ $output == *"kept $P: it holds files that install.sh did not put there"* ]]
  run find "$P" -type f ! -name .beachhead
  [ "${#lines[@]}" -eq 2 ]
  rm "$P/cpython-3.13/lib/"*.py
  install --uninstall
  [ -z "$(ls -A "$SANDBOX_HOME")" ]
}

@test "a fetched Python stays while another checkout's .venv needs it" {
  make_fetching_uv
  first=$CHECKOUT
  install --no-dotfiles
  make_checkout "$BATS_TEST_TMPDIR/another"
  install --no-dotfiles
  run sandbox "$first/install.sh" --uninstall
  [ "$status" -eq 0 ]
  [[ $output == *"$CHECKOUT uses it"* ]]
  run install --check --no-dotfiles
  [ "$status" -eq 0 ]
  install --uninstall
  [ -z "$(ls -A "$SANDBOX_HOME")" ]
}

@test "a .venv that links elsewhere is yours: its target and what lies beside it stay" {
  mkdir -p "$BATS_TEST_TMPDIR/envs/mine" "$BATS_TEST_TMPDIR/envs/python"
  printf mine >"$BATS_TEST_TMPDIR/envs/mine/data"
  printf mine >"$BATS_TEST_TMPDIR/envs/python/data"
  before=$(tree_of "$BATS_TEST_TMPDIR/envs")
  for target in "$BATS_TEST_TMPDIR/envs/mine" ../../envs/mine "$BATS_TEST_TMPDIR/envs/gone"; do
    ln -s "$target" "$CHECKOUT/.venv"
    install --uninstall
    [ "$(readlink "$CHECKOUT/.venv")" = "$target" ]
    [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR/envs")" ]
    [[ $target != */gone ]] || break
    install --no-dotfiles
    [ "$(readlink "$CHECKOUT/.venv.kept-1")" = "$target" ]
    [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR/envs")" ]
    rm -rf "$CHECKOUT/.venv" "$CHECKOUT/.venv.kept-1"
  done
}

@test "--ephemeral refuses a folder of yours in the place of its own, and keeps your Python beside" {
  scratch=$BATS_TEST_TMPDIR/scratch/beachhead-$(id -u)
  sum=$(printf '%s' "$CHECKOUT" | cksum)
  mkdir -p "$scratch/venv-${sum%% *}" "$scratch/python"
  printf mine >"$scratch/venv-${sum%% *}/data"
  printf mine >"$scratch/python/data"
  before=$(tree_of "$scratch")
  run sandbox BEACHHEAD_SCRATCH="$BATS_TEST_TMPDIR/scratch" "$CHECKOUT/install.sh" --ephemeral
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == *'was not made by install.sh; move it, or name another folder with BEACHHEAD_SCRATCH' ]]
  [ "$before" = "$(tree_of "$scratch")" ]
  rm -r "$scratch"/venv-*
  before=$(tree_of "$scratch")
  sandbox BEACHHEAD_SCRATCH="$BATS_TEST_TMPDIR/scratch" "$CHECKOUT/install.sh" --ephemeral
  install --uninstall
  [ "$before" = "$(tree_of "$scratch")" ]
}

@test "--ephemeral refuses a folder that somebody else made in /tmp" {
  mkdir -p "$BATS_TEST_TMPDIR/scratch" "$BATS_TEST_TMPDIR/theirs"
  ln -s "$BATS_TEST_TMPDIR/theirs" "$BATS_TEST_TMPDIR/scratch/beachhead-$(id -u)"
  run sandbox BEACHHEAD_SCRATCH="$BATS_TEST_TMPDIR/scratch" "$CHECKOUT/install.sh" --ephemeral
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == *'is not yours; set TMPDIR to a folder that is' ]]
  [ -z "$(ls -A "$BATS_TEST_TMPDIR/theirs")" ]
}
