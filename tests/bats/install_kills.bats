#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # each test is a subshell of its own, as it should be
# install.sh killed with -9 at each step: the person's own bytes are there, the next run succeeds,
# and --uninstall gives the home back.

load install_helper

setup_file() { sandbox_setup_file; }

setup() {
  sandbox_setup
  own_rc_files
}

# Usage: make_killers      in front of each program on PATH, one that may kill install.sh first
# At the call whose number is $BATS_TEST_TMPDIR/at, it sends -9 to the process in .../pid.
make_killers() {
  KILLERS=$BATS_TEST_TMPDIR/killers
  mkdir "$KILLERS"
  local name real
  for name in mkdir rm mv cp chmod find flock cat head tail wc rmdir readlink sha256sum stat df uv python3; do
    real=$(PATH=$SANDBOX_PATH type -P "$name") || continue
    cat >"$KILLERS/$name" <<SH
#!/bin/bash
read -r n <"$BATS_TEST_TMPDIR/count"
printf '%s\n' \$((n + 1)) >"$BATS_TEST_TMPDIR/count"
read -r at <"$BATS_TEST_TMPDIR/at"
if ((n + 1 == at)); then kill -9 \$(<"$BATS_TEST_TMPDIR/pid"); exit 137; fi
exec "$real" "\$@"
SH
    chmod +x "$KILLERS/$name"
  done
}

# Usage: run_killed_at N OPTION...      install.sh runs until its Nth program, where it is killed
run_killed_at() {
  printf '0\n' >"$BATS_TEST_TMPDIR/count"
  printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/at"
  shift
  SANDBOX_PATH=$KILLERS:$SANDBOX_PATH sandbox bash -c \
    'printf "%s\n" $$ >"$0"; exec "$@"' "$BATS_TEST_TMPDIR/pid" "$CHECKOUT/install.sh" "$@" \
    >/dev/null 2>&1
}

@test "kill -9 at each step of building .venv: the next run completes, uninstall takes it out" {
  make_killers
  before=$(tree_of "$CHECKOUT")
  for ((step = 1; ; step++)); do
    code=0
    run_killed_at "$step" --no-dotfiles || code=$?
    [ "$code" -ne 0 ] || break
    # A killed uninstall of the ruin is a fault too; then all goes well.
    ((step % 3)) || run_killed_at 3 --uninstall || true
    install --no-dotfiles >/dev/null 2>&1 || { printf 'no recovery from %d\n' "$step"; return 1; }
    works
    install --uninstall >/dev/null 2>&1
    [ "$before" = "$(tree_of "$CHECKOUT")" ] || { printf 'left by %d\n' "$step"; return 1; }
  done
  printf '# survived kill -9 at %d steps of building\n' "$((step - 1))" >&3
  [ "$step" -gt 6 ]
}

@test "kill -9 at each step of the rc files: nothing is lost, the next run completes" {
  make_killers
  install --no-dotfiles
  before=$(tree_of "$SANDBOX_HOME")
  cp -R "$CHECKOUT/.venv" "$BATS_TEST_TMPDIR/venv.0"
  for ((step = 1; ; step++)); do
    code=0
    run_killed_at "$step" || code=$?
    own_bytes_safe || { printf 'lost at %d\n' "$step"; return 1; }
    [ "$code" -ne 0 ] || break
    # After every second kill comes the next install, after the others the uninstall at once.
    ((step % 2)) || install >/dev/null 2>&1 || { printf 'no recovery from %d\n' "$step"; return 1; }
    install --uninstall >/dev/null 2>&1
    [ "$before" = "$(tree_of "$SANDBOX_HOME")" ] || { printf 'left by %d\n' "$step"; return 1; }
    cp -R "$BATS_TEST_TMPDIR/venv.0" "$CHECKOUT/.venv"
  done
  printf '# survived kill -9 at %d steps of the rc files\n' "$((step - 1))" >&3
  [ "$step" -gt 30 ]
}

@test "kill -9 at each step of --uninstall: nothing is lost, the next one completes" {
  before=$(tree_of "$SANDBOX_HOME")
  make_killers
  install
  cp -R "$SANDBOX_HOME" "$BATS_TEST_TMPDIR/home.1"
  cp -R "$CHECKOUT/.venv" "$BATS_TEST_TMPDIR/venv.1"
  for ((step = 1; ; step++)); do
    code=0
    run_killed_at "$step" --uninstall || code=$?
    own_bytes_safe || { printf 'lost at %d\n' "$step"; return 1; }
    [ "$code" -ne 0 ] || break
    install --uninstall >/dev/null 2>&1
    [ "$before" = "$(tree_of "$SANDBOX_HOME")" ] || { printf 'left by %d\n' "$step"; return 1; }
    [ ! -e "$CHECKOUT/.venv" ] || { printf '.venv left by %d\n' "$step"; return 1; }
    rm -rf "$SANDBOX_HOME"
    cp -R "$BATS_TEST_TMPDIR/home.1" "$SANDBOX_HOME"
    cp -R "$BATS_TEST_TMPDIR/venv.1" "$CHECKOUT/.venv"
  done
  printf '# survived kill -9 at %d steps of uninstalling\n' "$((step - 1))" >&3
  [ "$step" -gt 15 ]
}
