using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Tests.Estimation;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;

namespace Ledger.Tests.Questions;

/// <summary><c>?dryRun=true</c> on single posts: what is told is what comes of the post, and nothing comes of the telling.</summary>
public sealed class DryRunTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Theory]
    [MemberData(nameof(ReportBodies.Paths), MemberType = typeof(ReportBodies))]
    public async Task A_dry_run_tells_what_the_post_then_does(string path)
    {
        var platform = $"dry-{path}";
        var target = await ReportBuilder.Report("KGZ", platform, 4).With("feed", ReportBodies.Press).PostAsync(_service);
        await ReportBuilder.Report("KGZ", platform, 9).With("deal", "another").PostAsync(_service, "contracts");
        var body = ReportBodies.Full(path, $"dry-{path}", target.Json.Text("id"));
        if (!ReportBodies.IsWithdrawal(path))
        {
            ReportBodies.Put(body, $$"""{"platform":"{{platform}}","supersedes":["{{target.Json.Text("id")}}"],"role":null}""");
        }

        var before = (await HoldingAsync("KGZ", platform)).GetProperty("estimate");
        var count = await _service.CountAsync();

        var dry = await DryRunAsync(path, body);

        Assert.Equal(count, await _service.CountAsync());
        Assert.False(dry.Headers.Contains("Location") || dry.Headers.Contains("Ledger-Position"));
        Assert.False(dry.Json.TryGetProperty("position", out _) || dry.Json.TryGetProperty("recordedAt", out _), dry.Body);
        var posted = await _service.ReportAsync(path, body.ToJsonString());
        var stored = Without(posted.Json, "position", "recordedAt");
        ReportBodies.Same(stored, Without(dry.Json, "window", "reads", "effective", "setAside", "estimate"));
        var holding = await HoldingAsync("KGZ", platform, posted.Position);
        ReportBodies.Same(before, dry.Json.At("estimate.before"));
        ReportBodies.Same(holding.GetProperty("estimate"), dry.Json.At("estimate.after"));
        Assert.NotEqual(dry.Json.At("estimate.before").GetRawText(), dry.Json.At("estimate.after").GetRawText());
        var evidence = holding.Items("evidence").Single(x => x.Text("eventId") == posted.Json.Text("eventId"));
        foreach (var member in (string[])["window", "reads", "effective", "setAside"])
        {
            ReportBodies.Same(evidence.GetProperty(member), dry.Json.GetProperty(member));
        }
    }

    [Fact]
    public async Task Of_random_holdings_every_report_does_what_its_dry_run_told()
    {
        var told = 0;
        foreach (var (holding, number) in HoldingsOverHttp.Some(6).Select((x, i) => (x, i)))
        {
            var platform = $"dry-random-{number}";
            if (number % 2 == 0)
            {
                await HoldingsOverHttp.DefineAsync(_service, platform, "uav", [2, 3, 4]);
            }

            foreach (var report in holding.Reports)
            {
                var body = JsonSerializer.SerializeToNode(report, EstimationCase.Json)!.AsObject();
                foreach (var member in (string[])["position", "recordedAt", "kind"])
                {
                    body.Remove(member);
                }

                body["feed"] = $"urn:example:dry-{number}";
                if (report.Kind is not ("retraction" or "delisting"))
                {
                    ReportBodies.Put(body, $$"""{"recipient":"x-dry","platform":"{{platform}}"}""");
                }

                var path = ReportBodies.Kinds.Single(x => x.Kind == report.Kind).Path;
                var dry = await Service.PostAsync(_service.Reporter, $"/v1/{path}?dryRun=true", body.ToJsonString());
                var posted = await Service.PostAsync(_service.Reporter, $"/v1/{path}", body.ToJsonString());
                if (posted.Status != 201)
                {
                    Assert.Equal((posted.Status, posted.Body), (dry.Status, dry.Body));
                    continue;
                }

                Assert.True(dry.Status == 200, dry.Body);
                told++;
                // The post's are found by a query of their own, these among all reports of the holding.
                ReportBodies.Same(posted.Json.GetProperty("similar"), dry.Json.GetProperty("similar"));
                var answer = await _service.AskAsync($"/v1/countries/x-dry/fleet/{posted.Json.Text("platform")}", posted.Position);
                ReportBodies.Same(answer.GetProperty("estimate"), dry.Json.At("estimate.after"));
            }
        }

        Assert.True(told > 40, $"Only {told} reports were taken.");
    }

    [Fact]
    public async Task A_report_that_is_there_already_changes_nothing_and_has_its_position()
    {
        var body = ReportBuilder.Report("UZB", "dry-there", 3);
        var posted = await body.PostAsync(_service);
        await ReportBuilder.Report("UZB", "dry-there", 5).With("deal", "later").PostAsync(_service);

        var dry = await DryRunAsync("deliveries", body);

        ReportBodies.Same(dry.Json.At("estimate.before"), dry.Json.At("estimate.after"));
        Assert.Equal(5, dry.Json.Long("estimate.after.best"));
        Assert.Equal((posted.Position, posted.Json.Text("recordedAt")), (dry.Json.Long("position"), dry.Json.Text("recordedAt")));
        Assert.False(dry.Headers.Contains("Location") || dry.Headers.Contains("Ledger-Position"));
    }

    [Fact]
    public async Task What_would_be_refused_is_refused_with_the_same_problem()
    {
        var there = await ReportBuilder.Report("TJK", "dry-refused", 3).PostAsync(_service);
        var id = there.Json.Text("id")!;
        (string Path, JsonObject Body, int Status)[] refused =
        [
            ("deliveries", ReportBuilder.Report("XXX", "dry-refused", -1).With("occurred", "2021-13"), 422),
            ("deliveries", ReportBuilder.Report("TJK", "dry-refused", 3).With("platfrom", "x"), 400),
            ("deliveries", ReportBuilder.Report("TJK", "dry-refused", 3).With("kind", "delivery"), 400),
            ("deliveries", ReportBuilder.Report("TJK", "dry-refused", 4).With("id", id), 409),
            ("deliveries", ReportBuilder.Report("TJK", "dry-refused", 3).With("supersedes", new JsonArray("nobody")), 404),
            ("deliveries", ReportBuilder.Report("TJK", "another-bird", 3).With("supersedes", new JsonArray(id)), 409),
            ("retractions", ReportBodies.Least("retractions", "nobody"), 404),
            ("losses", ReportBuilder.Report("TJK", "dry-refused", 3), 422),
        ];
        var count = await _service.CountAsync();
        foreach (var (path, body, status) in refused)
        {
            var dry = await Service.PostAsync(_service.Reporter, $"/v1/{path}?dryRun=true", body.ToJsonString());
            var posted = await Service.PostAsync(_service.Reporter, $"/v1/{path}", body.ToJsonString());

            Assert.Equal((status, posted.Body), (dry.Status, dry.Body));
            Assert.Equal(status, posted.Status);
        }

        Assert.Equal(count, await _service.CountAsync());
    }

    [Fact]
    public async Task An_event_takes_a_dry_run_and_a_batch_takes_none()
    {
        var body = ReportBodies.Put(ReportBodies.Delivery("dry-event", "TKM", "dry-event"), $$"""{"feed":"{{ReportBodies.Press}}"}""");
        var data = body.DeepClone().AsObject();
        data.Remove("id");
        data.Remove("feed");
        var envelope = new JsonObject { ["specversion"] = "1.0", ["type"] = "ledger.delivery.v1", ["source"] = ReportBodies.Press, ["id"] = "dry-event", ["data"] = data };
        var count = await _service.CountAsync();

        var dry = await PostAsync("application/cloudevents+json", envelope);
        var batch = await PostAsync("application/cloudevents-batch+json", new JsonArray(envelope.DeepClone()));

        Assert.Equal(200, dry.Status);
        ReportBodies.Same((await DryRunAsync("deliveries", body)).Json, dry.Json);
        Assert.Equal(3, dry.Json.Long("estimate.after.best"));
        Assert.Equal((400, "?dryRun"), (batch.Status, batch.Errors.Single().Pointer));
        envelope["data"]!["recipient"] = "XXX";
        Assert.Equal(("/data/recipient", "country"), (await PostAsync("application/cloudevents+json", envelope)).Errors.Single());
        Assert.Equal(count, await _service.CountAsync());

        async Task<Answered> PostAsync(string type, JsonNode json)
        {
            using var content = new StringContent(json.ToJsonString(), Encoding.UTF8, type);
            using var response = await _service.Reporter.PostAsync("/v1/events?dryRun=true", content);
            return await Answered.OfAsync(response);
        }
    }

    [Theory]
    [InlineData("dryRun=yes", 400)]
    [InlineData("dryRun=", 400)]
    [InlineData("dryrun=true", 400)]
    [InlineData("dryRun=true&dryRun=true", 400)]
    [InlineData("dryRun=false", 201)]
    public async Task A_dry_run_is_asked_for_by_true_alone(string query, int status)
    {
        var body = ReportBuilder.Report("KAZ", "dry-word", 3);
        Assert.Equal(status, (await Service.PostAsync(_service.Reporter, $"/v1/deliveries?{query}", body.ToJsonString())).Status);
    }

    /// <summary>Decision 0026: an estimate rests on all feeds, so a key that is confined to some and may not read is shown none.</summary>
    [Fact]
    public async Task A_key_that_may_neither_read_nor_post_to_all_feeds_is_told_only_of_its_own()
    {
        await ReportBuilder.Report("AZE", "dry-closed", 3).With("feed", "urn:example:other").PostAsync(_service);
        await ReportBuilder.Report("AZE", "dry-closed", 3).With("feed", "urn:example:confined").With("deal", "d").PostAsync(_service);
        var body = ReportBuilder.Report("AZE", "dry-closed", 3).With("feed", "urn:example:confined").With("lot", "l");
        var told = new List<(bool Estimate, int Similar)>();
        foreach (var key in (string[])["""["report"],"feeds":["urn:example:confined"]""", """["report","read"],"feeds":["urn:example:confined"]""", """["report"],"feeds":["*"]"""])
        {
            var made = await Service.PostAsync(_service.Admin, "/v1/keys", $$"""{"name":"dry-{{told.Count}}","scopes":{{key}}}""");
            using var client = _service.Client(null);
            client.DefaultRequestHeaders.Authorization = new("Bearer", made.Json.Text("secret"));
            var dry = await Service.PostAsync(client, "/v1/deliveries?dryRun=true", body.ToJsonString());
            Assert.True(dry.Status == 200, dry.Body);
            told.Add((dry.Json.TryGetProperty("estimate", out _), dry.Json.Items("similar").Length));
            // Of the post itself, which the first of them records.
            var posted = await Service.PostAsync(client, "/v1/deliveries", body.ToJsonString());
            Assert.Equal(told[^1].Similar, posted.Json.Items("similar").Length);
        }

        Assert.Equal([(false, 1), (true, 2), (true, 2)], told);
    }

    [Fact]
    public async Task Who_may_not_post_may_not_try()
    {
        foreach (var scope in (string[])["read", "audit", "admin"])
        {
            Assert.Equal(403, (await Service.PostAsync(_service.Client(scope), "/v1/deliveries?dryRun=true", ReportBuilder.Report("AZE", "x", 1).ToJsonString())).Status);
        }
    }

    private async Task<Answered> DryRunAsync(string path, JsonObject body)
    {
        var answer = await Service.PostAsync(_service.Reporter, $"/v1/{path}?dryRun=true", body.ToJsonString());
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Body}");
        return answer;
    }

    private Task<JsonElement> HoldingAsync(string recipient, string platform, long position = 0) =>
        _service.AskAsync($"/v1/countries/{recipient}/fleet/{platform}", position);

    private static JsonElement Without(JsonElement report, params string[] members)
    {
        var rest = JsonNode.Parse(report.GetRawText())!.AsObject();
        foreach (var member in members)
        {
            Assert.True(rest.Remove(member), member);
        }

        return JsonElement.Parse(rest.ToJsonString());
    }
}
