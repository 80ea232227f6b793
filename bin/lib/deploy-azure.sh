# Azure App Service: sourced by deploy-model, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy-model sets what is used here

# Usage: deploy_azure
# Deploys the staged folder to an App Service with its own plan; Azure's build installs the pinned
# packages. Every call can be repeated: what exists is kept or updated. Plans without slots (F1, B1)
# replace the old version at once: its package is kept here, and sent again if the new one fails.
deploy_azure() {
  local plan=$name-plan at=(--name "$name" --resource-group "$group")
  call az group create --name "$group" --location "$region" --output none
  call az appservice plan create --name "$plan" --resource-group "$group" --location "$region" \
    --is-linux --sku "$size" --output none
  call az webapp create "${at[@]}" --plan "$plan" --runtime "PYTHON:$python" --output none
  call az webapp config appsettings set "${at[@]}" --settings \
    SCM_DO_BUILD_DURING_DEPLOYMENT=true --output none
  call az webapp config set "${at[@]}" --startup-file "python app.py" --output none
  ask host HOST az webapp show "${at[@]}" --query defaultHostName --output tsv
  address=https://$host
  [[ -n $dry_run || $wait == 0 ]] || former=$(py version "$address")
  keep_package
  call_or_explain az webapp deploy "${at[@]}" --src-path "$folder/bundle.zip" --type zip \
    --output none
}

# Usage: keep_package
# Keeps the package that is sent and that of the version that runs, for this user alone; no other.
keep_package() {
  local file
  [[ -z $dry_run ]] || return 0
  kept=${XDG_STATE_HOME:-$HOME/.local/state}/beachhead/deployed/$name
  (umask 077 && mkdir -p -- "$kept" && cp -- "$folder/bundle.zip" "$kept/$digest.zip")
  [[ -n $former || $wait == 0 ]] || return 0 # what ran is not known: it may be any of them
  for file in "$kept"/*.zip; do
    [[ $file == "$kept/"@("$digest"|"$former").zip ]] || rm -f -- "$file"
  done
}

# Usage: restore_azure
# Sends the package of the version that ran before, unless that version still answers.
restore_azure() {
  local again=(az webapp deploy --name "$name" --resource-group "$group")
  [[ -n $former && $former != "$digest" ]] || return 0
  if [[ $(py version "$address") == "$former" ]]; then
    note "$address: version $former still serves"
  elif [[ ! -f $kept/$former.zip ]]; then
    note "$address: version $former, which ran before, was sent from another machine; deploy it again"
  else
    again+=(--src-path "$kept/$former.zip" --type zip --output none)
    show_call "$(quoted_words "${again[@]}")"
    if "${again[@]}" >&2 </dev/null && (py wait "$address" "$former" "$wait" <<<''); then
      note "$address: version $former serves again"
    else
      note "$address: version $former could not be restored; deploy it again"
    fi
  fi
}
