# What runs on a platform: sourced by deploy-model, never executed.
# shellcheck shell=bash
# shellcheck disable=SC2154 # deploy-model sets what is used here

# Usage: wait_for_version
# Waits until the service at address answers as the version digest. If it does not in time, prints
# the cloud's own reason, restores the version before where the cloud does not, and ends with 4.
wait_for_version() {
  local code=0
  ((wait > 0)) || return 0
  printf '+ waiting until %s/healthz says version %s\n' "$address" "$digest" >&2
  (py wait "$address" "$digest" "$wait" <<<"$(service_token)") && return
  code=$?
  fall_back
  exit "$code"
}

# Usage: fall_back
# After a failure: prints the cloud's own reason and restores the version before where the cloud
# does not.
fall_back() {
  explain
  case $platform in
    aws) restore_beanstalk ;;
    azure) restore_azure ;;
  esac
}

# Usage: explain
# Prints the cloud's last events or log lines on standard error.
explain() {
  case $platform in
    azure) reason az webapp log deployment show --name "$name" --resource-group "$group" \
      --query '[].message' --output tsv ;;
    aws) reason aws elasticbeanstalk describe-events --region "$region" --environment-name "$name" \
      --max-items 10 --query 'Events[].[EventDate,Severity,Message]' --output text ;;
    sagemaker) reason aws sagemaker describe-endpoint --region "$region" --endpoint-name "$name" \
      --query '[EndpointStatus,FailureReason]' --output text ;;
    gcp) reason gcloud run services logs read "$name" --region "$region" \
      ${project:+--project "$project"} --limit 20 ;;
  esac
}

# Usage: reason WORD...
# Makes a call for the reason of a failure and prints its output.
reason() {
  local said
  show_call "$(quoted_words "$@")"
  said=$("$@" 2>&1 </dev/null) || :
  printf '%s\n' "$(harmless "${said:-the cloud gives no reason}" $'\n\t')" >&2
}

# Usage: restore_beanstalk
# Gives the environment the version that it had before, if there was one.
restore_beanstalk() {
  [[ ${former:-None} != None && $former != "$name-$digest" ]] || return 0
  show_call "$(quoted_words aws elasticbeanstalk update-environment --version-label "$former")"
  aws elasticbeanstalk update-environment --region "$region" --environment-name "$name" \
    --version-label "$former" >&2 </dev/null || :
}

# Usage: service_token
# Prints the token that the service needs: an identity token for a private Cloud Run service.
service_token() {
  [[ $platform != gcp || -z $private ]] || gcloud auth print-identity-token --quiet </dev/null || :
}

# Usage: print_status
# Prints what runs now: for SageMaker what AWS says, else what the service's health route says.
print_status() {
  local at=(--region "$region")
  case $platform in
    azure) ask address HOST az webapp show --name "$name" --resource-group "$group" \
      --query defaultHostName --output tsv && address=https://$address ;;
    aws) ask address HOST aws elasticbeanstalk describe-environments "${at[@]}" \
      --environment-names "$name" --no-include-deleted --query 'Environments[0].CNAME' \
      --output text && address=http://$address ;;
    gcp) ask address URL gcloud run services describe "$name" "${at[@]}" \
      ${project:+--project "$project"} --format 'value(status.url)' ;;
    sagemaker)
      call_for_status aws sagemaker describe-endpoint "${at[@]}" --endpoint-name "$name" --query \
        '{status:EndpointStatus,version:EndpointConfigName,since:LastModifiedTime}' --output text
      return
      ;;
  esac
  [[ -n $dry_run ]] || py status "$address" <<<"$(service_token)"
}

# Usage: call_for_status WORD...
# Makes a call whose output is the result.
call_for_status() {
  local said
  ask said STATUS "$@"
  [[ -n $dry_run ]] || put "$said"
}
