#!/usr/bin/env bats
load test_helper

@test "each predict wants exactly one address" {
  run -2 --separate-stderr predict-aws a=1
  [[ $stderr == "predict-aws: one of --endpoint NAME and --url URL is needed; see"* ]]
  run -2 --separate-stderr predict-azure --app a --url https://example.org a=1
  [[ $stderr == "predict-azure: one of --app NAME, --endpoint NAME and --url URL is needed; see"* ]]
  run -2 --separate-stderr predict-gcp a=1
  [[ $stderr == "predict-gcp: one of --endpoint ID, --service NAME and --url URL is needed; see"* ]]
}

@test "names are checked before anything is asked" {
  run -2 --separate-stderr predict-aws --endpoint a/b --region eu-west-1 a=1
  [[ $stderr == "predict-aws: --endpoint cannot be 'a/b'; use the endpoint's name" ]]
  run -2 --separate-stderr predict-aws --endpoint a a=1
  [[ $stderr == "predict-aws: --region is needed; see predict-aws --help" ]]
  run -2 --separate-stderr predict-azure --app evil.example/ a=1
  [[ $stderr == "predict-azure: --app cannot be 'evil.example/'; use the app's name" ]]
  run -2 --separate-stderr predict-gcp --service a --region 'x@y' a=1
  [[ $stderr == "predict-gcp: --region cannot be 'x@y'; use a name such as us-central1" ]]
}

@test "a plan that cannot be written is reported in one line" {
  [[ -c /dev/full ]] || skip "there is no /dev/full here"
  local status=0
  predict --url http://127.0.0.1:1 --dry-run a=1 >/dev/full 2>err || status=$?
  [[ $status == 1 && $(<err) == "predict: standard output cannot be written; is the disk full?" ]]
}

@test "each predict-* ends with 127 where nothing on this machine knows who we are" {
  local program where=$BATS_TEST_TMPDIR/bin
  mkdir -p "$where"
  for program in bash curl date ls cat mktemp mkdir mkfifo mv readlink rm; do
    ln -s "$(command -v "$program")" "$where/$program"
  done
  PATH=$BIN:$where run -127 --separate-stderr predict-aws --endpoint e --region eu-west-1 a=1
  [[ $stderr == "predict-aws: aws is missing; "* ]]
  PATH=$BIN:$where run -127 --separate-stderr predict-azure --endpoint e --region westeurope a=1
  [[ $stderr == "predict-azure: az is missing; "* ]]
  PATH=$BIN:$where run -127 --separate-stderr predict-gcp --endpoint 1 --project p --region \
    europe-west1 a=1
  [[ $stderr == "predict-gcp: gcloud is missing; "* ]]
}

# Writes secrets.env and sets its mode.
write_secrets() {
  mkdir -p "$HOME/.config/beachhead"
  printf '%s\n' "${@:2}" >"$HOME/.config/beachhead/secrets.env"
  chmod "$1" "$HOME/.config/beachhead/secrets.env"
}

@test "secrets.env is refused when others may read it" {
  write_secrets 640 BEACHHEAD_PREDICT_URL=https://example.org
  run -1 --separate-stderr predict --dry-run a=1
  [[ $stderr == "predict: $HOME/.config/beachhead/secrets.env: others may read it; run chmod 600"* ]]
}

@test "secrets.env gives address and token, and is never run" {
  write_secrets 600 '# mine' '' 'export BEACHHEAD_PREDICT_URL="https://example.org/score"' \
    "BEACHHEAD_PREDICT_TOKEN=\$(touch '$BATS_TEST_TMPDIR/run')"
  run -0 predict --dry-run a=1
  [[ ${lines[0]} == *"--header 'Authorization: ***' "*" https://example.org/score <<"* ]]
  [[ ! -e $BATS_TEST_TMPDIR/run ]]
}

@test "a token of secrets.env goes to the host beside it only" {
  write_secrets 600 BEACHHEAD_PREDICT_URL=https://example.org/score BEACHHEAD_PREDICT_TOKEN=x
  run -0 predict --url https://example.org/other --dry-run a=1
  [[ ${lines[0]} == *"Authorization"* ]]
  run -0 predict --url https://example.org.evil.net/ --dry-run a=1
  [[ ${lines[0]} != *"Authorization"* ]]
  write_secrets 600 BEACHHEAD_PREDICT_TOKEN=x
  run -1 --separate-stderr predict --url https://example.org --dry-run a=1
  [[ $stderr == "predict: secrets.env: BEACHHEAD_PREDICT_TOKEN needs BEACHHEAD_PREDICT_URL"* ]]
}

@test "a wrong line of secrets.env is named by its number, never quoted" {
  write_secrets 600 BEACHHEAD_PREDICT_URL=https://example.org 'my secret'
  run -1 --separate-stderr predict --dry-run a=1
  [[ $stderr == *"secrets.env: line 2: is not NAME=VALUE; correct it" ]]
  write_secrets 600 BEACHHEAD_PREDIKT_URL=https://example.org
  run -1 --separate-stderr predict --dry-run a=1
  [[ $stderr == *"secrets.env: line 1: BEACHHEAD_PREDIKT_URL is not used; see predict --help" ]]
}

@test "the environment goes before secrets.env" {
  write_secrets 600 BEACHHEAD_PREDICT_URL=https://example.org/a
  BEACHHEAD_PREDICT_URL=https://example.org/b run -0 predict --dry-run a=1
  [[ ${lines[0]} == *" https://example.org/b <<"* ]]
}
