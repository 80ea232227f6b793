# shellcheck shell=bash disable=SC2034 # completion.sh reads these variables
# The jobs, options and values of every command. Written by generate: do not edit.

# Usage: beachhead_words 'COMMAND [JOB]'      sets beachhead_jobs, beachhead_options
beachhead_words() {
  case $1 in
    'csv-stats') beachhead_jobs='describe' beachhead_options='-h --help --version' ;;
    'csv-stats describe') beachhead_jobs='' beachhead_options='-c --column -d --delimiter --format -h --help --version' ;;
    'hello.sh') beachhead_jobs='' beachhead_options='-h --help --version' ;;
    'ml-model') beachhead_jobs='info predict serve train' beachhead_options='-h --help --version' ;;
    'ml-model info') beachhead_jobs='' beachhead_options='--format -h --help --version' ;;
    'ml-model predict') beachhead_jobs='' beachhead_options='--as -d --delimiter -h --help --version' ;;
    'ml-model serve') beachhead_jobs='' beachhead_options='--port --host -h --help --version' ;;
    'ml-model train') beachhead_jobs='' beachhead_options='--target --features --categories --task --model --test-size --seed -o --output -d --delimiter --format -h --help --version' ;;
    'predict') beachhead_jobs='' beachhead_options='--url --shape -c --column -d --delimiter --format --chunk-rows --chunk-bytes --connect-timeout --timeout --retries --dry-run -h --help --version' ;;
  esac
}

# Usage: beachhead_value 'COMMAND [JOB] OPTION'
# Sets beachhead_values to the words it may have; 1 when no value follows it.
beachhead_value() {
  case $1 in
    'csv-stats describe -c' | 'csv-stats describe --column') beachhead_values='' ;;
    'csv-stats describe -d' | 'csv-stats describe --delimiter') beachhead_values='' ;;
    'csv-stats describe --format') beachhead_values='table csv json' ;;
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
    'predict -d' | 'predict --delimiter') beachhead_values='' ;;
    'predict --format') beachhead_values='table csv json' ;;
    'predict --chunk-rows') beachhead_values='' ;;
    'predict --chunk-bytes') beachhead_values='' ;;
    'predict --connect-timeout') beachhead_values='' ;;
    'predict --timeout') beachhead_values='' ;;
    'predict --retries') beachhead_values='' ;;
    *) return 1 ;;
  esac
}
