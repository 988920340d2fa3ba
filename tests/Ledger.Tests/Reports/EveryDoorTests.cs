using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Tests.Editions;
using Ledger.Tests.Harness;
using Ledger.Tests.Web;

namespace Ledger.Tests.Reports;

/// <summary>What holds of a report through whatever door it comes in: its own path, an event, a batch, a line of an import.</summary>
public sealed class EveryDoorTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    public static TheoryData<string> Doors => ["path", "event", "batch", "import"];

    private static string Today(int days) => DateTime.UtcNow.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_source_has_published_between_1900_and_tomorrow(string door)
    {
        var (thisYear, thisMonth) = (Today(0)[..4], Today(0)[..7]);
        var nextYear = (DateTime.UtcNow.Year + 1).ToString(CultureInfo.InvariantCulture);
        foreach (var (published, code) in new (string, string?)[]
        {
            ("1899-12-31", "outOfRange"), ("1899-12", "outOfRange"), ("1899", "outOfRange"), ("0001-01-01", "outOfRange"), ("1900-01-01", null), ("1900-01", null), ("1900", null),
            (Today(0), null), (Today(1), null), (Today(3), "outOfRange"), (thisMonth, null), (thisYear, null), ($"{nextYear}-03", "outOfRange"),
            ((DateTime.UtcNow.Year + 2).ToString(CultureInfo.InvariantCulture), "outOfRange"), ("9999", "outOfRange"), ("9999-12-31", "outOfRange"), ("2021-02-29", "date"), ("2021-13", "date"),
        })
        {
            var body = ReportBuilder.Report("KGZ", "every-door", 3).With("feed", ReportBodies.Press).With("source.published", published);

            var (status, problem, _) = await PostAsync(door, body);

            Assert.True(status == (code is null ? 201 : 422), $"{published}: {status} {problem}");
            if (code is not null)
            {
                var error = problem!.Value.Items("errors").Single();
                Assert.EndsWith("/source/published", error.Text("pointer"), StringComparison.Ordinal);
                Assert.Equal(code, error.Text("code"));
            }
        }
    }

    /// <summary>An unset DateTime (0001-01-01), and a year that was mistyped by decades.</summary>
    [Fact]
    public async Task Days_that_no_source_published_on_are_told_what_is_wrong_with_them_in_dry_runs_too()
    {
        foreach (var query in (string[])["?dryRun=true", ""])
        {
            var import = await Import.PostAsync(_service.Reporter, NamesTests.Case("sentinel_dates.ndjson"), query);
            Assert.Equal([query.Length > 0 ? 200 : 201, 422, 422], import.Statuses.Select(x => x == 201 && query.Length > 0 ? 200 : x));
            Assert.Contains("Published before 1900", import.Lines[1].ToString(), StringComparison.Ordinal);
            Assert.Contains("Published in the future", import.Lines[2].ToString(), StringComparison.Ordinal);
        }

        foreach (var published in (string[])["2062-06", "2062", "0001", "0001-01"])
        {
            var dry = await Service.PostAsync(_service.Reporter, "/v1/deliveries?dryRun=true", ReportBuilder.Report("KGZ", "every-door", 3).With("source.published", published).ToJsonString());
            Assert.Equal((422, "/source/published", "outOfRange"), (dry.Status, dry.Errors.Single().Pointer, dry.Errors.Single().Code));
        }
    }

    [Theory]
    [InlineData("1899-12-31", "outOfRange")]
    [InlineData("9999-12-31", "future")]
    public async Task An_edition_was_published_then_too(string published, string code)
    {
        var edition = await Edition.SendAsync(_service.Reporter, Encoding.UTF8.GetBytes(Register.Of(Register.Row())), published);

        Assert.Equal(422, edition.Status);
        Assert.Equal(code, edition.Problem.Items("errors").Single().Text("code"));
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_month_or_a_year_was_said_by_its_last_day(string door)
    {
        foreach (var (published, day) in new[] { ("2021-02", "2021-02-28"), ("2020", "2020-12-31"), ("2020-02-03", "2020-02-03") })
        {
            var body = ReportBuilder.Report("UZB", $"said-{door}", 3).With("feed", ReportBodies.Press).With("source.published", published);
            var (status, _, eventId) = await PostAsync(door, body);
            Assert.Equal(201, status);

            var report = await _service.AskAsync($"/v1/reports/{eventId}");
            Assert.Equal((published, day), (report.Text("source.published"), report.Text("reportedDay")));
            Assert.Contains((await _service.AskAsync($"/v1/reports?recipient=UZB&reportedBy={day}")).Items(), x => x.Text("eventId") == eventId);
            var before = DateOnly.Parse(day, CultureInfo.InvariantCulture).AddDays(-1);
            Assert.DoesNotContain((await _service.AskAsync($"/v1/reports?recipient=UZB&reportedBy={before:yyyy-MM-dd}")).Items(), x => x.Text("eventId") == eventId);
        }
    }

    /// <summary>The source's own number, and whom it quotes, come out wherever the report does.</summary>
    [Theory]
    [MemberData(nameof(Doors))]
    public async Task The_reference_and_the_speaker_come_out_as_they_went_in(string door)
    {
        var platform = $"quoted-{door}";
        var reference = $"№ 7/{door} " + new string('x', 88);
        var body = ReportBuilder.Report("TJK", platform, 3).With("feed", ReportBodies.Press).With("reference", reference).With("source.speaker", "Генерал А. Исаев");

        var (status, problem, eventId) = await PostAsync(door, body);

        Assert.True(status == 201, $"{problem}");
        var holding = $"/v1/countries/TJK/fleet/{platform}";
        foreach (var shown in new[]
        {
            await _service.AskAsync($"/v1/reports/{eventId}"), (await _service.AskAsync($"/v1/reports?platform={platform}")).Items().Single(),
            (await _service.AskAsync(holding)).Items("evidence").Single(), await ReplayedAsync(eventId!),
        })
        {
            Assert.Equal((reference, "Генерал А. Исаев"), (shown.Text("reference"), shown.Text("source.speaker")));
        }

        foreach (var path in (string[])[$"/v1/reports?platform={platform}", holding])
        {
            var rows = CsvTests.Csv.Read((await _service.Reader.SendAsync(HttpMethod.Get, path, ("Accept", "text/csv"))).Body);
            Assert.Equal((reference, "Генерал А. Исаев"), (Cell("reference"), Cell("source.speaker")));

            string Cell(string column) => rows[1][Array.IndexOf(rows[0], column)];
        }
    }

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_reference_has_at_most_a_hundred_characters(string door)
    {
        foreach (var (reference, status) in new[] { (new string('x', 100), 201), (new string('x', 101), 422), ("", 422), ("a\nb", 422) })
        {
            var body = ReportBuilder.Report("KAZ", "referred", 3).With("feed", ReportBodies.Press).With("reference", reference);
            Assert.Equal(status, (await PostAsync(door, body)).Status);
        }
    }

    /// <summary>A feed and an address are URIs by the letter of RFC 3986, and the answer says what to write.</summary>
    [Theory]
    [MemberData(nameof(Doors))]
    public async Task A_feed_and_an_address_are_URIs(string door)
    {
        foreach (var (feed, url, says) in new (string?, string?, string?)[]
        {
            ("urn:x:türkiye", null, "urn:x:t%C3%BCrkiye"), ("https://example.org/a b", null, "https://example.org/a%20b"),
            ("urn:x:100%", null, "urn:x:100%25"), ("http:///x", null, "host"),
            ("https://user:pw@example.org/", null, "password"), ("https://example.org/a[1]", null, "a%5B1%5D"),
            ("urn:x:turkiye", null, null), ("tag:example.org,2026:x", null, null),
            (null, "https://example.org/a b", "https://example.org/a%20b"), (null, "https://example.org/ä", "https://example.org/%C3%A4"),
            (null, "https://пример.рф/", "https://xn--e1afmkfd.xn--p1ai/"),
            (null, "https://user:pw@example.org/", "password"), (null, "http:///x", "host"), (null, "urn:x:y", "http or https"),
            (null, "example.org/x", "scheme"), (null, "https://example.org/%zz", "%25zz"),
            (null, "https://example.org/a%20b?c=%C3%A4#d", null), (null, "http://[2001:db8::1]/", null),
        })
        {
            var body = ReportBuilder.Report("KGZ", "addressed", 3).With("feed", feed ?? ReportBodies.Press);
            var (status, problem, _) = await PostAsync(door, url is null ? body : body.With("source.url", url));

            Assert.True(status == (says is null ? 201 : 422), $"{feed}{url}: {status} {problem}");
            if (says is not null)
            {
                var error = problem!.Value.Items("errors").Single();
                Assert.Equal(feed is null ? "url" : "uri", error.Text("code"));
                Assert.EndsWith(feed is null ? "/source/url" : door is "event" or "batch" ? "/source" : "/feed", error.Text("pointer"), StringComparison.Ordinal);
                Assert.Contains(says, error.Text("detail"), StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task The_feeds_of_a_key_are_URIs_too()
    {
        var answer = await Service.PostAsync(_service.Admin, "/v1/keys", """{"name":"feeds","scopes":["report"],"feeds":["*","urn:x:y","urn:x:türkiye"]}""");
        Assert.Equal((422, ("/feeds/2", "uri")), (answer.Status, answer.Errors.Single()));
        Assert.Contains("Write urn:x:t%C3%BCrkiye", answer.Body, StringComparison.Ordinal);
    }

    private async Task<JsonElement> ReplayedAsync(string eventId)
    {
        var replay = await Service.GetAsync(_service.Auditor, "/v1/events");
        return replay.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => JsonElement.Parse(x)).Single(x => x.Text("id") == eventId).GetProperty("data");
    }

    private async Task<(int Status, JsonElement? Problem, string? EventId)> PostAsync(string door, JsonObject body)
    {
        if (door == "import")
        {
            var line = (await Import.PostAsync(_service.Reporter, Import.Line("deliveries", body))).Lines.Single();
            return ((int)line.Long("status"), line.TryGetProperty("problem", out var problem) ? problem : null, line.TryGetProperty("eventId", out var id) ? id.GetString() : null);
        }

        if (door == "path")
        {
            return Of(await Service.PostAsync(_service.Reporter, "/v1/deliveries", body.ToJsonString()));
        }

        var data = body.DeepClone().AsObject();
        var envelope = new JsonObject
        {
            ["specversion"] = "1.0", ["type"] = "ledger.delivery.v1", ["source"] = body["feed"]!.DeepClone(), ["id"] = body["id"]!.DeepClone(), ["data"] = data,
        };
        using var content = new StringContent(door == "batch" ? new JsonArray(envelope).ToJsonString() : envelope.ToJsonString(), Encoding.UTF8,
            door == "batch" ? "application/cloudevents-batch+json" : "application/cloudevents+json");
        using var response = await _service.Reporter.PostAsync("/v1/events", content);
        return Of(await Answered.OfAsync(response));
    }

    private static (int Status, JsonElement? Problem, string? EventId) Of(Answered answer) => answer.Status >= 400 ? (answer.Status, answer.Json, null)
        : (answer.Status, null, (answer.Json.ValueKind == JsonValueKind.Array ? answer.Json.EnumerateArray().Single() : answer.Json).Text("eventId"));
}
