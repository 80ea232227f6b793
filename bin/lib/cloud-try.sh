# shellcheck shell=bash
# Clone a project, install, lint and test it, with a summary line for each step.
#
# Usage: cloud-env try URL|DIR [OPTION]...
#
# Example:
#   cloud-env try https://github.com/pallets/markupsafe --ref main
#
# Works in a temporary folder: clones the URL (or DIR as it was last committed; a DIR without git is
# copied), makes a venv, then runs make install, make lint and make test in it. Without such a target
# pip installs requirements.txt or the project itself, and pytest runs its tests; the summary says
# so. The project's own code runs with your rights.
#
# Prints a line for each step: its name, its result (ok, failed, timed out or skipped), seconds, a
# note. The last lines of a failed step go to standard error.
#
# Options:
#   --ref REF         branch, tag or commit (default: the remote's HEAD)
#   --timeout S       seconds after which a step is ended (default: 600)
#   --python PATH     Python that makes the venv (default: the newest)
#   --keep            keep the folder, and print where it is
#   --json, --format table|csv|json   output format of the summary
#
# Exit codes: 0 all steps ok or skipped, 1 a step failed, 3 the remote refused, 4 it did not answer.

# shellcheck disable=SC2034,SC2154 # shared with cloud-steps.sh, cloud-venv.sh and cloud-options.sh

# Usage: cloud_try URL|DIR [OPTION...]
# The subcommand "try".
cloud_try() {
  local format='' source='' ref='' limit=600 python='' keep='' rows=() code=0
  try_options "$@"
  default_format
  need git "install it with your system's packages"
  prepare_room
  if run_step clone get_source; then
    cd -- "$room/project" || die 1 "$room/project is gone; try again"
    run_all_steps
  fi
  [[ $format == table ]] || emit_rows "$format" step result seconds note -- "${rows[@]}"
  [[ -z $keep ]] || note "kept in $room/project"
  exit "$code"
}

# Usage: try_options "$@"
try_options() {
  while (($#)); do
    taken=1
    case $1 in
      --ref | --timeout | --python)
        need_value "$1" $#
        try_value "$1" "$2"
        taken=2
        ;;
      --keep) keep=1 ;;
      -?*) take_format "$@" || usage_error "unknown option $1" ;;
      *)
        [[ -z $source ]] || usage_error 'one URL or folder at most'
        source=$1
        ;;
    esac
    shift "$taken"
  done
  [[ -n $source ]] || usage_error 'name a URL or a folder'
}

# Usage: try_value OPTION VALUE
try_value() {
  case $1 in
    --ref)
      [[ $2 == [!-]* ]] || usage_error "--ref takes a branch, tag or commit, not '$2'"
      ref=$2
      ;;
    --timeout)
      [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || usage_error "--timeout takes seconds from 1 on, not $2"
      limit=$2
      ;;
    --python) python=$2 ;;
  esac
}

# Usage: prepare_room
# Makes the throwaway folder, gone at the end however that comes, and an environment in which the
# outer make, git hook or venv does not show through. Azure's NODE_ENV would drop dev packages.
prepare_room() {
  local names
  room=$(mktemp -d "${TMPDIR:-/tmp}/cloud-env-try.XXXXXX" 2>/dev/null) ||
    die 1 "${TMPDIR:-/tmp} cannot be written; free space, or set TMPDIR"
  job='' timer=''
  trap 'leave_room' EXIT
  trap 'exit 130' INT
  trap 'exit 129' HUP
  trap 'exit 143' TERM
  mapfile -t names < <(git rev-parse --local-env-vars)
  unset "${names[@]}" MAKEFLAGS MFLAGS MAKELEVEL PYTHONHOME PYTHONPATH NODE_ENV
  export GIT_TERMINAL_PROMPT=0 VIRTUAL_ENV=$room/venv PATH=$room/venv/bin:$PATH
  export GIT_SSH_COMMAND="${GIT_SSH_COMMAND:-ssh} -o BatchMode=yes -o ConnectTimeout=20"
}

leave_room() {
  end_group KILL "$job" "$timer"
  [[ -n $keep && -d $room/project ]] || { chmod -R u+w -- "$room" && rm -rf -- "$room"; } 2>/dev/null
}

# Usage: end_group SIGNAL [PID...]
end_group() {
  local pid
  for pid in "${@:2}"; do
    [[ -z $pid ]] || kill -"$1" -- "-$pid" 2>/dev/null || true
  done
}

# Usage: run_step NAME COMMAND...
# Runs one step and adds its row. note may be set before; returns 1 where the step did not do well.
run_step() {
  local name=$1 status=0 began now result=ok spent
  shift
  began=${EPOCHREALTIME:-$SECONDS.000000}
  run_limited "$@" || status=$?
  now=${EPOCHREALTIME:-$SECONDS.000000}
  spent=$((${now/[.,]/} - ${began/[.,]/}))
  case $status in
    0) ;;
    124) result='timed out' note="${note:+$note; }no end after $limit s; see --timeout" ;;
    *) result=failed note="${note:+$note; }exit code $status: $(last_lines 1)" ;;
  esac
  add_step "$name" "$result" "$((spent / 1000000)).$((spent / 100000 % 10))"
  ((status)) || return 0
  last_lines 15 >&2
  if [[ $name == clone ]]; then clone_code "$status"; else code=1; fi
  return 1
}

# Usage: last_lines NUMBER
# The end of the log, without the password that a URL may hold, and without what steers a terminal.
last_lines() {
  tail -n "$1" -- "$room/log" | tr -d '\000-\010\013-\037\177' | sed 's#://[^/@]*@#://***@#'
}

# Usage: run_limited COMMAND...
# Runs it in a process group of its own, so that an end to it ends all that it started; 124 where
# the time is up. timeout(1) could not run our functions, nor end what a step leaves behind.
run_limited() {
  local status=0
  set -m
  "$@" >"$room/log" 2>&1 </dev/null &
  job=$!
  end_later "$job" >/dev/null 2>&1 &
  timer=$!
  set +m
  # Bash reports what was killed where it waits for it.
  { wait "$job" || status=$?; } 2>/dev/null
  end_group KILL "$job" "$timer"
  { wait "$timer" || true; } 2>/dev/null
  job='' timer=''
  [[ ! -e $room/late ]] || status=124
  rm -f -- "$room/late"
  return "$status"
}

# Usage: end_later PID
end_later() {
  sleep "$limit"
  : >"$room/late"
  end_group TERM "$1"
  sleep 5
  end_group KILL "$1"
}

# Usage: add_step NAME RESULT SECONDS
# Adds the row with note; a table grows line by line.
add_step() {
  local line
  rows+=("$1" "$2" "$3" "$note")
  if [[ $format == table ]]; then
    printf -v line '%-8s %-9s %7s s  %s' "$1" "$2" "$3" "$note"
    put "${line%"${line##*[! ]}"}"
  fi
  note=''
}
