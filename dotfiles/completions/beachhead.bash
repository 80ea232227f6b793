# shellcheck shell=bash disable=SC2034 # completion.sh reads these variables
# The subcommands, options and values of every command. Written by generate: do not edit.

# Usage: beachhead_words 'COMMAND [SUBCOMMAND]'
# Sets beachhead_subcommands, beachhead_options, beachhead_arguments (the kind of each
# argument; ... repeats the last) and beachhead_values (the words that an argument may be).
beachhead_words() {
  case $1 in
    'cloud-env')
      beachhead_subcommands='detect export doctor space bootstrap try creds run jobs pack unpack tools'
      beachhead_options='--json --format -h --help --version'
      beachhead_arguments='nothing' beachhead_values=''
      ;;
    'cloud-env detect')
      beachhead_subcommands=''
      beachhead_options='--json --format -h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'cloud-env export')
      beachhead_subcommands=''
      beachhead_options='--json --format -h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'cloud-env doctor')
      beachhead_subcommands=''
      beachhead_options='--json --format -h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'cloud-env space')
      beachhead_subcommands=''
      beachhead_options='-n --clean --yes --json --format -h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'cloud-env bootstrap')
      beachhead_subcommands=''
      beachhead_options='--python --git-name --git-email --ssh-key --no-venv --no-ssh --no-identity --customize --dry-run -h --help --version'
      beachhead_arguments='folder' beachhead_values=''
      ;;
    'cloud-env try')
      beachhead_subcommands=''
      beachhead_options='--ref --timeout --python --keep --json --format -h --help --version'
      beachhead_arguments='folder' beachhead_values=''
      ;;
    'cloud-env creds')
      beachhead_subcommands=''
      beachhead_options='--cloud --who --json --format -h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'cloud-env run')
      beachhead_subcommands=''
      beachhead_options='--name -h --help --version'
      beachhead_arguments='nothing nothing ...' beachhead_values=''
      ;;
    'cloud-env jobs')
      beachhead_subcommands=''
      beachhead_options='--follow --stop --again --remove --json --format -h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'cloud-env pack')
      beachhead_subcommands=''
      beachhead_options='--to --dry-run --full --key --encrypt --with-secrets --exclude --include --json --format -h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'cloud-env unpack')
      beachhead_subcommands=''
      beachhead_options='--dry-run --overwrite --key --encrypt --into --no-rebuild --json --format -h --help --version'
      beachhead_arguments='file' beachhead_values=''
      ;;
    'cloud-env tools')
      beachhead_subcommands=''
      beachhead_options='--json --format -h --help --version'
      beachhead_arguments='choice nothing ...' beachhead_values='list add remove restore'
      ;;
    'csv-stats')
      beachhead_subcommands='bar check cluster compare correlate density describe dictionary fit histogram line plot quantiles report'
      beachhead_options='-h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'csv-stats bar')
      beachhead_subcommands=''
      beachhead_options='--x --y --aggregate --by --top -o --output --draw --format --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats check')
      beachhead_subcommands=''
      beachhead_options='--schema -o --output --as --strict-types --most --memory --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet --format -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats cluster')
      beachhead_subcommands=''
      beachhead_options='-c --column -k --most --elbow --rows --name --seed --memory -o --output --draw --format --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats compare')
      beachhead_subcommands=''
      beachhead_options='-c --column --by --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet --format -h --help --version'
      beachhead_arguments='input file' beachhead_values=''
      ;;
    'csv-stats correlate')
      beachhead_subcommands=''
      beachhead_options='-c --column --method --memory --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet --format -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats density')
      beachhead_subcommands=''
      beachhead_options='--x --y --seed -o --output --draw --format --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats describe')
      beachhead_subcommands=''
      beachhead_options='-c --column --by --all --percentiles --cluster --memory --resume --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet --format -h --help --version'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'csv-stats dictionary')
      beachhead_subcommands=''
      beachhead_options='-c --column --memory --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet --format -h --help --version'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'csv-stats fit')
      beachhead_subcommands=''
      beachhead_options='--target --features --confidence --summary -o --output --seed --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet --format -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats histogram')
      beachhead_subcommands=''
      beachhead_options='-c --column --bins -o --output --draw --format --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats line')
      beachhead_subcommands=''
      beachhead_options='--x --y --aggregate --every --by --top -o --output --draw --format --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats plot')
      beachhead_subcommands=''
      beachhead_options='--x --y --confidence --seed -o --output --draw --format --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats quantiles')
      beachhead_subcommands=''
      beachhead_options='-c --column --by --at --memory --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet --format -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'csv-stats report')
      beachhead_subcommands=''
      beachhead_options='-o --output --target --ipynb --memory --seed --skip-bad --encoding -d --delimiter --skip-lines --comment --no-header --names --quote --type --missing --decimal --thousands --date-format --sheet -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'deploy-model')
      beachhead_subcommands='azure aws gcp'
      beachhead_options='--region --size --group --project --private --sagemaker --role --folder --wait --status --stage --dry-run -h --help --version'
      beachhead_arguments='model nothing' beachhead_values=''
      ;;
    'deploy-model azure')
      beachhead_subcommands=''
      beachhead_options='--region --size --group --project --private --sagemaker --role --folder --wait --status --stage --dry-run -h --help --version'
      beachhead_arguments='model nothing' beachhead_values=''
      ;;
    'deploy-model aws')
      beachhead_subcommands=''
      beachhead_options='--region --size --group --project --private --sagemaker --role --folder --wait --status --stage --dry-run -h --help --version'
      beachhead_arguments='model nothing' beachhead_values=''
      ;;
    'deploy-model gcp')
      beachhead_subcommands=''
      beachhead_options='--region --size --group --project --private --sagemaker --role --folder --wait --status --stage --dry-run -h --help --version'
      beachhead_arguments='model nothing' beachhead_values=''
      ;;
    'find-places')
      beachhead_subcommands=''
      beachhead_options='--in -c --column --limit -o --output --overpass --nominatim --refresh --format -h --help --version'
      beachhead_arguments='nothing' beachhead_values=''
      ;;
    'hello.sh')
      beachhead_subcommands=''
      beachhead_options='-h --help --version'
      beachhead_arguments='nothing' beachhead_values=''
      ;;
    'make-change')
      beachhead_subcommands=''
      beachhead_options='--full --greedy --optimal --both --currency --notes --coins --till --round-to --canonical -c --column -d --delimiter --format -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'ml-model')
      beachhead_subcommands='compare curve evaluate info predict replay serve train'
      beachhead_options='-h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'ml-model compare')
      beachhead_subcommands=''
      beachhead_options='--target -d --delimiter --sheet --format -h --help --version'
      beachhead_arguments='model file input ...' beachhead_values=''
      ;;
    'ml-model curve')
      beachhead_subcommands=''
      beachhead_options='--target --features --categories --task --model --measure --group --time-order --missing --test-size --seed --draw -o --output -d --delimiter --sheet --format -h --help --version'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'ml-model evaluate')
      beachhead_subcommands=''
      beachhead_options='--target -d --delimiter --sheet --format --allow-pickle -h --help --version'
      beachhead_arguments='model input ...' beachhead_values=''
      ;;
    'ml-model info')
      beachhead_subcommands=''
      beachhead_options='--format -h --help --version'
      beachhead_arguments='model' beachhead_values=''
      ;;
    'ml-model predict')
      beachhead_subcommands=''
      beachhead_options='--as --proba --interval -d --delimiter --sheet --jobs --cluster -o --output --resume --with-sklearn --allow-pickle -h --help --version'
      beachhead_arguments='model input ...' beachhead_values=''
      ;;
    'ml-model replay')
      beachhead_subcommands=''
      beachhead_options='--model --rows --format --allow-pickle -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'ml-model serve')
      beachhead_subcommands=''
      beachhead_options='--port --host --token-file --prefix --cors --log --log-sample --log-size --max-body --max-rows --timeout --with-sklearn --allow-pickle -h --help --version'
      beachhead_arguments='model' beachhead_values=''
      ;;
    'ml-model train')
      beachhead_subcommands=''
      beachhead_options='--target --features --categories --task --model --time --simple --within --measure --group --time-order --missing --memory --refit --cluster --test-size --folds --seed -o --output --resume -d --delimiter --sheet --format -h --help --version'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'new-ml-project')
      beachhead_subcommands=''
      beachhead_options='--cloud --data --target --model --template --dry-run --no-git -d --delimiter --format -h --help --version'
      beachhead_arguments='folder' beachhead_values=''
      ;;
    'plan-trip')
      beachhead_subcommands=''
      beachhead_options='--days --date --start-time --end-time --start --end --stay --lunch --lunch-time --speed --osrm --times --score --vehicles --capacity --minimize --time --seed -o --output --links -d --delimiter --format -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'predict')
      beachhead_subcommands=''
      beachhead_options='--url --shape -c --column --text -d --delimiter --proba --interval --as -o --output --resume --format --chunk-rows --chunk-bytes --connect-timeout --timeout --retries --dry-run -h --help --version'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'predict-aws')
      beachhead_subcommands=''
      beachhead_options='--endpoint --region --profile --variant --endpoint-url --url --shape --text --format --proba --interval --chunk-rows --chunk-bytes --connect-timeout --timeout --retries --dry-run -h --help --version -c --column -d --delimiter --as -o --output --resume'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'predict-azure')
      beachhead_subcommands=''
      beachhead_options='--app --endpoint --region --deployment --resource --url --shape --text --format --proba --interval --chunk-rows --chunk-bytes --connect-timeout --timeout --retries --dry-run -h --help --version -c --column -d --delimiter --as -o --output --resume'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'predict-gcp')
      beachhead_subcommands=''
      beachhead_options='--endpoint --project --service --project-number --region --url --public --shape --text --format --proba --interval --chunk-rows --chunk-bytes --connect-timeout --timeout --retries --dry-run -h --help --version -c --column -d --delimiter --as -o --output --resume'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'sample-large-csv')
      beachhead_subcommands=''
      beachhead_options='-n --fraction --seed --replace --by --equal --weight --seek --in-order --shuffled --no-header --names --skip-lines --comment -d --lines --quote --memory --no-cache --resume -o -h --help --version'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'show-descent')
      beachhead_subcommands='fit function network reward'
      beachhead_options='-h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'show-descent fit')
      beachhead_subcommands=''
      beachhead_options='-x -y -r --rate --steps --scale --batch --momentum --schedule --seed -d --delimiter -o --output --plot --no-plot --format -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
    'show-descent function')
      beachhead_subcommands=''
      beachhead_options='-r --rate --start --steps --momentum --schedule -o --output --plot --no-plot --format -h --help --version'
      beachhead_arguments='nothing' beachhead_values=''
      ;;
    'show-descent network')
      beachhead_subcommands=''
      beachhead_options='-x -y --task --hidden -r --rate --alpha --l1 --batch --activation --solver --inputs --epochs --points --noise --search --code --seed -d --delimiter -o --output --plot --no-plot --format -h --help --version'
      beachhead_arguments='input ...' beachhead_values=''
      ;;
    'show-descent reward')
      beachhead_subcommands=''
      beachhead_options='--file --episodes --lessons --seed -o --output --plot --no-plot --format -h --help --version'
      beachhead_arguments='' beachhead_values=''
      ;;
    'solve-tsp')
      beachhead_subcommands=''
      beachhead_options='--closed --open --start --end --method --simulations --time --seed --iterations --prove --no-prove --bound --no-bound --jobs --directed --undirected --osrm --score --best -o --output --plot --google --resume -d --delimiter --format -h --help --version'
      beachhead_arguments='input' beachhead_values=''
      ;;
  esac
}

# Usage: beachhead_value 'COMMAND [SUBCOMMAND] OPTION'
# Sets beachhead_kind to the kind of value that follows and beachhead_values to the words it
# may be; returns 1 where no value follows.
beachhead_value() {
  case $1 in
    'cloud-env --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env detect --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env export --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env doctor --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env space -n') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env space --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env bootstrap --python') beachhead_kind=file beachhead_values='' ;;
    'cloud-env bootstrap --git-name') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env bootstrap --git-email') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env bootstrap --ssh-key') beachhead_kind=file beachhead_values='' ;;
    'cloud-env bootstrap --customize') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env try --ref') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env try --timeout') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env try --python') beachhead_kind=file beachhead_values='' ;;
    'cloud-env try --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env creds --cloud') beachhead_kind=choice beachhead_values='aws azure gcp github' ;;
    'cloud-env creds --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env run --name') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env jobs --follow') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env jobs --stop') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env jobs --again') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env jobs --remove') beachhead_kind=nothing beachhead_values='' ;;
    'cloud-env jobs --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env pack --to') beachhead_kind=file beachhead_values='' ;;
    'cloud-env pack --key') beachhead_kind=file beachhead_values='' ;;
    'cloud-env pack --exclude') beachhead_kind=file beachhead_values='' ;;
    'cloud-env pack --include') beachhead_kind=file beachhead_values='' ;;
    'cloud-env pack --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env unpack --key') beachhead_kind=file beachhead_values='' ;;
    'cloud-env unpack --into') beachhead_kind=folder beachhead_values='' ;;
    'cloud-env unpack --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'cloud-env tools --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats bar --x') beachhead_kind=column beachhead_values='' ;;
    'csv-stats bar --y') beachhead_kind=column beachhead_values='' ;;
    'csv-stats bar --aggregate') beachhead_kind=choice beachhead_values='count sum mean min max' ;;
    'csv-stats bar --by') beachhead_kind=column beachhead_values='' ;;
    'csv-stats bar --top') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar -o' | 'csv-stats bar --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats bar --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats bar --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar -d' | 'csv-stats bar --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats bar --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --schema') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check -o' | 'csv-stats check --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats check --as') beachhead_kind=choice beachhead_values='table-schema json-schema' ;;
    'csv-stats check --most') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --memory') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check -d' | 'csv-stats check --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats check --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats cluster -c' | 'csv-stats cluster --column') beachhead_kind=column beachhead_values='' ;;
    'csv-stats cluster -k') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --most') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --name') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --seed') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --memory') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster -o' | 'csv-stats cluster --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats cluster --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats cluster --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster -d' | 'csv-stats cluster --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats cluster --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare -c' | 'csv-stats compare --column') beachhead_kind=column beachhead_values='' ;;
    'csv-stats compare --by') beachhead_kind=column beachhead_values='' ;;
    'csv-stats compare --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare -d' | 'csv-stats compare --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats compare --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats correlate -c' | 'csv-stats correlate --column') beachhead_kind=column beachhead_values='' ;;
    'csv-stats correlate --method') beachhead_kind=choice beachhead_values='pearson spearman' ;;
    'csv-stats correlate --memory') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate -d' | 'csv-stats correlate --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats correlate --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats density --x') beachhead_kind=column beachhead_values='' ;;
    'csv-stats density --y') beachhead_kind=column beachhead_values='' ;;
    'csv-stats density --seed') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density -o' | 'csv-stats density --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats density --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats density --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density -d' | 'csv-stats density --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats density --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe -c' | 'csv-stats describe --column') beachhead_kind=column beachhead_values='' ;;
    'csv-stats describe --by') beachhead_kind=column beachhead_values='' ;;
    'csv-stats describe --percentiles') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --cluster') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --memory') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe -d' | 'csv-stats describe --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats describe --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats dictionary -c' | 'csv-stats dictionary --column') beachhead_kind=column beachhead_values='' ;;
    'csv-stats dictionary --memory') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary -d' | 'csv-stats dictionary --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats dictionary --format') beachhead_kind=choice beachhead_values='markdown csv json' ;;
    'csv-stats fit --target') beachhead_kind=column beachhead_values='' ;;
    'csv-stats fit --features') beachhead_kind=columns beachhead_values='' ;;
    'csv-stats fit --confidence') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit -o' | 'csv-stats fit --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats fit --seed') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit -d' | 'csv-stats fit --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats fit --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats histogram -c' | 'csv-stats histogram --column') beachhead_kind=column beachhead_values='' ;;
    'csv-stats histogram --bins') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram -o' | 'csv-stats histogram --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats histogram --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats histogram --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram -d' | 'csv-stats histogram --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats histogram --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --x') beachhead_kind=column beachhead_values='' ;;
    'csv-stats line --y') beachhead_kind=column beachhead_values='' ;;
    'csv-stats line --aggregate') beachhead_kind=choice beachhead_values='count sum mean min max' ;;
    'csv-stats line --every') beachhead_kind=choice beachhead_values='second minute hour day week month quarter year' ;;
    'csv-stats line --by') beachhead_kind=column beachhead_values='' ;;
    'csv-stats line --top') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line -o' | 'csv-stats line --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats line --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats line --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line -d' | 'csv-stats line --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats line --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --x') beachhead_kind=column beachhead_values='' ;;
    'csv-stats plot --y') beachhead_kind=column beachhead_values='' ;;
    'csv-stats plot --confidence') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --seed') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot -o' | 'csv-stats plot --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats plot --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats plot --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot -d' | 'csv-stats plot --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats plot --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles -c' | 'csv-stats quantiles --column') beachhead_kind=column beachhead_values='' ;;
    'csv-stats quantiles --by') beachhead_kind=column beachhead_values='' ;;
    'csv-stats quantiles --at') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --memory') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles -d' | 'csv-stats quantiles --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats quantiles --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'csv-stats report -o' | 'csv-stats report --output') beachhead_kind=file beachhead_values='' ;;
    'csv-stats report --target') beachhead_kind=column beachhead_values='' ;;
    'csv-stats report --memory') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --seed') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --encoding') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report -d' | 'csv-stats report --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --comment') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --names') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --type') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --missing') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --decimal') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --thousands') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --date-format') beachhead_kind=nothing beachhead_values='' ;;
    'csv-stats report --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model --region') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model --size') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model --group') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model --project') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model --role') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model --folder') beachhead_kind=folder beachhead_values='' ;;
    'deploy-model --wait') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model azure --region') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model azure --size') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model azure --group') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model azure --project') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model azure --role') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model azure --folder') beachhead_kind=folder beachhead_values='' ;;
    'deploy-model azure --wait') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model aws --region') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model aws --size') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model aws --group') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model aws --project') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model aws --role') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model aws --folder') beachhead_kind=folder beachhead_values='' ;;
    'deploy-model aws --wait') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model gcp --region') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model gcp --size') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model gcp --group') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model gcp --project') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model gcp --role') beachhead_kind=nothing beachhead_values='' ;;
    'deploy-model gcp --folder') beachhead_kind=folder beachhead_values='' ;;
    'deploy-model gcp --wait') beachhead_kind=nothing beachhead_values='' ;;
    'find-places --in') beachhead_kind=nothing beachhead_values='' ;;
    'find-places -c' | 'find-places --column') beachhead_kind=column beachhead_values='' ;;
    'find-places --limit') beachhead_kind=nothing beachhead_values='' ;;
    'find-places -o' | 'find-places --output') beachhead_kind=file beachhead_values='' ;;
    'find-places --overpass') beachhead_kind=nothing beachhead_values='' ;;
    'find-places --nominatim') beachhead_kind=nothing beachhead_values='' ;;
    'find-places --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'make-change --currency') beachhead_kind=nothing beachhead_values='' ;;
    'make-change --coins') beachhead_kind=nothing beachhead_values='' ;;
    'make-change --till') beachhead_kind=nothing beachhead_values='' ;;
    'make-change --round-to') beachhead_kind=nothing beachhead_values='' ;;
    'make-change -c' | 'make-change --column') beachhead_kind=column beachhead_values='' ;;
    'make-change -d' | 'make-change --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'make-change --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'ml-model compare --target') beachhead_kind=column beachhead_values='' ;;
    'ml-model compare -d' | 'ml-model compare --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model compare --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model compare --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'ml-model curve --target') beachhead_kind=column beachhead_values='' ;;
    'ml-model curve --features') beachhead_kind=columns beachhead_values='' ;;
    'ml-model curve --categories') beachhead_kind=columns beachhead_values='' ;;
    'ml-model curve --task') beachhead_kind=choice beachhead_values='regression classification' ;;
    'ml-model curve --model') beachhead_kind=choice beachhead_values='linear ridge logistic forest extratrees boosting' ;;
    'ml-model curve --measure') beachhead_kind=choice beachhead_values='r2 mae rmse log_loss accuracy balanced_accuracy f1 roc_auc average_precision' ;;
    'ml-model curve --group') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model curve --time-order') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model curve --missing') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model curve --test-size') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model curve --seed') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model curve -o' | 'ml-model curve --output') beachhead_kind=file beachhead_values='' ;;
    'ml-model curve -d' | 'ml-model curve --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model curve --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model curve --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'ml-model evaluate --target') beachhead_kind=column beachhead_values='' ;;
    'ml-model evaluate -d' | 'ml-model evaluate --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model evaluate --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model evaluate --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'ml-model info --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'ml-model predict --as') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model predict --interval') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model predict -d' | 'ml-model predict --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model predict --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model predict --jobs') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model predict --cluster') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model predict -o' | 'ml-model predict --output') beachhead_kind=file beachhead_values='' ;;
    'ml-model replay --model') beachhead_kind=model beachhead_values='' ;;
    'ml-model replay --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'ml-model serve --port') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model serve --host') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model serve --token-file') beachhead_kind=file beachhead_values='' ;;
    'ml-model serve --prefix') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model serve --cors') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model serve --log') beachhead_kind=file beachhead_values='' ;;
    'ml-model serve --log-sample') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model serve --log-size') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model serve --max-body') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model serve --max-rows') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model serve --timeout') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --target') beachhead_kind=column beachhead_values='' ;;
    'ml-model train --features') beachhead_kind=columns beachhead_values='' ;;
    'ml-model train --categories') beachhead_kind=columns beachhead_values='' ;;
    'ml-model train --task') beachhead_kind=choice beachhead_values='regression classification' ;;
    'ml-model train --model') beachhead_kind=choice beachhead_values='auto linear ridge logistic forest extratrees boosting' ;;
    'ml-model train --time') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --within') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --measure') beachhead_kind=choice beachhead_values='r2 mae rmse log_loss accuracy balanced_accuracy f1 roc_auc average_precision' ;;
    'ml-model train --group') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --time-order') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --missing') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --memory') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --cluster') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --test-size') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --folds') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --seed') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train -o' | 'ml-model train --output') beachhead_kind=model beachhead_values='' ;;
    'ml-model train -d' | 'ml-model train --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --sheet') beachhead_kind=nothing beachhead_values='' ;;
    'ml-model train --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'new-ml-project --cloud') beachhead_kind=nothing beachhead_values='' ;;
    'new-ml-project --data') beachhead_kind=input beachhead_values='' ;;
    'new-ml-project --target') beachhead_kind=column beachhead_values='' ;;
    'new-ml-project --model') beachhead_kind=choice beachhead_values='linear boosting forest blend' ;;
    'new-ml-project --template') beachhead_kind=choice beachhead_values='model hello' ;;
    'new-ml-project -d' | 'new-ml-project --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'new-ml-project --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'plan-trip --days') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --date') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --start-time') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --end-time') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --start') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --end') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --stay') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --lunch') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --lunch-time') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --speed') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --osrm') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --times') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --score') beachhead_kind=column beachhead_values='' ;;
    'plan-trip --vehicles') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --capacity') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --minimize') beachhead_kind=choice beachhead_values='time travel' ;;
    'plan-trip --time') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --seed') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip -o' | 'plan-trip --output') beachhead_kind=file beachhead_values='' ;;
    'plan-trip -d' | 'plan-trip --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'plan-trip --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'predict --url') beachhead_kind=nothing beachhead_values='' ;;
    'predict --shape') beachhead_kind=choice beachhead_values='records rows split input_data csv' ;;
    'predict -c' | 'predict --column') beachhead_kind=column beachhead_values='' ;;
    'predict --text') beachhead_kind=column beachhead_values='' ;;
    'predict -d' | 'predict --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'predict --interval') beachhead_kind=nothing beachhead_values='' ;;
    'predict --as') beachhead_kind=nothing beachhead_values='' ;;
    'predict -o' | 'predict --output') beachhead_kind=file beachhead_values='' ;;
    'predict --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'predict --chunk-rows') beachhead_kind=nothing beachhead_values='' ;;
    'predict --chunk-bytes') beachhead_kind=nothing beachhead_values='' ;;
    'predict --connect-timeout') beachhead_kind=nothing beachhead_values='' ;;
    'predict --timeout') beachhead_kind=nothing beachhead_values='' ;;
    'predict --retries') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --endpoint') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --region') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --profile') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --variant') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --endpoint-url') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --url') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --shape') beachhead_kind=choice beachhead_values='records rows split input_data csv' ;;
    'predict-aws --text') beachhead_kind=column beachhead_values='' ;;
    'predict-aws --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'predict-aws --interval') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --chunk-rows') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --chunk-bytes') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --connect-timeout') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --timeout') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --retries') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws -c' | 'predict-aws --column') beachhead_kind=column beachhead_values='' ;;
    'predict-aws -d' | 'predict-aws --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws --as') beachhead_kind=nothing beachhead_values='' ;;
    'predict-aws -o' | 'predict-aws --output') beachhead_kind=file beachhead_values='' ;;
    'predict-azure --app') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --endpoint') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --region') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --deployment') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --resource') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --url') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --shape') beachhead_kind=choice beachhead_values='records rows split input_data csv' ;;
    'predict-azure --text') beachhead_kind=column beachhead_values='' ;;
    'predict-azure --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'predict-azure --interval') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --chunk-rows') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --chunk-bytes') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --connect-timeout') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --timeout') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --retries') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure -c' | 'predict-azure --column') beachhead_kind=column beachhead_values='' ;;
    'predict-azure -d' | 'predict-azure --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure --as') beachhead_kind=nothing beachhead_values='' ;;
    'predict-azure -o' | 'predict-azure --output') beachhead_kind=file beachhead_values='' ;;
    'predict-gcp --endpoint') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --project') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --service') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --project-number') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --region') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --url') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --shape') beachhead_kind=choice beachhead_values='records rows split input_data csv' ;;
    'predict-gcp --text') beachhead_kind=column beachhead_values='' ;;
    'predict-gcp --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'predict-gcp --interval') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --chunk-rows') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --chunk-bytes') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --connect-timeout') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --timeout') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --retries') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp -c' | 'predict-gcp --column') beachhead_kind=column beachhead_values='' ;;
    'predict-gcp -d' | 'predict-gcp --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp --as') beachhead_kind=nothing beachhead_values='' ;;
    'predict-gcp -o' | 'predict-gcp --output') beachhead_kind=file beachhead_values='' ;;
    'sample-large-csv -n') beachhead_kind=nothing beachhead_values='' ;;
    'sample-large-csv --fraction') beachhead_kind=nothing beachhead_values='' ;;
    'sample-large-csv --seed') beachhead_kind=nothing beachhead_values='' ;;
    'sample-large-csv --by') beachhead_kind=column beachhead_values='' ;;
    'sample-large-csv --weight') beachhead_kind=column beachhead_values='' ;;
    'sample-large-csv --names') beachhead_kind=nothing beachhead_values='' ;;
    'sample-large-csv --skip-lines') beachhead_kind=nothing beachhead_values='' ;;
    'sample-large-csv --comment') beachhead_kind=nothing beachhead_values='' ;;
    'sample-large-csv -d') beachhead_kind=nothing beachhead_values='' ;;
    'sample-large-csv --memory') beachhead_kind=nothing beachhead_values='' ;;
    'sample-large-csv -o') beachhead_kind=file beachhead_values='' ;;
    'show-descent fit -x') beachhead_kind=column beachhead_values='' ;;
    'show-descent fit -y') beachhead_kind=column beachhead_values='' ;;
    'show-descent fit -r' | 'show-descent fit --rate') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent fit --steps') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent fit --scale') beachhead_kind=choice beachhead_values='raw standard both' ;;
    'show-descent fit --batch') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent fit --momentum') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent fit --schedule') beachhead_kind=choice beachhead_values='constant inverse cosine halving' ;;
    'show-descent fit --seed') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent fit -d' | 'show-descent fit --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent fit -o' | 'show-descent fit --output') beachhead_kind=file beachhead_values='' ;;
    'show-descent fit --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'show-descent function -r' | 'show-descent function --rate') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent function --start') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent function --steps') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent function --momentum') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent function --schedule') beachhead_kind=choice beachhead_values='constant inverse cosine halving' ;;
    'show-descent function -o' | 'show-descent function --output') beachhead_kind=file beachhead_values='' ;;
    'show-descent function --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'show-descent network -x') beachhead_kind=column beachhead_values='' ;;
    'show-descent network -y') beachhead_kind=column beachhead_values='' ;;
    'show-descent network --task') beachhead_kind=choice beachhead_values='regression classification' ;;
    'show-descent network --hidden') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network -r' | 'show-descent network --rate') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network --alpha') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network --l1') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network --batch') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network --activation') beachhead_kind=choice beachhead_values='tanh relu logistic identity' ;;
    'show-descent network --solver') beachhead_kind=choice beachhead_values='sgd adam' ;;
    'show-descent network --inputs') beachhead_kind=choices beachhead_values='x y x2 y2 xy sinx siny' ;;
    'show-descent network --epochs') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network --points') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network --noise') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network --seed') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network -d' | 'show-descent network --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent network -o' | 'show-descent network --output') beachhead_kind=file beachhead_values='' ;;
    'show-descent network --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'show-descent reward --file') beachhead_kind=file beachhead_values='' ;;
    'show-descent reward --episodes') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent reward --lessons') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent reward --seed') beachhead_kind=nothing beachhead_values='' ;;
    'show-descent reward -o' | 'show-descent reward --output') beachhead_kind=file beachhead_values='' ;;
    'show-descent reward --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    'solve-tsp --start') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --end') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --method') beachhead_kind=choice beachhead_values='auto greedy exact local fast' ;;
    'solve-tsp --simulations') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --time') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --seed') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --iterations') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --jobs') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --osrm') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --score') beachhead_kind=column beachhead_values='' ;;
    'solve-tsp --best') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp -o' | 'solve-tsp --output') beachhead_kind=file beachhead_values='' ;;
    'solve-tsp -d' | 'solve-tsp --delimiter') beachhead_kind=nothing beachhead_values='' ;;
    'solve-tsp --format') beachhead_kind=choice beachhead_values='table csv json' ;;
    *) return 1 ;;
  esac
}
