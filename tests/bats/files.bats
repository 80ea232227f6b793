#!/usr/bin/env bats
# docs/reference/files.md lists what an empty home holds after the kit was used, and how to remove it.
# shellcheck disable=SC2016,SC2088 # single quotes hold what other shells expand; ~ is a word

load install_helper

setup_file() { sandbox_setup_file; }

setup() {
  sandbox_setup
  mkdir "$BATS_TEST_TMPDIR/tmp" "$BATS_TEST_TMPDIR/work"
  cd "$BATS_TEST_TMPDIR/work" || return
}

# Runs a command of the kit, in the home that install.sh has set up.
used() {
  env -i HOME="$SANDBOX_HOME" PATH="$PWD/tools:$REPO/bin:/usr/bin:/bin" TERM=dumb \
    TMPDIR="$BATS_TEST_TMPDIR/tmp" "$@"
}

# Usage: typed COMMAND TEXT
# Types TEXT into a command that has a terminal.
typed() {
  printf '%b' "$2" | env -i HOME="$SANDBOX_HOME" PATH="$PATH" TERM=xterm \
    TMPDIR="$BATS_TEST_TMPDIR/tmp" timeout 60 script -qec "$1" /dev/null >/dev/null
}

# A server without files: a program that asks it remembers that it has asked.
start_server() {
  "$BASE_PYTHON" -u -m http.server --bind 127.0.0.1 0 >server.log 2>&1 3>&- &
  server=$!
  wait_until grep -q 'port [0-9]' server.log
  port=$(grep -o 'port [0-9]*' server.log)
  url=http://127.0.0.1:${port#port }
}

teardown() { [[ -z ${server-} ]] || kill "$server"; }

# A day's use: each command that keeps something keeps it.
use_the_kit() {
  local data=$REPO/tests/data/height-weight-25k.csv
  cat "$data" "$data" "$data" "$data" "$data" "$data" "$data" "$data" "$data" "$data" "$data" \
    "$data" "$data" "$data" "$data" >large.csv
  touch -d '1 minute ago' large.csv
  used sample-large-csv -n 10 large.csv >sample.csv
  used csv-stats report sample.csv -o report.html
  used csv-stats describe - >described.csv <sample.csv
  used find-places museum --in Oslo --nominatim "$url/search" 2>/dev/null || true
  mkdir -p tools && printf '#!/bin/sh\necho token\n' >tools/gcloud && chmod +x tools/gcloud
  used predict-gcp --url "$url" --retries 0 a=1 2>/dev/null || true
  used cloud-env bootstrap --git-name Ada --git-email ada@example.com --no-identity 2>/dev/null
  used cloud-env doctor >/dev/null || true
  typed bash 'work --add .\rtrue\rexit\r'
  ! have_vim || typed "vim -c 'normal ihello' -c wq text" ''
  ! have zsh || typed zsh 'csv-\t\t\x15exit\r'
}

# Prints the home's files and empty folders, as the page writes paths.
left_in_home() {
  (
    cd "$SANDBOX_HOME" || return
    find . -mindepth 1 -type d -empty -printf '~/%P/\n' -o ! -type d -printf '~/%P\n' | sort
  )
}

# Usage: listed WORDS
# Prints the patterns of the home's rows whose last column holds WORDS.
listed() {
  sed -n '/^## In the home/,/^## In the checkout/p' "$REPO/docs/reference/files.md" |
    grep "^| .*| [^|]*$1[^|]* |$" | cut -d '|' -f 2 | grep -o '~/[^`]*'
}

# Usage: not_among PATTERNS
# Prints the lines of standard input that match none of them.
not_among() {
  local path pattern
  while IFS= read -r path; do
    while IFS= read -r pattern; do
      # shellcheck disable=SC2053 # a pattern is meant
      [[ $path != $pattern ]] || continue 2
    done <<<"$1"
    printf '%s\n' "$path"
  done
}

@test "what is in the home after a day's use is what docs/reference/files.md names, and goes as it says" {
  local left removing
  need ssh-keygen script
  install
  start_server
  use_the_kit
  left=$(left_in_home)
  run not_among "$(listed '')" <<<"$left"
  [[ -z $output ]] || { printf 'not listed: %s\n' "$output" && false; }
  # The rows were met, not only allowed.
  for pattern in '*/index/*' '*/maps/*' '*/identity-*' '*/projects' '*/manifest' '*/history-last' \
    '*/id_ed25519'; do
    # shellcheck disable=SC2053 # a pattern is meant
    [[ $left == *$pattern* ]] || { printf 'nothing like %s in\n%s\n' "$pattern" "$left" && false; }
  done
  [[ -z $(ls -A "$BATS_TEST_TMPDIR/tmp") ]]
  removing=$(sed -n '/^## Removing/,$p' "$REPO/docs/reference/files.md" | sed -n '/^```sh$/,/^```$/p' | sed '/^```/d')
  (cd "$CHECKOUT" && sandbox bash -euc "${removing/rm -rf beachhead/rm -rf \"beach head\"}")
  [[ ! -e $CHECKOUT ]]
  # The folders that every home has may be there, and empty.
  run not_among "$(listed yours)"$'\n~/.cache/\n~/.config/' < <(left_in_home)
  [[ -z $output ]] || { printf 'left: %s\n' "$output" && false; }
  say_what_was_missing
}
