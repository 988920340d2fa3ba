using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Ledger.Tests.Estimation;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

/// <summary>Random holdings posted to a service, each to a recipient and platform that the test chooses.</summary>
internal static class HoldingsOverHttp
{
    public static List<EstimationCase> Some(int count)
    {
        var holdings = new List<EstimationCase>();
        RandomHoldings.All.Where(x => x.Reports.Length >= 8).Sample(x => { lock (holdings) { holdings.Add(x); } }, iter: count, threads: 1);
        return holdings;
    }

    /// <summary>Imports the reports, in their order; some may be refused by the history.</summary>
    /// <returns>The position of the last one.</returns>
    public static async Task<long> ImportAsync(Service service, IEnumerable<CaseReport> reports, string feed, string recipient, string platform)
    {
        var lines = new StringBuilder();
        foreach (var report in reports)
        {
            var line = JsonSerializer.SerializeToNode(report, EstimationCase.Json)!.AsObject();
            line.Remove("position");
            line.Remove("recordedAt");
            line["feed"] = feed;
            if (report.Kind is not ("retraction" or "delisting"))
            {
                line["recipient"] = recipient;
                line["platform"] = platform;
            }

            lines.Append(line.ToJsonString()).Append('\n');
        }

        using var content = new StringContent(lines.ToString(), Encoding.UTF8, "application/x-ndjson");
        using var response = await service.Reporter.PostAsync("/v1/imports", content);
        var answers = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(answers[..^1], x => Assert.Contains(JsonElement.Parse(x).Long("status"), new long[] { 201, 404, 409, 422 }));
        return JsonElement.Parse(answers[^1]).Long("position");
    }

    public static async Task<long> DefineAsync(Service service, string platform, string category, int[]? items, string @class = "durable")
    {
        var definition = new JsonObject { ["platform"] = platform, ["name"] = platform.ToUpperInvariant(), ["category"] = category, ["class"] = @class, ["use"] = "military" };
        if (items is not null)
        {
            definition["itemsPerSystem"] = JsonSerializer.SerializeToNode(items);
        }

        var answer = await Service.PostAsync(service.Admin, "/v1/platforms", definition.ToJsonString());
        Assert.True(answer.Status == 201, answer.Body);
        return answer.Position;
    }
}
