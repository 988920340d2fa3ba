#!/usr/bin/env bash
# Holds deploy/ and ops/ to what can be checked without running them: scripts, YAML, the compose file against its schema, alert rules and
# their tests, the dashboard. Metrics and runbooks are held against the service by MetricNamesTests and RunbookTests. Debian's python3, since
# it is the one that yamllint brings a YAML reader for.
set -euo pipefail
cd "$(dirname "$0")/.."

shellcheck .ci/run deploy/*.sh findings/*.sh ops/*.sh ops/backup/*.sh
yamllint --strict -d '{extends: default, rules: {line-length: {max: 170}, document-start: disable, braces: {max-spaces-inside: 0}}}' deploy ops
promtool check config ops/prometheus.yaml
promtool test rules ops/alerts.test.yaml

# The schema of compose files, and that every secret, volume and service that one names is there. Secrets need not exist for it.
docker-compose --file deploy/compose.yaml config --quiet

# Nothing is open to other machines, and the service cannot write to its own program.
docker-compose --file deploy/compose.yaml config | /usr/bin/python3 -c '
import sys, yaml
services = yaml.safe_load(sys.stdin)["services"]
for name, service in services.items():
    for port in service.get("ports", []):
        assert str(port).startswith("127.0.0.1:"), f"{name} opens {port} to other machines"
for name in ("ledger", "db-apply"):
    assert services[name]["read_only"] and services[name]["cap_drop"] == ["ALL"], name
'

# Every part that a pipeline of the collector names is defined, and none is defined in vain.
/usr/bin/python3 -c '
import yaml
collector = yaml.safe_load(open("ops/collector.yaml"))
pipelines = collector["service"]["pipelines"].values()
for kind in ("receivers", "processors", "exporters"):
    used = {part for pipeline in pipelines for part in pipeline[kind]}
    assert used == set(collector[kind]), f"{kind}: {used ^ set(collector[kind])}"
'

# A dashboard that Grafana can read: one id a panel, no two panels on one place, a query in each that is no heading.
jq -e '
  (.panels | map(.id) | length == (unique | length)) and
  (.panels | map([.gridPos.x, .gridPos.y]) | length == (unique | length)) and
  (.panels | all(.type == "row" or (.targets | length > 0 and all(.expr != ""))))
' ops/grafana/ledger.json >/dev/null || { echo 'ops/grafana/ledger.json is not well formed.' >&2; exit 1; }

jq -e '
  (.panels | map(.id) | length == (unique | length)) and
  (.panels | map([.gridPos.x, .gridPos.y]) | length == (unique | length)) and
  (.panels | all(.targets | length > 0 and all(.rawSql != "" and .datasource.uid == "ledger-analytics")))
' ops/grafana/analytics.json >/dev/null || { echo 'ops/grafana/analytics.json is not well formed.' >&2; exit 1; }

echo 'deploy/ and ops/ hold.'
