using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Store;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;

namespace Ledger.Tests.Questions;

/// <summary>What the answer to a post names as perhaps the same thing told twice.</summary>
public sealed class SimilarReportsTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Fact]
    public async Task A_report_of_the_same_holding_kind_number_and_time_is_named_with_what_it_takes_to_compare()
    {
        var first = await Told("KGZ", "told-twice").With("id", "first").With("feed", "urn:example:a").With("deal", "d.1").With("lot", "l.1").With("occurred", "2021-03").PostAsync(_service);
        Assert.Empty(first.Json.Items("similar"));

        var second = await Told("KGZ", "told-twice").With("feed", "urn:example:b").With("source.published", "2023-01-01").PostAsync(_service);

        ReportBodies.Same(JsonElement.Parse($$"""
            {"eventId":"{{first.Json.Text("eventId")}}","id":"first","feed":"urn:example:a","publisher":"A paper","reportedDay":"2022-10-27",
             "window":{"earliest":"2021-03-01","middle":"2021-03-16","latest":"2021-03-31"},"deal":"d.1","lot":"l.1","supplier":"TUR","supplierName":"Turkey"}
            """), second.Json.Items("similar").Single());
    }

    [Theory]
    [InlineData("""{"deal":"another"}""", true)]
    [InlineData("""{"lot":"another"}""", true)]
    [InlineData("""{"deal":null,"lot":null}""", true)]
    [InlineData("""{"origin":"another"}""", true)]
    [InlineData("""{"origin":null}""", true)]
    [InlineData("""{"supplier":"IRN"}""", true)]
    [InlineData("""{}""", false)] // One statement, of which one report counts.
    [InlineData("""{"deal":"another","quantity":{"n":4}}""", false)]
    [InlineData("""{"deal":"another","quantity":{"qualifier":"about"}}""", true)]
    [InlineData("""{"deal":"another","quantity":{"qualifier":"some","n":null}}""", false)]
    [InlineData("""{"deal":"another","quantity":{"qualifier":"range","n":null,"low":3,"high":3}}""", true)]
    [InlineData("""{"deal":"another","quantity":{"qualifier":null}}""", true)]
    [InlineData("""{"deal":"another","occurred":"2021-12-31/2023"}""", true)]
    [InlineData("""{"deal":"another","occurred":"2022"}""", false)]
    [InlineData("""{"deal":"another","occurred":"../2020-12-31"}""", false)]
    [InlineData("""{"deal":"another","occurred":"../2021-01-01"}""", true)]
    [InlineData("""{"deal":"another","occurred":null}""", false)]
    [InlineData("""{"deal":"another","occurred":null,"source":{"published":"2021-06-01"}}""", true)]
    [InlineData("""{"deal":"another","recipient":"TKM"}""", false)]
    [InlineData("""{"deal":"another","platform":"told-elsewhere"}""", false)]
    public async Task What_differs_decides_whether_a_report_may_be_the_same(string patch, bool similar)
    {
        var platform = $"told-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(patch)))[..12]}";
        var there = await Told("UZB", platform).With("deal", "d").With("lot", "l").With("origin", "o").PostAsync(_service);
        var body = ReportBodies.Put(Told("UZB", platform).With("deal", "d").With("lot", "l").With("origin", "o"), patch);

        var dry = await Service.PostAsync(_service.Reporter, "/v1/deliveries?dryRun=true", body.ToJsonString());
        var posted = await body.PostAsync(_service);

        Assert.Equal(similar ? [there.Json.Text("eventId")] : [], SimilarTo(posted));
        Assert.Equal(SimilarTo(posted), SimilarTo(dry));
    }

    [Fact]
    public async Task Another_kind_or_milestone_is_something_else()
    {
        await Told("TJK", "told-kinds").PostAsync(_service);
        await Told("TJK", "told-kinds").PostAsync(_service, "contracts");
        await Told("TJK", "told-kinds").With("milestone", "unitsCompleted").PostAsync(_service, "milestones");

        Assert.Single(SimilarTo(await Told("TJK", "told-kinds").PostAsync(_service, "contracts")));
        Assert.Single(SimilarTo(await Told("TJK", "told-kinds").With("milestone", "unitsCompleted").PostAsync(_service, "milestones")));
        Assert.Empty(SimilarTo(await Told("TJK", "told-kinds").With("milestone", "firstUnit").PostAsync(_service, "milestones")));
        Assert.Empty(SimilarTo(await Told("TJK", "told-kinds").PostAsync(_service, "observations")));
    }

    [Fact]
    public async Task A_platform_is_the_same_under_all_its_names()
    {
        var there = await Told("KAZ", "Bayraktar TB2").PostAsync(_service);

        Assert.Equal([there.Json.Text("eventId")], SimilarTo(await Told("KAZ", "TB-2").PostAsync(_service)));
    }

    [Fact]
    public async Task What_others_set_aside_cannot_count_twice_and_is_not_named()
    {
        foreach (var how in (string[])["kept", "retracted", "delisted", "superseded", "corrected"])
        {
            await Told("TKM", "told-aside").With("id", $"aside-{how}").With("deal", how).PostAsync(_service);
        }

        await _service.ReportAsync("retractions", new { id = "aside-1", report = "aside-retracted", source = new { publisher = "A paper" } });
        await _service.ReportAsync("delistings", new { id = "aside-2", report = "aside-delisted", edition = "2", source = new { publisher = "A paper" } });
        await Told("TKM", "told-aside").With("id", "aside-3").With("quantity.n", 7).With("supersedes", new JsonArray("aside-superseded")).PostAsync(_service);

        var posted = await Told("TKM", "told-aside").With("supersedes", new JsonArray("aside-corrected")).PostAsync(_service);

        Assert.Equal(["aside-kept"], posted.Json.Items("similar").Select(x => x.Text("id")));
    }

    [Fact]
    public async Task Ten_are_named_the_newest_reported_first()
    {
        for (var i = 1; i <= 13; i++)
        {
            // Told in an order that is not that of their days.
            await Told("AZE", "told-often").With("id", $"often-{i}").With("deal", $"d.{i}").With("source.published", $"2022-01-{(i * 5 % 13) + 1:00}").PostAsync(_service);
        }

        var similar = (await Told("AZE", "told-often").PostAsync(_service)).Json.Items("similar");

        Assert.Equal(Enumerable.Range(4, 10).Reverse().Select(x => $"2022-01-{x:00}"), similar.Select(x => x.Text("reportedDay")));
    }

    [Fact]
    public async Task A_post_that_is_sent_again_gets_the_first_answer_whatever_was_told_since()
    {
        await Told("GEO", "told-again").With("id", "again-1").PostAsync(_service);
        var body = Told("GEO", "told-again");
        var first = await body.PostAsync(_service);
        await Told("GEO", "told-again").With("deal", "later").PostAsync(_service);
        await _service.ReportAsync("retractions", new { report = "again-1", source = new { publisher = "A paper" } });

        var again = await Service.PostAsync(_service.Reporter, "/v1/deliveries", body.ToJsonString());
        var dry = await Service.PostAsync(_service.Reporter, "/v1/deliveries?dryRun=true", body.ToJsonString());

        Assert.Equal(200, again.Status);
        ReportBodies.Same(first.Json, again.Json);
        Assert.Single(SimilarTo(first));
        Assert.Equal(SimilarTo(first), SimilarTo(dry));
    }

    [Fact]
    public async Task Many_who_post_at_once_each_get_their_own()
    {
        var there = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i => await Told("MNG", $"told-at-once-{i}").PostAsync(_service)));

        var posted = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i => await Told("MNG", $"told-at-once-{i}").With("deal", "d").PostAsync(_service)));

        Assert.Equal(there.Select(x => x.Json.Text("eventId")), posted.Select(x => Assert.Single(SimilarTo(x))));
    }

    [Fact]
    public async Task A_withdrawal_says_nothing_twice_and_a_batch_and_an_import_name_none()
    {
        var target = await Told("IRN", "told-otherwise").PostAsync(_service);
        var retraction = await _service.ReportAsync("retractions", new { report = target.Json.Text("id"), source = new { publisher = "A paper" } });
        Assert.Empty(SimilarTo(retraction));
        Assert.Empty(SimilarTo(await _service.ReportAsync("retractions", new { id = "twice", report = target.Json.Text("id"), source = new { publisher = "A paper" } })));

        var data = ReportBodies.Delivery("x", "IRN", "told-otherwise");
        data.Remove("id");
        var envelope = new JsonObject { ["specversion"] = "1.0", ["type"] = "ledger.delivery.v1", ["source"] = "urn:example:b", ["id"] = "told-batch", ["data"] = data };
        using var content = new StringContent(new JsonArray(envelope).ToJsonString(), Encoding.UTF8, "application/cloudevents-batch+json");
        using var response = await _service.Reporter.PostAsync("/v1/events", content, TestContext.Current.CancellationToken);
        var batch = await Answered.OfAsync(response);
        Assert.Equal(201, batch.Status);
        Assert.False(batch.Json.EnumerateArray().Single().TryGetProperty("similar", out _));
        var line = (await Import.PostAsync(_service.Reporter, Import.Delivery("told-line", "IRN", "told-otherwise"))).Lines.Single();
        Assert.False(line.TryGetProperty("similar", out _));
    }

    /// <summary>The recorder works outside the traces of requests: what a request asks the database itself is what naming similar reports
    /// costs.</summary>
    [Fact]
    public async Task Naming_them_takes_one_round_trip_which_posts_at_once_share()
    {
        var (trace, asked) = (ActivityTraceId.CreateRandom(), new ConcurrentQueue<string>());
        using var listener = new ActivityListener
        {
            ShouldListenTo = x => x.Name == "Npgsql",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = x =>
            {
                // A connection of the pool that is opened for it is not a round trip of the post, nor is a key that is read at its first use.
                if (x.TraceId == trace && x.GetTagItem("db.query.text") is string text && !text.Contains("api_keys", StringComparison.Ordinal))
                {
                    asked.Enqueue(text);
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        using var client = _service.Client("report");
        client.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
        var path = "/v1/deliveries";
        async Task<Answered> PostAsync(JsonObject body) => await Service.PostAsync(client, path, body.ToJsonString());

        for (var i = 1; i <= 5; i++)
        {
            Assert.Equal(i - 1, SimilarTo(await PostAsync(Told("SYR", "told-cost").With("deal", $"d.{i}"))).Count());
            Assert.True(asked.Count == i, string.Join(", ", asked));
        }

        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => PostAsync(Told("SYR", $"told-cost-{i}"))));
        Assert.InRange(asked.Count, 6, 5 + 60);
        asked.Clear();
        path = "/v1/retractions";
        await PostAsync(ReportBodies.Least("retractions", (await Told("SYR", "told-cost").PostAsync(_service)).Json.Text("id")));
        Assert.Empty(asked);
    }

    [Fact]
    public async Task The_statistics_by_which_they_are_found_are_taken_while_the_ledger_is_young()
    {
        await using var service = await Service.StartAsync();
        async Task<long> TakenAsync() =>
            await service.ScalarAsync<long>($"select analyze_count from pg_stat_user_tables where schemaname || '.' || relname = '{TableNames.Evidence}'");
        await Told("SYR", "told-young").PostAsync(service);
        await Import.PostAsync(service.Reporter, Enumerable.Range(0, 600).Select(i => Import.Delivery($"young-{i}")));
        await Told("SYR", "told-young").With("deal", "another").PostAsync(service);
        await Eventually.IsSoAsync("the first statistics", async () => await TakenAsync() == 1);
        // Not for each post: only as the ledger doubles.
        await Told("SYR", "told-young").With("deal", "third").PostAsync(service);
        await Import.PostAsync(service.Reporter, Enumerable.Range(600, 2_000).Select(i => Import.Delivery($"young-{i}")));
        await Told("SYR", "told-young").With("deal", "fourth").PostAsync(service);
        await Eventually.IsSoAsync("the next statistics", async () => await TakenAsync() == 2);
    }

    private static JsonObject Told(string recipient, string platform) => ReportBuilder.Report(recipient, platform, 3);

    private static IEnumerable<string?> SimilarTo(Answered answer) => answer.Json.Items("similar").Select(x => x.Text("eventId"));
}
