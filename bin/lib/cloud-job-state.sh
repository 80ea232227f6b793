# shellcheck shell=bash
# The jobs of cloud-env run: their folder and what has become of each.
# shellcheck disable=SC2034,SC2154 # shared with cloud-run.sh and cloud-jobs.sh

# shellcheck source=bin/lib/words.sh
source "$kit_lib/words.sh"

# Usage: jobs_folder
# Sets jobs to the folder that holds one folder for each job.
jobs_folder() {
  local state
  state_folder
  jobs=$state/jobs
}

# Usage: check_job_name NAME
check_job_name() {
  [[ $1 =~ ^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$ ]] ||
    usage_error "a job's name is of letters, digits, _ and -, not '$1'"
}

# Usage: find_job NAME
# Sets name and job; ends with 1 if there is no such job.
find_job() {
  jobs_folder
  check_job_name "$1"
  name=$1 job=$jobs/$1
  [[ -d $job ]] || die 1 "there is no job $1; see cloud-env jobs"
}

# Usage: job_state
# Sets state (running, done, failed, stopped, lost) and code of $job. A job is lost if it ended
# without leaving a code: the machine or its shell went away.
job_state() {
  local line=''
  code='' ended=''
  if [[ -s $job/code ]]; then
    read -r code ended <"$job/code"
    if [[ -e $job/stopped ]]; then state=stopped; elif ((code)); then state=failed; else state='done'; fi
  elif job_runs; then
    state=running
  elif [[ -s $job/code ]]; then
    job_state
  else
    state=lost
  fi
}

# Usage: job_runs
# Returns 0 if the job holds its lock, which those who look at it share; where there is no flock
# (macOS), if its process exists and began when the job did: after a restart another may have its
# number.
job_runs() {
  local pid=''
  if command -v flock >/dev/null; then
    [[ -e $job/lock ]] && ! flock -ns "$job/lock" true 2>/dev/null
  else
    [[ -s $job/pid ]] && read -r pid <"$job/pid" && kill -0 "$pid" 2>/dev/null &&
      [[ ! -s $job/begun || $(LC_ALL=C ps -o lstart= -p "$pid") == "$(<"$job/begun")" ]]
  fi
}

# Usage: takes_resume WORD...
# Returns 0 if the command is one of the kit's whose help has --resume.
takes_resume() {
  local command=${1##*/} help
  [[ -x $kit_lib/../$command ]] || return 1
  help=$("$kit_lib/../$command" "${@:2:1}" --help 2>/dev/null </dev/null) ||
    help=$("$kit_lib/../$command" --help 2>/dev/null </dev/null) || return 1
  [[ $help == *--resume* ]]
}
