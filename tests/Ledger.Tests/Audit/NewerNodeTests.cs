using Ledger.Audit;
using Ledger.Evidence;
using Ledger.Questions;
using Ledger.Store;
using Ledger.Tests.Editions;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Audit;

/// <summary>While nodes are exchanged one by one, an older one meets events that a newer one has stored: with members that it does not
/// know, which it shows as they are stored where it shows the stored JSON, and ignores everywhere else.</summary>
public class NewerNodeTests
{
    /// <summary>A member more in every event, and in every object inside it.</summary>
    private const string Add = """
        with changed as (
            update ledger.mt_events set data = (
                select jsonb_object_agg(key, case when jsonb_typeof(value) = 'object' then value || '{"newer":{"a":[1,"b"]}}' else value end) from jsonb_each(data)
            ) || '{"newer":{"a":[1,"b"]}}' returning 1)
        select count(*) from changed
        """;

    private const string Rows = "select coalesce(md5(string_agg(e::text, '|' order by position)), '') from ledger.evidence e";

    [Fact]
    public async Task Events_with_members_of_a_newer_build_are_read_everywhere_and_shown_as_they_are_stored()
    {
        var database = await Databases.MakeAsync();
        string rows;
        string[] asked =
        [
            "/v1/countries/KGZ/fleet", "/v1/countries/KGZ/fleet/bayraktar-tb2?asOf=2024-01-01", "/v1/deals?recipient=KGZ", "/v1/flows?from=2015&to=2024&recipient=KGZ", "/v1/platforms/newer-bird",
        ];
        Dictionary<string, string> before;
        await using (var service = await Service.StartOnAsync(database))
        {
            foreach (var (path, _, _) in ReportBodies.Kinds.OrderBy(x => ReportBodies.IsWithdrawal(x.Path)))
            {
                await service.ReportAsync(path, ReportBodies.Full(path, $"newer-{path}", "newer-observations").ToJsonString());
            }

            Assert.Equal(201, (await Service.PostAsync(service.Admin, "/v1/platforms",
                """{"platform":"newer-bird","name":"Newer","category":"uav","class":"durable","use":"civil","itemsPerSystem":[1,2,3],"aliases":["Newest"]}""")).Status);
            var edition = await Edition.PostAsync(service, Register.Of(Register.Row(), Register.Row("Turkmenistan", delivered: "2")), "2025-03-10");
            Assert.Equal("done", edition.Word);
            var last = await service.ReportAsync("deliveries", ReportBodies.Delivery("newer-last").ToJsonString());
            await service.AskAsync("/v1/countries", last.Position);
            rows = await service.ScalarAsync<string>(Rows);
            before = await AnswersAsync(service, asked);
            Assert.Equal(await service.CountAsync(), await service.ScalarAsync<long>(Add));
        }

        await using (var service = await Service.StartOnAsync(database))
        {
            // The older node: its catalogue, its read model, its answers.
            var last = await service.ReportAsync("deliveries", ReportBodies.Delivery("newer-after", "TKM").ToJsonString());
            await service.AskAsync("/v1/countries", last.Position);
            Assert.Equal(rows, await service.ScalarAsync<string>(Rows.Replace("evidence e", $"evidence e where position < {last.Position}", StringComparison.Ordinal)));
            foreach (var (path, answer) in await AnswersAsync(service, asked))
            {
                Assert.Equal(before[path], answer);
            }

            // A retry, a different report under the same identity, a correction of what is stored.
            using var plain = Undescribed(service, service.Reporter);
            Assert.Equal(200, (await Service.PostAsync(plain, "/v1/deliveries", ReportBodies.Full("deliveries", "newer-deliveries").ToJsonString())).Status);
            Assert.Equal(409, (await Service.PostAsync(plain, "/v1/deliveries", ReportBodies.Put(ReportBodies.Full("deliveries", "newer-deliveries"), """{"note":"other"}""").ToJsonString())).Status);
            await service.ReportAsync("deliveries", ReportBodies.Put(ReportBodies.Full("deliveries", "newer-corrected"), """{"supersedes":["newer-deliveries"]}""").ToJsonString());

            // What is shown as it was stored shows it: described by the build that wrote it.
            using var reader = Undescribed(service, service.Reader);
            var shown = await Service.GetAsync(reader, $"/v1/reports/{ReportBodies.EventId(ReportBodies.Press, "newer-contracts")}");
            Assert.Equal(200, shown.Status);
            foreach (var at in (string[])["newer.a", "source.newer.a", "quantity.newer.a", "value.newer.a"])
            {
                Assert.Equal("[1,\"b\"]", shown.Json.At(at).GetRawText().Replace(" ", "", StringComparison.Ordinal));
            }

            Assert.Equal(200, (await Service.GetAsync(reader, "/v1/reports?limit=1000")).Status);
            Assert.Equal(200, (await Service.GetAsync(reader, "/v1/countries/KGZ/fleet/bayraktar-tb2")).Status);
            Assert.Contains("\"newer\"", (await Service.GetAsync(service.Auditor, "/v1/events?after=0")).Body, StringComparison.Ordinal);

            // The next edition is compared with the one before, which is read back from the store.
            var edition = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "6"), Register.Row("Turkmenistan", delivered: "2")), "2026-03-09");
            Assert.Equal(("done", 0L, 1L, 1L, 0L), (edition.Word, edition.Count("new"), edition.Count("grown"), edition.Count("unchanged"), edition.Count("refused")));

            last = await service.ReportAsync("deliveries", ReportBodies.Delivery("newer-end", "TKM").ToJsonString());
            await service.AskAsync("/v1/countries", last.Position);
            var (data, events) = (service.Services.GetRequiredService<NpgsqlDataSource>(), service.Services.GetRequiredService<StoredEvents>());
            var replayed = await new Replay(data, events, new AnswersInProcess(service.Services.GetRequiredService<Sources>()))
                .RunAsync(new DateOnly(2024, 1, 1), new Reported(), TestContext.Current.CancellationToken);
            Assert.Null(replayed.First);
            rows = await service.ScalarAsync<string>(Rows);
            await new Rebuild(service.Services.GetRequiredService<SessionConnections>(), events).RunAsync(new Reported(), TestContext.Current.CancellationToken);
            Assert.Equal(rows, await service.ScalarAsync<string>(Rows));
        }
    }

    /// <summary>What is estimated: an answer without what it shows as stored, and without its basis.</summary>
    private static async Task<Dictionary<string, string>> AnswersAsync(Service service, string[] asked)
    {
        using var reader = Undescribed(service, service.Reader);
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in asked)
        {
            var answer = await Service.GetAsync(reader, path);
            Assert.True(answer.Status == 200, answer.Body);
            var body = ReportBodies.Parse(ReportBuilder.WithoutBasis(answer.Body));
            body.Remove("evidence");
            answers[path] = body.ToJsonString();
        }

        return answers;
    }

    /// <summary>A client whose answers are not held against this build's description, which knows no newer member.</summary>
    private static HttpClient Undescribed(Service service, HttpClient same)
    {
        var client = new HttpClient { BaseAddress = service.Address };
        client.DefaultRequestHeaders.Authorization = same.DefaultRequestHeaders.Authorization;
        return client;
    }
}
