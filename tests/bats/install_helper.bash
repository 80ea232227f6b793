# shellcheck shell=bash
# What the tests of install.sh share: each gets its own HOME, PATH and checkout, so that nothing
# of the person who runs them is read or touched.
#
# The checkout is a copy whose lock names one tiny package in a local folder, so
# that an install is real (real venv, real pip, real hashes) and takes two seconds.

. "${BASH_SOURCE[0]%/*}/common_helper.bash"
REPO=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)
UV_HOME=$(cksum <"$REPO/install/uv.txt")
UV_HOME=$REPO/build/uv-${UV_HOME%% *}

# Usage: base_python      prints a Python 3.11+ that is not a virtualenv: .venv's own, or PATH's
base_python() {
  local name
  if [[ -n ${BASE_PYTHON-} ]]; then
    printf '%s\n' "$BASE_PYTHON"
    return
  fi
  for name in "$REPO/.venv/bin/python" python3.14 python3.13 python3.12 python3.11 python3; do
    "$name" -I -c 'import sys
assert sys.version_info >= (3, 11)
print(sys._base_executable)' 2>/dev/null && return
  done
  return 1
}

# Usage: make_tools      a folder TOOLS with the programs that install.sh may use, and no Python
make_tools() {
  TOOLS=$BATS_FILE_TMPDIR/tools
  [[ ! -d $TOOLS ]] || return 0
  mkdir -p "$TOOLS"
  local name
  local -a files=()
  for name in bash env cat cp mv rm mkdir rmdir ln readlink dirname head tail sed tr wc chmod \
    stat find cksum sha256sum shasum flock sleep sync uname git grep touch date mktemp cut sort df id \
    ps kill mkfifo cmp diff ls timeout setpriv; do
    files+=("$(type -P "$name")") || unset 'files[-1]'
  done
  ln -s "${files[@]}" "$TOOLS/"
}

# Usage: get_uv
# Fetches the pinned uv once a checkout, as install.sh would for each: tests are ten times faster
# with it. Without a network they do with pip.
get_uv() {
  local fetched=$UV_HOME.new
  local -a pip=("$REPO"/vendor/pip-*.whl) # a Python of Debian's has none
  mkdir -p "$REPO/build"
  (
    flock 8 || true # where there is none, two may fetch it
    [[ ! -d $UV_HOME ]] || exit 0
    rm -rf "$fetched"
    if "$(base_python)" "${pip[0]}/pip" install --quiet --disable-pip-version-check --no-deps \
      --require-hashes --target "$fetched" -r "$REPO/install/uv.txt" >"$UV_HOME.log" 2>&1; then
      mv "$fetched" "$UV_HOME"
    fi
  ) 8>"$UV_HOME.lock"
}

# Usage: make_wheel NAME VERSION FOLDER      writes a wheel of one module, prints its hash
make_wheel() {
  "$(base_python)" - "$@" <<'PY'
import base64, hashlib, os, sys, zipfile
name, version, folder = sys.argv[1:]
info = f"{name}-{version}.dist-info"
files = {
    f"{name}.py": f"version = {version!r}\n",
    f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
    f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
def line(path, text):
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"{path},sha256={digest},{len(text)}\n"
record = "".join(line(p, t) for p, t in files.items()) + f"{info}/RECORD,,\n"
os.makedirs(folder, exist_ok=True)
path = os.path.join(folder, f"{name}-{version}-py3-none-any.whl")
with zipfile.ZipFile(path, "w") as wheel:
    for p, t in [*files.items(), (f"{info}/RECORD", record)]:
        wheel.writestr(zipfile.ZipInfo(p), t)
print(hashlib.sha256(open(path, "rb").read()).hexdigest())
PY
}

# Usage: lock_tiny VERSION      (re)writes the checkout's lock: tinytide at this version
lock_tiny() {
  local hash
  hash=$(make_wheel tinytide "$1" "$WHEELS")
  printf 'tinytide==%s --hash=sha256:%s\n' "$1" "$hash" >"$CHECKOUT/requirements.txt"
}

# Usage: make_template      a checkout with the tiny lock, copied by make_checkout; once a file
make_template() {
  local template=$BATS_FILE_TMPDIR/template hash
  [[ ! -d $template ]] || return 0
  mkdir -p "$template/bin"
  cp -R "$REPO/install.sh" "$REPO/install" "$REPO/dotfiles" "$REPO/vendor" "$template/"
  rm -rf "$template/install/__pycache__"
  printf '[project]\nname = "beachhead"\nversion = "9.8.7"\ndependencies = ["tinytide>=1"]\n' \
    >"$template/pyproject.toml"
  CHECKOUT=$template lock_tiny 1.0
  hash=$(make_wheel tinydev 1.0 "$WHEELS")
  {
    cat "$template/requirements.txt"
    printf 'tinydev==1.0 --hash=sha256:%s\n' "$hash"
  } >"$template/requirements-dev.txt"
  cat >"$template/bin/show-tide" <<'SH'
#!/usr/bin/env bash
"${0%/*}/../.venv/bin/python" -c 'import tinytide; print("the tide is", tinytide.version)'
SH
  chmod +x "$template/bin/show-tide"
}

# Usage: make_checkout FOLDER      sets CHECKOUT: a copy of what install.sh needs
make_checkout() {
  CHECKOUT=$1
  mkdir -p "${CHECKOUT%/*}"
  cp -R "$BATS_FILE_TMPDIR/template" "$CHECKOUT"
}

# Usage: make_home FOLDER
make_home() {
  SANDBOX_HOME=$1
  mkdir -p "$SANDBOX_HOME"
}

# Usage: sandbox COMMAND...      runs it in the sandbox: HOME, PATH, no terminal, no network
sandbox() {
  env -i HOME="$SANDBOX_HOME" PATH="$SANDBOX_PATH" TERM=dumb TMPDIR="$BATS_TEST_TMPDIR" \
    PIP_NO_INDEX=1 PIP_FIND_LINKS="$WHEELS" UV_NO_INDEX=1 UV_FIND_LINKS="$WHEELS" \
    UV_OFFLINE=1 "$@" </dev/null
}

# Usage: install [OPTION]...      runs the checkout's install.sh in the sandbox
install() { sandbox "$CHECKOUT/install.sh" "$@"; }

# Usage: tree_of FOLDER      prints every path below, with type, mode, and hash or link
tree_of() {
  (
    cd "$1" || exit
    find . -printf '%y %m %p %l\n' | LC_ALL=C sort
    find . -type f -exec sha256sum {} + | LC_ALL=C sort -k 2
  )
}

# Usage: sandbox_setup_file      what setup_file() of each file calls
sandbox_setup_file() {
  bats_require_minimum_version 1.5.0
  BASE_PYTHON=$(base_python)
  export BASE_PYTHON
  WHEELS=$BATS_FILE_TMPDIR/wheels
  make_tools
  make_template
  get_uv
}

# Usage: sandbox_setup      what setup() of each file calls
sandbox_setup() {
  TOOLS=$BATS_FILE_TMPDIR/tools
  WHEELS=$BATS_FILE_TMPDIR/wheels
  PYBIN=$BATS_TEST_TMPDIR/pybin
  mkdir -p "$PYBIN"
  ln -s "$BASE_PYTHON" "$PYBIN/python3"
  SANDBOX_PATH=$PYBIN:$TOOLS
  [[ ! -x $UV_HOME/bin/uv ]] || SANDBOX_PATH=$SANDBOX_PATH:$UV_HOME/bin
  make_home "$BATS_TEST_TMPDIR/my home"
  make_checkout "$BATS_TEST_TMPDIR/my code/beach head"
}

# Usage: own_rc_files      gives the home rc files of its own, one of them without a last newline
own_rc_files() {
  printf 'alias mine=true\n# no newline' >"$SANDBOX_HOME/.bashrc"
  printf 'alias mine=true\n' >"$SANDBOX_HOME/.zshrc"
  chmod 640 "$SANDBOX_HOME/.bashrc"
}

# Usage: own_bytes_safe      each rc file is as it was, or that and our whole block
own_bytes_safe() {
  local rc own
  for rc in .bashrc .zshrc; do
    own=$(
      printf 'alias mine=true'
      [ $rc = .zshrc ] || printf '\n# no newline'
    )
    case $(cat "$SANDBOX_HOME/$rc") in
      "$own") ;;
      "$own"$'\n# >>> beachhead ('*$'\nif [ -r '*'# <<< beachhead') ;;
      *) return 1 ;;
    esac
  done
}

# Usage: works      the checkout's one command runs
works() { [ "$(sandbox "$CHECKOUT/bin/show-tide")" = 'the tide is 1.0' ]; }
