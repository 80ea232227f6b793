#!/usr/bin/env bats
# The shell that run starts expands the single quotes.
# shellcheck disable=SC2016
load test_helper

@test "make-change pays the chapter's amount in five quarters, a nickel and four pennies" {
  run -0 --separate-stderr make-change 1.34
  [[ $output == $'coin,value,count\nquarter,0.25,5\nnickel,0.05,1\npenny,0.01,4' ]]
  [[ $stderr == "make-change: 10 coins (5 quarters, 1 nickel, 4 pennies), the fewest: "* ]]
}

@test "make-change --full prints the chapter's four lines with the remainders right" {
  run -0 --separate-stderr make-change --full 1.34
  ((${#lines[@]} == 4))
  [[ ${lines[0]} == "Quarters 5, Remainder: 9" ]]
  [[ ${lines[1]} == "Dimes 0, Remainder: 9" ]]
  [[ ${lines[2]} == "Nickels 1, Remainder: 4" ]]
  [[ ${lines[3]} == "Pennies 4, Remainder: 0" ]]
}

@test "make-change --canonical shows the smallest amount that greedy gets wrong" {
  run -0 make-change --canonical --coins 1,10,25
  [[ ${lines[1]} == "False,0.30,6,3" ]]
  run -0 make-change --canonical
  [[ ${lines[1]} == "True,,," ]]
}

@test "make-change reads a column of amounts in a pipe, and a closed pipe ends it silently" {
  run -0 bash -c 'printf "total\n0.30\n" | make-change -c total'
  [[ ${lines[1]} == "0.30,2,1,0,1,0" ]]
  run -0 --separate-stderr bash -c \
    '{ echo total; seq 0 20000; } | make-change -c total | head -n 1; echo "${PIPESTATUS[1]}"'
  [[ ${lines[1]} == 141 && -z $stderr ]]
}

@test "make-change to a full disk fails with one line" {
  [[ -c /dev/full ]] || skip "there is no /dev/full here"
  run -1 --separate-stderr bash -c 'make-change 1.34 >/dev/full'
  [[ $stderr == *"No space left on device"* && ${#stderr_lines[@]} == 1 ]]
}

@test "make-change refuses a file with a header and no records" {
  run -1 --separate-stderr make-change - -c total <<<total
  [[ -z $output && $stderr == "make-change: standard input: has a header and no records; "* ]]
}

@test "a negative amount that is taken for an option is said to want -- before it" {
  run -2 make-change -1.34
  [[ $output == 'make-change: No such option: -1; write -- before a negative number' ]]
  run -0 make-change -- -1.34
  run -1 make-change - -c total <<<$'total\n1x'
  [[ $output != *'--'* ]]
  run -2 make-change -x
  [[ $output == *'; see make-change --help' ]]
}
