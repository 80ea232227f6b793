#!/usr/bin/env bats
load test_helper

@test "predict says that a service is needed" {
  run -2 --separate-stderr predict height=70
  [[ $stderr == "predict: --url URL or BEACHHEAD_PREDICT_URL is needed; see predict --help" ]]
}

@test "predict ends with 4 and one line where no service is" {
  run -4 --separate-stderr predict --url http://127.0.0.1:1 --retries 0 height=70
  [[ -z $output && ${#stderr_lines[@]} == 1 ]]
  [[ $stderr == "predict: http://127.0.0.1:1/predict: cannot be reached ("* ]]
}

@test "predict takes only http and https addresses without a password" {
  run -2 --separate-stderr predict --url localhost:8080 height=70
  [[ $stderr == "predict: 'localhost:8080' is not an http:// or https:// address; see"* ]]
  run -2 --separate-stderr predict --url https://ada:secret@example.org/ height=70
  [[ $stderr == "predict: an address may not hold a password; see"* ]]
}

@test "predict sends a token over https or to this machine only" {
  export BEACHHEAD_PREDICT_TOKEN=secret
  run -2 --separate-stderr predict --url http://example.org/predict height=70
  [[ $stderr == "predict: a token is sent to https:// or to this machine only, not to"* ]]
  run -0 predict --url https://example.org/predict --dry-run height=70
  run -0 predict --url http://localhost:8080 --dry-run height=70
}

@test "predict checks the value of each option" {
  local words
  for words in "--timeout 0" "--timeout x" "--timeout 99999999999999999999" "--retries -1" "--chunk-rows 0" "--shape x" \
    "--format x" "--url"; do
    # shellcheck disable=SC2086 # two words
    run -2 --separate-stderr predict --url http://127.0.0.1:1 $words
    [[ -z $output && ${#stderr_lines[@]} == 1 && $stderr == *"; see predict --help" ]]
  done
}

@test "predict takes one of several choices, not two of them" {
  run -2 --separate-stderr predict --url http://127.0.0.1:1 --shape 'records rows' a=1
  [[ $stderr == "predict: --shape takes one of records rows split input_data csv, not 'records rows'"* ]]
}

@test "predict names what is wrong with a file before it asks" {
  cd "$BATS_TEST_TMPDIR" || return
  run -1 --separate-stderr predict --url http://127.0.0.1:1 none.csv
  [[ $stderr == "predict: none.csv: no such file; check the path" ]]
  : >empty.csv
  run -1 --separate-stderr predict --url http://127.0.0.1:1 empty.csv
  [[ $stderr == "predict: empty.csv: is empty; a header line is needed" ]]
  printf 'a,b\r\n' >head.csv
  run -1 --separate-stderr predict --url http://127.0.0.1:1 head.csv
  [[ $stderr == "predict: head.csv: has a header and no records; nothing to predict" ]]
  printf '{"a": }' >bad.json
  run -1 --separate-stderr predict --url http://127.0.0.1:1 bad.json
  [[ $stderr == "predict: bad.json: not JSON (Expecting value at line 1, column 7); correct it" ]]
}

@test "predict asks the service of BEACHHEAD_PREDICT_URL" {
  BEACHHEAD_PREDICT_URL=https://example.org/score run -0 predict --dry-run height=70
  [[ ${lines[0]} == *" https://example.org/score <<'BODY'" ]]
}

@test "predict needs neither HOME nor standard input for one row" {
  run -0 env -u HOME predict --url https://example.org --dry-run height=70 <&-
  [[ ${lines[1]} == '{"instances": [{"height": 70}]}' ]]
}

@test "predict says that nothing can be printed or kept" {
  run -1 --separate-stderr bash -c 'predict --url http://127.0.0.1:1 height=70 >&-'
  [[ $stderr == "predict: standard output is closed; nothing can be printed" ]]
  TMPDIR=/nowhere run -1 --separate-stderr predict --url http://127.0.0.1:1 height=70
  [[ $stderr == "predict: /nowhere: cannot make a temporary folder there; set TMPDIR to another" ]]
}
