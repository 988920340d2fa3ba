using System.Text.Json;
using Ledger.Store;
using Ledger.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Ledger.Tests.Store;

/// <summary>A ledger of an older schema is carried over whole or not at all, and its answers stay what they were.</summary>
public sealed class UpgradeTests
{
    private const string Reports = "select count(*) from ledger.mt_events where type like '%reported' or type like 'report%'";
    private const string Rows = "select coalesce(md5(string_agg(e::text, '|' order by position)), '') from ledger.evidence e";

    private static string Beside(string file) => Path.Combine(TidyTests.Root, "tests", "Ledger.Tests", "Store", file);

    /// <summary>A ledger as the program of schema version 1 left it, its projection four events behind.</summary>
    private static async Task<string> OfVersion1Async()
    {
        var database = await Databases.MakeAsync();
        await Databases.RunAsync(database, await File.ReadAllTextAsync(Beside("schema-1.sql"), TestContext.Current.CancellationToken));
        await Databases.RunAsync(database, await File.ReadAllTextAsync(Beside("ledger-1.sql"), TestContext.Current.CancellationToken));
        Assert.Equal(4, await Databases.ValueAsync<long>(database, Reports) - await Databases.ValueAsync<long>(database, "select count(*) from ledger.evidence"));
        return database;
    }

    [Fact]
    public async Task Answers_on_a_ledger_of_version_1_are_after_the_upgrade_what_they_were_before_it()
    {
        var database = await OfVersion1Async();
        var said = new List<string>();

        await SchemaTests.ApplyAsync(database, said.Add);
        await SchemaTests.ApplyAsync(database, line => Assert.Fail($"The second time there is nothing to do, yet: {line}"));

        Assert.Contains("4 rows of evidence made of the events after position 17; the ledger's end is 21.", said);
        Assert.Equal(await Databases.ValueAsync<long>(database, Reports), await Databases.ValueAsync<long>(database, "select count(*) from ledger.evidence"));
        Assert.Equal($"(t,{Schema.Version},21,\"2026-03-01 10:21:00.123456+00\",f)", await Databases.ValueAsync<string>(database,
            "set timezone = 'UTC'; select (one, version, unordered_until, unordered_latest, rebuild_needed)::text from ledger.schema_version"));
        var rows = await Databases.ValueAsync<string>(database, Rows);
        await using var service = await Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check);
        var before = JsonElement.Parse(await File.ReadAllTextAsync(Beside("ledger-1.answers.json"), TestContext.Current.CancellationToken));
        foreach (var (path, expected) in before.EnumerateObject().Select(x => (x.Name, x.Value)))
        {
            var answer = await Service.GetAsync(path.StartsWith("/v1/events", StringComparison.Ordinal) ? service.Auditor : service.Reader, path);
            Assert.True(answer.Status == 200, $"{path}: {answer.Body}");
            var lines = expected.ValueKind == JsonValueKind.Array ? answer.Body.TrimEnd().Split('\n') : [answer.Body];
            Assert.True(IsWithin(expected, expected.ValueKind == JsonValueKind.Array ? JsonElement.Parse($"[{string.Join(',', lines)}]") : answer.Json),
                $"{path}\n before {expected}\n after  {answer.Body}");
        }

        // What the upgrade made is what the events make.
        await service.Services.GetRequiredService<RebuildReadModel>()(new Reported(), TestContext.Current.CancellationToken);
        Assert.Equal(rows, await Databases.ValueAsync<string>(database, Rows));
        var posted = await ReportBuilder.Report("KGZ", "anka", 3).PostAsync(service);
        Assert.Equal(3, (await service.AskAsync("/v1/countries/KGZ/fleet/anka", posted.Position)).Long("estimate.best"));
    }

    [Fact]
    public async Task A_forgotten_node_of_version_1_posts_nothing_and_is_told_why()
    {
        var database = await OfVersion1Async();
        // As that program appends: under the same lock, through the function of the store's quick mode.
        const string Append = "select pg_advisory_xact_lock(7301116); select ledger.mt_quick_append_events('KGZ/~/beta', null, '*DEFAULT*', array[gen_random_uuid()], "
            + "array['observation_reported'], array['Ledger.Reports.Observation, Ledger'], array['{}']::jsonb[], array[null]::bytea[], array['{}']::jsonb[], array['x'], array[now()])";
        await Databases.RunAsync(database, $"begin; {Append}; rollback");
        await SchemaTests.ApplyAsync(database);

        // The function has other parameters now; and where it had not, the fence stands.
        var first = await Assert.ThrowsAsync<PostgresException>(() => Databases.RunAsync(database, $"begin; {Append}; commit"));
        var second = await Assert.ThrowsAsync<PostgresException>(() => Databases.RunAsync(database, "begin; select pg_advisory_xact_lock(7301116); "
            + "insert into ledger.mt_events (seq_id, id, stream_id, version, data, type) values (22, gen_random_uuid(), 'KGZ/~/beta', 2, '{}', 'observation_reported'); commit"));

        Assert.Equal([PostgresErrorCodes.UndefinedFunction, AppendFence.SqlState], [first.SqlState, second.SqlState]);
        Assert.Contains("older than its schema", second.MessageText, StringComparison.Ordinal);
        Assert.DoesNotContain([first, second], x => DatabaseFault.IsAway(x) || DatabaseFault.IsRace(x));
        Assert.Equal(13, await Databases.ValueAsync<long>(database, "select count(*) from ledger.mt_events"));
    }

    [Fact]
    public async Task A_forgotten_projection_of_version_1_fails_at_its_next_batch_and_leaves_no_row_and_no_progress()
    {
        var database = await OfVersion1Async();
        await SchemaTests.ApplyAsync(database);
        var rows = await Databases.ValueAsync<string>(database, Rows);

        // As that projection commits a batch: rows, mark and progress in one transaction.
        var refused = await Assert.ThrowsAsync<PostgresException>(() => Databases.RunAsync(database, """
            begin;
            insert into ledger.evidence select (jsonb_populate_record(e, '{"position": 22}')).* from ledger.evidence e where position = 21;
            with seal as (insert into ledger.knowledge_seal as seal (one, at) values (true, now())
              on conflict (one) do update set at = greatest(seal.at + interval '1 microsecond', excluded.at) returning at)
            insert into ledger.knowledge_marks (at, position) select seal.at, 22 from seal;
            update ledger.mt_event_progression set last_seq_id = 22 where name = 'evidence:All';
            commit
            """));

        Assert.Equal(PostgresErrorCodes.UndefinedTable, refused.SqlState);
        Assert.Equal(rows, await Databases.ValueAsync<string>(database, Rows));
        Assert.Equal(21, await Databases.ValueAsync<long>(database, "select last_seq_id from ledger.mt_event_progression where name = 'evidence:All'"));
    }

    [Fact]
    public async Task Broken_off_at_any_step_an_upgrade_has_changed_nothing_and_is_run_again()
    {
        var database = await OfVersion1Async();
        var (rows, version) = (await Databases.ValueAsync<string>(database, Rows), "select version from ledger.schema_version");
        var whole = 0;
        for (var steps = 1; whole == 0; steps++)
        {
            var taken = 0;
            try
            {
                await SchemaTests.ApplyAsync(database, _ => { if (++taken == steps) { throw new OperationCanceledException(); } });
                whole = taken;
            }
            catch (OperationCanceledException)
            {
                if (await Databases.ValueAsync<int>(database, version) == Schema.Version)
                {
                    // All upgrades are in place; what was broken off is the rebuild after them, which is remembered.
                    Assert.True(await Databases.ValueAsync<bool>(database, "select rebuild_needed from ledger.schema_version"));
                    await SchemaTests.ApplyAsync(database);
                    Assert.False(await Databases.ValueAsync<bool>(database, "select rebuild_needed from ledger.schema_version"));
                    whole = taken;
                    continue;
                }

                Assert.Equal(1, await Databases.ValueAsync<int>(database, version));
                Assert.Equal(rows, await Databases.ValueAsync<string>(database, Rows));
                Assert.Equal(3, await Databases.ValueAsync<long>(database, "select count(*) from ledger.knowledge_marks"));
                Assert.Equal(3, await Databases.ValueAsync<long>(database, "select count(*) from information_schema.columns where table_schema = 'ledger' and table_name = 'schema_version'"));
            }
        }

        Assert.True(whole >= 2);
        Assert.Equal(Schema.Version, await Databases.ValueAsync<int>(database, version));
    }

    [Fact]
    public async Task An_upgrade_waits_for_the_append_under_way_and_counts_it_in()
    {
        var database = await OfVersion1Async();
        Task applying;
        await using (var appending = await Databases.HoldAsync(database, $"{AppendLock.Take}; insert into ledger.mt_events (seq_id, id, stream_id, version, data, type, timestamp) "
            + "select 22, gen_random_uuid(), stream_id, 2, data || '{\"id\": \"o3\"}', type, '2026-03-01 09:00+00' from ledger.mt_events where seq_id = 21"))
        {
            applying = SchemaTests.ApplyAsync(database);
            while (await Databases.ValueAsync<long>(database, "select count(*) from pg_locks where locktype = 'advisory' and objid = 7301116 and not granted "
                + "and database = (select oid from pg_database where datname = current_database())") == 0)
            {
                Assert.False(applying.IsCompleted);
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            await using var commit = new NpgsqlCommand("commit", (NpgsqlConnection)appending);
            await commit.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await applying;

        Assert.Equal(22, await Databases.ValueAsync<long>(database, "select unordered_until from ledger.schema_version"));
        Assert.Equal(await Databases.ValueAsync<long>(database, Reports), await Databases.ValueAsync<long>(database, "select count(*) from ledger.evidence"));
    }

    [Fact]
    public async Task Evidence_that_was_not_whole_before_an_upgrade_is_made_anew_by_it()
    {
        var database = await OfVersion1Async();
        await Databases.RunAsync(database, "delete from ledger.evidence where position = 12");
        var said = new List<string>();

        await SchemaTests.ApplyAsync(database, said.Add);

        Assert.Contains(said, x => x.Contains("differs from the reports at 1 positions", StringComparison.Ordinal));
        Assert.Equal(await Databases.ValueAsync<long>(database, Reports), await Databases.ValueAsync<long>(database, "select count(*) from ledger.evidence"));
        Assert.False(await Databases.ValueAsync<bool>(database, "select rebuild_needed from ledger.schema_version"));
    }

    /// <summary>An upgrade after which rows that are there lack what a new column holds.</summary>
    private sealed class AddsAColumn : Upgrade
    {
        public override int From => Schema.Version - 1;

        public override string Summary => "adds a column to the read model";

        public override bool NeedsRebuild => true;
    }

    /// <summary>A ledger whose read model is from before the column of declared rates.</summary>
    private static async Task<string> WithoutAColumnAsync()
    {
        var database = await OfVersion1Async();
        await SchemaTests.ApplyAsync(database);
        await Databases.RunAsync(database, $"alter table ledger.evidence drop column rate_a_year; update ledger.schema_version set version = {Schema.Version - 1}");
        return database;
    }

    private static void AddAColumn(WebApplicationBuilder builder) => builder.Services.RemoveAll<Upgrade>().AddSingleton<Upgrade, AddsAColumn>();

    private const string Rate = "select coalesce((select rate_a_year from ledger.evidence where position = 18), 0)";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upgrade_that_adds_a_column_to_the_read_model_fills_it(bool atStart)
    {
        var database = await WithoutAColumnAsync();

        if (atStart)
        {
            await using var service = await Service.StartOnAsync(database, AddAColumn);
            Assert.Equal(200, (await Service.GetAsync(service.Reader, "/health/ready")).Status);
        }
        else
        {
            await SchemaTests.ApplyAsync(database, null, AddAColumn);
        }

        Assert.Equal(24, await Databases.ValueAsync<long>(database, Rate));
        Assert.False(await Databases.ValueAsync<bool>(database, "select rebuild_needed from ledger.schema_version"));
    }

    [Fact]
    public async Task A_service_whose_upgrade_was_killed_before_its_rebuild_is_not_ready_and_says_what_to_do()
    {
        var database = await WithoutAColumnAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => SchemaTests.ApplyAsync(database, null, builder =>
        {
            AddAColumn(builder);
            builder.Services.AddSingleton<RebuildReadModel>((_, _) => throw new OperationCanceledException());
        }));
        Assert.Equal(Schema.Version, await Databases.ValueAsync<int>(database, "select version from ledger.schema_version"));
        await using var service = await Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check);

        var answer = await Service.GetAsync(service.Reader, "/health/ready");

        Assert.Equal(503, answer.Status);
        Assert.Contains("The command rebuild", answer.Json.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(0, await Databases.ValueAsync<long>(database, Rate));
        Assert.Equal(0, await Ledger.Host.Commands.CommandLine.RunAsync(["rebuild", "--ConnectionStrings:Ledger", database]));
        Assert.Equal(200, (await Service.GetAsync(service.Reader, "/health/ready")).Status);
        Assert.Equal(24, await Databases.ValueAsync<long>(database, Rate));
    }

    /// <summary>Everything that was said is still said; a member that is new does not matter.</summary>
    private static bool IsWithin(JsonElement expected, JsonElement actual) => expected.ValueKind switch
    {
        JsonValueKind.Object => actual.ValueKind == JsonValueKind.Object
            && expected.EnumerateObject().All(x => actual.TryGetProperty(x.Name, out var there) && IsWithin(x.Value, there)),
        JsonValueKind.Array => actual.ValueKind == JsonValueKind.Array && expected.GetArrayLength() == actual.GetArrayLength()
            && expected.EnumerateArray().Zip(actual.EnumerateArray()).All(x => IsWithin(x.First, x.Second)),
        _ => JsonElement.DeepEquals(expected, actual),
    };
}
