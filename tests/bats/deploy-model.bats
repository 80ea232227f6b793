#!/usr/bin/env bats
load test_helper

@test "deploy-model needs a cloud, a model and a name" {
  run -2 --separate-stderr deploy-model azure
  [[ $stderr == "deploy-model: azure, aws or gcp, a MODEL and a NAME are needed; see"* ]]
  run -2 --separate-stderr deploy-model heroku model ada-weight
  [[ $stderr == "deploy-model: unknown platform 'heroku': azure, aws or gcp is needed; see"* ]]
}

@test "deploy-model accepts names that all clouds accept" {
  local name
  for name in Ada a app 1ada ada_weight ada- 'ada;reboot'; do
    run -2 --separate-stderr deploy-model gcp model "$name" --region europe-west1
    [[ $stderr == "deploy-model: NAME cannot be '$name'; use 4 to 40 lower-case letters, digits and"* ]]
  done
}

@test "deploy-model refuses an option of another cloud" {
  run -2 --separate-stderr deploy-model gcp model ada-weight --group x
  [[ $stderr == "deploy-model: --group is only for azure; see deploy-model --help" ]]
  run -2 --separate-stderr deploy-model azure model ada-weight --sagemaker
  [[ $stderr == "deploy-model: --sagemaker is only for aws; see deploy-model --help" ]]
}

@test "deploy-model names a missing option" {
  run -2 --separate-stderr deploy-model gcp model ada-weight
  [[ $stderr == "deploy-model: --region is needed; see deploy-model --help" ]]
  run -2 --separate-stderr deploy-model aws model ada-weight --sagemaker --region eu-west-1
  [[ $stderr == "deploy-model: --role is needed; see deploy-model --help" ]]
  run -2 --separate-stderr deploy-model gcp model ada-weight --stage
  [[ $stderr == "deploy-model: --stage needs --folder; see deploy-model --help" ]]
}

@test "deploy-model names a missing model and a folder that is not one" {
  cd "$BATS_TEST_TMPDIR" || return
  run -1 --separate-stderr deploy-model gcp nothing ada-weight --region europe-west1 --dry-run
  [[ $stderr == "deploy-model: nothing: no such model; make one with ml-model train" ]]
  mkdir other
  run -1 --separate-stderr deploy-model gcp other ada-weight --region europe-west1 --dry-run
  [[ $stderr == "deploy-model: other: is not a model"* && ${#stderr_lines[@]} == 1 ]]
  [[ -z $output ]]
}

@test "deploy-model says how to install a missing vendor's CLI" {
  local tool
  for tool in bash readlink; do
    ln -s "$(command -v $tool)" "$BATS_TEST_TMPDIR/$tool"
  done
  run -127 --separate-stderr env PATH="$BATS_TEST_TMPDIR" "$BASH" "$BIN/deploy-model" azure model \
    ada-weight --region westeurope
  [[ $stderr == "deploy-model: az is missing; see https://aka.ms/azure-cli, or work in Azure"* ]]
}
