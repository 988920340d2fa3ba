using System.Text.Json;
using Ledger.Export;
using Ledger.Questions;
using Ledger.Store;
using Ledger.Tests.Harness;
using Ledger.Tests.Questions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Export;

/// <summary>The views for other people's dashboards: dated snapshots of the service's own figures, for a role that can read nothing else.</summary>
[Collection(Alone.Name)]
public sealed class AnalyticsTests(ExportedService exported) : IClassFixture<ExportedService>
{
    private static readonly ClockParameters Asked = new() { AsOf = DateOnly.ParseExact(ExportedService.AsOf, "O") };

    [Fact]
    public async Task The_views_show_the_figures_that_the_API_answers_with_day_position_and_method()
    {
        var service = exported.Service;
        var taken = await TakeAsync(service);
        Assert.Equal(taken.Rows["holdings"], await service.ScalarAsync<long>("select count(*) from analytics.holdings"));
        await SameAsync(await ApiRows.HoldingsAsync(service), "holdings", $"recipient || '|' || {ApiRows.Sql([.. ApiRows.Holding, .. ApiRows.Grounds])}");
        await SameAsync([.. (await ApiRows.HoldingsByYearAsync(service)).Where(x => !x.StartsWith("2026", StringComparison.Ordinal))], "holdings_by_year",
            $"year || '|' || as_of || '|' || recipient || '|' || {ApiRows.Sql(ApiRows.Holding)}", $"where year between {ExportedService.From} and 2025");
        await SameAsync(await ApiRows.DealsAsync(service), "deals", ApiRows.Sql(ApiRows.Deal));
        await SameAsync(await ApiRows.FlowsAsync(service), "flows", $"year || '|' || {ApiRows.Sql(ApiRows.Flow)}", $"where year >= {ExportedService.From}");
        await SameAsync(await ApiRows.ReportsAsync(service), "reports", $"platform || '|' || {ApiRows.Sql(ApiRows.Report)} || '|' || counts_low || '|' || counts_best || '|' || counts_high");
        await SameAsync([.. (await ApiRows.ChangesAsync(service)).Select(x => x[..x.IndexOf("|[", StringComparison.Ordinal)])], "changes",
            $"moment || '|' || edition || '|' || position_before || '|' || position_after || '|' || recipient || '|' || {ApiRows.Sql(ApiRows.Change)}");
        Assert.Equal($"{ExportedService.AsOf} {taken.Basis.Position} 2 {taken.Number}", await service.ScalarAsync<string>(
            "select distinct concat_ws(' ', snapshot_day, snapshot_position, snapshot_method, snapshot) from analytics.holdings"));

        async Task SameAsync(List<string> expected, string view, string columns, string where = "")
        {
            await using var command = service.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand($"select {columns} from analytics.{view} {where}");
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            var lines = new List<string>();
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                lines.Add(reader.GetString(0));
            }

            Assert.NotEmpty(expected);
            Assert.Equal(expected.Order(StringComparer.Ordinal), lines.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Every_view_and_every_column_says_what_it_is_and_in_what_unit()
    {
        foreach (var table in AnalystTables.All)
        {
            foreach (var view in (string[])[table.Name, $"{table.Name}_history"])
            {
                Assert.Contains(table.Meaning, await exported.Service.ScalarAsync<string>($"select obj_description('analytics.{view}'::regclass, 'pg_class')"), StringComparison.Ordinal);
                foreach (var column in table.Columns)
                {
                    Assert.Equal(column.Comment, await exported.Service.ScalarAsync<string>(
                        $"select col_description('analytics.{view}'::regclass, attnum) from pg_attribute where attrelid = 'analytics.{view}'::regclass and attname = '{column.Name}'"));
                }
            }
        }

        Assert.Equal(0, await exported.Service.ScalarAsync<long>("""
            select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'v' and c.relnamespace = 'analytics'::regnamespace
            where a.attnum > 0 and col_description(c.oid, a.attnum) is null
            """));
    }

    [Fact]
    public async Task An_analyst_reads_the_views_and_nothing_else()
    {
        var service = exported.Service;
        // Once after db-apply, and once before it on another database: the order does not matter.
        await Databases.RunAsync(service.ConnectionString, await ScriptAsync());
        await using var late = await Service.StartAsync();
        foreach (var database in (string[])[service.ConnectionString, late.ConnectionString])
        {
            var readable = await Databases.ValueAsync<string[]>(database, """
                select coalesce(array_agg(n.nspname || '.' || c.relname order by 1), '{}') from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'v', 'm', 'p', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_t%'
                  and has_schema_privilege('ledger_analyst', n.oid, 'usage') and has_table_privilege('ledger_analyst', c.oid, 'select')
                """);
            Assert.Equal(AnalystTables.All.SelectMany(x => (string[])[$"analytics.{x.Name}", $"analytics.{x.Name}_history"]).Order(StringComparer.Ordinal),
                readable.Order(StringComparer.Ordinal));
            Assert.Equal(0, await Databases.ValueAsync<long>(database, """
                select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'v', 'p') and n.nspname in ('ledger', 'wolverine', 'analytics')
                  and (has_table_privilege('ledger_analyst', c.oid, 'insert') or has_table_privilege('ledger_analyst', c.oid, 'update')
                    or has_table_privilege('ledger_analyst', c.oid, 'delete') or has_table_privilege('ledger_analyst', c.oid, 'truncate'))
                """));
        }

        foreach (var refused in (string[])["ledger.mt_events", "ledger.evidence", "ledger.api_keys", "analytics.snapshots", "analytics.holdings_rows"])
        {
            var fault = await Assert.ThrowsAsync<PostgresException>(() => Databases.ValueAsync<object>(service.ConnectionString, $"set role ledger_analyst; select count(*) from {refused}"));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, fault.SqlState);
        }

        await TakeAsync(service);
        Assert.True(await Databases.ValueAsync<long>(service.ConnectionString, "set role ledger_analyst; select count(*) from analytics.reports") > 0);
    }

    [Fact]
    public async Task A_snapshot_that_fails_or_is_killed_leaves_the_former_one_whole()
    {
        await using var service = await Service.StartAsync(null, "--Ledger:Analytics:Keep", "2");
        await RefoldedAnswersTests.FillAsync(service);
        const string seen = """
            select concat_ws(' ', max(snapshot), count(*), sum(best), (select count(*) from analytics.changes), (select count(*) from analytics.reports),
              (select count(*) from analytics.holdings_rows where snapshot not in (select snapshot from analytics.snapshots))) from analytics.holdings
            """;
        var first = await TakeAsync(service);
        var before = await service.ScalarAsync<string>(seen);

        await service.ScalarAsync<int>("with broken as (update ledger.evidence set n = 9223372036854775807 where recipient = (select max(recipient) from ledger.evidence) "
            + "and n is not null returning 1) select count(*)::int from broken");
        await Assert.ThrowsAnyAsync<Exception>(() => TakeAsync(service));
        Assert.Equal(before, await service.ScalarAsync<string>(seen));
        await service.ScalarAsync<int>("with mended as (update ledger.evidence set n = 1 where n = 9223372036854775807 returning 1) select count(*)::int from mended");

        // Killed while it waits for the last table that it reads: everything before is written, and none of it is seen.
        await using (await Databases.HoldAsync(service.ConnectionString, "lock table analytics.changes_rows in access exclusive mode"))
        {
            using var process = RunningProgram.Run(["snapshot", "--ConnectionStrings:Ledger", service.ConnectionString]);
            _ = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await Eventually.IsSoAsync("The snapshot should wait for the locked table.", async () =>
                await service.ScalarAsync<bool>(
                "select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike 'copy analytics.changes_rows%')"));
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await Eventually.IsSoAsync("The killed transaction should be gone.", async () =>
            await service.ScalarAsync<bool>("select not exists (select from pg_locks where locktype = 'advisory' "
            + "and objid = 7301118 and database = (select oid from pg_database where datname = current_database()))"));
        Assert.Equal(before, await service.ScalarAsync<string>(seen));

        // No more than two are kept.
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(0, (await RunningProgram.CommandAsync("snapshot", "--as-of", "2024-01-01", "--ConnectionStrings:Ledger", service.ConnectionString, "--Ledger:Analytics:Keep", "2")).ExitCode);
        }

        Assert.Equal(2, await service.ScalarAsync<long>("select count(distinct snapshot) from analytics.holdings_history"));
        Assert.True(await service.ScalarAsync<long>("select min(snapshot) from analytics.holdings_rows") > first.Number);
        Assert.Equal(await service.ScalarAsync<long>("select max(snapshot) from analytics.snapshots"), await service.ScalarAsync<long>("select min(snapshot) from analytics.holdings"));
    }

    [Fact]
    public async Task Two_nodes_take_no_snapshot_at_the_same_time_and_one_is_due_only_when_something_is_new()
    {
        await using var service = await Service.StartAsync();
        await RefoldedAnswersTests.FillAsync(service);
        var snapshots = service.Services.GetRequiredService<Snapshots>();
        Assert.True(await snapshots.IsDueAsync(alsoOfPosition: false, TestContext.Current.CancellationToken));
        await using (await Databases.HoldAsync(service.ConnectionString, "select pg_advisory_xact_lock(7301118)"))
        {
            Assert.Null(await snapshots.TakeAsync(new ClockParameters(), null, TestContext.Current.CancellationToken));
        }

        await Eventually.IsSoAsync("A snapshot should be taken when the other node is done.", async () =>
            await snapshots.TakeAsync(new ClockParameters(), null, TestContext.Current.CancellationToken) is not null);
        Assert.False(await snapshots.IsDueAsync(alsoOfPosition: true, TestContext.Current.CancellationToken));
        await ReportBuilder.Report("KGZ", "aksungur", 5).PostAsync(service);
        Assert.True(await snapshots.IsDueAsync(alsoOfPosition: true, TestContext.Current.CancellationToken));
        Assert.False(await snapshots.IsDueAsync(alsoOfPosition: false, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(AnalyticsSettings.Changed)]
    [InlineData(AnalyticsSettings.Daily)]
    [InlineData(AnalyticsSettings.Off)]
    public async Task The_service_takes_snapshots_by_itself_as_the_setting_says(string setting)
    {
        await using var service = await Service.StartAsync(builder => builder.Services.AddSingleton<TimeProvider>(new ShortQuarters()), "--Ledger:Analytics:Snapshots", setting);
        Task<long> Taken() => service.ScalarAsync<long>("select count(*) from analytics.snapshots");
        if (setting != AnalyticsSettings.Off)
        {
            await Eventually.IsSoAsync("A first snapshot should be taken.", async () => await Taken() > 0);
        }

        var later = await ReportBuilder.Report("KGZ", "aksungur", 5).PostAsync(service);
        if (setting == AnalyticsSettings.Changed)
        {
            await Eventually.IsSoAsync("A snapshot should have the report.", async () =>
                await service.ScalarAsync<bool>($"select exists (select from analytics.snapshots where position >= {later.Position})"));
        }

        // Some more looks find nothing new, or nothing that is asked for.
        var taken = await Taken();
        await Task.Delay(ShortQuarters.Short * 5, TestContext.Current.CancellationToken);
        Assert.Equal(taken, await Taken());
        // The service may have taken one while it still wrote its catalogue: where changes count, each is of another position.
        var positions = await service.ScalarAsync<long>("select count(distinct position) from analytics.snapshots");
        Assert.Equal(setting switch { AnalyticsSettings.Off => 0, AnalyticsSettings.Daily => 1, _ => positions }, taken);
    }

    [Fact]
    public async Task Every_query_of_the_dashboard_runs_as_an_analyst()
    {
        var service = exported.Service;
        await Databases.RunAsync(service.ConnectionString, await ScriptAsync());
        await TakeAsync(service);
        var dashboard = JsonElement.Parse(await File.ReadAllBytesAsync(Path.Combine(TidyTests.Root, "ops/grafana/analytics.json"), TestContext.Current.CancellationToken));
        var queries = dashboard.Items("panels").Where(x => x.TryGetProperty("targets", out _)).SelectMany(x => x.Items("targets")).Select(x => x.Text("rawSql")!)
            .Concat(dashboard.GetProperty("templating").Items("list").Select(x => x.Text("query")!)).ToList();
        Assert.True(queries.Count > 8);
        foreach (var query in queries)
        {
            await Databases.RunAsync(service.ConnectionString, "begin read only; set local role ledger_analyst; " + query.Replace("${recipient}", "KGZ", StringComparison.Ordinal)
                .Replace("${category}", "armedUav", StringComparison.Ordinal) + "; rollback");
        }
    }

    /// <summary>The service's clock, for which the time between two looks is over soon.</summary>
    private sealed class ShortQuarters : TimeProvider
    {
        public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

        private readonly MicrosecondClock _clock = new();

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime == SnapshotTimer.First || dueTime == SnapshotTimer.Every ? Short : dueTime, period);
    }

    private static Task<string> ScriptAsync() => File.ReadAllTextAsync(Path.Combine(TidyTests.Root, "deploy/analyst.sql"), TestContext.Current.CancellationToken);

    private static async Task<Snapshot> TakeAsync(Service service) =>
        (await service.Services.GetRequiredService<Snapshots>().TakeAsync(Asked, null, TestContext.Current.CancellationToken))!;
}
