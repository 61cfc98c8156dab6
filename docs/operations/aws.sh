# The commands of the runbooks for an environment on AWS, in bash. From the project's folder:
#
#     . docs/operations/aws.sh production
#
# Account, region and credentials are those of the AWS CLI (AWS_PROFILE, AWS_REGION).

environment=${1:?Say which environment: production, recovery, small or staging}

# The table; recovery has the one of production.
table=minha-carona-${environment/recovery/production}

# Where both services are one task, it has a name of its own.
_named() {
  if [ "$environment" = small ]; then
    sed -E 's/^((service|ServiceName)=.*)?(carona|reserva)-service$/\1both-services/' <<<"$1"
  else
    printf '%s\n' "$1"
  fi
}

# metric NAMESPACE NAME STATISTIC [DIMENSION=VALUE...]
# The last quarter of an hour, minute by minute. Metrics of our own need no dimension `environment`.
metric() {
  local namespace=$1 name=$2 statistic=$3 kind=--statistics value=$3 dimension dimensions=()
  shift 3
  [ "$namespace" != MinhaCarona ] || set -- "$@" "environment=$environment"
  for dimension in "$@"; do
    dimension=$(_named "$dimension")
    dimensions+=("Name=${dimension%%=*},Value=${dimension#*=}")
  done
  case $statistic in
    p[0-9]*)
      kind=--extended-statistics
      value=ExtendedStatistics.$statistic
      ;;
  esac
  aws cloudwatch get-metric-statistics --namespace "$namespace" --metric-name "$name" \
    "$kind" "$statistic" --dimensions "${dimensions[@]}" --period 60 \
    --start-time "$(($(date +%s) - 900))" --end-time "$(date +%s)" \
    --query "sort_by(Datapoints, &Timestamp)[].[Timestamp, $value]" --output text
}

# running SERVICE: how many of its tasks run and should, and what ECS says of them.
running() {
  aws ecs describe-services --cluster "minha-carona-$environment-cluster" \
    --services "minha-carona-$environment-$(_named "$1")" \
    --query 'services[].[runningCount, desiredCount, events[:5].message]'
}

# lines SERVICE QUERY: asks what carona-service, reserva-service, api or api-gateway logged in the
# last quarter of an hour, in the language of CloudWatch Logs Insights.
lines() {
  local id status
  id=$(aws logs start-query --log-group-name "/minha-carona/$environment/$(_named "$1")" \
    --start-time "$(($(date +%s) - 900))" --end-time "$(date +%s)" --query-string "$2" \
    --query queryId --output text) || return
  while status=$(aws logs get-query-results --query-id "$id" --query status --output text); do
    case $status in
      Scheduled | Running) sleep 1 ;;
      *) break ;;
    esac
  done
  aws logs get-query-results --query-id "$id" --query 'results[].[*].value[]' --output text |
    tr '\t' ' '
}
