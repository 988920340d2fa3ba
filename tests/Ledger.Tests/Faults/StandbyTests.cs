using Ledger.Facts;
using Ledger.Tests.EmbeddedPostgres;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Npgsql;

namespace Ledger.Tests.Faults;

/// <summary>A synchronous standby that stalls: what it has not confirmed can be lost with the primary, so nobody may be told that it is recorded.
/// Npgsql 10.0.3 returns normally from a commit whose wait was cancelled, and a look at what was committed so waits for nobody.</summary>
[Collection(Alone.Name)]
[Trait("Category", KillingTests.Category)]
public sealed class StandbyTests
{
    private const string Platform = """{"platform":"night-owl","name":"Night Owl","category":"armedUav","class":"durable","use":"military"}""";

    [Fact]
    public async Task What_no_standby_has_confirmed_is_never_acknowledged_and_is_there_once_when_it_has()
    {
        OwnPostgres.OrSkip("pg_basebackup");
        var folder = Directory.CreateTempSubdirectory("ledger-faults-").FullName;
        Scratch.Chmod("755", folder);
        await using var primary = await OwnPostgres.StartAsync(folder, deleted: true);
        await using var standby = await primary.WithStandbyAsync();
        // The operator's connection string would have a cancelled command waited for: the service knows better.
        var connection = new NpgsqlConnectionStringBuilder(primary.ConnectionString) { CommandTimeout = 2, CancellationTimeout = 2_000 }.ConnectionString;
        await using var service = await Service.StartOnAsync(connection);
        var before = await ReportBuilder.Report("KGZ", "anka", 3).PostAsync(service);
        Assert.Equal(201, (await Service.PostAsync(service.Admin, "/v1/platforms", Platform.Replace("ight-owl", "oon-owl", StringComparison.Ordinal))).Status);
        var report = ReportBodies.Delivery("stalled", "KGZ", "anka", 5).ToJsonString();
        var import = Import.FileOf([Import.Delivery("stalled-line", "KGZ", "anka", 5)]);
        Task<Answered> PostAsync() => Service.PostAsync(service.Reporter, "/v1/deliveries", report);
        Task<Answered> DefineAsync() => Service.PostAsync(service.Admin, "/v1/platforms", Platform);

        standby.Freeze();
        // Twice: the second finds what the first committed on the primary alone.
        foreach (var ask in (Func<Task<Answered>>[])[PostAsync, PostAsync, DefineAsync, DefineAsync])
        {
            IsSlow(await ask());
        }

        Assert.Equal([503], (await Import.PostAsync(service.Reporter, import)).Statuses);
        // Somebody cancels the wait itself, before the command is too late: no time-out tells then, only a warning.
        var waiting = PostAsync();
        await Eventually.IsSoAsync("The commit should wait and be cancelled.", async () => waiting.IsCompleted || await Databases.ValueAsync<bool>(
            new NpgsqlConnectionStringBuilder(primary.ConnectionString) { Pooling = false }.ConnectionString,
            "select coalesce(bool_or(pg_cancel_backend(pid)), false) from pg_stat_activity where wait_event = 'SyncRep' and query ilike 'commit%'"));
        IsSlow(await waiting);

        standby.GoOn();
        var after = await Eventually.GetAsync("It should be recorded when the standby goes on.", PostAsync, x => x.Status != 503);
        Assert.True(after.Status is 200 or 201, after.Body);
        Assert.True(after.Position > before.Position);
        Assert.Equal(0, (await Import.PostAsync(service.Reporter, import)).Count("refused"));
        Assert.True((await DefineAsync()).Status is 200 or 201);
        foreach (var server in (OwnPostgres[])[primary, standby])
        {
            var found = await Eventually.GetAsync("The standby should have come as far.", () => Databases.PairsAsync(server.ConnectionString,
                "select coalesce(data ->> 'id', data ->> 'platform'), count(*) from ledger.mt_events where data ->> 'id' like 'stalled%' or data ->> 'platform' = 'night-owl' group by 1"),
                x => x.Count == 3);
            Assert.All(found, x => Assert.Equal(1, x.Value));
        }
    }

    private static void IsSlow(Answered answer)
    {
        Assert.True(answer.Status == 503, $"{answer.Status} {answer.Body}");
        Assert.EndsWith("urn:ledger:problem:slow", answer.Json.Text("type"), StringComparison.Ordinal);
        Assert.NotNull(answer.Headers.RetryAfter);
    }
}
