# shellcheck shell=bash disable=SC2034 # completion.sh reads these variables
# The jobs, options and values of every command. Written by generate: do not edit.

# Usage: beachhead_words 'COMMAND [JOB]'      sets beachhead_jobs, beachhead_options
beachhead_words() {
  case $1 in
    'cloud-env') beachhead_jobs='detect export doctor space bootstrap try creds' beachhead_options='--json --format -h --help --version' ;;
    'cloud-env detect') beachhead_jobs='' beachhead_options='' ;;
    'cloud-env export') beachhead_jobs='' beachhead_options='' ;;
    'cloud-env doctor') beachhead_jobs='' beachhead_options='' ;;
    'cloud-env space') beachhead_jobs='' beachhead_options='-n --clean --yes' ;;
    'cloud-env bootstrap') beachhead_jobs='' beachhead_options='--python --git-name --git-email --ssh-key --no-venv --no-ssh --no-identity --customize --dry-run' ;;
    'cloud-env try') beachhead_jobs='' beachhead_options='--ref --timeout --python --keep' ;;
    'cloud-env creds') beachhead_jobs='' beachhead_options='--cloud --who' ;;
    'csv-stats') beachhead_jobs='describe quantiles correlate' beachhead_options='-h --help --version' ;;
    'csv-stats describe') beachhead_jobs='' beachhead_options='-c --column --by --all --percentiles --memory --skip-bad --encoding -d --delimiter --format -h --help --version' ;;
    'csv-stats quantiles') beachhead_jobs='' beachhead_options='-c --column --by --at --memory --skip-bad --encoding -d --delimiter --format -h --help --version' ;;
    'csv-stats correlate') beachhead_jobs='' beachhead_options='-c --column --method --memory --skip-bad --encoding -d --delimiter --format -h --help --version' ;;
    'hello.sh') beachhead_jobs='' beachhead_options='-h --help --version' ;;
    'make-change') beachhead_jobs='' beachhead_options='--full --greedy --optimal --both --currency --notes --coins --till --round-to --canonical -c --column -d --delimiter --format -h --help --version' ;;
    'ml-model') beachhead_jobs='info predict serve train' beachhead_options='-h --help --version' ;;
    'ml-model info') beachhead_jobs='' beachhead_options='--format -h --help --version' ;;
    'ml-model predict') beachhead_jobs='' beachhead_options='--as -d --delimiter -h --help --version' ;;
    'ml-model serve') beachhead_jobs='' beachhead_options='--port --host -h --help --version' ;;
    'ml-model train') beachhead_jobs='' beachhead_options='--target --features --categories --task --model --test-size --seed -o --output -d --delimiter --format -h --help --version' ;;
    'predict') beachhead_jobs='' beachhead_options='--url --shape -c --column --text -d --delimiter --as --format --chunk-rows --chunk-bytes --connect-timeout --timeout --retries --dry-run -h --help --version' ;;
    'sample-large-csv') beachhead_jobs='' beachhead_options='-n --seed --no-header -d -o -h --help --version' ;;
    'show-descent') beachhead_jobs='fit function network reward' beachhead_options='-h --help --version' ;;
    'show-descent fit') beachhead_jobs='' beachhead_options='-x -y -r --rate --steps --scale --batch --momentum --schedule --seed -d --delimiter -o --output --format -h --help --version' ;;
    'show-descent function') beachhead_jobs='' beachhead_options='-r --rate --start --steps --momentum --schedule -o --output --format -h --help --version' ;;
    'show-descent network') beachhead_jobs='' beachhead_options='--hidden -r --rate --alpha --activation --solver --inputs --epochs --points --noise --search --seed -o --output --format -h --help --version' ;;
    'show-descent reward') beachhead_jobs='' beachhead_options='--file --episodes --lessons --seed -o --output --format -h --help --version' ;;
    'solve-tsp') beachhead_jobs='' beachhead_options='--start --end --method --simulations --time --seed --iterations --jobs -d --delimiter --format -h --help --version' ;;
  esac
}

# Usage: beachhead_value 'COMMAND [JOB] OPTION'
# Sets beachhead_values to the words it may have; 1 when no value follows it.
beachhead_value() {
  case $1 in
    'cloud-env --format') beachhead_values='table csv json' ;;
    'cloud-env space -n') beachhead_values='' ;;
    'cloud-env bootstrap --python') beachhead_values='' ;;
    'cloud-env bootstrap --git-name') beachhead_values='' ;;
    'cloud-env bootstrap --git-email') beachhead_values='' ;;
    'cloud-env bootstrap --ssh-key') beachhead_values='' ;;
    'cloud-env bootstrap --customize') beachhead_values='' ;;
    'cloud-env try --ref') beachhead_values='' ;;
    'cloud-env try --timeout') beachhead_values='' ;;
    'cloud-env try --python') beachhead_values='' ;;
    'cloud-env creds --cloud') beachhead_values='' ;;
    'csv-stats describe -c' | 'csv-stats describe --column') beachhead_values='' ;;
    'csv-stats describe --by') beachhead_values='' ;;
    'csv-stats describe --percentiles') beachhead_values='' ;;
    'csv-stats describe --memory') beachhead_values='' ;;
    'csv-stats describe --encoding') beachhead_values='' ;;
    'csv-stats describe -d' | 'csv-stats describe --delimiter') beachhead_values='' ;;
    'csv-stats describe --format') beachhead_values='table csv json' ;;
    'csv-stats quantiles -c' | 'csv-stats quantiles --column') beachhead_values='' ;;
    'csv-stats quantiles --by') beachhead_values='' ;;
    'csv-stats quantiles --at') beachhead_values='' ;;
    'csv-stats quantiles --memory') beachhead_values='' ;;
    'csv-stats quantiles --encoding') beachhead_values='' ;;
    'csv-stats quantiles -d' | 'csv-stats quantiles --delimiter') beachhead_values='' ;;
    'csv-stats quantiles --format') beachhead_values='table csv json' ;;
    'csv-stats correlate -c' | 'csv-stats correlate --column') beachhead_values='' ;;
    'csv-stats correlate --method') beachhead_values='pearson spearman' ;;
    'csv-stats correlate --memory') beachhead_values='' ;;
    'csv-stats correlate --encoding') beachhead_values='' ;;
    'csv-stats correlate -d' | 'csv-stats correlate --delimiter') beachhead_values='' ;;
    'csv-stats correlate --format') beachhead_values='table csv json' ;;
    'make-change --currency') beachhead_values='' ;;
    'make-change --coins') beachhead_values='' ;;
    'make-change --till') beachhead_values='' ;;
    'make-change --round-to') beachhead_values='' ;;
    'make-change -c' | 'make-change --column') beachhead_values='' ;;
    'make-change -d' | 'make-change --delimiter') beachhead_values='' ;;
    'make-change --format') beachhead_values='table csv json' ;;
    'ml-model info --format') beachhead_values='table csv json' ;;
    'ml-model predict --as') beachhead_values='' ;;
    'ml-model predict -d' | 'ml-model predict --delimiter') beachhead_values='' ;;
    'ml-model serve --port') beachhead_values='' ;;
    'ml-model serve --host') beachhead_values='' ;;
    'ml-model train --target') beachhead_values='' ;;
    'ml-model train --features') beachhead_values='' ;;
    'ml-model train --categories') beachhead_values='' ;;
    'ml-model train --task') beachhead_values='regression classification' ;;
    'ml-model train --model') beachhead_values='linear ridge logistic forest boosting' ;;
    'ml-model train --test-size') beachhead_values='' ;;
    'ml-model train --seed') beachhead_values='' ;;
    'ml-model train -o' | 'ml-model train --output') beachhead_values='' ;;
    'ml-model train -d' | 'ml-model train --delimiter') beachhead_values='' ;;
    'ml-model train --format') beachhead_values='table csv json' ;;
    'predict --url') beachhead_values='' ;;
    'predict --shape') beachhead_values='' ;;
    'predict -c' | 'predict --column') beachhead_values='' ;;
    'predict --text') beachhead_values='' ;;
    'predict -d' | 'predict --delimiter') beachhead_values='' ;;
    'predict --as') beachhead_values='' ;;
    'predict --format') beachhead_values='table csv json' ;;
    'predict --chunk-rows') beachhead_values='' ;;
    'predict --chunk-bytes') beachhead_values='' ;;
    'predict --connect-timeout') beachhead_values='' ;;
    'predict --timeout') beachhead_values='' ;;
    'predict --retries') beachhead_values='' ;;
    'sample-large-csv -n') beachhead_values='' ;;
    'sample-large-csv --seed') beachhead_values='' ;;
    'sample-large-csv -d') beachhead_values='' ;;
    'sample-large-csv -o') beachhead_values='' ;;
    'show-descent fit -x') beachhead_values='' ;;
    'show-descent fit -y') beachhead_values='' ;;
    'show-descent fit -r' | 'show-descent fit --rate') beachhead_values='' ;;
    'show-descent fit --steps') beachhead_values='' ;;
    'show-descent fit --scale') beachhead_values='' ;;
    'show-descent fit --batch') beachhead_values='' ;;
    'show-descent fit --momentum') beachhead_values='' ;;
    'show-descent fit --schedule') beachhead_values='constant inverse cosine halving' ;;
    'show-descent fit --seed') beachhead_values='' ;;
    'show-descent fit -d' | 'show-descent fit --delimiter') beachhead_values='' ;;
    'show-descent fit -o' | 'show-descent fit --output') beachhead_values='' ;;
    'show-descent fit --format') beachhead_values='table csv json' ;;
    'show-descent function -r' | 'show-descent function --rate') beachhead_values='' ;;
    'show-descent function --start') beachhead_values='' ;;
    'show-descent function --steps') beachhead_values='' ;;
    'show-descent function --momentum') beachhead_values='' ;;
    'show-descent function --schedule') beachhead_values='constant inverse cosine halving' ;;
    'show-descent function -o' | 'show-descent function --output') beachhead_values='' ;;
    'show-descent function --format') beachhead_values='table csv json' ;;
    'show-descent network --hidden') beachhead_values='' ;;
    'show-descent network -r' | 'show-descent network --rate') beachhead_values='' ;;
    'show-descent network --alpha') beachhead_values='' ;;
    'show-descent network --activation') beachhead_values='tanh relu logistic identity' ;;
    'show-descent network --solver') beachhead_values='sgd adam' ;;
    'show-descent network --inputs') beachhead_values='' ;;
    'show-descent network --epochs') beachhead_values='' ;;
    'show-descent network --points') beachhead_values='' ;;
    'show-descent network --noise') beachhead_values='' ;;
    'show-descent network --seed') beachhead_values='' ;;
    'show-descent network -o' | 'show-descent network --output') beachhead_values='' ;;
    'show-descent network --format') beachhead_values='table csv json' ;;
    'show-descent reward --file') beachhead_values='' ;;
    'show-descent reward --episodes') beachhead_values='' ;;
    'show-descent reward --lessons') beachhead_values='' ;;
    'show-descent reward --seed') beachhead_values='' ;;
    'show-descent reward -o' | 'show-descent reward --output') beachhead_values='' ;;
    'show-descent reward --format') beachhead_values='table csv json' ;;
    'solve-tsp --start') beachhead_values='' ;;
    'solve-tsp --end') beachhead_values='' ;;
    'solve-tsp --method') beachhead_values='auto greedy exact local fast' ;;
    'solve-tsp --simulations') beachhead_values='' ;;
    'solve-tsp --time') beachhead_values='' ;;
    'solve-tsp --seed') beachhead_values='' ;;
    'solve-tsp --iterations') beachhead_values='' ;;
    'solve-tsp --jobs') beachhead_values='' ;;
    'solve-tsp -d' | 'solve-tsp --delimiter') beachhead_values='' ;;
    'solve-tsp --format') beachhead_values='table csv json' ;;
    *) return 1 ;;
  esac
}
