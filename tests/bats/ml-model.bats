#!/usr/bin/env bats
load test_helper

@test "ml-model trains on the shipped heights, prints its decisions, and predicts in a pipe" {
  cd "$HOME"
  run -0 --separate-stderr ml-model train "$ROOT/tests/data/height-weight-25k.csv" \
    --target Weight-Pounds --features Height-Inches -o "my model"
  [[ ${lines[0]} == "model,r2,mae,rmse,cv_r2,cv_r2_sd" ]]
  [[ ${lines[1]} == linear,0.25* ]]
  [[ ${lines[2]} == dummy,-0.0* ]]
  [[ $stderr == *"regression of Weight-Pounds from Height-Inches"*"wrote my model"* ]]
  printf 'Height-Inches\n68\n' >one.csv
  run -0 bash -c 'ml-model predict "my model" <one.csv'
  [[ ${lines[0]} == "Height-Inches,prediction" && ${lines[1]} == 68,127.1* ]]
}

@test "ml-model refuses what is not a model with one line" {
  local command
  for command in predict serve info; do
    run -1 --separate-stderr ml-model "$command" "$HOME/nothing"
    [[ $stderr == "ml-model: $HOME/nothing: no such model; make one with ml-model train" ]]
    run -1 --separate-stderr ml-model "$command" "$ROOT/tests/data/bay-area-routes.csv"
    [[ $stderr == *"is not a model"* && ${#stderr_lines[@]} == 1 ]]
  done
}

@test "ml-model train lists the columns when one is missing" {
  run -1 --separate-stderr ml-model train "$ROOT/tests/data/height-weight-25k.csv" --target Weight
  [[ $stderr == *"no column 'Weight'; the columns are: Index, Height-Inches, Weight-Pounds" ]]
}

@test "ml-model train writes nothing when it fails" {
  cd "$HOME"
  run -1 bash -c 'printf "a,b\n1,2\nx,3\n" | ml-model train --target b'
  [[ $output == "ml-model: standard input: 2 records have a 'b'; training needs at least 10" ]]
  [[ -z $(ls -A) ]]
}
