# AWS, Elastic Beanstalk and SageMaker: sourced by deploy-model, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy-model sets what is used here

# Usage: deploy_beanstalk
# Deploys the staged folder to one instance of Elastic Beanstalk. The version's name is derived from
# its content, so a repeated call creates it only once.
deploy_beanstalk() {
  local at=(--region "$region") in=(--application-name "$name") eb=(aws elasticbeanstalk)
  local label=$name-$digest host
  upload_version
  look former None "${eb[@]}" describe-environments "${at[@]}" "${in[@]}" --environment-names \
    "$name" --no-include-deleted --query 'Environments[0].VersionLabel' --output text
  if [[ $former == None ]]; then
    create_environment
  else
    call "${eb[@]}" update-environment "${at[@]}" --environment-name "$name" \
      --version-label "$label"
  fi
  call_or_explain "${eb[@]}" wait environment-updated "${at[@]}" --environment-names "$name"
  ask host HOST "${eb[@]}" describe-environments "${at[@]}" --environment-names "$name" \
    --no-include-deleted --query 'Environments[0].CNAME' --output text
  address=http://$host
}

# Usage: upload_version
# Uploads the archive and registers it as a version, unless that version exists.
upload_version() {
  local bucket known key=beachhead/$name/$digest.zip
  ask bucket BUCKET "${eb[@]}" create-storage-location "${at[@]}" --query S3Bucket --output text
  call aws s3 cp "$folder/bundle.zip" "s3://$bucket/$key" "${at[@]}" --only-show-errors
  look known 0 "${eb[@]}" describe-application-versions "${at[@]}" "${in[@]}" \
    --version-labels "$label" --query 'length(ApplicationVersions)' --output text
  [[ $known != 0 ]] || call "${eb[@]}" create-application-version "${at[@]}" "${in[@]}" \
    --version-label "$label" --auto-create-application --source-bundle "S3Bucket=$bucket,S3Key=$key"
}

# Usage: create_environment
# Creates the environment on the newest platform with the Python of the training.
create_environment() {
  local stack
  ask stack "64bit Amazon Linux 2023 running Python $python" "${eb[@]}" \
    list-available-solution-stacks "${at[@]}" --output text \
    --query "SolutionStacks[?contains(@, 'running Python $python')] | [0]"
  call "${eb[@]}" create-environment "${at[@]}" "${in[@]}" --environment-name "$name" \
    --version-label "$label" --solution-stack-name "$stack" --option-settings \
    Namespace=aws:elasticbeanstalk:environment,OptionName=EnvironmentType,Value=SingleInstance \
    "Namespace=aws:autoscaling:launchconfiguration,OptionName=IamInstanceProfile,Value=$role" \
    "Namespace=aws:autoscaling:launchconfiguration,OptionName=InstanceType,Value=$size"
  call "${eb[@]}" wait environment-exists "${at[@]}" --environment-names "$name"
}

# Usage: deploy_sagemaker
# Builds the container with docker, uploads it and the model, and creates or updates the endpoint.
# The names of model and configuration are derived from their content.
deploy_sagemaker() {
  local at=(--region "$region") account image source
  ask account ACCOUNT aws sts get-caller-identity "${at[@]}" --query Account --output text
  push_image
  store_model
  make_endpoint "$name-$digest"
  address=$name
}

# Usage: push_image
# Builds the image of the staged folder and pushes it to a repository with the endpoint's name.
push_image() {
  local registry=$account.dkr.ecr.$region.amazonaws.com seen
  image=$registry/$name:$digest
  look seen None aws ecr describe-repositories "${at[@]}" --repository-names "$name" \
    --query 'repositories[0].repositoryName' --output text
  [[ $seen != None ]] || call aws ecr create-repository "${at[@]}" --repository-name "$name"
  log_into_registry "$registry"
  call docker build --platform linux/amd64 --provenance=false --tag "$image" "$folder"
  call docker push "$image"
}

# Usage: log_into_registry REGISTRY
# Pipes a password that is valid for twelve hours from aws to docker.
log_into_registry() {
  local from=(aws ecr get-login-password "${at[@]}")
  local to=(docker login --username AWS --password-stdin "$1")
  show_call "$(quoted_words "${from[@]}") |$(quoted_words "${to[@]}")"
  [[ -n $dry_run ]] || "${from[@]}" | "${to[@]}" >&2 || failed "${to[@]}"
}

# Usage: store_model
# Uploads the model's archive to SageMaker's bucket of this account and region.
store_model() {
  local bucket=sagemaker-$region-$account seen
  source=s3://$bucket/beachhead/$name/$digest/model.tar.gz
  look seen None aws s3api list-buckets "${at[@]}" --output text \
    --query "Buckets[?Name=='$bucket'].Name | [0]"
  [[ $seen != None ]] || call aws s3 mb "s3://$bucket" "${at[@]}"
  call aws s3 cp "$folder/model.tar.gz" "$source" "${at[@]}" --only-show-errors
}

# Usage: make_endpoint MODEL
# Creates the model, its configuration and the endpoint, or updates the endpoint; an endpoint that
# already serves this content is left as it is.
make_endpoint() {
  local seen verb=create-endpoint sm=(aws sagemaker)
  look seen None "${sm[@]}" describe-model "${at[@]}" --model-name "$1" \
    --query ModelName --output text
  [[ $seen != None ]] || call "${sm[@]}" create-model "${at[@]}" --model-name "$1" \
    --execution-role-arn "$role" --primary-container "Image=$image,ModelDataUrl=$source"
  look seen None "${sm[@]}" describe-endpoint-config "${at[@]}" \
    --endpoint-config-name "$1" --query EndpointConfigName --output text
  [[ $seen != None ]] || call "${sm[@]}" create-endpoint-config "${at[@]}" \
    --endpoint-config-name "$1" --production-variants \
    "VariantName=all,ModelName=$1,InitialInstanceCount=1,InstanceType=$size"
  look seen None "${sm[@]}" describe-endpoint "${at[@]}" --endpoint-name "$name" \
    --query EndpointConfigName --output text
  [[ $seen == None ]] || verb=update-endpoint
  [[ $seen == "$1" ]] ||
    call "${sm[@]}" "$verb" "${at[@]}" --endpoint-name "$name" --endpoint-config-name "$1"
  call_or_explain "${sm[@]}" wait endpoint-in-service "${at[@]}" --endpoint-name "$name"
  ask seen "$1" "${sm[@]}" describe-endpoint "${at[@]}" --endpoint-name "$name" \
    --query EndpointConfigName --output text
  [[ $seen == "$1" ]] || {
    explain
    die 4 "$name: $seen still serves, not $1; fix the cause and run the same command again"
  }
}
