using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ledger.Tests.Harness;

/// <summary>Reports as a client would post them, and answers as a client would compare them.</summary>
internal static class ReportBuilder
{
    private static int s_made;

    /// <summary>A report of so many units; everything else is credible and ordinary, unless it is changed afterwards.</summary>
    public static JsonObject Report(string recipient, string platform, long n) => new()
    {
        ["id"] = string.Create(CultureInfo.InvariantCulture, $"told-{Interlocked.Increment(ref s_made)}"),
        ["recipient"] = recipient,
        ["supplier"] = "TUR",
        ["platform"] = platform,
        ["quantity"] = new JsonObject { ["qualifier"] = "exact", ["n"] = n },
        ["occurred"] = "2021",
        ["grade"] = "B2",
        ["source"] = new JsonObject { ["publisher"] = "A paper", ["published"] = "2022-10-27" },
    };

    /// <summary>The report with another member, or without it.</summary>
    public static JsonObject With(this JsonObject report, string member, JsonNode? value)
    {
        var steps = member.Split('.');
        var place = report;
        foreach (var step in steps[..^1])
        {
            place = place[step]!.AsObject();
        }

        if (value is null)
        {
            place.Remove(steps[^1]);
        }
        else
        {
            place[steps[^1]] = value;
        }

        return report;
    }

    /// <summary>Posts it, and expects it to be new.</summary>
    public static Task<Answered> PostAsync(this JsonObject report, Service service, string path = "deliveries") =>
        service.ReportAsync(path, report.ToJsonString());

    /// <summary>Sends a request without a body, with these headers.</summary>
    public static async Task<Answered> SendAsync(this HttpClient client, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await client.SendAsync(request);
        return await Answered.OfAsync(response);
    }

    /// <summary>An answer without its basis: what is estimated, not on what.</summary>
    public static string WithoutBasis(string body)
    {
        var answer = JsonNode.Parse(body)!.AsObject();
        answer.Remove("basis");
        answer.Remove("next");
        return answer.ToJsonString();
    }

    public static long Long(this JsonElement value, string path) => value.At(path).GetInt64();

    public static string? Text(this JsonElement value, string path) => value.At(path).GetString();

    public static JsonElement At(this JsonElement value, string path) => path.Split('.').Aggregate(value, (at, step) => at.GetProperty(step));

    public static JsonElement[] Items(this JsonElement value, string name = "items") => [.. value.GetProperty(name).EnumerateArray()];
}
