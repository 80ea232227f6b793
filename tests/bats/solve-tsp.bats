#!/usr/bin/env bats
load test_helper

ROUTES=$ROOT/tests/data/bay-area-routes.csv

@test "solve-tsp prints the legs of the shortest open path through the chapter's companies" {
  run -0 --separate-stderr solve-tsp "$ROUTES"
  [[ ${lines[0]} == "leg,from,to,distance,total" ]]
  [[ ${#lines[@]} == 15 && ${lines[14]} == 14,*,128 ]]
  [[ $stderr == "solve-tsp: open path through 15 cities: 128, proved optimal; Held-Karp, "*" s" ]]
}

@test "solve-tsp --closed returns to its start" {
  run -0 --separate-stderr solve-tsp "$ROUTES" --closed --start GOOG
  [[ ${#lines[@]} == 16 && ${lines[1]} == 1,GOOG,* && ${lines[15]} == 15,*,GOOG,*,171 ]]
}

@test "solve-tsp begins and ends at the cities given" {
  run -0 --separate-stderr solve-tsp "$ROUTES" --start SFO --end CVX
  [[ ${lines[1]} == 1,SFO,* && ${lines[14]} == 14,*,CVX,* ]]
}

@test "solve-tsp --format json prints everything as one object" {
  run -0 --separate-stderr solve-tsp --format json <"$ROUTES"
  [[ $output == *'"distance": 128,'*'"lower_bound": 128,'*'"gap_percent": 0.0,'* ]]
  [[ $output == *'"method": "Held-Karp",'*'"proved": true,'*'"tour": ['* ]]
}

@test "solve-tsp refuses ends that contradict each other" {
  run -2 --separate-stderr solve-tsp "$ROUTES" --start GOOG --end GOOG
  [[ -z $output && $stderr == "solve-tsp: --start and --end name one city; "* ]]
  run -2 --separate-stderr solve-tsp "$ROUTES" --closed --end GOOG
  [[ -z $output && $stderr == "solve-tsp: a closed tour has no --end; "* ]]
}

@test "solve-tsp names the city that no tour can reach" {
  run -1 --separate-stderr solve-tsp <<<$'from,to,distance\na,b,1\nc,d,1'
  [[ -z $output && ${#stderr_lines[@]} == 1 ]]
  [[ $stderr == "solve-tsp: there is no tour: no edges connect 'a' and 'c'; "* ]]
}

@test "solve-tsp ends as cat does when its reader is gone" {
  local status=0
  mkfifo "$BATS_TEST_TMPDIR/pipe"
  : <"$BATS_TEST_TMPDIR/pipe" &
  exec 9>"$BATS_TEST_TMPDIR/pipe"
  wait $!
  solve-tsp "$ROUTES" >&9 2>/dev/null 9>&- || status=$?
  exec 9>&-
  [[ $status == 141 ]]
}
