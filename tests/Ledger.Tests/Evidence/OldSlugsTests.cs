using Ledger.Audit;
using Ledger.Store;
using Ledger.Tests.Harness;
using Ledger.Tests.Store;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Evidence;

/// <summary>Reports that an earlier build stored under slugs of its own rule, which dropped marks and compatible characters.</summary>
public sealed class OldSlugsTests
{
    private const string Rows = "select coalesce(md5(string_agg(e::text, '|' order by position)), '') from ledger.evidence e";

    /// <summary>Makes of a report what the earlier build would have stored, and of its row what it would have made.</summary>
    private static async Task StoredUnderAsync(Service service, Answered posted, string slug, bool isSlugAlone = false) => Assert.Equal(1, await service.ScalarAsync<long>($"""
        with stored as (update ledger.mt_events set data = jsonb_set(data, array['platform'], to_jsonb($2)) {(isSlugAlone ? "- 'platformName'" : "")} where id = $1 returning seq_id),
        row as (update ledger.evidence set platform = $2 {(isSlugAlone ? ", platform_name = null" : "")} where position = (select seq_id from stored) returning 1)
        select count(*) from row
        """, Guid.Parse(posted.Json.Text("eventId")!), slug));

    private static async Task<string[]> FleetAsync(Service service, string recipient) => [.. (await service.AskAsync($"/v1/countries/{recipient}/fleet")).Items("holdings")
        .Select(x => $"{x.Text("platform")} {x.Long("estimate.best")}").Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Get_after_the_upgrade_the_slugs_of_their_names_and_what_withdrew_or_corrected_them_still_does()
    {
        var database = await Databases.MakeAsync();
        Answered kept, withdrawn, delisted, delisting;
        await using (var service = await Service.StartOnAsync(database))
        {
            async Task<Answered> PostAsync(string platform, long n, string deal, string? supersedes = null)
            {
                var report = ReportBuilder.Report("KGZ", platform, n).With("deal", deal);
                return await (supersedes is null ? report : report.With("supersedes", new System.Text.Json.Nodes.JsonArray(supersedes))).PostAsync(service);
            }

            async Task<Answered> WithdrawAsync(string path, Answered target) => await service.ReportAsync(path, Reports.ReportBodies.Least(path, target.Json.Text("id")).ToJsonString());

            kept = await PostAsync("Wing Loong Ⅱ", 3, "one");
            await PostAsync("Wing Loong II", 2, "two");
            withdrawn = await PostAsync("Wing Loong Ⅱ", 50, "three");
            var retraction = await WithdrawAsync("retractions", withdrawn);
            var wrong = await PostAsync("Wing Loong Ⅱ", 700, "four");
            // The client posts the slug that it was answered.
            var correction = await PostAsync("wing-loong-ii", 7, "four", wrong.Json.Text("id"));
            var correctedAgain = await PostAsync("wing-loong-ii", 8, "four", correction.Json.Text("id"));
            delisted = await PostAsync("Wing Loong Ⅱ", 1000, "five");
            delisting = await WithdrawAsync("delistings", delisted);
            foreach (var posted in (Answered[])[kept, withdrawn, retraction, wrong, delisted, delisting])
            {
                await StoredUnderAsync(service, posted, "wing-loong");
            }

            await StoredUnderAsync(service, correction, "wing-loong", isSlugAlone: true);
            await StoredUnderAsync(service, correctedAgain, "wing-loong", isSlugAlone: true);
            await StoredUnderAsync(service, await PostAsync("Kargı", 11, "six"), "kargı", isSlugAlone: true);
            await PostAsync("KARGI", 4, "seven");
            await StoredUnderAsync(service, await PostAsync("«नेत्र»", 1, "eight"), "न-त-र");
            await service.ScalarAsync<long>("with v as (update ledger.schema_version set version = 3 returning 1) select count(*) from v");
        }

        await SchemaTests.ApplyAsync(database);

        await using var upgraded = await Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check);
        Assert.Equal(["kargi 15", "wing-loong-2 13", "नेत्र 1"], await FleetAsync(upgraded, "KGZ"));
        // What is stored is what was said.
        Assert.Equal("wing-loong", (await upgraded.AskAsync($"/v1/reports/{kept.Json.Text("eventId")}")).Text("platform"));
        Assert.Equal("wing-loong-2", (await upgraded.AskAsync($"/v1/reports/{kept.Json.Text("eventId")}")).Text("resolvedPlatform"));

        // And so do withdrawals and corrections that come later.
        await ReportBuilder.Report("KGZ", "Wing Loong II", 30).With("deal", "one").With("supersedes", new System.Text.Json.Nodes.JsonArray(kept.Json.Text("id")!)).PostAsync(upgraded);
        await upgraded.ReportAsync("retractions", $$$"""{"report":"{{{delisting.Json.Text("eventId")}}}","source":{"publisher":"A paper"}}""");
        Assert.Equal(["kargi 15", "wing-loong-2 1040", "नेत्र 1"], await FleetAsync(upgraded, "KGZ"));

        var rows = await Databases.ValueAsync<string>(database, Rows);
        var replayed = await new Replay(upgraded.Services.GetRequiredService<NpgsqlDataSource>(), upgraded.Services.GetRequiredService<StoredEvents>(),
            new AnswersOverHttp(upgraded.Reader)).RunAsync(new DateOnly(2026, 1, 1), new Reported(), TestContext.Current.CancellationToken);
        Assert.Null(replayed.First);
        await upgraded.Services.GetRequiredService<RebuildReadModel>()(new Reported(), TestContext.Current.CancellationToken);
        Assert.Equal(rows, await Databases.ValueAsync<string>(database, Rows));
    }

    [Fact]
    public async Task In_the_catalogue_lead_by_the_slugs_of_today_to_their_platforms()
    {
        var database = await Databases.MakeAsync();
        await using (var service = await Service.StartOnAsync(database))
        {
            Assert.Equal(201, (await Service.PostAsync(service.Admin, "/v1/platforms", new
            {
                platform = "mizrak", name = "Mızrak", category = "loiteringMunition", @class = "expendable", use = "military", aliases = (string[])["Deli Dumrul Ⅱ"],
            })).Status);
            await service.ScalarAsync<long>("""
                with defined as (update ledger.mt_events set data = jsonb_set(data, '{platform}', '"mızrak"')
                  where type in ('platform_defined', 'platform_alias_added') and data ->> 'platform' = 'mizrak' returning 1),
                v as (update ledger.schema_version set version = 3 returning 1) select count(*) from defined, v
                """);
            await service.ScalarAsync<long>("""
                with a as (update ledger.mt_events set data = jsonb_set(data, '{aliasSlug}', '"deli-dumrul"') where data ->> 'aliasSlug' = 'deli-dumrul-ii' returning 1)
                select count(*) from a
                """);
        }

        await using var upgraded = await Service.StartOnAsync(database);

        foreach (var name in (string[])["MIZRAK", "Mızrak", "Deli Dumrul II", "DELİ DUMRUL Ⅱ"])
        {
            Assert.Equal("mizrak", (await upgraded.AskAsync($"/v1/platforms/{Uri.EscapeDataString(name)}")).Text("platform"));
        }

        Assert.Equal(404, (await Service.GetAsync(upgraded.Reader, "/v1/platforms/deli-dumrul")).Status);
    }
}
