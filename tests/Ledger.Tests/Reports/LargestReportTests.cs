using System.Buffers;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Store;
using Ledger.Tests.Harness;
using Ledger.Vocabulary;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Reports;

/// <summary>An entry of the transparency log holds 65,535 bytes, and an event is never changed: what is taken must fit.</summary>
public sealed class LargestReportTests(OneService one) : IClassFixture<OneService>
{
    private const int MostEntryBytes = 65_535;
    private const int MostReportBytes = 56 * 1024;

    /// <summary>Three bytes in UTF-8, one character.</summary>
    private const char Wide = '語';

    /// <summary>Its slug is longer than itself: each is a letter and a mark there.</summary>
    private static readonly string s_platform = new string('\u0958', 100) + new string('\u0915', 66);

    private static readonly string[] s_doors = ["post", "import", "event", "batch"];
    private static readonly string s_feed = "urn:w:" + new string('w', 494);
    private static readonly string s_recipient = "x-" + new string('r', 40);
    private static readonly string s_supplier = "x-" + new string('s', 40);
    private static readonly JsonSerializerOptions s_plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Service _service = one.Service;

    public static TheoryData<string, string> KindsAndDoors => new(
        from kind in ReportBodies.Kinds from door in s_doors select (kind.Path, door));

    [Theory]
    [MemberData(nameof(KindsAndDoors))]
    public async Task The_largest_report_of_each_kind_makes_an_entry_that_fits_whatever_door_it_comes_through(string path, string door)
    {
        var names = await TargetsAsync();
        var id = $"{path}-{door}-".PadRight(200, Wide);
        var body = Largest(path, names);
        var isEvent = door is "event" or "batch";
        if (!isEvent)
        {
            body["id"] = id;
            body["feed"] = s_feed;
        }

        if (!ReportBodies.IsWithdrawal(path))
        {
            Fill(body, MostReportBytes - (door == "import" ? Encoding.UTF8.GetByteCount($"\"kind\":\"{ReportBodies.KindOf(path)}\",") : 0));
        }

        var (status, answer) = await SendAsync(path, door, id, body);

        Assert.True(status == 201, answer);
        var entry = await EntryBytesAsync(ReportBodies.EventId(s_feed, id));
        Assert.InRange(entry, ReportBodies.IsWithdrawal(path) ? 20_000 : MostReportBytes + 4_500, MostEntryBytes);
        if (!ReportBodies.IsWithdrawal(path))
        {
            body["note"] = body["note"]!.GetValue<string>() + "!";
            Assert.Equal(413, (await SendAsync(path, door, id, body)).Status);
        }
    }

    [Fact]
    public async Task A_report_whose_entry_would_not_fit_is_refused_even_where_it_comes_through_no_door()
    {
        var before = await _service.CountAsync();
        var report = new Delivery
        {
            Id = "too-large", Feed = "urn:ledger:test", Recipient = "KGZ", Supplier = "TUR", Platform = "orlan-10", Source = new Source { Publisher = "A paper" },
            Note = new string(Wide, 21_700), Digest = new string('0', 64),
        };
        var posted = new ValidReport(report, ReportBodies.EventId(report.Feed, report.Id), new Caller(null, "test", [], [Caller.AllFeeds]), 65_100);

        var refusal = await Assert.ThrowsAsync<ProblemException>(() =>
            _service.Services.GetRequiredService<Recorder>().RecordAsync([posted], TestContext.Current.CancellationToken));

        Assert.Equal((ProblemKinds.TooLarge, "entryTooLarge"), (refusal.Kind, refusal.Errors.Single().Code));
        Assert.Equal(before, await _service.CountAsync());
    }

    /// <summary>The reports that the largest one supersedes, and before them one that is withdrawn.</summary>
    private async Task<string[]> TargetsAsync()
    {
        string[] names = ["target".PadRight(200, Wide), .. Enumerable.Range(0, Limits.Supersedes).Select(i => $"{i:000}".PadRight(78, Wide))];
        var import = await Import.PostAsync(_service.Reporter, names.Select(x => Import.Line("deliveries", ReportBodies.Put(ReportBodies.Delivery(x, s_recipient), JsonSerializer.Serialize(new
        {
            feed = s_feed, platform = s_platform, supplier = s_supplier,
        })))));
        Assert.Equal(0, import.Count("refused"));
        return names;
    }

    private static JsonObject Largest(string path, string[] names)
    {
        var body = ReportBodies.Full(path, "", names[0]);
        body.Remove("id");
        body.Remove("feed");
        var source = body["source"]!;
        source["publisher"] = new string(Wide, 200);
        source["speaker"] = new string(Wide, 200);
        source["title"] = new string(Wide, 2_000);
        source["url"] = "https://w/" + new string('w', 1_990);
        source["language"] = "x" + string.Concat(Enumerable.Repeat("-abcdefgh", 8)) + "-abcdef";
        body["origin"] = new string(Wide, 200);
        body["reference"] = new string(Wide, 100);
        body["note"] = new string(Wide, 4_000);
        if (ReportBodies.IsWithdrawal(path))
        {
            body[path == "retractions" ? "reason" : "edition"] = new string(Wide, path == "retractions" ? 4_000 : 200);
            return body;
        }

        body.Remove("deal"); // The slug is longer, and stands in the name of the stream then.
        body["recipient"] = s_recipient;
        body["supplier"] = s_supplier;
        body["platform"] = s_platform;
        body["quantity"]!["text"] = new string(Wide, 4_000);
        // Each brings an event id with it.
        body["supersedes"] = new JsonArray([.. names.Skip(1).Select(x => (JsonNode)x)]);
        if (path == "losses")
        {
            body["cause"] = "destroyed";
            body["to"] = s_supplier;
        }

        return body;
    }

    /// <summary>Gives it a note with which it has exactly so many bytes.</summary>
    private static void Fill(JsonObject body, int bytes)
    {
        body["note"] = "";
        var left = bytes - Encoding.UTF8.GetByteCount(Text(body));
        body["note"] = new string(Wide, left / 3) + new string('.', left % 3);
        Assert.Equal(bytes, Encoding.UTF8.GetByteCount(Text(body)));
    }

    private static string Text(JsonObject body) => body.ToJsonString(s_plain);

    private async Task<(int Status, string Answer)> SendAsync(string path, string door, string id, JsonObject body)
    {
        var text = Text(body);
        var envelope = new JsonObject { ["specversion"] = "1.0", ["type"] = $"ledger.{ReportBodies.KindOf(path)}.v1", ["source"] = s_feed, ["id"] = id };
        switch (door)
        {
            case "post":
                return await PostAsync($"/v1/{path}", "application/json", text);
            case "import":
                var import = await Import.PostAsync(_service.Reporter, $$"""{"kind":"{{ReportBodies.KindOf(path)}}",{{text[1..]}}""" + "\n");
                return (import.Statuses.Single(), import.Lines[0].GetRawText());
            default:
                var written = Text(envelope)[..^1] + $",\"data\":{text}}}";
                return door == "event" ? await PostAsync("/v1/events", "application/cloudevents+json", written)
                    : await PostAsync("/v1/events", "application/cloudevents-batch+json", $"[{written}]");
        }
    }

    private async Task<(int Status, string Answer)> PostAsync(string path, string mediaType, string text)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        using var response = await _service.Reporter.PostAsync(path, content, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Bytes of the entry that the log will make of an event.</summary>
    private async Task<int> EntryBytesAsync(Guid eventId)
    {
        var stored = await _service.ScalarAsync<string>($$"""
            select json_build_object('v', 1, 'position', seq_id, 'id', id, 'type', type, 'stream', stream_id, 'version', version,
                'recordedAt', '2026-11-22T20:41:10.419050Z', 'reporter', user_name, 'data', data)::text from {{TableNames.Schema}}.mt_events where id = $1
            """, eventId);
        var canonical = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(JsonElement.Parse(stored), canonical);
        return canonical.WrittenCount;
    }
}
