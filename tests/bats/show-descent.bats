#!/usr/bin/env bats
# The shell that run starts expands the single quotes.
# shellcheck disable=SC2016
load test_helper

@test "show-descent function labels each rate of the bowl, whose limit is 1" {
  run -0 --separate-stderr show-descent function bowl
  [[ ${lines[0]} == start,rate,label,* ]]
  [[ ${lines[1]} == "2.5,0.01,too low,"* ]]
  [[ ${lines[2]} == "2.5,0.2,good,"* ]]
  [[ ${lines[3]} == "2.5,0.95,oscillating,"* ]]
  [[ ${lines[4]} == "2.5,1.05,diverging,"* ]]
}

@test "show-descent --plot in a pipe draws letters without colour, and no table" {
  run -0 --separate-stderr show-descent function bowl --plot
  [[ $output == *"loss above the nearest minimum"* && $output == *"  d  1.05 from 2.5: diverging"* ]]
  [[ $output != *$'\e'* && $output != *start,rate* ]]
}

@test "show-descent on a terminal prints a table and a plot, in colour unless NO_COLOR is set" {
  script -qec true /dev/null || skip "script of util-linux is not here"
  run -0 env TERM=xterm script -qec "show-descent function bowl" /dev/null
  [[ $output == *"oscillating"*"loss above"* && $output == *$'\e[38;5;'* ]]
  run -0 env TERM=xterm NO_COLOR=1 script -qec "show-descent function bowl" /dev/null
  [[ $output == *"  d  1.05 from 2.5: diverging"* && $output != *$'\e[38;5;'* ]]
}

@test "show-descent fit reads a pipe, and a closed pipe ends it silently" {
  run -0 --separate-stderr bash -c \
    'cut -d, -f2,3 "$1" | show-descent fit - --scale standard -r 1' _ \
    "$ROOT/tests/data/height-weight-25k.csv"
  [[ ${lines[1]} == standard,1,good,* ]]
  run -0 --separate-stderr bash -c \
    'show-descent function himmelblau --plot | true; echo "${PIPESTATUS[0]}"'
  [[ $output == 141 ]]
}

@test "show-descent leaves no picture behind when the folder cannot take it" {
  run -1 --separate-stderr show-descent function bowl -o "$HOME/no folder/bowl.png"
  [[ $stderr == *"bowl.png: cannot be written"* ]]
}
