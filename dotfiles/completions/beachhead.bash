# shellcheck shell=bash disable=SC2034 # completion.sh reads these variables
# The jobs, options and values of every command. Written by generate: do not edit.

# Usage: beachhead_words 'COMMAND [JOB]'      sets beachhead_jobs, beachhead_options
beachhead_words() {
  case $1 in
    'cloud-env') beachhead_jobs='detect export doctor' beachhead_options='--json --format -h --help --version' ;;
    'cloud-env detect') beachhead_jobs='' beachhead_options='' ;;
    'cloud-env export') beachhead_jobs='' beachhead_options='' ;;
    'cloud-env doctor') beachhead_jobs='' beachhead_options='' ;;
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
    'solve-tsp') beachhead_jobs='' beachhead_options='--start --end --method --simulations --time --seed --iterations --jobs -d --delimiter --format -h --help --version' ;;
  esac
}

# Usage: beachhead_value 'COMMAND [JOB] OPTION'
# Sets beachhead_values to the words it may have; 1 when no value follows it.
beachhead_value() {
  case $1 in
    'cloud-env --format') beachhead_values='table csv json' ;;
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
