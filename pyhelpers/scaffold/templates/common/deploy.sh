#!/usr/bin/env bash
# Deploy the service: deploy.sh azure|aws|gcp. README.md lists what each cloud needs first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Ends with 2 if a variable is missing or empty: need NAME...
need() {
  local name
  for name; do
    [[ -n ${!name-} ]] || { printf 'deploy: set %s; see README.md\n' "$name" >&2 && exit 2; }
  done
}

# Writes build/app.zip from the last commit.
pack() {
  mkdir -p build
  git archive --format=zip -o build/app.zip HEAD
}

to_azure() {
  need AZURE_RESOURCE_GROUP AZURE_WEBAPP
  pack
  local app=(--resource-group "$AZURE_RESOURCE_GROUP" --name "$AZURE_WEBAPP")
  az webapp config appsettings set "${app[@]}" --output none \
    --settings SCM_DO_BUILD_DURING_DEPLOYMENT=true
  az webapp config set "${app[@]}" --output none --startup-file "project_serve"
  az webapp deploy "${app[@]}" --type zip --src-path build/app.zip
}

to_aws() {
  need AWS_REGION EB_APPLICATION EB_ENVIRONMENT EB_BUCKET
  pack
  local version
  version=$(git rev-parse --short=12 HEAD)-$(date -u +%Y%m%d%H%M%S)
  aws s3 cp --region "$AWS_REGION" build/app.zip "s3://$EB_BUCKET/$version.zip"
  aws elasticbeanstalk create-application-version --region "$AWS_REGION" \
    --application-name "$EB_APPLICATION" --version-label "$version" \
    --source-bundle "S3Bucket=$EB_BUCKET,S3Key=$version.zip" --process
  aws elasticbeanstalk update-environment --region "$AWS_REGION" \
    --environment-name "$EB_ENVIRONMENT" --version-label "$version"
  aws elasticbeanstalk wait environment-updated --region "$AWS_REGION" \
    --environment-names "$EB_ENVIRONMENT"
}

to_gcp() {
  need GOOGLE_CLOUD_PROJECT GOOGLE_CLOUD_REGION
  gcloud run deploy "${CLOUD_RUN_SERVICE:-project_service}" --source . --quiet \
    --project "$GOOGLE_CLOUD_PROJECT" --region "$GOOGLE_CLOUD_REGION"
}

case ${1-} in
  azure | aws | gcp) "to_$1" ;;
  *) printf 'deploy: unknown or missing cloud; choose azure, aws or gcp\n' >&2 && exit 2 ;;
esac
