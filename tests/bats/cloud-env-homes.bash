# A healthy home and twelve that are each broken in one way: for the tests and the bench.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2088 # broken_homes is for those who load this; ~ is to stay a ~

# What each home is called, and what doctor must say of it: level, check, words of the finding.
broken_homes=(
  'full-disk|broken|disk|12 MB left of 1000 MB (99 % used)'
  'read-only|broken|home|cannot be written'
  'old-python|broken|python|python3 is 3.9.16; the kit needs 3.11'
  'dangling-venv|broken|venv|.venv does not run'
  'half-venv|broken|venv|No module named'
  'no-git|broken|tools|missing: git'
  'unknown-locale|broken|locale|xx_YY.UTF-8 is not on this machine'
  'tilde-path|broken|path|PATH holds a literal ~/.local/bin'
  'node-production|warn|node|NODE_ENV=production'
  'shadowed-login|broken|secrets|AWS_ACCESS_KEY_ID is set (~/.bashrc:2), a long-lived key: it shadows'
  'open-ssh-key|broken|secrets|~/.ssh/id_ed25519 can be read by others (rw-r--r--)'
  'edited-rc|broken|rc|~/.bashrc: our block was edited'
)
# Keys of the right shape that open nothing, put together so that no scanner takes them for real.
fake_key_id=AKIA"IOSFODNN7EXAMPLE"
fake_secret=wJalrXUtnFEMI"/K7MDENG/bPxRfiCYEXAMPLEKEY"

# Usage: make_healthy ROOT FOLDER
# Makes in FOLDER a home, a checkout of the kit at ROOT, and a PATH of programs. Sets home, kit,
# tools, and variables: what the login has set.
make_healthy() {
  local tool from
  home="$2/the home" kit="$2/the home/the kit" tools=$2/tools variables=(LANG=C.UTF-8)
  mkdir -p "$kit" "$tools" "$home/.ssh"
  chmod 700 "$home/.ssh"
  cp -R "$1/bin" "$1/pyhelpers" "$kit"
  ln -s "$1/vendor" "$kit/vendor"
  ln -s "$(readlink -f "$1/.venv")" "$kit/.venv"
  printf '#!/bin/sh\necho all is well\n' >"$kit/install.sh"
  chmod +x "$kit/install.sh"
  printf '[user]\n  name = Ada\n  email = ada@example.com\n' >"$home/.gitconfig"
  for tool in awk bash curl cut df du env git grep gzip head iconv locale ls make npm rm sed sh \
    shuf sort ssh-keygen tail tar timeout; do
    from=$(type -P "$tool") || from=$(type -P true)
    ln -s "$from" "$tools/$tool"
  done
  ln -s "$(readlink -f "$1/.venv/bin/python")" "$tools/python3"
}

# Usage: break_home NAME
# Breaks what make_healthy made.
break_home() {
  case $1 in
    full-disk) fake_df 987136 12864 99 ;;
    read-only) home=/proc ;;
    old-python)
      rm "$kit/.venv" "$tools/python3"
      printf '#!/bin/sh\necho 3.9.16\n' >"$tools/python3"
      chmod +x "$tools/python3"
      ;;
    dangling-venv)
      rm "$kit/.venv"
      mkdir -p "$kit/.venv/bin"
      ln -s /nowhere/python3.9 "$kit/.venv/bin/python"
      ;;
    half-venv)
      rm "$kit/.venv"
      "$tools/python3" -m venv --without-pip "$kit/.venv"
      ;;
    no-git) rm "$tools/git" ;;
    unknown-locale) variables=(LC_ALL=xx_YY.UTF-8) ;;
    tilde-path) tools='~/.local/bin':$tools ;;
    node-production) variables+=(NODE_ENV=production) ;;
    shadowed-login)
      printf '# my own\nexport AWS_ACCESS_KEY_ID=%s\nexport AWS_SECRET_ACCESS_KEY="%s"\n' \
        "$fake_key_id" "$fake_secret" >"$home/.bashrc"
      variables+=(AWS_EXECUTION_ENV=CloudShell AWS_ACCESS_KEY_ID="$fake_key_id"
        AWS_SECRET_ACCESS_KEY="$fake_secret")
      ;;
    open-ssh-key)
      printf -- '-----BEGIN %s KEY-----\nopens nothing\n' 'OPENSSH PRIVATE' >"$home/.ssh/id_ed25519"
      chmod 644 "$home/.ssh/id_ed25519"
      ;;
    edited-rc)
      printf '#!/bin/sh\necho "~/.bashrc: our block was edited; run ./install.sh --repair"\nexit 1\n' \
        >"$kit/install.sh"
      ;;
  esac
}

# Usage: fake_df USED LEFT SHARE
# Puts a df on PATH that speaks of a home of 1,000 MB.
fake_df() {
  rm -f "$tools/df"
  printf '#!/bin/sh\necho Filesystem Size Used Available Capacity Mounted\necho %s\n' \
    "/dev/home 1024000 $1 $2 $3% /home" >"$tools/df"
  chmod +x "$tools/df"
}

# Usage: doctor [OPTION...]
# Runs it as in the home that was made.
doctor() {
  env -i HOME="$home" PATH="$kit/bin:$tools" TERM=dumb "${variables[@]}" \
    "$kit/bin/cloud-env" doctor "$@"
}
