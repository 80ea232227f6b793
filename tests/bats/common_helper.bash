# shellcheck shell=bash
# What all .bats files share: a program or a reason to skip, a wait with an end, who is running.

# Usage: need PROGRAM...      skips the test where one is missing
need() {
  local program
  for program; do
    type -P "$program" >/dev/null || skip "$program is not installed"
  done
}

# Usage: have PROGRAM      true if it is installed; what is not, say_what_was_missing says
have() { type -P "$1" >/dev/null || lacks "$1 is not installed; "; }
lacks() {
  [[ ${MISSING-} == *"$1"* ]] || MISSING+=$1
  return 1
}

# Usage: have_vim      the same of a vim that runs scripts
have_vim() {
  have vim || return
  vim --version | grep -q '+eval' || lacks 'this vim has no eval; '
}

# Usage: say_what_was_missing
# Ends a test, all of whose other parts have run, as skipped where have() missed something.
say_what_was_missing() { [[ -z ${MISSING-} ]] || skip "in part: ${MISSING%; }"; }

# Usage: need_vim
need_vim() { have_vim || skip "${MISSING%; }"; }

# Usage: wait_until COMMAND...      runs it until it succeeds; fails after a minute
wait_until() {
  local end=$((SECONDS + 60))
  until "$@"; do
    ((SECONDS < end)) || { printf 'never came: %s\n' "$*" && return 1; }
    sleep 0.1
  done
}

# Usage: listens PORT      true if somebody listens at a port of this machine
listens() { (exec 4<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Usage: runs TEXT      true if a process of anybody's has TEXT in its command line
runs() {
  local file
  local -a words
  [[ -d /proc/self ]] || { pgrep -f -- "$1" && return; }
  for file in /proc/[0-9]*/cmdline; do
    { mapfile -d '' words <"$file"; } 2>/dev/null || continue
    [[ ${words[*]} != *"$1"* ]] || return 0
  done
  return 1
}
