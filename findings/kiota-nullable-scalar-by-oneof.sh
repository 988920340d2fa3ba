#!/usr/bin/env bash
# Kiota 1.38.0 (Microsoft.OpenApi.Kiota), C#, OpenAPI 3.1.
#
# Guess: "oneOf": [X, {"type": "null"}] makes a nullable X, whatever X is, like "type": ["integer", "null"] does.
# Seen: so it is where X is a $ref to an object. Where X is an integer or a string, by oneOf as by anyOf, the null becomes an (empty) class
# of its own, ..Member1, and the property a wrapper class of "either". Written as a list of types, the same value is a plain long? again.
# Consequence: write a nullable scalar as a list of types; keep oneOf with null for $refs to objects.
#
# Needs: the .NET SDK. Ends with 0 where the behaviour is as described, else with 1.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 KIOTA_OFFLINE_ENABLED=true

cat > api.json <<'JSON'
{
  "openapi": "3.1.0", "info": { "title": "Depot", "version": "1" }, "servers": [{ "url": "http://127.0.0.1/" }],
  "paths": { "/box": { "get": { "responses": { "200": { "description": "A box", "content": { "application/json": {
    "schema": { "$ref": "#/components/schemas/Box" } } } } } } } },
  "components": { "schemas": {
    "Owner": { "type": "object", "properties": { "name": { "type": "string" } } },
    "Box": { "type": "object", "properties": {
      "ownerByOneOf": { "oneOf": [{ "$ref": "#/components/schemas/Owner" }, { "type": "null" }] },
      "countByTypes": { "type": ["integer", "null"], "format": "int64" },
      "countByOneOf": { "oneOf": [{ "type": "integer", "format": "int64" }, { "type": "null" }] },
      "countByAnyOf": { "anyOf": [{ "type": "integer", "format": "int64" }, { "type": "null" }] },
      "labelByOneOf": { "oneOf": [{ "type": "string" }, { "type": "null" }] } } } } }
}
JSON

dotnet tool install Microsoft.OpenApi.Kiota --version 1.38.0 --tool-path tool > install.log 2>&1 || { cat install.log; exit 1; }
tool/kiota generate --language CSharp --openapi api.json --output out --namespace-name Depot --class-name Client > kiota.log 2>&1 \
  || { cat kiota.log; exit 1; }

# The type of each property of Box that the description names.
seen=$(grep -oE 'public \S+\? (OwnerBy|CountBy|LabelBy)\w+ ' out/Models/Box.cs | sed -E 's/public (global::)?//; s/ $//' | sort
  cd out/Models && printf '%s\n' *Member1* | sort)
expected='Depot.Models.Box.Box_countByAnyOf? CountByAnyOf
Depot.Models.Box.Box_countByOneOf? CountByOneOf
Depot.Models.Box.Box_labelByOneOf? LabelByOneOf
Depot.Models.Owner? OwnerByOneOf
long? CountByTypes
Box_countByAnyOfMember1.cs
Box_countByOneOfMember1.cs
Box_labelByOneOfMember1.cs'

echo "Kiota $(tool/kiota --version)"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  echo "CHANGED. Expected:"
  echo "$expected"
  exit 1
fi
echo "As described."
