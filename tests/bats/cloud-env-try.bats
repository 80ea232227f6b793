#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for make
load test_helper
load cloud-env-peers

teardown_file() { stop_peers; }

# Usage: clean [NAME=VALUE...] COMMAND...
clean() {
  env -i HOME="$HOME" PATH="$PATH" TERM=dumb LANG=C.UTF-8 TMPDIR="$BATS_TEST_TMPDIR" "$@"
}

# Usage: commit FOLDER
commit() {
  [[ -d $1/.git ]] || git init -q -b main "$1"
  git -C "$1" add -A
  git -C "$1" -c user.name=Ada -c user.email=ada@example.com commit -qm change
}

# Usage: hello_world FOLDER
# The chapter's project: a Makefile with install, lint and test, and a function with its test.
hello_world() {
  mkdir -p "$1"
  printf 'def add(x, y):\n    return x + y\n' >"$1/hello.py"
  printf 'import unittest\n\nfrom hello import add\n\n\nclass Add(unittest.TestCase):\n' >"$1/test_hello.py"
  printf '    def test_add(self):\n        self.assertEqual(add(1, 2), 3)\n' >>"$1/test_hello.py"
  printf 'install:\n\tpip install -q --no-index %s\nlint:\n\tpython -m py_compile hello.py\n' \
    "$ROOT"/vendor/pip-*.whl >"$1/Makefile"
  printf 'test:\n\tpython -m unittest -v\n\ttest -z "$$NODE_ENV$$GIT_DIR" && touch "%s"\n' \
    "$BATS_TEST_TMPDIR/tested" >>"$1/Makefile"
  commit "$1"
}

# Usage: results
# Sets steps to "step=result ..." of the CSV in output.
results() {
  local line step result
  steps=''
  for line in "${lines[@]:1}"; do
    IFS=, read -r step result _ <<<"$line"
    steps+="$step=$result "
  done
}

# Usage: nothing_left
nothing_left() {
  ! compgen -G "$BATS_TEST_TMPDIR/cloud-env-try.*"
}

@test "cloud-env try clones a hello world from a git server, installs, lints and tests it" {
  local port
  port=$(free_port)
  hello_world "$BATS_TEST_TMPDIR/served/hello world"
  [[ -x $(git --exec-path)/git-daemon ]] || skip "this git has no git daemon"
  "$(git --exec-path)/git-daemon" --export-all --base-path="$BATS_TEST_TMPDIR/served" \
    --listen=127.0.0.1 --port="$port" --pid-file="$BATS_FILE_TMPDIR/git.pid" 3>&- 2>/dev/null &
  wait_until [ -s "$BATS_FILE_TMPDIR/git.pid" ]
  # What the outer make and shell have set must not be seen.
  run -0 --separate-stderr clean MAKEFLAGS=n NODE_ENV=production GIT_DIR=/nowhere \
    cloud-env try "git://127.0.0.1:$port/hello world" --format csv
  results
  [[ $steps == "clone=ok venv=ok install=ok lint=ok test=ok " && -z $stderr ]]
  [[ -e $BATS_TEST_TMPDIR/tested ]]
  nothing_left
  run -3 --separate-stderr clean cloud-env try "git://127.0.0.1:$port/nothing" --json
  [[ $output == *'"step": "clone", "result": "failed"'* ]]
}

@test "cloud-env try fails with 1 where a test fails, and shows its last lines" {
  hello_world "$BATS_TEST_TMPDIR/p"
  commit "$BATS_TEST_TMPDIR/p" || true
  printf 'def add(x, y):\n    return x - y\n' >"$BATS_TEST_TMPDIR/p/hello.py"
  git -C "$BATS_TEST_TMPDIR/p" branch good
  commit "$BATS_TEST_TMPDIR/p"
  echo scratch >"$BATS_TEST_TMPDIR/p/scratch"
  run -1 --separate-stderr clean cloud-env try "$BATS_TEST_TMPDIR/p" --format csv
  results
  [[ $steps == "clone=ok venv=ok install=ok lint=ok test=failed " ]]
  [[ $stderr == *"1 change in $BATS_TEST_TMPDIR/p is not committed"*"AssertionError: -1 != 3"* ]]
  run -0 clean cloud-env try "$BATS_TEST_TMPDIR/p" --ref good --format csv
}

@test "cloud-env try runs pytest where there is no Makefile, and says so" {
  local project=$BATS_TEST_TMPDIR/plain
  mkdir -p "$project/test"
  printf 'def test_wave():\n    assert "wave"\n' >"$project/test/test_wave.py"
  # A wheel that lets the new venv see this checkout's pytest: nothing is fetched.
  "$ROOT/.venv/bin/python" - "$project" <<'PY'
import sys, sysconfig, zipfile
with zipfile.ZipFile(sys.argv[1] + "/peers-1-py3-none-any.whl", "w") as wheel:
    wheel.writestr("peers.pth", sysconfig.get_path("purelib"))
    wheel.writestr("peers-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: peers\nVersion: 1\n")
    wheel.writestr("peers-1.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    wheel.writestr("peers-1.dist-info/RECORD", "")
PY
  printf './peers-1-py3-none-any.whl\n' >"$project/requirements.txt"
  run -0 --separate-stderr clean cloud-env try "$project" --format csv \
    --python "$(readlink -f "$ROOT/.venv/bin/python")"
  results
  [[ $steps == "clone=ok venv=ok install=ok lint=skipped test=ok " ]]
  [[ $output == *'no Makefile: pip install -r requirements.txt'*'no Makefile: pytest'* ]]
}

@test "cloud-env try ends a test that hangs, with all that it started" {
  local project=$BATS_TEST_TMPDIR/p long=98765.$$ # no other run's
  mkdir "$project" "$project/install"
  printf 'test:\n\tsleep %s & sleep %s\n' "$long" "$long" >"$project/Makefile"
  run -1 --separate-stderr clean cloud-env try "$project" --timeout 15 --format csv
  results
  [[ $steps == "clone=ok venv=ok install=skipped lint=skipped test=timed out " ]]
  [[ $output == *'no end after 15 s; see --timeout'* ]]
  run ! runs "sleep $long"
  nothing_left
}

@test "cloud-env try ends at once and leaves nothing when a signal ends it" {
  local project=$BATS_TEST_TMPDIR/p pid status=0 long=87654.$$
  mkdir "$project"
  printf 'test:\n\tsleep %s\n' "$long" >"$project/Makefile"
  TMPDIR=$BATS_TEST_TMPDIR cloud-env try "$project" >/dev/null 2>&1 3>&- &
  pid=$!
  wait_until runs "sleep $long"
  kill -TERM "$pid"
  wait "$pid" || status=$?
  [[ $status == 143 ]]
  run ! runs "sleep $long"
  nothing_left
}

@test "cloud-env try says with 4 that a server gave no answer" {
  run -4 --separate-stderr clean cloud-env try "http://ada:hunter2@127.0.0.1:$(free_port)/x.git" \
    --format csv
  results
  [[ $steps == "clone=failed " && $output == *connect* && $output$stderr != *hunter2* ]]
  nothing_left
}

@test "cloud-env try gives up with 4 on a server that takes the call and says nothing" {
  local port
  port=$(free_port)
  "$ROOT/.venv/bin/python" -c 'import socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
time.sleep(60)' "$port" 3>&- &
  printf '%s\n' $! >"$BATS_FILE_TMPDIR/silent.pid"
  wait_until listens "$port"
  run -4 --separate-stderr clean cloud-env try "http://127.0.0.1:$port/x.git" --timeout 3 \
    --format csv
  [[ ${lines[1]} == clone,"timed out",3.*,"no end after 3 s; see --timeout" ]]
  nothing_left
}

@test "cloud-env try stops before lint and test where install fails" {
  local project=$BATS_TEST_TMPDIR/p
  mkdir "$project"
  printf 'install:\n\t@echo no such wave >&2; exit 7\n' >"$project/Makefile"
  run -1 --separate-stderr clean cloud-env try "$project" --format csv
  results
  [[ $steps == "clone=ok venv=ok install=failed lint=skipped test=skipped " ]]
  [[ $stderr == *"no such wave"* ]]
}

@test "cloud-env try refuses what it cannot mean" {
  run -2 --separate-stderr cloud-env try
  [[ $stderr == "cloud-env: name a URL or a folder; see cloud-env try --help" ]]
  run -2 cloud-env try . --timeout soon
  run -2 cloud-env try . --ref=-x
  run -2 cloud-env try . --ref --upload-pack=x
  run -2 cloud-env try one two
  run -1 --separate-stderr clean cloud-env try "$BATS_TEST_TMPDIR/nothing" --format csv
  [[ $output == *clone,failed,* ]]
}
