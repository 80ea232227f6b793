#!/usr/bin/env bats
# The newcomer's path, from the clone to the uninstall, as the README describes it: on this machine in
# make test; in a minimal Debian, with a project's whole install, in make test-peers.

load install_helper
load walk-through_helper

setup() {
  bats_require_minimum_version 1.11.0
  make_place
}

teardown() { remove_place; }

# Usage: walk OPTION...      the options are new-ml-project's
walk() {
  local home="$PLACE/ada lovelace"
  types 'id -u'
  [ "$output" = "$NEWCOMER" ]
  clones_and_installs
  works_with_own_data
  starts_a_project "$*"
  uninstalls
  rm -rf "$home/beach head" "$home/tide pools"
  run find "$home" -mindepth 1
  [ -z "$output" ] || { printf 'left in the home:\n%s\n' "$output" && return 1; }
}

clones_and_installs() {
  types "git clone '$CLONE_THERE' 'beach head'"
  types "cd 'beach head' && make demo"
  shows 'sample-large-csv -n 1000' 'Height-Inches   number    1000' 'line, R2 0.253' \
    '70              133.28' '14   SWY    CVX          13     128' \
    'The service is stopped; the model stays in build/demo/weight-model.'
  [ ! -e "$PLACE/ada lovelace/.bashrc" ] # the dotfiles are untouched
  types "cd 'beach head' && ./install.sh"
  shows 'install.sh: done. Open a new shell'
  types_at_prompt 'hello.sh Ada && type sample-large-csv'
  shows 'Hello Ada' 'sample-large-csv Draw' '/beach head/bin/sample-large-csv'
}

# The data follow catch = 3 tide + 2 exactly, which every later answer can be held against.
works_with_own_data() {
  local work="cd 'tide pools'"
  types "mkdir 'tide pools' && $work && {
    echo day,tide,catch
    for i in {1..5000}; do echo \"\$i,\$((i * 7 % 100)).5,\$((i * 7 % 100 * 3 + 3)).5\"; done
  } >pools.csv"
  types_at_prompt "$work && sample-large-csv -n 1000 --seed 7 pools.csv -o some.csv
    head -n 1 some.csv && tail -n +2 some.csv | sort -u | comm -12 - <(sort pools.csv) | wc -l"
  shows 'day,tide,catch' '1000'
  types_at_prompt "$work && csv-stats report some.csv --target catch -o report.html"
  grep -q 'One more in tide goes with +3 in catch' "$PLACE/ada lovelace/tide pools/report.html"
  types_at_prompt "$work && ml-model train some.csv --target catch --features tide -o catch-model"
  shows 'linear,1.0,' 'wrote catch-model'
  types_at_prompt "$work
    ml-model serve catch-model --port 0 2>told &
    until url=\$(grep -o 'http://[0-9.:]*' told); do sleep 0.1; done
    printf 'tide\n50\n' | predict --url \"\$url\" - && predict --url \"\$url\" tide=10
    kill %1; wait"
  [[ $(grep -E '^(50|10),' <<<"$output" | cut -d , -f 2 | xargs printf '%.6f ') == '152.000000 32.000000 ' ]]
}

starts_a_project() {
  types_at_prompt "cd 'tide pools' && new-ml-project tide-project $1"
  shows 'next: cd tide-project && make install lint test'
  types_at_prompt "cd 'tide pools/tide-project' && make install lint test"
  shows 'All checks passed!' 'Success: no issues found' ' passed'
}

uninstalls() {
  types_at_prompt "cd 'beach head' && ./install.sh --check"
  shows 'all is well'
  types "cd 'beach head' && ./install.sh --uninstall && git status --porcelain && ls -d .venv || true"
  shows uninstalled 'cannot access'
  types_at_prompt 'type sample-large-csv || true'
  shows 'not found'
}

@test "the newcomer's path works in an empty HOME, and leaves nothing behind" {
  settle_here
  walk --template hello
  ((NEWCOMER == EUID)) || {
    run processes_of "$NEWCOMER"
    [ -z "$output" ] || { printf 'still running:\n%s\n' "$output" && return 1; }
  }
}

# bats test_tags=peer
@test "the newcomer's path works in a minimal Debian, whose Python has neither pip nor ensurepip" {
  make_debian
  settle_in_debian
  walk --data some.csv --target catch
}
