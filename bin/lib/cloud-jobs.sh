# shellcheck shell=bash
# List the jobs of cloud-env run, show their output, stop them, take them up again.
#
# Usage: cloud-env jobs [--json] [--format table|csv|json]
#        cloud-env jobs --follow NAME | --stop NAME | --again NAME | --remove NAME
#
# Examples:
#   cloud-env jobs
#   cloud-env jobs --follow train
#   cloud-env jobs --stop train
#
# Prints a row for each job: its name, state, exit code, start, seconds, command, and what can be
# done. A job is running, done, failed, stopped, or lost: the machine or the cloud shell ended before
# it did. One with --resume that did not get to its end can be taken up again where it was.
#
# Options:
#   --follow NAME   print the job's output until it ends; exit with the job's code
#   --stop NAME     end the job and all that it started
#   --again NAME    start a job that has ended again, with --resume if its command can
#   --remove NAME   remove a job that has ended, and its output
#   --json, --format table|csv|json   output format

# shellcheck disable=SC2034,SC2154 # shared with cloud-run.sh, cloud-job-state.sh and cloud-emit.sh

# Usage: cloud_jobs [OPTION...]
# The subcommand "jobs".
cloud_jobs() {
  local format='' action='' name='' jobs job state code ended words=()
  jobs_options "$@"
  if [[ -n $action ]]; then
    find_job "$name"
    "${action}_job"
    return
  fi
  default_format
  jobs_folder
  list_jobs
}

# Usage: jobs_options "$@"
jobs_options() {
  while (($#)); do
    taken=1
    case $1 in
      --follow | --stop | --again | --remove)
        need_value "$1" $#
        [[ -z $action ]] || usage_error "$1 and --$action exclude each other"
        action=${1#--} name=$2 taken=2
        ;;
      *) take_format "$@" || unknown_word "$1" "--follow $1 shows that job's output" ;;
    esac
    shift "$taken"
  done
}

# Usage: list_jobs
list_jobs() {
  local rows=() started now seconds next command
  printf -v now '%(%s)T' -1
  for job in "$jobs"/*/; do
    job=${job%/} name=${job##*/}
    [[ -s $job/command && -s $job/started ]] || continue
    mapfile -d '' words <"$job/command"
    read -r started <"$job/started"
    job_state
    seconds=$((${ended:-$now} - started))
    [[ $state != lost ]] || seconds=0
    next=''
    ! can_go_on || next="cloud-env jobs --again $name"
    printf -v started '%(%Y-%m-%dT%H:%M:%S%z)T' "$started"
    command=$(quoted_words "${words[@]}")
    rows+=("$name" "$state" "$code" "$started" "$seconds" "${command# }" "$next")
  done
  emit_rows "$format" name state code started seconds command next -- "${rows[@]}"
  ((${#rows[@]})) || note 'there are no jobs; start one with cloud-env run'
}

# Usage: follow_job
# Ends with the job's code; 1 if it was lost.
follow_job() {
  local output
  exec {output}<"$job/output" || die 1 "$job/output cannot be read; check its rights"
  while :; do
    job_state
    cat <&"$output" 2>/dev/null || exit 141
    [[ $state == running ]] || break
    sleep 0.3
  done
  [[ $state != lost ]] || die 1 "$name was lost: the machine or its shell ended; see cloud-env jobs"
  note "$name is $state, exit code $code"
  exit "$code"
}

# Usage: can_go_on
# Returns 0 if it is worth while to start the job again: with --resume it goes on, unless its words
# were wrong; one whose command can take --resume was cut short.
can_go_on() {
  [[ $state != @(running|done) ]] || return 1
  if has_resume; then [[ $code != 2 ]]; else
    [[ $state != failed || $code -gt 128 ]] && takes_resume "${words[@]}"
  fi
}

# Usage: has_resume
# Returns 0 if --resume is one of the words, or in one, as in a script of bash -c.
has_resume() { [[ " ${words[*]} " == *' --resume '* ]]; }

# Usage: stop_job
# SIGTERM to all of the job's processes, SIGKILL 10 s later; also to what a job that has ended left.
stop_job() {
  local pid signal tries
  job_state
  [[ $state == running ]] || still_runs || die 1 "$name is not running; it is $state"
  read -r pid <"$job/pid" || die 1 "$job/pid cannot be read; try again"
  [[ $state != running ]] || : >"$job/stopped"
  for signal in TERM KILL; do
    kill "-$signal" -- "-$pid" 2>/dev/null || :
    for ((tries = 0; tries < 100; tries++)); do
      job_runs || break 2
      sleep 0.1
    done
  done
  [[ -s $job/code ]] || printf '137 %(%s)T\n' -1 >"$job/code"
  ! job_runs || die 1 "$name is stopped, but for what it started in a session of its own; end that by its number"
  note "$name is stopped"
}

# Usage: still_runs
# Returns 0 if what a job has started outlives it; its own shell takes a moment to end.
still_runs() {
  local tries
  for ((tries = 0; tries < 20; tries++)); do
    job_runs || return 1
    sleep 0.1
  done
}

# Usage: need_ended
# Ends with 1 while the job, or anything that it started, runs.
need_ended() {
  job_state
  [[ $state != running ]] || die 1 "$name is running; stop it first: cloud-env jobs --stop $name"
  ! still_runs || die 1 "what $name started still runs; stop it first: cloud-env jobs --stop $name"
}

# Usage: again_job
# The old output stays, in front of the new one.
again_job() {
  local how='' folder plain=()
  need_ended
  mapfile -d '' words <"$job/command"
  if has_resume; then
    how=', and goes on where it was'
  elif takes_resume "${words[@]}"; then
    plain=("${words[@]}")
    add_resume
    how=' from its start; with --resume, if that goes with its options'
  fi
  mapfile -d '' folder <"$job/folder"
  cd -- "${folder[0]}" || die 1 "${folder[0]} is gone; make the folder again"
  (umask 077 && rm -f -- "$job/plain" && printf '%s\0' "${words[@]}" >"$job/command.new" &&
    { ((! ${#plain[@]})) || printf '%s\0' "${plain[@]}" >"$job/plain"; } &&
    mv -f -- "$job/command.new" "$job/command") ||
    die 1 "$job cannot be written; check the space left"
  rm -f -- "$job"/{code,stopped,pid}
  start_job
  show_in_tmux
  put "$name"
  note "$name is running again$how"
}

# Usage: add_resume
# Puts --resume at the end of words, or before a -- that ends the options.
add_resume() {
  local place
  for place in "${!words[@]}"; do
    [[ ${words[place]} == -- ]] || continue
    words=("${words[@]:0:place}" --resume "${words[@]:place}")
    return
  done
  words+=(--resume)
}

# Usage: remove_job
remove_job() {
  need_ended
  rm -rf -- "$job"
  note "$name is removed"
}
