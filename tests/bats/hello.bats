#!/usr/bin/env bats
load test_helper

@test "hello.sh greets by name and says which shell it is" {
  run -0 hello.sh Ada
  [[ ${lines[0]} == "Hello Ada, this is a shell of your own." ]]
}

@test "hello.sh names each cloud shell by the variables that it sets" {
  AWS_EXECUTION_ENV=CloudShell run -0 hello.sh
  [[ ${lines[0]} == *"AWS CloudShell." ]]
  ACC_CLOUD=PROD run -0 hello.sh
  [[ ${lines[0]} == *"Azure Cloud Shell." ]]
  CLOUD_SHELL=true run -0 hello.sh
  [[ ${lines[0]} == *"Google Cloud Shell." ]]
  CODESPACES=true run -0 hello.sh
  [[ ${lines[0]} == *"GitHub Codespaces." ]]
  C9_USER=ada run -0 hello.sh
  [[ ${lines[0]} == *"AWS Cloud9." ]]
}

@test "hello.sh lists every command of bin/ with its summary" {
  run -0 hello.sh
  local file summary
  for file in "$BIN"/*; do
    [[ -f $file ]] || continue
    summary=$(sed -n '2s/^# //p' "$file")
    [[ $output == *"${file##*/} "*"$summary"* ]]
  done
}

@test "hello.sh keeps each command to one line of a terminal of 80 columns" {
  run -0 hello.sh
  local line
  for line in "${lines[@]}"; do
    ((${#line} <= 80)) || { printf 'too wide: %s\n' "$line" && return 1; }
  done
}

@test "hello.sh refuses a second name with 2" {
  run -2 --separate-stderr hello.sh Ada Bob
  [[ $stderr == "hello.sh: one name at most; see hello.sh --help" ]]
}
