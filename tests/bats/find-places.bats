#!/usr/bin/env bats
load test_helper

@test "find-places reports an unreachable service in one line, with 4" {
  run -4 --separate-stderr find-places amenity=cafe --in Oslo --nominatim http://127.0.0.1:9/search
  [[ -z $output && ${#stderr_lines[@]} == 1 ]]
  [[ $stderr == "find-places: 127.0.0.1:9: cannot be reached "* ]]
}

@test "find-places refuses a wrong tag before it sends a request" {
  run -2 --separate-stderr find-places 'amenity restaurant' --in Oslo --nominatim http://127.0.0.1:9/
  [[ -z $output && $stderr == "find-places: 'amenity restaurant' is not a tag; "* ]]
}
