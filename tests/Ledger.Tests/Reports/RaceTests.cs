using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using JasperFx.Events;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Tests.Harness;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Reports;

/// <summary>Many clients at once, over one service and over two: what was acknowledged is there once, and what is served is what the
/// events add up to.</summary>
[Collection(Alone.Name)]
public sealed class RaceTests
{
    private static readonly DateOnly AsOf = new(2026, 6, 1);

    /// <summary>Some 25 s on two cores; fewer for a short look.</summary>
    private static readonly int s_reports = int.TryParse(Environment.GetEnvironmentVariable("LEDGER_TEST_RACE"), CultureInfo.InvariantCulture, out var n) ? n : 20_000;

    [Fact]
    public async Task Many_clients_at_once_lose_nothing_and_double_nothing_and_what_is_served_is_what_the_events_add_up_to()
    {
        const int clients = 64;
        await using var service = await Service.StartAsync();
        var acknowledged = new ConcurrentDictionary<Guid, long>();
        var statuses = new ConcurrentDictionary<int, int>();
        var next = -1;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var readers = Enumerable.Range(0, 2).Select(x => ReadAsync(service, x, over.Token)).ToList();

        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < s_reports;)
            {
                var (path, body) = Report(i);
                var answer = await Service.PostAsync(service.Reporter, $"/v1/{path}", body.ToJsonString());
                statuses.AddOrUpdate(answer.Status, 1, (_, count) => count + 1);
                if (answer.Status == 201)
                {
                    Assert.True(acknowledged.TryAdd(answer.Json.GetProperty("eventId").GetGuid(), answer.Position), "acknowledged twice");
                }
                else
                {
                    // A client reaches a report before another client has posted what it corrects; or posts what was posted.
                    Assert.True(answer.Status is 200 or 404 or 409, answer.Body);
                }
            }
        }));
        await over.CancelAsync();
        Assert.All(await Task.WhenAll(readers), asked => Assert.True(asked > 0));

        Assert.True(statuses[201] > s_reports / 2 && statuses[200] > 0, string.Join(", ", statuses));
        var events = await EventsAsync(service);
        var stored = events.Where(x => x.Data is Report).ToList();
        Assert.Equal(acknowledged.OrderBy(x => x.Value).Select(x => (x.Key, x.Value)), stored.Select(x => (x.Id, x.Sequence)));
        await ServedIsWhatTheEventsAddUpToAsync(service, events);
    }

    [Fact]
    public async Task A_transaction_that_failed_half_way_leaves_a_gap_that_the_read_model_passes()
    {
        await using var service = await Service.StartAsync();
        var there = await service.ReportAsync("deliveries", ReportBodies.Delivery("gap-1").ToJsonString());
        var report = new Delivery { Id = "gap", Feed = ReportBodies.Press, Recipient = "KGZ", Supplier = "RUS", Platform = "orlan-10", Digest = "" };
        await using (var session = service.Services.GetRequiredService<IDocumentStore>().LightweightSession())
        {
            await session.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var take = new NpgsqlCommand(AppendLock.Take, session.Connection);
            await take.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            // The second stream's event is there already, when the first one's has taken its place in the sequence.
            session.Events.Append("gap/one", session.Events.BuildEvent(report));
            var doubled = session.Events.BuildEvent(report);
            doubled.Id = there.Json.GetProperty("eventId").GetGuid();
            session.Events.Append("gap/two", doubled);
            await Assert.ThrowsAnyAsync<Exception>(() => session.SaveChangesAsync(TestContext.Current.CancellationToken));
        }

        var after = await service.ReportAsync("deliveries", ReportBodies.Delivery("gap-2", n: 5).ToJsonString());

        Assert.True(after.Position > there.Position + 1);
        var holding = await service.AskAsync("/v1/countries/KGZ/fleet/orlan-10", after.Position);
        Assert.Equal(2, holding.GetProperty("evidence").GetArrayLength());
        // The store writes its mark in the background.
        await Eventually.GetAsync("The store should mark the gap.", () => EventsAsync(service), events => events.Any(x => x.Data is Tombstone));
    }

    [Theory]
    [InlineData("several")]
    [InlineData("one")]
    public async Task Two_services_on_one_database_record_each_report_once_even_where_each_takes_itself_for_the_only_one(string nodesSetting)
    {
        const int reports = 800;
        await using var one = await Service.StartAsync(null, "--Ledger:Nodes", nodesSetting);
        await using var two = await Service.StartOnAsync(one.ConnectionString, null, "--Ledger:Nodes", nodesSetting);
        using var reporter = one.Client(null);
        // The keys for development are those of the service that was started last.
        reporter.DefaultRequestHeaders.Authorization = two.Reporter.DefaultRequestHeaders.Authorization;
        var nodes = new[] { reporter, two.Reporter };
        var statuses = new ConcurrentBag<(int Report, int Status, long Position, string Body)>();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(async client =>
        {
            var node = nodes[client % 2];
            for (var i = client / 2; i < reports; i += 8)
            {
                // The same report at once by both, into a few streams that both write to.
                var answer = await Service.PostAsync(node, "/v1/deliveries", ReportBodies.Put(ReportBodies.Delivery($"both-{i}", "KGZ", $"bird-{i % 3}"),
                    $$"""{"feed":"{{ReportBodies.Press}}"}""").ToJsonString());
                statuses.Add((i, answer.Status, answer.Status < 300 ? answer.Position : 0, answer.Body));
            }
        }));

        Assert.All(statuses, x => Assert.True(x.Status is 200 or 201, x.Body));
        Assert.All(statuses.GroupBy(x => x.Report), x =>
        {
            Assert.Single(x, answer => answer.Status == 201);
            Assert.Single(x.Select(answer => answer.Position).Distinct());
        });
        var events = await EventsAsync(one);
        Assert.Equal(reports, events.Count(x => x.Data is Report));
        await ServedIsWhatTheEventsAddUpToAsync(two, events);
    }

    [Fact]
    public async Task Two_services_that_import_the_same_file_record_it_once()
    {
        await using var one = await Service.StartAsync(null, "--Ledger:Nodes", "several");
        await using var two = await Service.StartOnAsync(one.ConnectionString, null, "--Ledger:Nodes", "several");
        var file = Import.FileOf(Enumerable.Range(0, 3_000).Select(x => Import.Line("deliveries",
            ReportBodies.Put(ReportBodies.Delivery($"file-{x}", "KGZ", $"bird-{x % 5}"), $$"""{"feed":"{{ReportBodies.Press}}"}"""))));

        using var reporter = one.Client(null);
        reporter.DefaultRequestHeaders.Authorization = two.Reporter.DefaultRequestHeaders.Authorization;
        var imports = await Task.WhenAll(Import.PostAsync(reporter, file), Import.PostAsync(two.Reporter, file));

        Assert.All(imports, x => Assert.Equal(0, x.Count("refused")));
        Assert.Equal(3_000, imports.Sum(x => x.Count("created")));
        Assert.Equal(3_000, (await EventsAsync(two)).Count(x => x.Data is Report));
    }

    /// <summary>Half of the reports go into four holdings, the others into two hundred; some correct others, some are said twice.</summary>
    private static (string Path, JsonObject Body) Report(int i)
    {
        var of = i % 10 == 7 ? i - 7 : i;
        var (recipient, platform) = of % 2 == 0 ? (of % 4 == 0 ? "KGZ" : "KAZ", of % 8 < 4 ? "orlan-10" : "akinci") : ("TJK", $"bird-{of % 200}");
        var body = ReportBodies.Delivery($"race-{of}", recipient, platform, of % 17);
        body["supplier"] = of % 3 == 0 ? "TUR" : "RUS";
        body["grade"] = (of % 5) switch { 0 => "B2", 1 => "C3", 2 => "D4", _ => "A1" };
        body["occurred"] = string.Create(CultureInfo.InvariantCulture, $"20{15 + (of % 10)}");
        if (of % 3 == 0)
        {
            body["deal"] = $"deal-{of % 7}";
            body["lot"] = $"lot-{of}";
        }

        switch (i % 10)
        {
            case 8 when i > 400:
                return ("retractions", ReportBodies.Put(ReportBodies.Least("retractions", $"race-{i - 400}"), $$"""{"id":"race-{{i}}"}"""));
            case 9 when i > 400:
                body["supersedes"] = new JsonArray($"race-{i - 400}");
                break;
        }

        return (of % 4 == 1 ? "contracts" : "deliveries", body);
    }

    private static async Task<int> ReadAsync(Service service, int which, CancellationToken over)
    {
        string[] questions = ["/v1/countries/KGZ/fleet", "/v1/countries/TJK/fleet/bird-7", "/v1/countries", "/v1/reports?limit=10", "/health/ready"];
        var asked = 0;
        while (!over.IsCancellationRequested)
        {
            var answer = await Service.GetAsync(service.Reader, questions[(asked + which) % questions.Length]);
            Assert.True(answer.Status is 200 or 404, answer.Body);
            asked++;
            await Task.Delay(20, CancellationToken.None);
        }

        return asked;
    }

    private static async Task<IReadOnlyList<IEvent>> EventsAsync(Service service)
    {
        await using var session = service.Services.GetRequiredService<IDocumentStore>().QuerySession();
        return await session.Events.QueryAllRawEvents().OrderBy(x => x.Sequence).ToListAsync(TestContext.Current.CancellationToken);
    }

    private static async Task ServedIsWhatTheEventsAddUpToAsync(Service service, IReadOnlyList<IEvent> events)
    {
        var last = events[^1].Sequence;
        var catalogue = CatalogueAt.Fold(events.Where(x => x.Data is PlatformDefined or PlatformAliasAdded)
            .Select(x => new CatalogueEntry(x.Sequence, x.Version, x.Data, x.UserName)));
        await CaughtUpAsync(service, last);
        var holdings = events.Where(x => x.Data is Report).Select(x => (Report: (Report)x.Data, Evidence: EvidenceRow.Of(x, (Report)x.Data).Evidence))
            .GroupBy(x => (x.Report.Recipient, Platform: catalogue.Resolve(x.Report.Platform!)));
        foreach (var holding in holdings)
        {
            var (recipient, platform) = holding.Key;
            var expected = Estimator.Estimate([.. holding.Select(x => x.Evidence)], new Clocks(AsOf, last, null, Method.Two), catalogue.Find(platform).Items);
            var served = (await service.AskAsync($"/v1/countries/{recipient}/fleet/{platform}?asOf=2026-06-01&knownAt=@{last}")).GetProperty("estimate");
            Assert.Equal((expected.Low, expected.Best, expected.High, expected.Conflicted, expected.OnOrder, expected.Announced, expected.Reports),
                (served.GetProperty("low").GetInt64(), served.GetProperty("best").GetInt64(), served.GetProperty("high") is { ValueKind: JsonValueKind.Number } high ? high.GetInt64() : null,
                served.GetProperty("conflicted").GetBoolean(), served.GetProperty("onOrder").GetInt64(), served.GetProperty("announced").GetInt64(), served.GetProperty("reports").GetInt32()));
        }
    }

    private static Task<Answered> CaughtUpAsync(Service service, long position) => Eventually.GetAsync($"The read model should come to {position}.",
        () => Service.GetAsync(service.Reader, $"/v1/countries?limit=1&atLeast={position}"), x => x.Status == 200);
}
