#!/usr/bin/env bats
load test_helper

@test "csv-stats describe prints the chapter's figures in a table" {
  run -0 csv-stats describe "$ROOT/tests/data/height-weight-25k.csv" --format table
  [[ $output == *"127.079421"*"11.660898"*"78.014760"*"119.308675"* ]]
}

@test "csv-stats describe reads a pipe" {
  run -0 csv-stats describe <<<$'a,b\n1,x\n3,y'
  [[ ${lines[1]} == a,number,2,0,2.0,* ]]
  [[ ${lines[2]} == b,text,2,0,* ]]
}

@test "csv-stats describe says on stderr what it could not parse" {
  run -0 --separate-stderr csv-stats describe <<<$'a\n1\n2\nwhat'
  [[ $stderr == "csv-stats: a: 1 value is not a number, such as 'what'" ]]
}

@test "csv-stats describe takes no percentile above 100" {
  run -2 --separate-stderr csv-stats describe --percentiles 101 <<<$'a\n1'
  [[ $stderr == "csv-stats: percentiles are comma-separated numbers from 0 to 100, not '101'; see csv-stats describe --help" ]]
}

@test "csv-stats quantiles of a column of words ends with 1 and one line" {
  run -1 --separate-stderr csv-stats quantiles -c b <<<$'a,b\n1,x'
  [[ $stderr == "csv-stats: column 'b' does not hold numbers; choose another" ]]
}

@test "csv-stats correlate prints a matrix" {
  run -0 csv-stats correlate <<<$'a,b\n1,2\n2,4\n3,6'
  [[ ${lines[1]} == a,1.0,* ]]
}

@test "csv-stats fit takes names as they are and wants at least one" {
  run -0 --separate-stderr csv-stats fit --target b-c --features a-b <<<$'a-b,b-c\n1,2\n2,4\n3,7\n4,8'
  [[ ${lines[2]} == a-b,2.* ]]
  run -2 --separate-stderr csv-stats fit --target b --features "" <<<$'a,b\n1,2'
  [[ $stderr == "csv-stats: --features takes comma-separated names"* ]]
}

@test "csv-stats cluster calls a pipe standard input" {
  run -1 --separate-stderr csv-stats cluster <<<$'a\nx'
  [[ $stderr == "csv-stats: standard input: no column holds numbers; see csv-stats describe" ]]
}

@test "csv-stats compare finds a file like itself" {
  run -0 csv-stats compare "$ROOT/tests/data/height-weight-25k.csv" \
    "$ROOT/tests/data/height-weight-25k.csv" -c Weight-Pounds
  [[ ${lines[1]} == *,0.0,1.0,0.0,alike ]]
}

@test "csv-stats histogram draws bars in a pipe when asked to" {
  run -0 csv-stats histogram --draw --bins 2 <<<$'a\n0\n1\n1\n9\n5'
  [[ ${lines[1]} == " 0 to 5 │"*"3" && ${lines[2]} == "5 to 10 │"*"2" ]]
}

@test "csv-stats reports a full disk in one line" {
  run -1 --separate-stderr bash -c 'csv-stats describe - >/dev/full <<<$'"'a\n1'"
  [[ ${#stderr_lines[@]} == 1 ]]
}

@test "csv-stats refuses options that would do nothing" {
  printf 'x,d,y\n1,2024-01-01,2\n2,2024-01-02,3\n3,2024-01-03,5\n' >t.csv
  run -2 csv-stats cluster t.csv -c x -c y -k 2 --draw
  [[ $output == *"--draw is for --elbow"* ]]
  run -2 csv-stats cluster t.csv -c x -c y --elbow --rows
  [[ $output == *"leave out --rows and --name"* ]]
  run -2 csv-stats line t.csv --x x --every day
  [[ $output == *"--every is for dates; column 'x' holds numbers"* ]]
  run -0 csv-stats line t.csv --x d --every day
}
