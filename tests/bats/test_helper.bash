# What every .bats file loads: the checkout, a HOME of its own, a peer or a reason.
# shellcheck shell=bash
bats_require_minimum_version 1.11.0
. "${BASH_SOURCE[0]%/*}/common_helper.bash"

ROOT=${BATS_TEST_FILENAME%/tests/*}
BIN=$ROOT/bin
PEERS=$ROOT/build/peers/bin # tests/peers.txt, in a venv of its own

# Gives the test a folder of its own, an empty HOME with a space in its path, a plain environment.
setup() {
  export HOME="$BATS_TEST_TMPDIR/a home" TERM=dumb
  mkdir -p "$HOME"
  cd "$BATS_TEST_TMPDIR" || return
  PATH=$BIN:/usr/local/bin:/usr/bin:/bin
  unset PYTHONPATH PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED NO_COLOR
}

# Usage: need_peer PROGRAM
# Skips the test when a program that `make test` installs is missing; under CI=true it fails.
need_peer() {
  PATH=$ROOT/.venv/bin:$PEERS:$PATH command -v "$1" >/dev/null && return
  [[ ${CI-} != true ]] || { printf '%s is missing: make test installs it\n' "$1" && return 1; }
  skip "$1 is not installed; make test installs it"
}
