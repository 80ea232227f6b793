# shellcheck shell=bash
# Whether there is room before minutes are spent, and where to put it when a home is small or
# does not last.

# Measured on Linux x86_64, the peak while installing: packages with their bytecode, uv itself.
# shellcheck disable=SC2034 # read by the other parts
NEED_MB=400
NEED_MORE_MB=750
NEED_PYTHON_MB=130

# Usage: free_mb FOLDER      prints the free megabytes of its disk, or nothing when df is odd
free_mb() {
  local line
  line=$(df -Pk "$1" 2>/dev/null | tail -n 1) || return 0
  # The last three fields are free, used in %, mount point: the first may hold spaces.
  if [[ $line =~ [[:space:]]([0-9]+)[[:space:]]+[0-9]+%[[:space:]] ]]; then
    printf '%d\n' "$((BASH_REMATCH[1] / 1024))"
  fi
}

# Usage: disk_preflight FOLDER [MORE_MB]      dies when the disk of FOLDER has no room
disk_preflight() {
  local free need=${BEACHHEAD_NEED_MB:-$NEED_MB}
  if [[ -n $SETS && -z ${BEACHHEAD_NEED_MB-} ]]; then need=$NEED_MORE_MB; fi
  need=$((need + ${2-0}))
  free=$(free_mb "$1")
  [[ -n $free ]] || return 0
  ((free >= need)) ||
    die "$need MB are needed and $free MB are free in $ROOT; $(disk_advice)"
}

# Usage: disk_advice      prints what to do, by the cloud shell we are in
disk_advice() {
  local see='du -ahx ~ | sort -h | tail shows what is large'
  if [[ ${AWS_EXECUTION_ENV-} == CloudShell ]]; then
    printf 'AWS CloudShell keeps 1 GB: %s, or use --ephemeral' "$see"
  elif [[ -n ${ACC_CLOUD-}${ACC_TID-} ]]; then
    printf 'Azure Cloud Shell keeps 5 GB: %s, or use --ephemeral' "$see"
  elif [[ ${CLOUD_SHELL-}${GOOGLE_CLOUD_SHELL-} == *true* ]]; then
    printf 'Google Cloud Shell keeps 5 GB: %s, or use --ephemeral' "$see"
  else
    printf '%s, or use --ephemeral' "$see"
  fi
}

# Usage: scratch_folder
# Sets SCRATCH: our folder on the disk that lasts as long as the session. It is refused where
# somebody else made it first: /tmp is everybody's.
scratch_folder() {
  SCRATCH=${BEACHHEAD_SCRATCH:-${TMPDIR:-/tmp}}
  SCRATCH=${SCRATCH%/}/beachhead-$(id -u)
  (umask 077 && mkdir -p "$SCRATCH") || die "cannot write to $SCRATCH; set TMPDIR"
  [[ -O $SCRATCH && ! -L $SCRATCH ]] || die "$SCRATCH is not yours; set TMPDIR to a folder that is"
}

# Usage: scratch_link
# Sets TARGET to what .venv links to. True when that is a folder of ours on the session's disk,
# which may have been emptied since; any other link is the person's own.
scratch_link() {
  TARGET=''
  [[ -L $VENV ]] || return 1
  TARGET=$(readlink "$VENV")
  [[ $TARGET == /*/beachhead-$EUID/venv-* && ${TARGET##*/venv-} != *[!0-9]* ]] || return 1
  [[ ! -e $TARGET || -d $TARGET/.beachhead ]]
}

# Usage: ephemeral_refill      the folder that .venv links to is gone: make it again, if ours
ephemeral_refill() {
  scratch_link || die ".venv is a link to $TARGET, which is gone; remove it and try again"
  BEACHHEAD_SCRATCH=${TARGET%/*/*}
  scratch_folder
  mkdir -p "$TARGET"
}

# Usage: ephemeral_venv
# .venv becomes a link to the session's disk. When that was emptied, the link is left, and the
# next ./install.sh fills it again.
# shellcheck disable=SC2034 # read by the other parts
ephemeral_venv() {
  local sum target
  scratch_folder
  HEAVY=$SCRATCH
  [[ ! -L $VENV ]] || return 0
  sum=$(printf '%s' "$ROOT" | cksum)
  target=$SCRATCH/venv-${sum%% *}
  rmdir "$target" 2>/dev/null || true
  [[ ! -e $target || -d $target/.beachhead ]] ||
    die "$target was not made by install.sh; move it, or name another folder with BEACHHEAD_SCRATCH"
  [[ ! -d $MARK ]] || rm -rf "$VENV"
  mkdir -p "$target/.beachhead"
  ln -s "$target" "$VENV" || die "cannot write to $ROOT; make it writable"
}
