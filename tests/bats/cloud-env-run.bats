#!/usr/bin/env bats
# shellcheck disable=SC2016 # single quotes hold what another shell expands
load test_helper

# Usage: clean [NAME=VALUE...] COMMAND...
clean() {
  env -i HOME="$HOME" PATH="$PATH" TERM=dumb LANG=C.UTF-8 TMUX_TMPDIR="$BATS_TEST_TMPDIR" "$@"
}

# Usage: state_of NAME      prints the job's state
state_of() { clean cloud-env jobs --format csv | sed -n "s/^$1,\([a-z]*\),.*/\1/p"; }
is() { [[ $(state_of "$1") == "$2" ]]; }

# Usage: add_command NAME SCRIPT
# Adds a command to a copy of the kit, which is put on PATH.
add_command() {
  [[ -d $BATS_TEST_TMPDIR/bin ]] || cp -R "$ROOT/bin" "$ROOT/pyhelpers" "$BATS_TEST_TMPDIR"
  [[ -e $BATS_TEST_TMPDIR/.venv ]] || ln -s "$ROOT/.venv" "$BATS_TEST_TMPDIR/.venv"
  printf '#!/bin/sh\ncase $* in *--help*) echo "  --resume   go on"; exit ;; esac\n%s\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
  chmod +x "$BATS_TEST_TMPDIR/bin/$1"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

teardown() {
  local job
  for job in "$HOME"/.local/state/beachhead/jobs/*/; do
    [[ ! -s ${job}pid ]] || kill -KILL -- "-$(<"${job}pid")" 2>/dev/null || true
  done
}

@test "cloud-env run starts a command in this folder with this environment, and keeps its output and code" {
  mkdir "$BATS_TEST_TMPDIR/a folder"
  cd "$BATS_TEST_TMPDIR/a folder"
  run -0 --separate-stderr clean SEA='a b' cloud-env run --name tide -- \
    bash -c 'pwd; echo "$SEA|$1"; umask; echo oops >&2; cat; exit 3' - $'two\nlines'
  [[ $output == tide && $stderr == "cloud-env: tide is running; cloud-env jobs --follow tide shows its output,"* ]]
  run -3 --separate-stderr clean cloud-env jobs --follow tide
  [[ $output == "$BATS_TEST_TMPDIR/a folder"$'\na b|two\nlines\n'"$(umask)"$'\noops' ]]
  [[ $stderr == "cloud-env: tide is failed, exit code 3" ]]
  is tide failed
  run -0 find "$HOME/.local/state/beachhead/jobs" -perm /077
  [[ -z $output ]]
}

@test "cloud-env run survives the end of its terminal and of its shell" {
  need script
  clean script -qec "cloud-env run --name wave -- bash -c 'sleep 2; echo over'" /dev/null </dev/null >/dev/null
  is wave running
  run -0 --separate-stderr clean cloud-env jobs --follow wave
  [[ $output == over ]]
  # A shell that is killed with all of its session, as a closed tab does.
  clean setsid bash -c 'cloud-env run --name surf -- sleep 3 >/dev/null 2>&1; kill -KILL 0' || true
  is surf running
  wait_until is surf 'done'
}

@test "cloud-env jobs --stop ends the job and all that it started" {
  clean cloud-env run --name deep -- bash -c 'sleep 4711.5 & sleep 4711.6; wait' 2>/dev/null
  wait_until runs 'sleep 4711.5'
  run -0 clean cloud-env jobs --stop deep
  [[ $output == "cloud-env: deep is stopped" ]]
  is deep stopped
  run ! runs 'sleep 4711'
  run -1 clean cloud-env jobs --stop deep
  [[ $output == "cloud-env: deep is not running; it is stopped" ]]
  clean cloud-env run --name stubborn -- bash -c 'trap "" TERM; echo ready; while :; do sleep 0.1; done' 2>/dev/null
  wait_until grep -q ready "$HOME/.local/state/beachhead/jobs/stubborn/output"
  run -0 clean cloud-env jobs --stop stubborn
  is stubborn stopped
}

@test "a job whose machine went away is lost; one that has --resume is offered and taken up again" {
  add_command sail 'echo "sail $*"; case $* in *--resume*) ;; *) sleep 60 ;; esac'
  clean cloud-env run --name trip -- sail far 2>/dev/null
  clean cloud-env run --name plain -- sleep 60 2>/dev/null
  for name in trip plain; do
    kill -KILL -- "-$(<"$HOME/.local/state/beachhead/jobs/$name/pid")"
    wait_until is "$name" lost
  done
  # That somebody else looks at the same moment does not make it run.
  exec {viewer}<"$HOME/.local/state/beachhead/jobs/trip/lock"
  ! command -v flock >/dev/null || flock -s "$viewer"
  run -0 clean cloud-env jobs --json
  [[ $output == *'"command": "sail far", "next": "cloud-env jobs --again trip"'* ]]
  [[ $output == *'"command": "sleep 60", "next": ""'* ]]
  exec {viewer}<&-
  run -1 clean cloud-env jobs --follow plain
  [[ $output == *"plain was lost: the machine or its shell ended"* ]]
  run -0 --separate-stderr clean cloud-env jobs --again trip
  [[ $stderr == "cloud-env: trip is running again from its start; with --resume, if that goes with its options" ]]
  run -0 --separate-stderr clean cloud-env jobs --follow trip
  [[ $output == $'sail far\nsail far --resume' ]]
}

@test "cloud-env run numbers the jobs of one command, and refuses a name in use" {
  for number in 1 2; do
    run -0 --separate-stderr clean cloud-env run true
    [[ $output == "true-$number" ]]
  done
  run -1 clean cloud-env run --name true-1 true
  [[ $output == *"there is a job true-1; choose another name, or: cloud-env jobs --remove true-1" ]]
  wait_until is true-1 'done'
  run -0 clean cloud-env jobs --remove true-1
  run -0 clean cloud-env run --name true-1 true
  run -127 clean cloud-env run no-such-program
  run -2 clean cloud-env run --name ../x true
  run -2 clean cloud-env run
  run -2 clean cloud-env jobs --follow a --stop b
  run -1 clean cloud-env jobs --follow none
  [[ $output == "cloud-env: there is no job none; see cloud-env jobs" ]]
}

@test "cloud-env: a stray word is an argument, and each command's own help is pointed at" {
  run -2 clean cloud-env jobs nosuch
  [[ $output == "cloud-env: unexpected argument nosuch; --follow nosuch shows that job's output; see cloud-env jobs --help" ]]
  run -2 clean cloud-env jobs --nosuch
  [[ $output == "cloud-env: unknown option --nosuch; see cloud-env jobs --help" ]]
  run -2 clean cloud-env run
  [[ $output == "cloud-env: name a command to run; see cloud-env run --help" ]]
  for each in detect export doctor space creds; do
    run -2 clean cloud-env "$each" word
    [[ $output == "cloud-env: unexpected argument word; see cloud-env $each --help" ]]
  done
}

@test "cloud-env run says when the cloud shell ends, before the job starts" {
  run -0 --separate-stderr clean BEACHHEAD_CLOUD=azure cloud-env run true
  [[ ${stderr_lines[0]} == "cloud-env: Azure Cloud Shell ends 20 minutes after the last key press, and this job with it;"* ]]
  run -0 --separate-stderr clean cloud-env run true
  [[ ${#stderr_lines[@]} == 1 ]]
}

@test "cloud-env run says at what hour a shell of 12 hours ends" {
  mkdir -p "$BATS_TEST_TMPDIR/system/proc/1"
  # The shell began 4,000 s after the machine, which is up for 10,000 s: 6,000 s ago.
  echo '10000.25 1.0' >"$BATS_TEST_TMPDIR/system/proc/uptime"
  echo '1 (a (b) c) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 400000 1 2' >"$BATS_TEST_TMPDIR/system/proc/1/stat"
  for cloud in aws gcp; do
    from=$(date -d '+37200 seconds' +%H:%M)
    run -0 --separate-stderr clean BEACHHEAD_SYSROOT="$BATS_TEST_TMPDIR/system" BEACHHEAD_CLOUD=$cloud cloud-env run true
    to=$(date -d '+37200 seconds' +%H:%M)
    [[ ${stderr_lines[0]} == *" last key press, and at "@("$from"|"$to")" at the latest, 12 hours after its start, and this job with it;"* ]]
  done
  # A machine whose shell is older, or that has no /proc, says the rule alone.
  echo '90000.25 1.0' >"$BATS_TEST_TMPDIR/system/proc/uptime"
  run -0 --separate-stderr clean BEACHHEAD_SYSROOT="$BATS_TEST_TMPDIR/system" BEACHHEAD_CLOUD=aws cloud-env run true
  [[ ${stderr_lines[0]} == *" last key press, and 12 hours after its start, and this job with it;"* ]]
  run -0 --separate-stderr clean BEACHHEAD_SYSROOT="$BATS_TEST_TMPDIR/none" BEACHHEAD_CLOUD=aws cloud-env run true
  [[ ${stderr_lines[0]} == *" last key press, and 12 hours after its start, and this job with it;"* ]]
}

@test "cloud-env jobs --again puts --resume before a -- that ends the options" {
  add_command sail 'echo "sail $*"; exit 1'
  clean cloud-env run --name trip -- sail --to far -- -odd 2>/dev/null
  wait_until is trip failed
  run -0 --separate-stderr clean cloud-env jobs --again trip
  run -1 --separate-stderr clean cloud-env jobs --follow trip
  [[ $output == $'sail --to far -- -odd\nsail --to far --resume -- -odd' ]]
}

@test "cloud-env jobs --again runs a command without --resume where that does not go with its options" {
  # The real commands: linear models and pipes have no --resume.
  printf 'x,y\n%s' "$(for number in {1..40}; do printf '%d,%d\n' $((number * number)) "$number"; done)" >few.csv
  clean cloud-env run --name train -- ml-model train few.csv --target y --model linear -o line 2>/dev/null
  clean cloud-env run --name read -- csv-stats describe 2>/dev/null
  for name in train read; do
    run --separate-stderr clean cloud-env jobs --follow "$name"
    first=$output
    run -0 --separate-stderr clean cloud-env jobs --again "$name"
    run --separate-stderr clean cloud-env jobs --follow "$name"
    [[ $output == "$first"*$'\ncloud-env: without --resume, which does not go with these options\n'"$first" ]]
    run -0 --separate-stderr clean cloud-env jobs --json
    [[ $output != *--resume* ]]
  done
  is train 'done'
}

@test "a job with --resume is offered until it is done, whatever ended it; a wrong word is not" {
  add_command sail 'case $1 in wrong) exit 2 ;; esac; [ -e wind ] || exit 4'
  clean cloud-env run --name calm -- sail far --resume 2>/dev/null
  clean cloud-env run --name script -- bash -c 'sail far --resume' 2>/dev/null
  clean cloud-env run --name wrong -- sail wrong --resume 2>/dev/null
  for name in calm script wrong; do wait_until is "$name" failed; done
  run -0 --separate-stderr clean cloud-env jobs --format csv
  [[ $output == *"cloud-env jobs --again calm"* && $output == *"cloud-env jobs --again script"* ]]
  [[ $output != *"--again wrong"* ]]
  touch wind
  run -0 --separate-stderr clean cloud-env jobs --again calm
  [[ $stderr == "cloud-env: calm is running again, and goes on where it was" ]]
  wait_until is calm 'done'
}

@test "what a job leaves running is not started a second time, and is stopped by --stop" {
  need flock
  clean cloud-env run --name tug -- bash -c 'sleep 4712.5 & echo off' 2>/dev/null
  wait_until is tug 'done'
  for action in again remove; do
    run -1 clean cloud-env jobs --"$action" tug
    [[ $output == "cloud-env: what tug started still runs; stop it first: cloud-env jobs --stop tug" ]]
  done
  is tug 'done'
  run -0 clean cloud-env jobs --stop tug
  run ! runs 'sleep 4712.5'
  is tug 'done'
  run -0 clean cloud-env jobs --remove tug
}

@test "the end of its machine loses a job, and cloud-env jobs takes it up again" {
  # A PID namespace ends as a machine does: the kernel kills all in it, and numbers begin anew.
  unshare --fork --pid --mount-proc --kill-child true 2>/dev/null || skip 'no PID namespace can be made here'
  add_command sail 'case $* in *--resume*) exit ;; esac; sleep 60'
  clean unshare --fork --pid --mount-proc --kill-child bash -c \
    'cloud-env run --name trip -- sail far && cloud-env jobs --format csv' >first 2>/dev/null
  grep -q '^trip,running,' first
  run -0 --separate-stderr clean unshare --fork --pid --mount-proc --kill-child bash -c \
    'cloud-env jobs --format csv; cloud-env jobs --again trip && cloud-env jobs --follow trip'
  [[ $output == *"trip,lost,,"*"cloud-env jobs --again trip"* ]]
  is trip 'done'
}

@test "where tmux is, a session with the job's name shows its output and ends with it" {
  need tmux
  clean cloud-env run --name swell -- bash -c 'echo rising; until [[ -e high ]]; do sleep 0.1; done; echo over' 2>/dev/null
  shows_rising() { clean tmux capture-pane -p -t =swell: | grep -q '^rising'; }
  wait_until shows_rising
  touch high
  gone() { ! clean tmux has-session -t =swell 2>/dev/null; }
  wait_until gone
  is swell 'done'
  # A session of that name is the person's: it stays, and the job runs all the same.
  clean tmux new-session -d -s mine 'sleep 60'
  clean cloud-env run --name mine -- bash -c 'echo over' 2>/dev/null
  wait_until is mine 'done'
  [[ $(clean tmux list-panes -t =mine: -F '#{pane_start_command}') == *"sleep 60"* ]]
  clean tmux kill-server
}

@test "without tmux a job runs all the same" {
  mkdir few
  for name in /usr/bin/* /bin/*; do
    [[ ${name##*/} == tmux ]] || ln -sf "$name" few/
  done
  PATH=$ROOT/bin:$PWD/few
  clean cloud-env run --name swell -- bash -c 'echo over' 2>/dev/null
  run -0 --separate-stderr clean cloud-env jobs --follow swell
  [[ $output == over ]]
}

@test "a job whose output fills the disk ends with a code, and is not taken for lost" {
  mkdir small
  mount -t tmpfs -o size=100k none small 2>/dev/null || skip 'no tmpfs can be mounted here'
  run -0 --separate-stderr clean BEACHHEAD_STATE="$PWD/small" cloud-env run --name flood -- \
    bash -c 'head -c 1000000 /dev/zero'
  run --separate-stderr clean BEACHHEAD_STATE="$PWD/small" cloud-env jobs --follow flood
  code=$status said=$stderr
  umount -l small
  [[ $code == 1 && $said == "cloud-env: flood is failed, exit code 1" ]]
}

@test "cloud-env run on a full disk starts nothing and says why" {
  mkdir "$BATS_TEST_TMPDIR/full"
  mount -t tmpfs -o size=16k,nr_inodes=6 none "$BATS_TEST_TMPDIR/full" 2>/dev/null || skip 'no tmpfs can be mounted here'
  cat /dev/zero >"$BATS_TEST_TMPDIR/full/filler" 2>/dev/null || true
  run -1 clean BEACHHEAD_STATE="$BATS_TEST_TMPDIR/full/state" cloud-env run --name tide touch "$BATS_TEST_TMPDIR/ran"
  umount -l "$BATS_TEST_TMPDIR/full"
  [[ $output == "cloud-env: "*"; check the"*" space left"* && ! -e $BATS_TEST_TMPDIR/ran ]]
}

@test "without flock a job whose number another process has is lost, and that process is not stopped" {
  need ps
  mkdir "$BATS_TEST_TMPDIR/few"
  for name in /usr/bin/* /bin/*; do
    [[ ${name##*/} == flock ]] || ln -sf "$name" "$BATS_TEST_TMPDIR/few/"
  done
  PATH=$ROOT/bin:$BATS_TEST_TMPDIR/few
  clean cloud-env run --name ebb -- sleep 60 2>/dev/null
  is ebb running
  job=$HOME/.local/state/beachhead/jobs/ebb
  kill -KILL -- "-$(<"$job/pid")"
  wait_until is ebb lost
  sleep 60 & # as after a restart
  printf '%s\n' $! >"$job/pid"
  printf 'Mon Jan  1 00:00:00 2024\n' >"$job/begun"
  is ebb lost
  run -1 clean cloud-env jobs --stop ebb
  kill -0 "$(<"$job/pid")"
  kill "$(<"$job/pid")"
  rm "$job/pid"
}
