#!/usr/bin/env bats
# dotfiles/vimrc: what it keeps of a file that was edited, and what it must not.

load dotfiles_helper

setup() {
  home_setup
  need_vim
  # A temporary folder leaves no trace, so these homes must be elsewhere.
  mkdir -p "$REPO/build"
  H=$(mktemp -d "$REPO/build/vim.XXXXXX")
  cd "$H" || return
}

teardown() { [[ $H != "$REPO/build/vim."* ]] || rm -rf "$H"; }

# Usage: edited FILE [NAME=VALUE...]
# Has vim yank a secret of FILE, then write FILE without it; fails where that was not done. backup
# is on, as a system's vimrc may have it; "swapname" gets the name of the swap file.
edited() {
  mkdir -p "$(dirname "$1")"
  printf 'hunter2secret\nhunter2secret\n' >"$1"
  chmod "${mode:-644}" "$1"
  clean "${@:2}" vim -u "$REPO/dotfiles/vimrc" -N -es \
    --cmd 'set backup backupdir=~ backupskip=' -c 'normal yy' -c '%s/hunter2secret/other/' -c w \
    -c 'redir! > swapname' -c swapname -c 'redir END' -c q "$1" </dev/null || :
  grep -q other "$1"
}

# Usage: traces FILE      prints each file but FILE that still contains the secret
traces() { grep -rlas hunter2secret "$H" | grep -vxF -- "$1" || :; }

@test "vim keeps nothing of a file that holds a secret or is temporary" {
  local file temporary
  temporary=$(mktemp -d)
  for file in "$H"/{.ssh/id_ed25519,.ssh/config,.env,prod.env,.env.local,.envrc,.aws/credentials} \
    "$H"/{.netrc,.pgpass,.my.cnf,.git-credentials,.kube/config,.config/gcloud/x.json,.npmrc,.pypirc} \
    "$H"/{.config/beachhead/secrets.env,.config/gh/hosts.yml,key.pem,tls.key.bak,My-Passwords.txt} \
    "$H"/{api_token.txt,terraform.tfvars,.password-store/a.gpg,.gnupg/gpg.conf,.bash_history} \
    "$temporary/crontab.abc/crontab" /dev/shm/beachhead-vim.$$ /var/tmp/beachhead-vim.$$; do
    [[ -w ${file%/*} || $file == "$H"/* || $file == "$temporary"/* ]] || continue
    edited "$file"
    [ "$(traces "$file")" = '' ] || { printf '%s: %s\n' "$file" "$(traces "$file")"; return 1; }
    grep -qi 'no swap file' swapname
    [[ $file == "$H"/* ]] || rm -f "$file"
  done
  rm -rf "$temporary"
}

@test "vim keeps nothing of what lies under TMPDIR, is yours alone, is a link to a secret" {
  edited "$H/t/x.txt" TMPDIR="$H/t"
  [ "$(traces "$H/t/x.txt")" = '' ]
  mode=600 edited "$H/mine.txt"
  [ "$(traces "$H/mine.txt")" = '' ]
  mkdir -p "$H/.aws"
  ln -s .aws/credentials "$H/link"
  edited "$H/link"
  [ "$(traces "$H/link")" = '' ]
}

@test "vim keeps nothing of a repository that encrypts its files, nor of text from a pipe" {
  mkdir -p "$H/a repo, mine/deep"
  printf 'config.yml filter=git-crypt diff=git-crypt\n' >"$H/a repo, mine/.gitattributes"
  edited "$H/a repo, mine/deep/config.yml"
  [ "$(traces "$H/a repo, mine/deep/config.yml")" = '' ]
  printf 'hunter2secret\n' | clean vim -u "$REPO/dotfiles/vimrc" -N -es -c 'normal yy' -c 'q!' -
  [ "$(traces none)" = '' ]
}

@test "vim keeps nothing of a secret that is written under another name" {
  mkdir -p "$H/.ssh"
  printf 'hunter2secret\n' >"$H/plain.txt"
  clean vim -u "$REPO/dotfiles/vimrc" -N -es -c '%s/hunter2secret/other/' -c 'saveas .ssh/key' -c w \
    -c q "$H/plain.txt" </dev/null
  [ "$(cat "$H/.ssh/key")" = other ]
  [ "$(traces "$H/plain.txt")" = '' ]
}

@test "vim keeps the undo of any other file, and no swap or backup beside it" {
  case $(realpath "$H") in
    /tmp/* | /var/tmp/* | /dev/shm/* | /run/* | /private/* | /var/folders/*)
      skip "this checkout is in a temporary folder, where vim keeps nothing"
      ;;
  esac
  for file in "$H/notes.txt" "$H/src/tokenizer.py" "$H/my work/a b.md"; do
    edited "$file"
    [ -e "$H/.local/state/beachhead/vim/undo/${file//\//%}" ]
    run find "${file%/*}" -maxdepth 1 -name '*.sw?'
    [ "$output" = '' ]
  done
}

@test "a vim without eval starts without a word" {
  need vim.tiny
  printf 'one\n' >"$H/x.py"
  run clean vim.tiny -u "$REPO/dotfiles/vimrc" -N -es -c 'normal atwo' -c wq "$H/x.py" </dev/null
  [ "$status" -eq 0 ]
  [ "$output" = '' ]
}
