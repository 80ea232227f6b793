# Azure App Service: sourced by deploy-model, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy-model sets what is used here

# Usage: deploy_azure
# Deploys the staged folder to an App Service with its own plan; Azure's build installs the pinned
# packages. Every call can be repeated: what exists is kept or updated.
deploy_azure() {
  local plan=$name-plan at=(--name "$name" --resource-group "$group")
  call az group create --name "$group" --location "$region" --output none
  call az appservice plan create --name "$plan" --resource-group "$group" --location "$region" \
    --is-linux --sku "$size" --output none
  call az webapp create "${at[@]}" --plan "$plan" --runtime "PYTHON:$python" --output none
  call az webapp config appsettings set "${at[@]}" --settings \
    SCM_DO_BUILD_DURING_DEPLOYMENT=true --output none
  call az webapp config set "${at[@]}" --startup-file "python app.py" --output none
  call az webapp deploy "${at[@]}" --src-path "$folder/bundle.zip" --type zip --output none
  ask host HOST az webapp show "${at[@]}" --query defaultHostName --output tsv
  address=https://$host
}
