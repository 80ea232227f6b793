#!/usr/bin/env bats
load test_helper

# Usage: enter
# Goes to a folder of its own, with a space in its path: bats keeps files where a test begins.
enter() {
  mkdir "a place" && cd "a place" || return
}

# Usage: only [NAME...]
# True when the folder holds exactly these, given in order.
only() {
  [[ $(LC_ALL=C ls -A) == "$(printf '%s\n' "$@")" ]]
}

@test "new-ml-project writes a project with a first commit and prints the next step" {
  enter
  run -0 --separate-stderr new-ml-project wave-heights
  [[ $output == "wave-heights: "*" files, "*" lines; next: cd wave-heights && make install lint test" ]]
  [[ -x wave-heights/deploy.sh && -x wave-heights/predict.sh ]]
  [[ -f wave-heights/wave_heights/train.py && -f wave-heights/model/model.json ]]
  [[ $(git -C wave-heights log --format=%s) == "wave-heights: initial commit" ]]
  [[ -z $(git -C wave-heights status --porcelain) ]]
  only wave-heights
}

@test "new-ml-project commits in the user's name, or says that git does not know it" {
  run -0 --separate-stderr new-ml-project one --template hello
  [[ $stderr == *"git knows no user.name"* ]]
  git config --global user.name Ada
  git config --global user.email ada@example.com
  git config --global commit.gpgsign true
  run -0 --separate-stderr new-ml-project two --template hello
  [[ -z $stderr && $(git -C two log --format='%an <%ae>') == "Ada <ada@example.com>" ]]
}

@test "new-ml-project ignores the git repository that it runs in" {
  git init -q outer
  cd outer || return
  GIT_DIR=/nowhere GIT_INDEX_FILE=/nowhere/index run -0 new-ml-project inner --template hello
  [[ -d inner/.git ]]
}

@test "new-ml-project trains on a pipe, with any delimiter" {
  printf 'tide;gauge\n%s\n' "$(for i in {1..40}; do printf '%d;%d\n' "$((i * 3))" "$((i * i % 29))"; done)" |
    new-ml-project tides --data - --target gauge --no-git >/dev/null
  [[ $(head -n 2 tides/data/data.csv) == $'tide,gauge\n3,1' && ! -e tides/.git ]]
}

@test "new-ml-project --dry-run lists every file and writes none" {
  enter
  run -0 --separate-stderr new-ml-project waves --dry-run --format csv
  [[ ${lines[0]} == file,lines && $output == *"cloudbuild.yaml,"* ]]
  only
  planned=$(printf '%s\n' "${lines[@]:1}" | cut -d, -f1 | LC_ALL=C sort)
  new-ml-project waves --no-git >/dev/null
  [[ $(cd waves && find . -type f | cut -c3- | LC_ALL=C sort) == "$planned" ]]
}

@test "new-ml-project --template hello has no model, --cloud only the pipelines of its clouds" {
  run -0 new-ml-project hello-cloud --template hello --cloud aws
  [[ -f hello-cloud/Procfile && ! -e hello-cloud/azure-pipelines.yml && ! -e hello-cloud/model ]]
  run ! grep -rn "scikit\|sklearn" hello-cloud
}

@test "new-ml-project refuses a folder that is not empty, and accepts an empty one" {
  enter
  mkdir -p full empty
  : >full/.hidden
  run -1 --separate-stderr new-ml-project full
  [[ $stderr == "new-ml-project: full: is not empty; "* && -z $output ]]
  run -0 new-ml-project empty --template hello
  : >file
  run -1 new-ml-project file
  ln -s empty link
  run -1 new-ml-project link
  run -1 --separate-stderr new-ml-project nowhere/waves
  [[ $stderr == *"create it first" ]]
  only empty file full link
}

@test "new-ml-project refuses bad options in one line" {
  enter
  for words in "Waves" "json" "waves --cloud oracle" "waves --data x.csv" "waves --target x" \
    "waves --template hello --target x" "waves --template other" ""; do
    # shellcheck disable=SC2086 # words are to be split
    run -2 --separate-stderr new-ml-project $words
    [[ $stderr == "new-ml-project: "*";"* && ${#stderr_lines[@]} == 1 && -z $output ]]
  done
  run -1 --separate-stderr new-ml-project waves --data nowhere.csv --target x
  printf 'a,b\n1,2\n' >short.csv
  run -1 --separate-stderr new-ml-project waves --data short.csv --target c
  [[ $stderr == *"no column 'c'; the columns are: a, b" ]]
  run -1 --separate-stderr new-ml-project waves --data short.csv --target b
  [[ $stderr == "new-ml-project: short.csv: 1 record has a 'b'; training needs at least 10" ]]
  printf 'a,a,b\n1,2,3\n' >twice.csv
  run -1 --separate-stderr new-ml-project waves --data twice.csv --target b
  [[ $stderr == *"two columns have the same name 'a'; rename one" ]]
  { printf ',b\n' && printf '%d,%d\n' 4 1 9 2 3 3 7 4 2 5 8 6 6 7 5 8 1 9 4 10 0 11; } >nameless.csv
  run -1 --separate-stderr new-ml-project waves --data nameless.csv --target b
  [[ $stderr == *"has no name; give it one" ]]
  only nameless.csv short.csv twice.csv
}

@test "a project's make install creates a venv with pip where Python has no ensurepip" {
  enter
  run -0 new-ml-project waves --template hello
  cd waves
  : >requirements.txt # nothing is fetched
  printf '#!/bin/sh\n[ "$2" != "import ensurepip" ] || exit 1\nexec /usr/bin/env python3 "$@"\n' >bare
  chmod +x bare
  run -0 make venv PYTHON=./bare
  [[ $output == *"has no ensurepip"* ]]
  run -0 .venv/bin/python -m pip --version
}
