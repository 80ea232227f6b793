# Google Cloud Run: sourced by deploy-model, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy-model sets what is used here

# Usage: deploy_gcp
# Deploys the staged folder to Cloud Run, which builds it from source; an existing service of that
# name is updated. A revision that does not start gets no traffic: the one before keeps serving.
deploy_gcp() {
  local at=(--region "$region") open=--allow-unauthenticated
  [[ -z $project ]] || at+=(--project "$project")
  [[ -z $private ]] || open=--no-allow-unauthenticated
  call_or_explain gcloud run deploy "$name" --source "$folder" "${at[@]}" "$open" --memory "$size" --quiet
  ask address URL gcloud run services describe "$name" "${at[@]}" --format 'value(status.url)'
}
