#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2088,SC2030,SC2031,SC2034,SC2154 # shared with cloud-env-homes.bash; ~ and $ as text
load test_helper
load cloud-env-homes

# Usage: finds NAME
# Breaks a healthy home in one way; doctor must name it, and so decide its exit code.
finds() {
  local row level check words count
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  break_home "$1"
  for row in "${broken_homes[@]}"; do
    [[ $row != "$1|"* ]] || break
  done
  IFS='|' read -r _ level check words <<<"$row"
  run --separate-stderr doctor --format csv
  echo "$output" "$stderr"
  [[ -z $stderr || ($1 == unknown-locale && $stderr != *cloud-doctor*) ]]
  [[ $level == warn && $status == 0 || $level == broken && $status == 1 ]]
  grep -F "$level,$check," <<<"$output" | grep -F -- "$words"
  [[ $output != *"$fake_key_id"* && $output != *"$fake_secret"* ]]
}

@test "cloud-env doctor finds nothing wrong in a healthy home" {
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  run -0 --separate-stderr doctor --format csv
  echo "$output" "$stderr"
  [[ ${lines[0]} == level,check,finding,fix && ${#lines[@]} == 13 && -z $stderr ]]
  [[ $output != *$'\n'[!o]* ]]
}

@test "cloud-env doctor finds a full disk" {
  finds full-disk
}

@test "cloud-env doctor finds a read-only home" {
  [[ -d /proc/self ]] || skip "no /proc here, the one folder that root cannot write"
  finds read-only
}

@test "cloud-env doctor finds an old Python" {
  finds old-python
}

@test "cloud-env doctor finds a .venv whose Python is gone" {
  finds dangling-venv
}

@test "cloud-env doctor finds a .venv whose packages are gone" {
  finds half-venv
}

@test "cloud-env doctor finds a missing tool" {
  finds no-git
}

@test "cloud-env doctor finds a locale that the machine lacks" {
  finds unknown-locale
}

@test "cloud-env doctor finds a literal tilde in PATH" {
  finds tilde-path
}

@test "cloud-env doctor finds NODE_ENV=production" {
  finds node-production
}

@test "cloud-env doctor finds a key that shadows the shell's login, by file and line" {
  finds shadowed-login
  [[ $output == *'~/.bashrc:3: AWS_SECRET_ACCESS_KEY is here in plain text'* ]]
}

@test "cloud-env doctor finds a private key that others can read" {
  finds open-ssh-key
}

@test "cloud-env doctor finds an edited block in .bashrc" {
  finds edited-rc
}

@test "cloud-env doctor says what fills a full disk" {
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  fake_df 900000 124000 88
  head -c 30000000 /dev/zero >"$home/waves.bin"
  run -0 doctor --format csv
  [[ $output == *'warn,disk,121 MB left of 1000 MB (88 % used),"cloud-env space; most is in waves.bin (28 MB), '* ]]
}

@test "cloud-env doctor names plain-text stores and typed keys by file and line, never by value" {
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  mkdir "$home/.aws"
  printf '\nhttps://ada:hunter2@git.example\n' >"$home/.git-credentials"
  printf '[default]\naws_access_key_id = %s\n' "$fake_key_id" >"$home/.aws/credentials"
  printf 'ls\nexport K=%s\n' "$fake_key_id" >"$home/.bash_history"
  printf '#export GH_TOKEN=hunter2\nGITHUB_TOKEN=$(pass token)\nHF_TOKEN=\n' >"$home/.zshrc"
  chmod 600 "$home/.git-credentials" "$home/.aws/credentials"
  run -1 doctor --format csv
  [[ $output == *'~/.git-credentials:2: a password'* ]]
  [[ $output == *'~/.aws/credentials:2: a long-lived key'* ]]
  [[ $output == *'~/.bash_history:2: a key was typed'* ]]
  [[ $output == *'~/.zshrc:1: GH_TOKEN is here'* ]]
  [[ $output != *'.zshrc:2'* && $output != *'.zshrc:3'* ]]
  [[ $output != *hunter2* && $output != *"$fake_key_id"* ]]
}

@test "cloud-env doctor warns of a kit outside the home, which a cloud shell forgets" {
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  home=$BATS_TEST_TMPDIR/elsewhere
  mkdir "$home"
  variables+=(AWS_EXECUTION_ENV=CloudShell)
  ln -s "$(command -v true)" "$tools/aws"
  run -0 doctor --format csv
  [[ $output == *"the kit is in $kit, which this shell forgets"* ]]
}

@test "cloud-env doctor says that HOME is not set, and goes on" {
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  run -1 --separate-stderr env -i PATH="$kit/bin:$tools" "$kit/bin/cloud-env" doctor --format csv
  [[ $output == *'broken,home,HOME is not set,'* && $output == *'ok,venv,'* && -z $stderr ]]
}

@test "cloud-env doctor prints the same findings as table and as JSON" {
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  break_home tilde-path
  run -1 doctor --json
  [[ $output == *'{"level": "broken", "check": "path", "finding": "PATH holds a literal ~/.local/bin,'* ]]
  "$ROOT/.venv/bin/python" -c 'import json, sys; assert len(json.loads(sys.argv[1])) == 12' "$output"
  run -1 doctor --format table
  [[ $output == *'broken  path     PATH holds a literal ~/.local/bin, which only bash resolves'* ]]
  [[ $output == *"-> put $home/.local/bin in its place"* ]]
}

@test "cloud-env doctor reports what the real install.sh finds" {
  [[ -x $ROOT/install.sh ]] || skip "install.sh is not in this checkout"
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  rm "$kit/install.sh"
  cp -R "$ROOT/install.sh" "$ROOT/install" "$ROOT/dotfiles" "$ROOT"/*.txt "$ROOT/pyproject.toml" "$kit"
  printf 'echo mine # <<< beachhead\n' >"$home/.bashrc"
  printf 'export MINE=1\n' >"$home/.bash_profile"
  tools=$tools:$PATH
  run doctor --format csv
  [[ $output == *'broken,rc,~/.bashrc: our block was edited,'* ]]
  [[ $output == *'warn,rc,~/.zshrc: our block is not in it,'* ]]
  [[ $output == *'warn,rc,"a login shell reads ~/.bash_profile, which does not name ~/.bashrc",'*'add to it: . ~/.bashrc'* ]]
}

@test "cloud-env doctor says how many days an idle home has, and when it was packed" {
  local state now
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR"
  run -0 doctor --format csv
  [[ $output == *"ok,packed,this home is not deleted when it is idle; never packed,"* ]]
  for cloud in aws:120 gcp:120 codespaces:30; do
    variables+=(BEACHHEAD_CLOUD="${cloud%:*}")
    run doctor --format csv
    now=$(date -d "+${cloud#*:} days" +%F)
    [[ $output == *"warn,packed,\""*" deletes a home that is not used for ${cloud#*:} days: ${cloud#*:} left, until $now; never packed\",cloud-env pack --to PLACE"* ]]
  done
  state=$home/.local/state/beachhead/packs
  mkdir -p "$state"
  printf '%s\n' $(($(date +%s) - 86400 * 3)) s3://b/k >"$state/last"
  run doctor --format csv
  [[ $output == *"ok,packed,"*"; packed 3 days ago to s3://b/k"* ]]
  printf '%s\n' $(($(date +%s) - 86400 * 31)) s3://b/k >"$state/last"
  run doctor --format csv
  [[ $output == *"warn,packed,"*"; packed 31 days ago to s3://b/k\",cloud-env pack"* ]]
  printf 'nonsense' >"$state/last"
  run doctor --format csv
  [[ $output == *"warn,packed,"*"; never packed"* ]]
}
