#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for another shell
load test_helper
load cloud-env-homes

DATA=$ROOT/tests/data/cloud-env

# Usage: clean [NAME=VALUE...] COMMAND...
# Runs with nothing from the machine's own shell, which may be a cloud's.
clean() {
  env -i HOME="$HOME" PATH="$PATH" TERM=dumb "$@"
}

@test "cloud-env detect knows each shell by every variable that it sets" {
  local file
  for file in "$DATA"/*.env; do
    mapfile -t variables <"$file"
    run -0 --separate-stderr clean "${variables[@]}" cloud-env detect
    file=${file##*/} file=${file%.env}
    [[ $output == "${file%%-*}" && -z $stderr ]] || { echo "$file: $output $stderr" && false; }
  done
}

@test "cloud-env detect knows a shell by its marker files" {
  run -0 clean BEACHHEAD_SYSROOT="$DATA/markers-gcp" cloud-env detect
  [[ $output == gcp ]]
  run -0 clean BEACHHEAD_SYSROOT="$DATA/markers-codespaces" cloud-env detect
  [[ $output == codespaces ]]
  mkdir "$HOME/.c9"
  run -0 clean cloud-env detect
  [[ $output == cloud9 ]]
}

@test "cloud-env detect says which of two clouds wins and why, on stderr" {
  run -0 --separate-stderr clean CLOUD_SHELL=true ACC_TID=x cloud-env detect
  [[ $output == gcp ]]
  [[ $stderr == "cloud-env: also signs of azure (ACC_TID is set); gcp wins by CLOUD_SHELL=true;"* ]]
  run -0 --separate-stderr clean CODESPACES=true AWS_EXECUTION_ENV=CloudShell cloud-env detect
  [[ $output == aws && $stderr == *"codespaces (CODESPACES=true)"* ]]
  run -0 --separate-stderr clean BEACHHEAD_SYSROOT="$DATA/markers-gcp" \
    AWS_EXECUTION_ENV=CloudShell cloud-env detect
  [[ $output == gcp && $stderr == *"gcp wins by /google/devshell"* ]]
}

@test "cloud-env detect is overruled by BEACHHEAD_CLOUD, and refuses a name it does not know" {
  run -0 --separate-stderr clean BEACHHEAD_CLOUD=azure CODESPACES=true cloud-env detect
  [[ $output == azure && -z $stderr ]]
  run -2 --separate-stderr clean BEACHHEAD_CLOUD=mars cloud-env detect
  [[ -z $output && ${#stderr_lines[@]} == 1 ]]
  [[ $stderr == "cloud-env: BEACHHEAD_CLOUD=mars is none of "*"see cloud-env --help" ]]
  run -0 clean BEACHHEAD_CLOUD=mars hello.sh Ada
  [[ ${lines[0]} == "Hello Ada, this is a shell of your own." ]]
}

@test "cloud-env detect is right under sudo, which empties the environment" {
  [[ -r /proc/self/environ ]] || skip "no /proc here"
  printf '#!/usr/bin/env bash\nenv -i PATH="$PATH" HOME=/root SUDO_USER=ada "$@"\n' \
    >"$BATS_TEST_TMPDIR/sudo"
  chmod +x "$BATS_TEST_TMPDIR/sudo"
  run -0 clean AWS_EXECUTION_ENV=CloudShell "$BATS_TEST_TMPDIR/sudo" cloud-env detect
  [[ $output == aws ]]
  # A root shell between the two, as after sudo -s, with a bracket in its name.
  ln -s "$(command -v bash)" "$BATS_TEST_TMPDIR/ba) sh"
  run -0 clean CODESPACES=true "$BATS_TEST_TMPDIR/sudo" "$BATS_TEST_TMPDIR/ba) sh" -c \
    'cloud-env detect; :'
  [[ $output == codespaces ]]
  run -0 clean "$BATS_TEST_TMPDIR/sudo" cloud-env detect
  [[ $output == local ]]
}

@test "cloud-env detect starts no program" {
  need strace
  strace -qq -f -e trace=execve,clone,clone3,fork,vfork -o "$BATS_TEST_TMPDIR/calls" \
    bash "$BIN/cloud-env" detect
  [[ $(wc -l <"$BATS_TEST_TMPDIR/calls") -eq 1 ]]
}

@test "cloud-env detect gives the same record as JSON and CSV" {
  run -0 clean CODESPACES=true cloud-env detect --json
  [[ $output == '{"cloud": "codespaces", "name": "GitHub Codespaces", "because": "CODESPACES=true",'* ]]
  run -0 clean CODESPACES=true cloud-env detect --format csv
  [[ ${lines[0]} == cloud,name,because,* && ${lines[1]} == 'codespaces,GitHub Codespaces,'* ]]
}

@test "cloud-env works with no HOME" {
  local word
  for word in detect export; do
    run -0 --separate-stderr env -i PATH="$PATH" cloud-env "$word" --json
  done
}

@test "cloud-env names itself in the usage error and each subcommand has its own help" {
  local word jobs
  run -2 --separate-stderr cloud-env
  [[ -z $output && ${#stderr_lines[@]} == 1 ]]
  run -2 --separate-stderr cloud-env sail
  [[ -z $output && $stderr == "cloud-env: there is no command sail; see cloud-env --help" ]]
  cloud-env --help >"$BATS_TEST_TMPDIR/help"
  mapfile -t jobs < <(sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p' "$BATS_TEST_TMPDIR/help")
  for word in "${jobs[@]}"; do
    run -0 cloud-env "$word" --help
    [[ $output == *"Usage: "*"cloud-env $word"*Example* ]] || { echo "$word" && false; }
    [[ $output != *shellcheck* ]] || { echo "$word: words for ShellCheck" && false; }
    run -2 --separate-stderr cloud-env "$word" --no-such-option
    [[ -z $output && ${#stderr_lines[@]} == 1 ]] || { echo "$word: $stderr" && false; }
  done
  [[ -n $word ]]
}

@test "cloud-env speaks the same words in each of the shells" {
  local shell job words first kit variables
  have ssh-keygen || ln -s "$(type -P true)" "$BATS_TEST_TMPDIR/ssh-keygen" # bootstrap only looks for it
  PATH=$BATS_TEST_TMPDIR:$PATH
  make_healthy "$ROOT" "$BATS_TEST_TMPDIR/healthy" # doctor checks all of this kit in a moment
  mkdir "$BATS_TEST_TMPDIR/project"
  printf 'test:\n\ttrue\n' >"$BATS_TEST_TMPDIR/project/Makefile"
  for job in detect export space creds doctor "try $BATS_TEST_TMPDIR/project" \
    "bootstrap --dry-run"; do
    first=
    for shell in aws azure gcp codespaces cloud9 local; do
      mapfile -t variables <"$DATA/$shell.env"
      words=(--format csv)
      [[ $job != bootstrap* ]] || words=()
      # shellcheck disable=SC2086 # a job may have a word of its own
      run --separate-stderr clean "${variables[@]}" LANG=C.UTF-8 "$kit/bin/cloud-env" $job "${words[@]}"
      ((status == 0)) || [[ $job == doctor && $status == 1 ]] || { echo "$shell $job $stderr" && false; }
      [[ $job == bootstrap* ]] && lines=("$(cut -d' ' -f1 <<<"$stderr" | sort -u)")
      first=${first:-${lines[0]}}
      [[ ${lines[0]} == "$first" ]] || { echo "$shell $job: ${lines[0]}, not $first" && false; }
    done
  done
}

@test "cloud-env says so when its output cannot be written" {
  [[ -w /dev/full ]] || skip "no /dev/full here"
  run -1 bash -c 'cloud-env detect --json >/dev/full'
  [[ $output == "cloud-env: standard output cannot be written; check the space left" ]]
}

@test "cloud-env export prints what the clouds' own files say" {
  mkdir -p "$HOME/.aws" "$HOME/.azure" "$HOME/.config/gcloud/configurations"
  printf '[default]\nregion=eu-west-1\n[profile surf]\nregion = us-west-2\r\ns3 =\n  region=no\n' \
    >"$HOME/.aws/config"
  cp "$DATA/azureProfile.json" "$HOME/.azure"
  printf 'surf' >"$HOME/.config/gcloud/active_config"
  printf '[core]\nproject = waves\n[compute]\nzone = europe-west1-b\n' \
    >"$HOME/.config/gcloud/configurations/config_surf"
  run -0 --separate-stderr clean AWS_PROFILE=surf cloud-env export
  [[ ${lines[0]} == "export AWS_REGION='us-west-2'" ]]
  [[ $output == *"export AZURE_SUBSCRIPTION_ID='22222222-aaaa-bbbb-cccc-000000000002'"* ]]
  [[ $output == *"export AZURE_TENANT_ID='99999999-aaaa-bbbb-cccc-000000000009'"* ]]
  [[ $output == *"export GOOGLE_CLOUD_PROJECT='waves'"* ]]
  [[ $output == *"export GOOGLE_CLOUD_REGION='europe-west1'"* && -z $stderr ]]
  run -0 clean cloud-env export --format csv
  [[ ${lines[1]} == "AWS_REGION,eu-west-1,$HOME/.aws/config:2" ]]
}

@test "cloud-env export prefers the variables that are set, and never runs what they hold" {
  run -0 clean AWS_REGION='$(touch pwned)`touch pwned`' bash -c \
    'eval "$(cloud-env export)" && printf %s "$AWS_DEFAULT_REGION"'
  [[ $output == '$(touch pwned)`touch pwned`' && ! -e pwned ]]
  run -0 clean ACC_LOCATION=westeurope AZURE_LOCATION=northeurope cloud-env export
  [[ $output == *"AZURE_LOCATION='northeurope'"* ]]
}

@test "cloud-env export says so when nothing is known, and eval takes the silence" {
  run -0 --separate-stderr clean cloud-env export
  [[ -z $output && $stderr == "cloud-env: no region, project or subscription is known here;"* ]]
}
