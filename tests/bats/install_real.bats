#!/usr/bin/env bats
# install.sh: the real thing, once: the real lock into an empty home. Needs the network.

load install_helper

@test "in an empty HOME the real lock installs, imports and uninstalls; little stays in the home" {
  cp -R "$REPO/install.sh" "$REPO/install" "$REPO/dotfiles" "$REPO/vendor" \
    "$REPO/pyproject.toml" "$REPO/requirements.txt" "$BATS_TEST_TMPDIR"
  mkdir "$BATS_TEST_TMPDIR/home"
  cd "$BATS_TEST_TMPDIR"
  # Not this machine's whole PATH: rustup's rustc, which pip asks for its version, writes to HOME.
  python=$(base_python)
  path=${python%/*}:/usr/bin:/bin
  run env -i HOME="$BATS_TEST_TMPDIR/home" PATH="$path" TERM=dumb ./install.sh </dev/null
  [ "$status" -eq 0 ]
  run .venv/bin/python -I -c 'import pandas, sklearn, typer, rich; print("imported")'
  [ "$output" = imported ]
  run env -i HOME="$BATS_TEST_TMPDIR/home" PATH="$path" TERM=dumb ./install.sh --check
  [ "$output" = 'all is well' ]
  [ "$(du -sm .venv | cut -f 1)" -lt 350 ]
  env -i HOME="$BATS_TEST_TMPDIR/home" PATH="$path" TERM=dumb ./install.sh --uninstall
  [ ! -e .venv ]
  run find home
  [ "$output" = home ] || { printf 'left: %s\n' "$output"; return 1; }
}
