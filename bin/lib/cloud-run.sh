# shellcheck shell=bash
# Run a command that survives a closed tab or a lost connection.
#
# Usage: cloud-env run [--name NAME] [--] COMMAND [ARG]...
#
# Examples:
#   cloud-env run csv-stats describe huge.csv -o summary.csv
#   cloud-env run --name train -- ml-model train huge.csv --target price -o model
#
# Runs COMMAND in a session of its own, without a terminal, in this folder and with this
# environment. What it prints goes to a file in the state folder that only you can read; see
# cloud-env jobs. Where tmux is installed, a tmux session with the job's name shows the output until
# the job ends: tmux attach -t NAME. A note says when this cloud shell will end the job itself.
#
# Prints the name of the job.
#
# Options:
#   --name NAME   name of the job (default: the command's, with a number)

# shellcheck disable=SC2034,SC2154 # shared with cloud-job-state.sh, cloud-options.sh and cloud-detect.sh

# Usage: cloud_run [--name NAME] [--] COMMAND [ARG...]
# The subcommand "run".
cloud_run() {
  local name='' words=() job
  run_options "$@"
  require_cloud
  ((${#words[@]})) || usage_error 'name a command to run'
  type -P -- "${words[0]}" >/dev/null ||
    die 127 "${words[0]} is not a program; check its name"
  new_job "${words[0]##*/}"
  end_of_shell
  write_job
  start_job
  show_in_tmux
  put "$name"
  note "$name is running; cloud-env jobs --follow $name shows its output, --stop $name ends it"
}

# Usage: run_options "$@"
# Sets name, and words to the command.
run_options() {
  while (($#)); do
    case $1 in
      --name)
        need_value "$1" $#
        name=$2
        shift
        ;;
      --name=*) name=${1#*=} ;;
      --)
        shift
        break
        ;;
      -?*) subcommand_option "$1" || usage_error "unknown option $1" ;;
      *) break ;;
    esac
    shift
  done
  words=("$@")
}

# Usage: new_job COMMAND
# Sets name and job, and makes the job's folder: whole or not at all, so that two that start at once
# get two names.
new_job() {
  local number base=${1//[!A-Za-z0-9_-]/-}
  jobs_folder
  (umask 077 && mkdir -p -- "$jobs") 2>/dev/null ||
    die 1 "$jobs cannot be made; check the home's rights and the space left"
  if [[ -n $name ]]; then
    check_job_name "$name"
    job=$jobs/$name
    (umask 077 && mkdir -- "$job") 2>/dev/null ||
      die 1 "there is a job $name; choose another name, or: cloud-env jobs --remove $name"
    return
  fi
  for ((number = 1; number < 10000; number++)); do
    name=$base-$number job=$jobs/$base-$number
    ! (umask 077 && mkdir -- "$job") 2>/dev/null || return 0
  done
  die 1 "$jobs cannot be written; check its rights and the space left"
}

# Usage: write_job
# Writes what the job is: its command and its folder.
write_job() {
  if ! (umask 077 && printf '%s\0' "${words[@]}" >"$job/command" &&
    printf '%s\0' "$PWD" >"$job/folder" && : >"$job/output") 2>/dev/null; then
    rm -rf -- "$job"
    die 1 "$job cannot be written; check the space left"
  fi
}

# Usage: start_job
# Starts the job; ends with 1 if it has not begun within 10 s.
start_job() {
  local start=(setsid) tries
  command -v setsid >/dev/null || start=(nohup)
  (umask 077 && printf '%(%s)T\n' -1 >"$job/started") || die 1 "$job cannot be written; check the space left"
  set -m # its own process group, also where there is no setsid
  "${start[@]}" bash "$kit_lib/cloud-job.sh" "$job" >/dev/null 2>&1 </dev/null &
  set +m
  disown
  for ((tries = 0; tries < 100; tries++)); do
    [[ ! -s $job/pid ]] || return 0
    sleep 0.1
  done
  die 1 "the job did not start; check the space left, then: cloud-env jobs --remove $name"
}

# Usage: show_in_tmux
# The job runs outside tmux: a tmux server would give it the environment of its first start.
show_in_tmux() {
  command -v tmux >/dev/null || return 0
  tmux new-session -d -s "$name" "$(quoted_words "$self" jobs --follow "$name")" >/dev/null 2>&1 || :
}

# Usage: end_of_shell
# Notes when the cloud shell ends, with all that runs in it.
end_of_shell() {
  local when='' most='12 hours after its start' last=''
  twelve_hours
  [[ -z $last ]] || most="at $last at the latest, $most"
  case $cloud in
    aws) when="ends 20 minutes after the last key press, and $most" ;;
    azure) when='ends 20 minutes after the last key press' ;;
    gcp) when="ends 1 hour after the last key press, and $most" ;;
    codespaces) when='stops 30 minutes (by default) after the last key press or output in a terminal' ;;
    cloud9) when='stops 30 minutes (by default) after its last tab is closed' ;;
    *) return 0 ;;
  esac
  local name
  cloud_name "$cloud"
  note "$name $when, and this job with it; press a key now and then, or use --resume and start it again"
}

# Usage: twelve_hours
# Sets last to the hour at which a shell of 12 hours ends, by the start of its first process; leaves
# it empty where /proc does not say (macOS), or where that hour is past.
twelve_hours() {
  local root=${BEACHHEAD_SYSROOT-} uptime line fields now end
  { read -r uptime _ <"$root/proc/uptime" && IFS= read -r line <"$root/proc/1/stat"; } 2>/dev/null || return 0
  read -ra fields <<<"${line##*) }" # the program's name, in brackets, may hold anything
  [[ $uptime =~ ^[0-9]+ && ${fields[19]-} =~ ^[0-9]+$ ]] || return 0
  printf -v now '%(%s)T' -1
  end=$((now - ${uptime%%.*} + fields[19] / 100 + 12 * 3600)) # Linux counts starts in hundredths
  ((end <= now)) || printf -v last '%(%H:%M)T' "$end"
}
