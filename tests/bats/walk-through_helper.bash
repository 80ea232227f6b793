# shellcheck shell=bash disable=SC2034 # shared with walk-through.bats
# Where a newcomer walks: an empty HOME with a space in its path and an ordinary user's rights, on
# this machine or in a minimal Debian tree of its own (build/debian).

# Usage: make_place
# Sets PLACE, a new folder in build/ that an ordinary user can enter, with a clone of what is
# committed and an empty home; HOME_THERE and CLONE_THERE are their paths as the newcomer sees them.
make_place() {
  mkdir -p "$REPO/build"
  PLACE=$(mktemp -d "$REPO/build/walk.XXXXXX")
  new_user
  mkdir "$PLACE/ada lovelace"
  bare_clone "$PLACE/beachhead.git"
  chmod 755 "$PLACE"
  ((EUID)) || chown -R "$NEWCOMER:$NEWCOMER" "$PLACE"
  HOME_THERE=$PLACE/'ada lovelace' CLONE_THERE=$PLACE/beachhead.git
}

# Usage: new_user      sets NEWCOMER to a user id that nobody has and no process bears; or to ours
new_user() {
  NEWCOMER=$EUID
  ((EUID == 0)) || return 0
  NEWCOMER=$((50000 + BASHPID % 10000))
  while getent passwd "$NEWCOMER" || [[ -n $(processes_of "$NEWCOMER") ]]; do
    NEWCOMER=$((NEWCOMER + 1))
  done >/dev/null
}

# Usage: processes_of USER      prints what runs for that user, a line each; root, who asks, is on Linux
# One that has ended but that its parent has not collected (Z) does not run: not every PID 1 collects.
processes_of() {
  local folder state
  find /proc -mindepth 1 -maxdepth 1 -name '[0-9]*' -user "$1" 2>/dev/null |
    while read -r folder; do
      state=$(sed -n 's/^State:[[:space:]]*//p' "$folder/status" 2>/dev/null) || continue
      [[ $state == Z* ]] ||
        printf '%s %s %s\n' "$folder" "$state" "$(tr '\0' ' ' <"$folder/cmdline" 2>/dev/null)"
    done || true
}

# Usage: bare_clone FOLDER
# The one branch of the clone is what is checked out here, be that a branch or not.
bare_clone() {
  local commit
  commit=$(git -C "$REPO" rev-parse --verify HEAD) || skip 'this checkout is not a git repository'
  git clone --quiet --bare "$REPO" "$1"
  git --git-dir="$1" update-ref refs/heads/walk "$commit"
  git --git-dir="$1" symbolic-ref HEAD refs/heads/walk
}

# Usage: remove_place      ends what a walk that failed left running, too
remove_place() {
  ((EUID || ${NEWCOMER:-0} == 0)) ||
    setpriv --reuid "$NEWCOMER" --regid "$NEWCOMER" --clear-groups bash -c 'kill -KILL -1' || true
  [[ -z ${PLACE-} ]] || rm -rf --one-file-system "$PLACE"
}

# Usage: plain_words
# Sets words to the environment of a person who has just logged in, and what pip needs from here.
plain_words() {
  local name
  words=(env -i HOME="$HOME_THERE" USER=ada PATH="$PATH_THERE" TERM=dumb LANG=C.UTF-8)
  for name in {http,https,no}_proxy {HTTP,HTTPS,NO}_PROXY "${!PIP_@}"; do
    [[ -z ${!name-} ]] || words+=("$name=${!name}")
  done
}

# Usage: settle_here
# The newcomer is an ordinary user of this machine; where root runs the tests of a checkout that
# nobody else can reach, root.
settle_here() {
  local python words
  type -P setsid timeout >/dev/null || skip 'setsid and timeout are needed (util-linux, coreutils)'
  python=$(base_python)
  PATH_THERE=${python%/*}:/usr/local/bin:/usr/bin:/bin
  plain_words
  ENTER=("${words[@]}")
  if ((EUID == 0)); then
    ENTER=(setpriv --reuid "$NEWCOMER" --regid "$NEWCOMER" --clear-groups "${words[@]}")
    "${ENTER[@]}" ls "$HOME_THERE" >/dev/null 2>&1 || become_root
  fi
}

# Usage: become_root
become_root() {
  printf '# %s: no ordinary user gets there, so root walks\n' "$PLACE" >&3
  NEWCOMER=0 ENTER=("${words[@]}")
  chown -R 0:0 "$PLACE"
}

# Usage: settle_in_debian
# The newcomer is an ordinary user in the tree. Each command enters it anew, in namespaces of its
# own: what is mounted there is seen by it alone, and all that it started ends with it.
settle_in_debian() {
  local words
  HOME_THERE=/home/'ada lovelace' CLONE_THERE=/home/beachhead.git
  PATH_THERE=/usr/local/bin:/usr/bin:/bin
  plain_words
  # shellcheck disable=SC2016 # expanded in there
  ENTER=(unshare --mount --pid --fork --kill-child bash -euc '
    tree=$1 place=$2 user=$3
    shift 3
    mount --bind "$place" "$tree/home"
    mount -t proc proc "$tree/proc"
    mount -t devpts devpts "$tree/dev/pts"
    mount -t tmpfs tmpfs "$tree/tmp"
    mount -t tmpfs tmpfs "$tree/dev/shm"
    exec chroot --userspec="$user:$user" "$tree" "$@"'
    enter "$DEBIAN" "$PLACE" "$NEWCOMER" "${words[@]}")
}

# Usage: make_debian
# Sets DEBIAN to the tree, made by the first test that needs it, whole or not at all.
make_debian() {
  DEBIAN=$REPO/build/debian
  ((EUID == 0)) || skip 'only root can make and enter a Debian tree'
  command -v debootstrap >/dev/null || skip 'debootstrap is not installed (apt-get install debootstrap)'
  (
    flock 9 # one test run makes it, another waits
    [[ -d $DEBIAN ]] || fill_debian "$DEBIAN"
  ) 9<"$REPO/build"
  reach_network "$DEBIAN"
}

# Usage: fill_debian FOLDER
# In a namespace of its own, so that what debootstrap mounts is gone even where it is killed.
fill_debian() {
  local part suite mirror packages=git,make,curl,python3,ca-certificates
  read -r suite mirror < <(suite_and_mirror)
  part=$(mktemp -d "$1.XXXXXX")
  if unshare --mount debootstrap --variant=minbase --include="$packages" \
    "$suite" "$part" "$mirror" >"$part.log" 2>&1; then
    chmod 755 "$part"
    mv -- "$part" "$1"
    rm -f -- "$part.log"
  else
    tail -n 20 "$part.log"
    rm -rf --one-file-system "$part" "$part.log"
    return 1
  fi
}

# Usage: suite_and_mirror      prints this machine's Debian release and where its packages come from
suite_and_mirror() {
  local suite
  suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' |
    grep -m 1 "^$suite "
}

# Usage: reach_network TREE      gives it this machine's names, certificates and pip's settings
reach_network() {
  local bundle=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt} file
  cp -L "$bundle" "$1/etc/ssl/certs/ca-certificates.crt"
  cp -L /etc/resolv.conf /etc/hosts "$1/etc/"
  for file in /etc/pip.conf /etc/xdg/pip/pip.conf; do
    [[ -r $file ]] || continue
    mkdir -p "$1${file%/*}"
    cp -L "$file" "$1$file"
  done
}

# Usage: types COMMANDS
# What the newcomer types into a new shell, in the home; output has both kinds.
types() { typed -c "$1"; }

# Usage: types_at_prompt COMMANDS      the same at the prompt of an interactive shell
types_at_prompt() { typed -ic "$1"; }

# Usage: typed FLAG COMMANDS
# By way of a file, no pipe: what is left running by mistake would hold it open. (With
# BATS_TEST_TIMEOUT, bats 1.13 waits out the whole time where a test fails.)
typed() {
  local status=0
  "${ENTER[@]}" setsid --wait timeout --signal=KILL 600 bash "$1" "cd; $2" \
    </dev/null >"$PLACE/said" 2>&1 3>&- || status=$?
  output=$(<"$PLACE/said")
  ((status == 0)) || { printf '$ %s\n%s\n(ended with %s)\n' "$2" "$output" "$status" && return 1; }
}

# Usage: shows PATTERN...      the output of what was typed last holds each of these
shows() {
  local wanted
  for wanted; do
    [[ $output == *"$wanted"* ]] || { printf 'no %s in\n%s\n' "$wanted" "$output" && return 1; }
  done
}
