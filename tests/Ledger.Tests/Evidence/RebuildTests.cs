using Ledger.Audit;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Harness;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Evidence;

public class RebuildTests
{
    private const string Rows = "select coalesce(md5(string_agg(e::text, '|' order by position)), '') from ledger.evidence e";

    private static Task<Rebuilt> RebuildAsync(Service service, Action<Progress>? tell = null) =>
        new Rebuild(service.Services.GetRequiredService<SessionConnections>(), service.Services.GetRequiredService<StoredEvents>())
            .RunAsync(new Reported(tell), TestContext.Current.CancellationToken);

    /// <summary>So many that a part of them is used before the exchange.</summary>
    private static async Task FillUpAsync(Service service)
    {
        var import = await Reports.Import.PostAsync(service.Reporter, Reports.Import.FileOf(Enumerable.Range(0, 1_500).Select(x => Reports.Import.Delivery($"more-{x}", "UZB", $"bird-{x % 9}"))));
        Assert.Equal(1_500, import.Count("created"));
        await service.AskAsync("/v1/countries", import.Lines.Max(x => x.Long("position")));
    }

    private static async Task<Service> FilledAsync()
    {
        var service = await Service.StartAsync();
        await Questions.RefoldedAnswersTests.FillAsync(service);
        return service;
    }

    [Fact]
    public async Task A_rebuild_makes_every_row_as_it_was_and_repairs_what_was_not()
    {
        await using var service = await FilledAsync();
        var rows = await service.ScalarAsync<string>(Rows);
        await service.ScalarAsync<int>("""
            with gone as (delete from ledger.evidence where position in (select position from ledger.evidence order by position limit 3) returning 1),
            wrong as (update ledger.evidence set n = n + 1 where position = (select max(position) from ledger.evidence where n is not null) returning 1)
            select (select count(*) from gone)::int + (select count(*) from wrong)::int
            """);
        Assert.NotEqual(rows, await service.ScalarAsync<string>(Rows));
        var rebuilt = await RebuildAsync(service);
        Assert.Equal(66, rebuilt.Rows);
        Assert.Equal(rows, await service.ScalarAsync<string>(Rows));
        Assert.Equal(0, await service.ScalarAsync<int>("select count(*)::int from pg_class where relname like 'evidence_next%' or relname like 'next%'"));
        // Table, key and indexes are what the schema says, by name too.
        await service.Services.GetRequiredService<IDocumentStore>().Storage.Database.AssertDatabaseMatchesConfigurationAsync(TestContext.Current.CancellationToken);
        var posted = await ReportBuilder.Report("KGZ", "aksungur", 1).PostAsync(service);
        await service.AskAsync("/v1/countries/KGZ/fleet", posted.Position);
    }

    [Fact]
    public async Task Answers_never_change_while_it_runs_under_posting_and_reading_and_nothing_posted_meanwhile_is_lost()
    {
        await using var service = await FilledAsync();
        var last = await ReportBuilder.Report("KGZ", "aksungur", 2).PostAsync(service);
        var pinned = $"/v1/countries/KGZ/fleet?asOf=2024-01-01&method=1&knownAt=@{last.Position}";
        var before = (await service.AskAsync(pinned)).GetRawText();
        using var enough = new CancellationTokenSource();
        var asked = 0;
        var posting = Enumerable.Range(0, 3).Select(client => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                await ReportBuilder.Report("KAZ", $"bird-{client}", 1).PostAsync(service);
            }
        }, TestContext.Current.CancellationToken)).ToList();
        var reading = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!enough.IsCancellationRequested)
            {
                Assert.Equal(before, (await service.AskAsync(pinned)).GetRawText());
                // And what was acknowledged is there for whoever waits for it.
                var own = await ReportBuilder.Report("UZB", "bird", 1).PostAsync(service);
                Assert.NotEmpty((await service.AskAsync("/v1/countries/UZB/fleet", own.Position)).Items("holdings"));
                Interlocked.Increment(ref asked);
            }
        }, TestContext.Current.CancellationToken)).ToList();
        for (var i = 0; i < 8; i++)
        {
            await RebuildAsync(service);
        }

        await enough.CancelAsync();
        await Task.WhenAll([.. posting, .. reading]);
        Assert.True(asked > 8);
        var replayed = await new Replay(service.Services.GetRequiredService<NpgsqlDataSource>(), service.Services.GetRequiredService<StoredEvents>(),
            new AnswersOverHttp(service.Reader)).RunAsync(new DateOnly(2024, 1, 1), new Reported(), TestContext.Current.CancellationToken);
        Assert.Null(replayed.First);
        Assert.Equal(before, (await service.AskAsync(pinned)).GetRawText());
    }

    [Theory]
    [InlineData("rows")]
    [InlineData("indexes")]
    [InlineData("exchange")]
    public async Task Broken_off_at_any_step_it_changes_nothing_and_can_be_started_again(string step)
    {
        await using var service = await FilledAsync();
        await FillUpAsync(service);
        var rows = await service.ScalarAsync<string>(Rows);
        var table = await service.ScalarAsync<uint>("select 'ledger.evidence'::regclass::oid");
        await Assert.ThrowsAsync<OperationCanceledException>(() => RebuildAsync(service, at =>
        {
            if (at.Step == step)
            {
                throw new OperationCanceledException();
            }
        }));
        Assert.Equal(rows, await service.ScalarAsync<string>(Rows));
        Assert.Equal(table, await service.ScalarAsync<uint>("select 'ledger.evidence'::regclass::oid"));
        await RebuildAsync(service);
        Assert.Equal(rows, await service.ScalarAsync<string>(Rows));
        Assert.NotEqual(table, await service.ScalarAsync<uint>("select 'ledger.evidence'::regclass::oid"));
    }

    [Fact]
    public async Task Its_database_connection_cut_in_the_exchange_it_has_changed_nothing()
    {
        await using var service = await FilledAsync();
        var rows = await service.ScalarAsync<string>(Rows);
        // Somebody reads, so that the exchange waits; then whoever runs it is killed.
        await using (await Databases.HoldAsync(service.ConnectionString, "select count(*) from ledger.evidence"))
        {
            var rebuilding = RebuildAsync(service);
            const string Waiting = "select count(*)::int from pg_locks where mode = 'AccessExclusiveLock' and not granted and relation = 'ledger.evidence'::regclass";
            await Eventually.GetAsync("The exchange should wait for its lock.", () => Databases.ValueAsync<int>(service.ConnectionString, Waiting), x => x > 0);

            await Databases.ValueAsync<bool>(service.ConnectionString,
                "select bool_and(pg_terminate_backend(pid)) from pg_locks where mode = 'AccessExclusiveLock' and not granted and relation = 'ledger.evidence'::regclass");
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => rebuilding);
        }

        Assert.Equal(rows, await service.ScalarAsync<string>(Rows));
        await RebuildAsync(service);
        Assert.Equal(rows, await service.ScalarAsync<string>(Rows));
    }

    [Fact]
    public async Task The_schema_changed_meanwhile_it_changes_nothing()
    {
        await using var service = await FilledAsync();
        var rows = await service.ScalarAsync<string>(Rows);
        await Assert.ThrowsAsync<OperatorException>(() => RebuildAsync(service, at =>
        {
            if (at.Step == "exchange")
            {
                Databases.RunAsync(service.ConnectionString, "create index idx_evidence_lot on ledger.evidence (lot)").GetAwaiter().GetResult();
            }
        }));
        Assert.Equal(rows, await service.ScalarAsync<string>(Rows));
        Assert.Equal(1, await service.ScalarAsync<int>("select count(*)::int from pg_indexes where indexname = 'idx_evidence_lot' and tablename = 'evidence'"));
    }

    [Fact]
    public async Task Two_at_once_are_one_too_many()
    {
        await using var service = await FilledAsync();
        await using (await Databases.HoldAsync(service.ConnectionString, $"select pg_advisory_lock({Rebuild.LockKey})"))
        {
            await Assert.ThrowsAsync<OperatorException>(() => RebuildAsync(service));
        }

        await Eventually.GetAsync("The lock of the first should be free.", () => service.ScalarAsync<int>(
            $"select count(*)::int from pg_locks where locktype = 'advisory' and objid = {Rebuild.LockKey}"), x => x == 0);

        Assert.Equal(66, (await RebuildAsync(service)).Rows);
        Assert.Equal(66, (await RebuildAsync(service)).Rows);
    }
}
