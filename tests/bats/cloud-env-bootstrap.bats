#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031 # each test has a PATH of its own
load test_helper
load cloud-env-peers

teardown_file() { stop_peers; }

# Usage: clean [NAME=VALUE...] COMMAND...
clean() {
  env -i HOME="$HOME" PATH="$PATH" TERM=dumb LANG=C.UTF-8 "$@"
}

# Usage: mode FILE
mode() {
  "$ROOT/.venv/bin/python" -c 'import os, sys; print(oct(os.stat(sys.argv[1]).st_mode & 0o777))' "$1"
}

@test "cloud-env bootstrap makes a key that ssh-keygen accepts, and prints its public half alone" {
  need ssh-keygen
  run -0 --separate-stderr clean cloud-env bootstrap "$HOME"
  [[ $output == "$(ssh-keygen -y -f "$HOME/.ssh/id_ed25519")"* && ${#lines[@]} == 1 ]]
  [[ $(mode "$HOME/.ssh/id_ed25519") == 0o600 && $(mode "$HOME/.ssh") == 0o700 ]]
  [[ $stderr == *"made     $HOME/.ssh/id_ed25519"* ]]
}

@test "cloud-env bootstrap keeps everything on a second run" {
  need ssh-keygen
  touch "$HOME/requirements.txt"
  run -0 clean cloud-env bootstrap "$HOME" --git-name Ada --git-email ada@example.com
  find "$HOME" -type f -not -name '*.pyc' -newermt @0 -printf '%p %T@ %s\n' | sort >"$BATS_TEST_TMPDIR/first"
  run -0 --separate-stderr clean cloud-env bootstrap "$HOME" --git-name Ada --git-email ada@example.com
  find "$HOME" -type f -not -name '*.pyc' -newermt @0 -printf '%p %T@ %s\n' | sort >"$BATS_TEST_TMPDIR/second"
  diff "$BATS_TEST_TMPDIR/first" "$BATS_TEST_TMPDIR/second"
  [[ $stderr == *"kept     git user.name"*"kept     $HOME/.venv"*"kept     $HOME/.ssh/id_ed25519"* ]]
  [[ $(git config --global user.email) == ada@example.com ]]
}

@test "cloud-env bootstrap changes nothing on --dry-run" {
  need ssh-keygen
  touch "$HOME/requirements.txt"
  run -0 clean BEACHHEAD_CLOUD=gcp cloud-env bootstrap "$HOME" --dry-run --git-name Ada --customize jq
  [[ $output == *"would    have $HOME/.customize_environment install jq"* ]]
  [[ $output == *"would    set git user.name"*"would    make $HOME/.venv"*"would    make the key"* ]]
  [[ $(ls -A "$HOME") == requirements.txt ]]
}

@test "cloud-env bootstrap installs what requirements.txt names, and again when it changes" {
  mkdir "$HOME/a project"
  cd "$HOME/a project"
  : >requirements.txt
  run -0 clean cloud-env bootstrap --no-ssh
  printf '%s\n' "$ROOT"/vendor/pip-*.whl >requirements.txt
  run -0 clean cloud-env bootstrap --no-ssh
  [[ $output == *"set      ./.venv has what requirements.txt names"* ]]
  printf 'no-such-package @ file:///nowhere/no.whl\n' >requirements.txt
  run -1 clean cloud-env bootstrap --no-ssh
  [[ $output == *"failed   ./requirements.txt: "* ]]
  printf '%s\n' "$ROOT"/vendor/pip-*.whl >requirements.txt
  run -0 clean cloud-env bootstrap --no-ssh
  .venv/bin/python -m pip --version
}

@test "cloud-env bootstrap repairs a venv whose Python is gone, and leaves other tools' venvs alone" {
  cd "$HOME"
  touch requirements.txt
  run -0 clean cloud-env bootstrap --no-ssh
  ln -sf /nowhere/python3.9 .venv/bin/python
  run -0 clean cloud-env bootstrap --no-ssh
  .venv/bin/python -c 'import pip'
  rm .venv/.cloud-env requirements.txt
  printf '/nowhere/no.whl\n' >requirements.txt
  run -0 clean cloud-env bootstrap --no-ssh
  [[ $output == *"kept     ./.venv, which another tool made"* ]]
  rm -r .venv
  mkdir .venv
  touch .venv/mine
  run -1 clean cloud-env bootstrap --no-ssh
  [[ $output == *"failed   ./.venv is not a venv"* && -f .venv/mine ]]
}

@test "cloud-env bootstrap finishes a venv that an earlier run was stopped in" {
  cd "$HOME"
  touch requirements.txt
  mkdir -p .venv/bin
  ln -s "$(command -v python3)" .venv/bin/python
  printf 'unfinished\n' | tee .venv/.cloud-env >.venv/pyvenv.cfg
  run -0 clean cloud-env bootstrap --no-ssh
  [[ $output == *"made     ./.venv with Python"* ]]
  .venv/bin/pip --version
}

@test "cloud-env bootstrap run twice at once makes one key and one whole venv" {
  need ssh-keygen
  cd "$HOME"
  printf '%s\n' "$ROOT"/vendor/pip-*.whl >requirements.txt
  clean cloud-env bootstrap >"$BATS_TEST_TMPDIR/one" 2>&1 &
  run -0 clean cloud-env bootstrap
  wait $!
  grep -h "^ssh-ed25519" "$BATS_TEST_TMPDIR/one" | diff - "$HOME/.ssh/id_ed25519.pub"
  [[ $(grep -c '^made ' - "$BATS_TEST_TMPDIR/one" <<<"$output" | cut -d: -f2 | sort -n | xargs) == "0 2" ]]
}

@test "cloud-env bootstrap distinguishes a tool's warning from its answer" {
  mkdir "$BATS_TEST_TMPDIR/fake"
  printf '#!/bin/sh\necho WARNING: old >&2\necho ada@example.com\necho WARNING: very old >&2\n' \
    >"$BATS_TEST_TMPDIR/fake/gcloud"
  printf '#!/bin/sh\necho\necho Please run az login. >&2\necho >&2\nexit 1\n' \
    >"$BATS_TEST_TMPDIR/fake/az"
  chmod +x "$BATS_TEST_TMPDIR/fake/"*
  PATH=$BATS_TEST_TMPDIR/fake:$PATH
  run -0 clean BEACHHEAD_CLOUD=gcp cloud-env bootstrap "$HOME" --no-ssh
  [[ $output == *"you      are ada@example.com" ]]
  run -0 clean BEACHHEAD_CLOUD=azure cloud-env bootstrap "$HOME" --no-ssh
  [[ $output == *"skipped  who you are in the cloud: az says: Please run az login." ]]
}

@test "cloud-env bootstrap repairs an open key and a lost public half" {
  need ssh-keygen
  mkdir "$HOME/.ssh"
  ssh-keygen -q -t rsa -b 2048 -N '' -f "$HOME/.ssh/id_rsa"
  chmod 644 "$HOME/.ssh/id_rsa"
  rm "$HOME/.ssh/id_rsa.pub"
  run -0 --separate-stderr clean cloud-env bootstrap "$HOME"
  [[ $(mode "$HOME/.ssh/id_rsa") == 0o600 && $output == "$(<"$HOME/.ssh/id_rsa.pub")" ]]
  [[ $output == "$(ssh-keygen -y -f "$HOME/.ssh/id_rsa")"* && ! -e $HOME/.ssh/id_ed25519 ]]
}

@test "cloud-env bootstrap does not ask for a passphrase" {
  need ssh-keygen
  mkdir "$HOME/.ssh"
  ssh-keygen -q -t ed25519 -N waves -f "$HOME/.ssh/id_ed25519"
  rm "$HOME/.ssh/id_ed25519.pub"
  run -1 --separate-stderr clean timeout 60 cloud-env bootstrap "$HOME"
  [[ -z $output && $stderr == *"opens without a passphrase"* ]]
}

@test "cloud-env bootstrap writes Google's ~/.customize_environment only there and only when asked" {
  run -0 clean BEACHHEAD_CLOUD=gcp cloud-env bootstrap "$HOME" --no-ssh --no-identity
  [[ ! -e $HOME/.customize_environment ]]
  run -0 clean BEACHHEAD_CLOUD=aws cloud-env bootstrap "$HOME" --no-ssh --no-identity --customize jq
  [[ ! -e $HOME/.customize_environment ]]
  printf '#!/bin/bash\necho mine\n' >"$HOME/.customize_environment"
  for package in jq tree; do
    run -0 clean BEACHHEAD_CLOUD=gcp cloud-env bootstrap "$HOME" --no-ssh --no-identity \
      --customize "$package"
  done
  bash -n "$HOME/.customize_environment"
  [[ -x $HOME/.customize_environment ]]
  [[ $(grep -c 'apt-get install' "$HOME/.customize_environment") == 1 ]]
  [[ $(<"$HOME/.customize_environment") == '#!/bin/bash'$'\n''echo mine'*'install -y tree'* ]]
  run -2 clean BEACHHEAD_CLOUD=gcp cloud-env bootstrap --customize 'jq; reboot'
}

@test "cloud-env bootstrap fails in a home that cannot be written, and says what failed" {
  [[ -d /proc/self ]] || skip "no /proc here, the one folder that root cannot write"
  need ssh-keygen
  run -1 --separate-stderr clean HOME=/proc cloud-env bootstrap "$HOME" --git-name Ada
  [[ $stderr == *"failed   git user.name"*"failed   /proc/.ssh/id_ed25519"* ]]
  run -1 --separate-stderr env -i PATH="$PATH" cloud-env bootstrap
  [[ $stderr == "cloud-env: HOME is not set to a folder; set it and try again" ]]
}

@test "cloud-env bootstrap says who you are, asking the real aws at a local AWS" {
  need_peer moto_server
  need_peer aws
  PATH=$PEERS:$ROOT/.venv/bin:$PATH
  start_moto
  run -0 --separate-stderr clean BEACHHEAD_CLOUD=aws AWS_ENDPOINT_URL="$AWS_ENDPOINT_URL" \
    AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing AWS_DEFAULT_REGION=us-east-1 \
    cloud-env bootstrap "$HOME" --no-ssh
  [[ $stderr == *"you      are arn:aws:sts::123456789012:"* ]]
  run -0 --separate-stderr clean BEACHHEAD_CLOUD=aws AWS_EC2_METADATA_DISABLED=true AWS_DEFAULT_REGION=us-east-1 \
    cloud-env bootstrap "$HOME" --no-ssh
  [[ $stderr == *"skipped  who you are in the cloud: aws says: "*credentials* ]]
}

# Usage: tiny_project FOLDER
# Makes a project that builds by itself, without a network, and the wheel that it needs.
tiny_project() {
  mkdir -p "$1/wheels"
  cat >"$1/backend.py" <<'PY'
import sys, zipfile

def write(folder, name, body, needs=""):
    info = f"{name}-1.0.dist-info"
    path = f"{folder}/{name}-1.0-py3-none-any.whl"
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{name}.py", body)
        wheel.writestr(f"{info}/METADATA", head)
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path.rpartition("/")[2]

def build_editable(folder, settings=None, metadata=None):
    return write(folder, "surf", "import tinytide\n", "Requires-Dist: tinytide\n")

build_wheel = build_editable
if __name__ == "__main__":
    write(sys.argv[1], "tinytide", "height = 7\n")
PY
  "$ROOT/.venv/bin/python" "$1/backend.py" "$1/wheels"
  printf '%s\n' '[project]' 'name = "surf"' 'version = "1.0"' 'dependencies = ["tinytide"]' \
    'requires-python = ">=3.9"' '[build-system]' 'requires = []' 'build-backend = "backend"' \
    'backend-path = ["."]' '[tool.uv.sources]' \
    'tinytide = { path = "wheels/tinytide-1.0-py3-none-any.whl" }' >"$1/pyproject.toml"
}

@test "cloud-env bootstrap installs the project of a pyproject.toml, and what it names" {
  tiny_project "$HOME/surf"
  run -0 clean PIP_NO_INDEX=1 PIP_FIND_LINKS="file://${HOME// /%20}/surf/wheels" cloud-env bootstrap "$HOME/surf" --no-ssh
  [[ $output == *"set      $HOME/surf/.venv has the project and what pyproject.toml names"* ]]
  "$HOME/surf/.venv/bin/python" -c 'import surf; assert surf.tinytide.height == 7'
  printf '[tool.ruff]\n' >"$HOME/surf/pyproject.toml"
  run -0 clean cloud-env bootstrap "$HOME/surf" --no-ssh
  [[ $output == *"skipped  $HOME/surf/pyproject.toml names no packages"* ]]
  run -0 clean cloud-env bootstrap "$HOME/surf" --no-ssh
  [[ $output == *"kept     $HOME/surf/.venv"* ]]
}

@test "cloud-env bootstrap takes the versions of uv.lock, which goes before the other files" {
  local found=("$ROOT"/build/uv-*/bin)
  PATH=${found[0]}:$PATH
  need uv
  tiny_project "$HOME/surf"
  cd "$HOME/surf"
  clean UV_OFFLINE=1 uv lock --quiet
  printf '/nowhere/no.whl\n' >requirements.txt
  run -0 clean UV_OFFLINE=1 cloud-env bootstrap --no-ssh
  [[ $output == *"set      ./.venv has what uv.lock names"* ]]
  .venv/bin/python -c 'import pip, surf; assert surf.tinytide.height == 7'
  run -0 clean UV_OFFLINE=1 cloud-env bootstrap --no-ssh
  [[ $output == *"kept     ./.venv"* ]]
  rm wheels/*.whl
  printf '\n' >>uv.lock
  run -1 clean UV_OFFLINE=1 UV_NO_CACHE=1 UV_REINSTALL=1 cloud-env bootstrap --no-ssh
  [[ $output == *"failed   ./uv.lock: "* ]]
}

@test "cloud-env bootstrap takes the versions of poetry.lock" {
  need poetry
  tiny_project "$HOME/surf"
  cd "$HOME/surf"
  sed -i '/tool.uv/,$d; s/"tinytide"/"tinytide @ file:\/wheels"/' pyproject.toml
  sed -i "s|file:/wheels|file://$PWD/wheels/tinytide-1.0-py3-none-any.whl|" pyproject.toml
  clean poetry lock --no-interaction
  run -0 clean cloud-env bootstrap --no-ssh
  [[ $output == *"set      ./.venv has what poetry.lock names"* ]]
  .venv/bin/python -c 'import tinytide'
}
