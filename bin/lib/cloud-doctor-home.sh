# shellcheck shell=bash
# The checks of doctor, but those of credentials; each adds its rows with found.
# shellcheck disable=SC2154 # root, home and cloud are set by cloud_doctor

check_home() {
  local probe=$home/.beachhead-doctor.$$
  if [[ -z $home ]]; then
    # shellcheck disable=SC2016 # to be typed, not expanded
    found broken home 'HOME is not set' 'export HOME="$(getent passwd "$(id -u)" | cut -d: -f6)"'
  elif [[ ! -d $home ]]; then
    found broken home "HOME is $home, which is not a folder" 'make the folder, or set HOME'
  elif ! { : >"$probe"; } 2>/dev/null; then
    found broken home "$home cannot be written" 'free space, or mount it writable'
  else
    rm -f -- "$probe"
    found ok home "$home can be written"
  fi
}

# 95 % is where editors and pip begin to fail in a home of 1 GB.
check_disk() {
  local size left share level=ok line fix=''
  [[ -d $home ]] || return 0
  need_df line -Pk || return 0
  read -r _ size _ left share _ <<<"$line"
  share=${share%\%}
  if ((share >= 95 || left < 51200)); then
    level=broken
  elif ((share >= 85)); then
    level=warn
  fi
  [[ $level == ok ]] || fix="cloud-env space; most is in $(largest_folders)"
  found "$level" disk "$((left / 1024)) MB left of $((size / 1024)) MB ($share % used)" "$fix"
  need_df line -Pi || return 0
  read -r _ size _ left share _ <<<"$line"
  [[ ! $share =~ ^(9[5-9]|100)%$ ]] ||
    found broken disk "$left file entries left of $size" 'cloud-env space; remove folders of small files'
}

# Says when an idle home is deleted, and when this one was packed last.
check_packed() {
  local state days='' now packed='' place='' name text level=ok fix=''
  case $cloud in
    aws | gcp) days=120 ;;
    codespaces) days=30 ;;
  esac
  cloud_name "$cloud"
  printf -v now '%(%s)T' -1
  if [[ -n $days ]]; then
    printf -v text '%(%Y-%m-%d)T' $((now + days * 86400))
    text="$name deletes a home that is not used for $days days: $days left, until $text"
  else
    text='this home is not deleted when it is idle'
  fi
  [[ ! -d $home ]] || state_folder
  { IFS= read -r packed && IFS= read -r place; } 2>/dev/null <"${state-}/packs/last" || packed=''
  if [[ $packed =~ ^[0-9]{1,12}$ ]]; then
    text+="; packed $(((now - packed) / 86400)) days ago to $place"
    ((now - packed < 30 * 86400)) || fix='cloud-env pack'
  else
    text+='; never packed'
    fix='cloud-env pack --to PLACE'
  fi
  [[ -z $days || -z $fix ]] || level=warn
  [[ $level == warn ]] || fix=''
  found "$level" packed "$text" "$fix"
}

# Usage: need_df VARIABLE OPTION
# Sets VARIABLE to what df says of the home; returns 1 where it says nothing of use.
need_df() {
  local answer
  answer=$(df "$2" -- "$home" 2>/dev/null) || true
  printf -v "$1" '%s' "${answer##*$'\n'}"
  [[ $answer == *$'\n'*[0-9]%* ]]
}

# Usage: largest_folders
# Prints the three entries of the home that hold most, in MB.
largest_folders() {
  local size name text=''
  while read -r size name; do
    text+="${name##*/} ($((size / 1024)) MB), "
  done < <(
    shopt -s dotglob nullglob
    within 20 du -xsk -- "$home"/* 2>/dev/null | sort -rn | head -n 3
  )
  printf '%s' "${text%, }"
}

# Three kinds of broken .venv pass "test -x": a gone interpreter, another minor version's
# packages, a half install. So it is run.
check_venv() {
  local python=$root/.venv/bin/python version
  venv_works=''
  if [[ ! -e $root/.venv && ! -L $root/.venv ]]; then
    found broken venv 'the kit has no .venv yet' "$root/install.sh"
  elif version=$("$python" -I -c 'import sys, typer; print("%d.%d.%d" % sys.version_info[:3])' \
    2>&1 </dev/null); then
    venv_works=1
    found ok venv "the kit's .venv runs Python $version"
  else
    # Bash names the line of this file where there is nothing to run; Python the error last.
    [[ ! $version =~ line\ [0-9]+:\ (.*) ]] || version=${BASH_REMATCH[1]}
    found broken venv "the kit's .venv does not run: ${version##*$'\n'}" "$root/install.sh"
  fi
}

check_python() {
  local name version minor
  for name in python3.14 python3.13 python3.12 python3.11 python3; do
    version=$("$name" -I -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' \
      2>/dev/null </dev/null) || continue
    minor=${version#*.}
    ((${minor%%.*} >= 11)) || continue
    found ok python "$name is $version"
    return
  done
  version=${version:+python3 is $version; }
  if [[ -n $venv_works ]]; then
    found ok python "${version}no 3.11 or newer on PATH, but the kit has its own"
  else
    found broken python "${version}the kit needs 3.11 or newer" "$root/install.sh brings its own"
  fi
}

check_tools() {
  local tool missing=() wished=()
  for tool in git curl make tar gzip awk sort shuf; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  for tool in ssh-keygen npm timeout; do
    command -v "$tool" >/dev/null || wished+=("$tool")
  done
  case $cloud in
    aws | cloud9) tool=aws ;;
    azure) tool=az ;;
    gcp) tool=gcloud ;;
    codespaces) tool=gh ;;
  esac
  command -v "$tool" >/dev/null || wished+=("$tool")
  ((! ${#missing[@]})) || found broken tools "missing: ${missing[*]}" \
    'install them where they last: cloud-env tools add NAME, or in the machine'"'s image"
  ((! ${#wished[@]})) || found warn tools "missing, needed by some commands: ${wished[*]}" \
    'install those that you use'
  ((${#missing[@]} + ${#wished[@]})) || found ok tools 'all are there'
}

# Bash itself warns when it is given a locale that the machine does not have.
check_locale() {
  local name=${LC_ALL:-${LC_CTYPE:-${LANG-}}} said charset
  said=$(env LC_ALL="$name" bash --norc -c : 2>&1) || true
  charset=$(env LC_ALL="$name" locale charmap 2>/dev/null) || charset=unknown
  if [[ -n $name && $said == *locale* ]]; then
    found broken locale "$name is not on this machine" 'export LC_ALL=C.UTF-8'
  elif [[ $charset != UTF-8 && $charset != unknown ]]; then
    found warn locale "${name:-no locale} means $charset, not UTF-8" 'export LANG=C.UTF-8'
  else
    found ok locale "${name:-the default}, $charset"
  fi
}

check_path() {
  local folder rest=$PATH: odd=0
  while [[ -n $rest ]]; do
    folder=${rest%%:*} rest=${rest#*:}
    # shellcheck disable=SC2088 # a ~ that nobody expands is what is looked for
    case $folder in
      '~'*) found broken path "PATH holds a literal $folder, which only bash resolves" \
        "put $home${folder#\~} in its place" ;;
      '' | . | ..) found warn path 'PATH holds the current folder' 'take it out' ;;
      /*) continue ;;
      *) found warn path "PATH holds $folder, which depends on where you are" 'write it from /' ;;
    esac
    odd=1
  done
  if [[ :$PATH: != *":$root/bin:"* ]]; then
    found warn path "the kit's bin is not on PATH" "open a new shell after $root/install.sh"
  elif ((! odd)); then
    found ok path "the kit's bin is on it, nothing odd"
  fi
}

check_variables() {
  local name
  [[ ${NODE_ENV-} != production ]] || found warn node \
    'NODE_ENV=production makes npm install skip dev packages and say nothing' \
    'npm ci --include=dev, or unset NODE_ENV'
  [[ -z ${PYTHONHOME-} ]] ||
    found broken python 'PYTHONHOME is set: Pythons of another version break' 'unset PYTHONHOME'
  [[ -z ${PYTHONPATH-} ]] ||
    found warn python 'PYTHONPATH is set: every Python sees its modules' 'unset PYTHONPATH'
  for name in TMPDIR XDG_CACHE_HOME XDG_CONFIG_HOME; do
    [[ -z ${!name-} || -w ${!name} || ($name != TMPDIR && ! -e ${!name}) ]] ||
      found broken variables "$name is ${!name}, which cannot be written" "unset $name"
  done
}

check_git() {
  command -v git >/dev/null || return 0
  if [[ -z $(git config --get user.name) || -z $(git config --get user.email) ]]; then
    found warn git 'git does not know who you are' \
      'cloud-env bootstrap --git-name NAME --git-email ADDRESS'
  else
    found ok git 'git knows who you are'
  fi
} 2>/dev/null

# Adds what install.sh --check finds, except about .venv, which check_venv has covered.
check_rc() {
  local line count=${#rows[@]} what level
  [[ -x $root/install.sh && -n $home ]] || return 0
  while IFS= read -r line; do
    what=${line%; *}
    [[ $line != *'all is well'* && $line != *.venv:* && -n $line ]] || continue
    level=broken
    [[ $line != note:* && $line != *'not in it'* ]] || level=warn # as after --no-dotfiles
    what=${what#note: } line=${line#note: }
    found "$level" rc "$what" "${line//*; run .\//run $root/}"
  done < <(within 120 "$root/install.sh" --check 2>&1 || true)
  ((${#rows[@]} > count)) || found ok rc "the kit's block in the shells' files is as installed"
}
