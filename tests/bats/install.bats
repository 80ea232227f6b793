#!/usr/bin/env bats
# install.sh: what a person types, and what is in their home before and after.
# shellcheck disable=SC2016 # the inner shell expands what is in single quotes
# shellcheck disable=SC2030,SC2031 # each test is a subshell of its own, as it should be

load install_helper

setup_file() { sandbox_setup_file; }

setup() { sandbox_setup; }

# bats test_tags=install
@test "with no option and no terminal it installs everything and exits 0" {
  run install
  [ "$status" -eq 0 ]
  run sandbox "$CHECKOUT/bin/show-tide"
  [ "$output" = 'the tide is 1.0' ]
  for rc in .bashrc .zshrc; do
    run grep -c "dotfiles/${rc#.}" "$SANDBOX_HOME/$rc"
    [ "$output" = 1 ]
  done
}

@test "the commands are on PATH in the next shell" {
  install
  run --separate-stderr sandbox bash -i -c 'show-tide'
  [ "$status" -eq 0 ]
  [ "$output" = 'the tide is 1.0' ]
}

@test "a second run changes nothing" {
  install
  before=$(tree_of "$SANDBOX_HOME"; tree_of "$CHECKOUT")
  run install
  [ "$status" -eq 0 ]
  [[ $output == *'nothing to do'* ]]
  [ "$before" = "$(tree_of "$SANDBOX_HOME"; tree_of "$CHECKOUT")" ]
}

@test "a second run is quick: but for itself it starts Python once and nothing else" {
  need strace
  install
  strace -f -qq -e trace=execve -o "$BATS_TEST_TMPDIR/started" \
    env -i HOME="$SANDBOX_HOME" PATH="$SANDBOX_PATH" TERM=dumb "$CHECKOUT/install.sh"
  run sed -n 's/.*execve("[^"]*\/\([^"/]*\)",.* = 0$/\1/p' "$BATS_TEST_TMPDIR/started"
  [ "${lines[*]}" = 'env install.sh bash python' ]
}

@test "it leaves nothing of its work behind: no cache, no uv, no download" {
  install
  run find "$CHECKOUT/.venv/.beachhead" "$SANDBOX_HOME" -type f -size +64k
  [ "$output" = '' ]
  [ ! -e "$SANDBOX_HOME/.cache" ]
  [ ! -e "$CHECKOUT/.venv/.beachhead/tmp" ]
}

@test "--dry-run prints the plan and changes nothing" {
  before=$(tree_of "$BATS_TEST_TMPDIR")
  run install --dry-run
  [ "$status" -eq 0 ]
  [[ $output == *"build    $CHECKOUT/.venv"* ]]
  [[ $output == *"add to   $SANDBOX_HOME/.bashrc"* ]]
  [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR")" ]
}

@test "--check exits 1 and says what is wrong, then 0 once it is right" {
  run install --check
  [ "$status" -eq 1 ]
  [[ $output == *'.venv: there is no .venv yet'* ]]
  [[ $output == *'.bashrc: our block is not in it'* ]]
  install
  run install --check
  [ "$status" -eq 0 ]
  [ "$output" = 'all is well' ]
}

@test "--no-dotfiles leaves the home untouched" {
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  [ -z "$(ls -A "$SANDBOX_HOME")" ]
  sandbox "$CHECKOUT/bin/show-tide"
}

@test "--uninstall gives back the same bytes, with and without a last newline or a file" {
  printf 'alias x=y\n\n# end' >"$SANDBOX_HOME/.bashrc"
  chmod 640 "$SANDBOX_HOME/.bashrc"
  before=$(tree_of "$BATS_TEST_TMPDIR")
  install
  [ "$before" != "$(tree_of "$BATS_TEST_TMPDIR")" ]
  run install --uninstall
  [ "$status" -eq 0 ]
  [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR")" ]
  printf 'alias x=y\n' >"$SANDBOX_HOME/.bashrc"
  : >"$SANDBOX_HOME/.zshrc"
  before=$(tree_of "$BATS_TEST_TMPDIR")
  install
  install --uninstall
  [ "$before" = "$(tree_of "$BATS_TEST_TMPDIR")" ]
}

@test "--uninstall keeps what others added later, before and after our block" {
  printf 'one' >"$SANDBOX_HOME/.bashrc"
  install --no-dotfiles
  install
  printf 'zero\n%s\nlater\n' "$(cat "$SANDBOX_HOME/.bashrc")" >"$SANDBOX_HOME/.bashrc.2"
  mv "$SANDBOX_HOME/.bashrc.2" "$SANDBOX_HOME/.bashrc"
  install --uninstall
  [ "$(cat "$SANDBOX_HOME/.bashrc")" = $'zero\none\nlater' ]
}

@test "a line that was edited in our block is shown and never lost" {
  install
  sed -i '2s/^/export MINE=1; /' "$SANDBOX_HOME/.bashrc"
  run install
  [ "$status" -eq 0 ]
  [[ $output == *'> export MINE=1; if'* ]]
  run install --uninstall
  [ "$status" -eq 0 ]
  [[ $output == *'> export MINE=1; if'* ]]
  run cat "$SANDBOX_HOME/.bashrc"
  [[ $output == '# was in the beachhead block: export MINE=1; if'* ]]
  [ "${#lines[@]}" -eq 1 ]
}

@test "a second checkout takes over the one block" {
  install
  first=$CHECKOUT
  make_checkout "$BATS_TEST_TMPDIR/it's another"
  run install
  [ "$status" -eq 0 ]
  [ "$(wc -l <"$SANDBOX_HOME/.bashrc")" -eq 2 ]
  run grep -c -F "$first" "$SANDBOX_HOME/.bashrc"
  [ "$output" = 0 ]
  run --separate-stderr sandbox bash -i -c 'printf "%s\n" "$PATH"'
  [[ $output == *":$CHECKOUT/bin" ]]
}

@test "a linked rc file stays a link, its target gets the block and the mode stays" {
  mkdir "$SANDBOX_HOME/my dots"
  printf 'mine\n' >"$SANDBOX_HOME/my dots/rc"
  chmod 600 "$SANDBOX_HOME/my dots/rc"
  ln -s 'my dots/rc' "$SANDBOX_HOME/.bashrc"
  before=$(tree_of "$SANDBOX_HOME")
  install
  [ -L "$SANDBOX_HOME/.bashrc" ]
  [ "$(head -n 1 "$SANDBOX_HOME/my dots/rc")" = mine ]
  grep -q beachhead "$SANDBOX_HOME/my dots/rc"
  [ "$(stat -c %a "$SANDBOX_HOME/my dots/rc")" = 600 ]
  install --uninstall
  [ "$before" = "$(tree_of "$SANDBOX_HOME")" ]
}

@test "--dev adds the developers' packages, and a later plain run keeps them" {
  install --no-dotfiles
  run sandbox "$CHECKOUT/.venv/bin/python" -c 'import tinydev'
  [ "$status" -ne 0 ]
  install --no-dotfiles --dev
  sandbox "$CHECKOUT/.venv/bin/python" -c 'import tinydev'
  run install --no-dotfiles
  [[ $output == *'nothing to do'* ]]
}

@test "--extra adds a set of packages that stays; an unknown one is an error that lists the known ones" {
  cp "$CHECKOUT/requirements-dev.txt" "$CHECKOUT/requirements-tides.txt"
  run install --no-dotfiles --extra surf
  [ "$status" -eq 2 ]
  [ "$output" = 'install.sh: --extra takes one of: dev, tides; see ./install.sh --help' ]
  install --no-dotfiles --extra tides
  sandbox "$CHECKOUT/.venv/bin/python" -c 'import tinydev'
  rm -rf "$CHECKOUT/.venv/bin/"python*
  install --no-dotfiles
  sandbox "$CHECKOUT/.venv/bin/python" -c 'import tinydev'
  run install --no-dotfiles --dev
  [[ $output == *'the packages of dev are not in it'* ]]
  rm "$CHECKOUT/requirements-tides.txt" # a set that has gone is not a reason to fail
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  run install --no-dotfiles
  [[ $output == *'nothing to do'* ]]
}

@test "a changed lock is installed over the old one" {
  install --no-dotfiles
  lock_tiny 10.0 # another length: Python knows a stale .pyc by second and size only
  run install --check --no-dotfiles
  [ "$status" -eq 1 ]
  [[ $output == *'the list of packages has changed'* ]]
  install --no-dotfiles
  run sandbox "$CHECKOUT/bin/show-tide"
  [ "$output" = 'the tide is 10.0' ]
}

@test "a package whose hash is not the locked one is refused" {
  lock_tiny 1.0
  sed -i 's/sha256:..../sha256:0000/' "$CHECKOUT/requirements.txt"
  run install --no-dotfiles
  [ "$status" -eq 1 ]
  [ ! -e "$CHECKOUT/.venv/.beachhead/stamp" ]
  printf 'tinytide==1.0\n' >"$CHECKOUT/requirements.txt" # and so is one with none
  run install --no-dotfiles
  [ "$status" -eq 1 ]
  [ ! -e "$CHECKOUT/.venv/.beachhead/stamp" ]
}

@test "a broken .venv is repaired: no interpreter, no packages, no stamp" {
  install --no-dotfiles
  for break in 'rm -f .venv/bin/python*' 'rm -rf .venv/lib/*/site-packages/tinytide*' \
    'rm -f .venv/.beachhead/stamp' 'rm -rf .venv/lib'; do
    (cd "$CHECKOUT" && bash -c "$break")
    run install --check --no-dotfiles
    [ "$status" -eq 1 ]
    install --no-dotfiles
    run sandbox "$CHECKOUT/bin/show-tide"
    [ "$output" = 'the tide is 1.0' ]
  done
}

@test "a .venv that is not ours is moved aside, not deleted" {
  mkdir -p "$CHECKOUT/.venv/bin"
  printf 'precious' >"$CHECKOUT/.venv/bin/python"
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  [ "$(cat "$CHECKOUT/.venv.kept-1/bin/python")" = precious ]
}

@test "a checkout that was moved is set up anew" {
  install --no-dotfiles
  mv "$CHECKOUT" "$BATS_TEST_TMPDIR/elsewhere"
  CHECKOUT=$BATS_TEST_TMPDIR/elsewhere
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  grep -q "VIRTUAL_ENV=.*$CHECKOUT/.venv" "$CHECKOUT/.venv/bin/activate"
}

@test "--python that does not run is an error, with no silent fallback" {
  printf '#!/bin/sh\nexit 127\n' >"$BATS_TEST_TMPDIR/shim"
  chmod +x "$BATS_TEST_TMPDIR/shim"
  run install --python "$BATS_TEST_TMPDIR/shim"
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == 'install.sh: --python '*'is not a CPython 3.11 to 3.14 that runs'* ]]
}

@test "a Python that exists and fails, or is too old, is passed over" {
  mkdir "$BATS_TEST_TMPDIR/shims"
  printf '#!/bin/sh\necho "pyenv: not installed" >&2\nexit 127\n' \
    >"$BATS_TEST_TMPDIR/shims/python3.14"
  printf '#!/bin/sh\necho 3.9.18 /usr/bin/python3\n' >"$BATS_TEST_TMPDIR/shims/python3"
  chmod +x "$BATS_TEST_TMPDIR/shims/"*
  SANDBOX_PATH=$BATS_TEST_TMPDIR/shims:$SANDBOX_PATH
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  [[ $output == *"($PYBIN/python3)"* ]]
}

@test "without uv and without a wheel of it, pip installs" {
  SANDBOX_PATH=$PYBIN:$TOOLS
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  [[ $output == *'uv could not be had; using pip'* ]]
  run sandbox "$CHECKOUT/bin/show-tide"
  [ "$output" = 'the tide is 1.0' ]
}

@test "with no Python and no uv it fails in one clear line" {
  SANDBOX_PATH=$TOOLS
  run install
  [ "$status" -eq 1 ]
  [[ ${lines[-1]} == 'install.sh: no Python 3.11 to 3.14 was found'*'name one with --python'* ]]
  [ ! -e "$SANDBOX_HOME/.bashrc" ]
}

@test "uv on PATH makes the venv and installs; when it fails, pip does it" {
  printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"%s/calls"\n[ "$1" = --version ]\n' \
    "$BATS_TEST_TMPDIR" >"$PYBIN/uv"
  chmod +x "$PYBIN/uv"
  run install --no-dotfiles
  [ "$status" -eq 0 ]
  grep -q '^pip install --require-hashes' "$BATS_TEST_TMPDIR/calls"
  run sandbox "$CHECKOUT/bin/show-tide"
  [ "$output" = 'the tide is 1.0' ]
}

@test "an unknown option is one line and exit 2" {
  run install --frobnicate
  [ "$status" -eq 2 ]
  [ "$output" = "install.sh: unknown option '--frobnicate'; see ./install.sh --help" ]
}

@test "--help and --version exit 0" {
  run install --help
  [ "$status" -eq 0 ]
  [[ ${lines[0]} == 'Sets up Beachhead:'* ]]
  run install --version
  [ "$output" = 'beachhead 9.8.7' ]
}
