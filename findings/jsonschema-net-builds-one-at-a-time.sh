#!/usr/bin/env bash
# JsonSchema.Net 8.0.5.
#
# Guess: building schemas is safe from several threads, since each call has a text of its own and they share nothing that the caller made.
# Seen: they share the registry of schemas, which is a plain dictionary. JsonSchema.FromText from several threads at once, each with an $id
# of its own and the library's default options, throws InvalidOperationException (a collection was corrupted) now and then; with a $ref
# to a schema that is registered, that one may not be found.
# Consequence: build under a lock, or all of them before the threads begin. Evaluating what is built was never seen to fail.
#
# Needs: the .NET SDK. Ends with 0 where the behaviour is as described, else with 1.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

cat > builds.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="JsonSchema.Net" Version="[8.0.5]" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Collections.Concurrent;
using Json.Schema;

// It depends on when threads meet, so many rounds are tried until one fails.
int Failing(int rounds, Action<Action> build)
{
    for (var round = 0; round < rounds; round++)
    {
        var faults = new ConcurrentBag<Exception>();
        Parallel.For(0, 256, new ParallelOptions { MaxDegreeOfParallelism = 16 }, i =>
        {
            try
            {
                build(() => JsonSchema.FromText($$"""{ "$id": "https://example.org/{{Guid.NewGuid()}}", "type": "integer" }"""));
            }
            catch (InvalidOperationException fault)
            {
                faults.Add(fault);
            }
        });
        if (!faults.IsEmpty)
        {
            return 1;
        }
    }

    return 0;
}

var oneAtATime = new Lock();
Console.WriteLine($"under a lock: {(Failing(500, build => { lock (oneAtATime) { build(); } }) == 0 ? "no fault" : "a fault")}");
Console.WriteLine($"at once: {(Failing(5_000, build => build()) == 0 ? "no fault" : "a fault")}");
CS

dotnet build --verbosity quiet > build.log 2>&1 || { cat build.log; exit 1; }
seen=$(dotnet run --no-build)
expected='under a lock: no fault
at once: a fault'

echo "JsonSchema.Net 8.0.5"
echo "$seen"
if [ "$seen" != "$expected" ]; then
  echo "CHANGED. Expected:"
  echo "$expected"
  exit 1
fi
echo "As described."
