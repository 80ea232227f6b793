#!/usr/bin/env bats
load test_helper

heights=$ROOT/tests/data/height-weight-25k.csv

@test "sample-large-csv takes all rows and says so when more are asked for" {
  run -0 --separate-stderr sample-large-csv -n 30000 "$heights"
  [[ $stderr == "sample-large-csv: $heights: only 25000 of 30000 rows are there; took all" ]]
  cmp <(sample-large-csv -n 25000 "$heights") <(cat "$heights" && printf '\r\n')
  cmp <(sample-large-csv -n 25000 <"$heights") <(cat "$heights" && printf '\r\n')
  cmp <(cat "$heights" | sample-large-csv -n 25000) <(cat "$heights" && printf '\r\n')
}

@test "sample-large-csv keeps quoted records whole" {
  printf 'a,b\n1,"x\ny"\n2,"he said ""hi"", and left\r\n"\n' >q.csv
  cmp <(sample-large-csv q.csv 2>/dev/null) q.csv
  run -0 sample-large-csv -n 1 --seed 1 q.csv
  [[ ${#lines[@]} == 3 ]]
}

@test "sample-large-csv takes quotes for text in a TSV file" {
  printf 'a\tb\n1\t"x\n2\t5" disk\n' >off.tsv
  cmp <(sample-large-csv off.tsv 2>/dev/null) off.tsv
  cmp <(cat off.tsv | sample-large-csv 2>/dev/null) off.tsv
}

@test "sample-large-csv --quote and --lines say what a record is" {
  printf 'a\tb\n1\t"x\ny"\n2\tz\n' >quoted.tsv
  run -0 --separate-stderr sample-large-csv --quote quoted.tsv
  [[ $stderr == *"only 2 of 100000 rows"* ]]
  printf 'a,b\n1,"x\n2,y\n' >dirty.csv
  run -1 sample-large-csv dirty.csv
  run -0 --separate-stderr sample-large-csv --lines dirty.csv
  [[ $stderr == *"only 2 of 100000 rows"* && ${#lines[@]} == 3 ]]
}

@test "sample-large-csv sees the delimiter, by which a quote opens a field" {
  printf 'a;b\n1;"x\ny"\n2;,"z\n' >semicolon.csv
  run -0 --separate-stderr sample-large-csv semicolon.csv
  [[ $stderr == *"only 2 of 100000 rows"* ]]
  run -1 sample-large-csv -d , semicolon.csv
  [[ $output == *"the quote that opens on line 4 is never closed"* ]]
}

@test "sample-large-csv names the columns there are when the one asked for is not" {
  run -1 sample-large-csv --by color "$heights"
  [[ $output == "sample-large-csv: $heights: no column 'color'; the columns are: Index, Height-Inches, Weight-Pounds" ]]
  run -1 sample-large-csv --weight b <(printf 'a,b\n1,x\n')
  [[ $output == *"row 1: weight 'x' is not a number; fix that row" ]]
}

@test "sample-large-csv leaves nothing behind when it is interrupted" {
  mkdir empty
  (sleep 5 | timeout --foreground -s INT 1 sample-large-csv -o empty/out.csv -) || true
  [[ -z $(ls -A empty) ]]
}

@test "sample-large-csv --no-header takes the first record for a row" {
  run -0 sample-large-csv -n 3 --no-header <(printf '1\n2\n3\n')
  [[ $output == $'1\n2\n3' ]]
  run -0 --separate-stderr sample-large-csv -n 4 --no-header <(printf '1\n2\n3')
  [[ $output == $'1\n2\n3' && $stderr == *"only 3 of 4 rows are there; took all" ]]
}

@test "sample-large-csv draws nothing but the header for -n 0" {
  run -0 --separate-stderr sample-large-csv -n 0 "$heights"
  [[ ${#lines[@]} == 1 && ${lines[0]} == *Index* && -z $stderr ]]
}

@test "sample-large-csv -o writes the same bytes as standard output" {
  sample-large-csv -n 9 --seed 2 -o "out file.csv" "$heights"
  cmp "out file.csv" <(sample-large-csv -n 9 --seed 2 "$heights")
}

@test "sample-large-csv -o refuses its source, and writes through a link, which stays one" {
  printf 'a,b\n1,x\n2,y\n' >source.csv
  ln -s source.csv link.csv
  run -1 --separate-stderr sample-large-csv -n 1 --seed 1 -o link.csv source.csv
  [[ $stderr == *link.csv* && $(wc -l <source.csv) == 3 ]]
  touch other.csv && ln -sf other.csv link.csv
  sample-large-csv -n 1 --seed 1 -o link.csv source.csv
  [[ -L link.csv && $(wc -l <other.csv) == 2 ]]
}

@test "sample-large-csv says at once that OUT cannot come to be" {
  run -1 --separate-stderr sample-large-csv -o nowhere/out.csv gone.csv
  [[ $stderr == "sample-large-csv: nowhere/out.csv: there is no folder nowhere; make it" ]]
  run -1 --separate-stderr sample-large-csv -o . gone.csv
  [[ $stderr == "sample-large-csv: .: is a folder; name a file in it" ]]
}

@test "sample-large-csv reads a file of any name, a named pipe, /dev/stdin" {
  printf 'a,b\n1,x\0y\n2,z\n' >./-x.csv
  cp ./-x.csv "a file.csv"
  mkfifo pipe
  cmp <(sample-large-csv -n 2 -- -x.csv) ./-x.csv
  cmp <(sample-large-csv -n 2 "a file.csv") ./-x.csv
  cmp <(sample-large-csv -n 2 /dev/stdin <./-x.csv) ./-x.csv
  cat ./-x.csv >pipe &
  cmp <(sample-large-csv -n 2 pipe) ./-x.csv
}

@test "sample-large-csv draws from the rows after the position of standard input" {
  printf 'a note\na,b\n1,x\n' >noted.csv
  run -0 bash -c '{ read -r line; sample-large-csv -n 1 -; } <noted.csv'
  [[ $output == $'a,b\n1,x' ]]
}

@test "sample-large-csv leaves no file behind when it fails" {
  mkdir empty
  run -1 sample-large-csv -o empty/out.csv <(printf 'a,b\n1,"2\n')
  [[ $output == *'the quote that opens on line 2 is never closed; fix it, or '* ]]
  run -1 sample-large-csv -o empty/out.csv "$heights.gone"
  [[ -z $(ls -A empty) ]]
}

@test "sample-large-csv refuses a .gz that is cut short" {
  gzip -c "$heights" | head -c 90000 >cut.gz
  run -1 --separate-stderr sample-large-csv -n 5 cut.gz
  [[ -z $output && $stderr == "sample-large-csv: cut.gz: the gzip data ends in the middle; "* ]]
}

@test "sample-large-csv says in one line what is wrong with its source" {
  : >empty.csv
  printf 'a,b\n' >header.csv
  printf '\xff\xfea\x00' >wide.csv
  mkdir folder
  local words
  for words in "gone.csv: no such file" "empty.csv: is empty" "header.csv: has a header and no" \
    "wide.csv: is UTF-16" "folder: is a folder without files"; do
    run -1 --separate-stderr sample-large-csv "${words%%: *}"
    [[ -z $output && $stderr == "sample-large-csv: $words"* && ${#stderr_lines[@]} == 1 ]]
  done
}

@test "sample-large-csv refuses a wrong option with 2" {
  local words
  for words in "-n x" "-n -1" "-n" "--seed 1.5" "-d ab" "-d é" "--nope" "--fraction 1.1" \
    "-n 1 --fraction 1" "--equal" "--by a --weight b" "--replace --by a" "--weight a --fraction 1" \
    "--seek --replace" "--lines --quote" "--memory x" "s3://bucket" "gs://bucket/part-*.csv" "gs://b/k[1]"; do
    # shellcheck disable=SC2086  # two words
    run -2 --separate-stderr sample-large-csv $words
    [[ -z $output && $stderr == "sample-large-csv: "*"; see sample-large-csv --help" ]]
  done
}

@test "sample-large-csv refuses a quote or a line end for a delimiter" {
  local delimiter
  for delimiter in '"' $'\n' ''; do
    run -2 --separate-stderr sample-large-csv -d "$delimiter" "$heights"
    [[ -z $output && $stderr == *"-d takes one ASCII character other than a quote, not "* ]]
  done
}

@test "sample-large-csv ends by SIGPIPE, silently, when nobody reads on" {
  run bash -c "sample-large-csv -n 20000 '$heights' 2>err | head -n 1; echo \${PIPESTATUS[0]}; cat err"
  [[ ${lines[0]} == *Index* && ${lines[1]} == 141 && ${#lines[@]} == 2 ]]
}

@test "sample-large-csv says that the disk is full" {
  [[ -c /dev/full ]] || skip "there is no /dev/full here"
  run -1 --separate-stderr bash -c "sample-large-csv -n 5 '$heights' >/dev/full"
  [[ $stderr == "sample-large-csv: No space left on device; "* ]]
}

@test "sample-large-csv draws with gshuf, as GNU shuf is called on a Mac" {
  mkdir mac
  printf '#!/bin/sh\necho "shuf: illegal option" >&2\nexit 1\n' >mac/shuf
  printf '#!/bin/sh\necho "$@" >>"%s/drawn"\nexec "%s" "$@"\n' "$PWD" "$(type -P shuf)" >mac/gshuf
  chmod +x mac/*
  cmp <(PATH=$PWD/mac:$PATH sample-large-csv -n 5 --seed 1 "$heights") \
    <(sample-large-csv -n 5 --seed 1 "$heights")
  [[ $(<drawn) == "-i 0-24999 -n 5 --random-source=/dev/stdin" ]]
}

@test "sample-large-csv draws the same rows where there is no shuf" {
  mkdir bin
  ln -s "$(type -P bash)" "$(type -P env)" bin/
  for options in "-n 5" "-n 5 --replace"; do
    # shellcheck disable=SC2086 # words
    cmp <(PATH=$BIN:$PWD/bin sample-large-csv $options --seed 1 "$heights") \
      <(sample-large-csv $options --seed 1 "$heights")
  done
}
