using System.Security.Cryptography;
using System.Text;
using Ledger.Host;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Store;

/// <summary>Production never changes its schema by itself, an older program keeps off a newer one's, and nothing is dropped that nobody named.</summary>
public sealed class SchemaTests
{
    private static string InDeploy(string file) => Path.Combine(TidyTests.Root, "deploy", file);

    /// <summary>Brings a database to the schema as db-apply does.</summary>
    internal static async Task ApplyAsync(string database, Action<string>? print = null, Action<WebApplicationBuilder>? also = null)
    {
        await using var app = LedgerService.Build([], database, builder =>
        {
            builder.Services.AddSingleton(new StartupSettings(Path.GetTempPath(), Development: false));
            also?.Invoke(builder);
        });
        await app.Services.GetRequiredService<Schema>().ApplyAsync(print ?? (_ => { }), new Reported(), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_service_in_production_refuses_an_empty_database_and_leaves_it_empty()
    {
        var database = await Databases.MakeAsync();

        var refused = await Assert.ThrowsAsync<OperatorException>(() => Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check));

        Assert.Contains("db-apply", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await Databases.ValueAsync<long>(database, "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('ledger', 'wolverine')"));
    }

    [Fact]
    public async Task What_db_apply_made_a_service_in_production_works_on()
    {
        var database = await Databases.MakeAsync();
        Assert.Equal(0, await Ledger.Host.Commands.CommandLine.RunAsync(["db-apply", "--ConnectionStrings:Ledger", database]));
        Assert.Equal(0, await Ledger.Host.Commands.CommandLine.RunAsync(["db-apply", "--ConnectionStrings:Ledger", database]));

        await using var service = await Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check);

        var posted = await ReportBuilder.Report("KGZ", "anka", 3).PostAsync(service);
        Assert.Equal(3, (await service.AskAsync("/v1/countries/KGZ/fleet/anka", posted.Position)).Long("estimate.best"));
    }

    [Theory]
    [InlineData(Schema.Apply)]
    [InlineData(Schema.Check)]
    public async Task An_older_program_refuses_a_newer_schema_and_says_which_is_which(string setting)
    {
        var database = await Databases.MakeAsync();
        await using (await Service.StartOnAsync(database))
        {
            Assert.Equal(Schema.Version + 1, await Databases.ValueAsync<int>(database, "update ledger.schema_version set version = version + 1 returning version"));
        }

        var refused = await Assert.ThrowsAsync<OperatorException>(() => Service.StartOnAsync(database, null, $"--{Schema.Setting}", setting));

        Assert.Contains($"version {Schema.Version + 1}, made by a newer Ledger; this program knows {Schema.Version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Schema.Version + 1, await Databases.ValueAsync<int>(database, "select version from ledger.schema_version"));
    }

    [Fact]
    public async Task A_service_in_production_works_on_what_the_script_in_deploy_makes()
    {
        var database = await Databases.MakeAsync();
        await Databases.RunAsync(database, await File.ReadAllTextAsync(InDeploy("schema.sql"), TestContext.Current.CancellationToken));

        await using var service = await Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check);

        var posted = await ReportBuilder.Report("KGZ", "anka", 3).PostAsync(service);
        Assert.Equal(3, (await service.AskAsync("/v1/countries/KGZ/fleet/anka", posted.Position)).Long("estimate.best"));
    }

    [Fact]
    public async Task A_schema_that_somebody_changed_by_hand_is_refused()
    {
        var database = await Databases.MakeAsync();
        await using (await Service.StartOnAsync(database))
        {
            await Databases.ValueAsync<string>(database, "alter table ledger.evidence drop column lot; select ''::text");
        }

        var refused = await Assert.ThrowsAsync<OperatorException>(() => Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check));

        Assert.Contains("differs", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("alter table ledger.evidence add column of_a_newer_program text", "column ledger.evidence.of_a_newer_program (text)")]
    [InlineData("alter table ledger.api_keys add column of_a_newer_program bigint", "column ledger.api_keys.of_a_newer_program (bigint)")]
    [InlineData("alter table ledger.mt_events add column of_a_newer_program uuid", "column ledger.mt_events.of_a_newer_program (uuid)")]
    [InlineData("alter table ledger.schema_version add column of_a_newer_program date", "column ledger.schema_version.of_a_newer_program (date)")]
    [InlineData("alter table wolverine.wolverine_nodes add column of_a_newer_program text", "column wolverine.wolverine_nodes.of_a_newer_program (text)")]
    [InlineData("alter table ledger.evidence alter column lot type varchar(200)", "column ledger.evidence.lot (character varying(200))")]
    [InlineData("create index idx_evidence_by_hand on ledger.evidence (lot)", "index ledger.idx_evidence_by_hand")]
    [InlineData("alter table ledger.evidence add constraint fk_by_hand foreign key (position) references ledger.mt_events (seq_id)", "constraint ledger.evidence.fk_by_hand")]
    public async Task Db_apply_drops_nothing_that_no_upgrade_names_and_says_what_it_would_have_dropped(string byHand, string item)
    {
        var database = await Databases.MakeAsync();
        await ApplyAsync(database);
        await Databases.RunAsync(database, byHand);
        var (before, refused) = (await ListAsync(database), "");

        refused = (await Assert.ThrowsAsync<OperatorException>(() => ApplyAsync(database))).Message;

        Assert.Contains($"does not have {item}, and", refused, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed", refused, StringComparison.Ordinal);
        Assert.Equal(before, await ListAsync(database));
        Assert.Equal(1, await Ledger.Host.Commands.CommandLine.RunAsync(["db-apply", "--ConnectionStrings:Ledger", database]));
    }

    [Fact]
    public async Task What_lies_beside_the_schema_is_nobody_s_to_drop_and_what_is_missing_is_put_back()
    {
        var database = await Databases.MakeAsync();
        await ApplyAsync(database);
        await Databases.RunAsync(database, """
            create table ledger.by_hand (a int);
            create function ledger.by_hand() returns trigger language plpgsql as 'begin return new; end';
            create trigger by_hand before insert on ledger.api_keys for each row execute function ledger.by_hand();
            create sequence ledger.seq_by_hand;
            drop index ledger.idx_evidence_feed_position;
            drop trigger append_fence on ledger.mt_events;
            """);
        var before = await ListAsync(database);

        await ApplyAsync(database);

        Assert.Equal(["index ledger.idx_evidence_feed_position", "trigger ledger.mt_events.append_fence"], (await ListAsync(database)).Except(before).Order());
        Assert.Empty(before.Except(await ListAsync(database)));
        await using var service = await Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check);
    }

    [Fact]
    public async Task A_ledger_that_does_not_say_whose_schema_it_has_is_left_alone()
    {
        var database = await Databases.MakeAsync();
        await using (await Service.StartOnAsync(database))
        {
            await Databases.RunAsync(database, "delete from ledger.schema_version");
        }

        Assert.Contains("schema_version", (await Assert.ThrowsAsync<OperatorException>(() => ApplyAsync(database))).Message, StringComparison.Ordinal);

        Assert.Equal(0, await Databases.ValueAsync<long>(database, "select count(*) from ledger.schema_version"));
    }

    [Fact]
    public async Task No_event_is_taken_outside_the_append_lock()
    {
        var database = await Databases.MakeAsync();
        await ApplyAsync(database);
        const string Append = "insert into ledger.mt_streams (id, version) values ('KGZ/x', 1); insert into ledger.mt_events (seq_id, id, stream_id, version, data, type) "
            + "values (1, gen_random_uuid(), 'KGZ/x', 1, '{}', 'delivery_reported')";

        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => Databases.RunAsync(database, $"begin; {Append}; commit"));

        Assert.Equal(AppendFence.SqlState, refused.SqlState);
        Assert.Equal(0, await Databases.ValueAsync<long>(database, "select count(*) from ledger.mt_events"));
        await Databases.RunAsync(database, $"begin; {AppendLock.Take}; {Append}; commit");
        Assert.Equal(1, await Databases.ValueAsync<long>(database, "select count(*) from ledger.mt_events"));
    }

    [Fact]
    public async Task A_database_that_would_not_tell_of_revoked_keys_is_refused_and_put_right_by_db_apply()
    {
        await using var service = await Service.StartAsync();
        var schema = service.Services.GetRequiredService<Schema>();
        foreach (var damage in (string[])
        [
            "drop trigger api_keys_changed on ledger.api_keys",
            "drop function ledger.api_keys_changed() cascade",
            "alter table ledger.api_keys disable trigger api_keys_changed",
            "create or replace function ledger.api_keys_changed() returns trigger language plpgsql as 'begin return null; end'",
            "create or replace trigger api_keys_changed after insert or update of revoked or delete on ledger.api_keys "
                + "for each statement execute function ledger.api_keys_changed()",
        ])
        {
            await schema.CheckAsync(TestContext.Current.CancellationToken);
            await Databases.RunAsync(service.ConnectionString, damage);

            var refused = await Assert.ThrowsAsync<OperatorException>(() => schema.CheckAsync(TestContext.Current.CancellationToken));

            Assert.Contains("api_keys_changed", refused.Message, StringComparison.Ordinal);
            await schema.ApplyAsync(_ => { }, new Reported(), TestContext.Current.CancellationToken);
        }

        await schema.CheckAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_program_in_another_process_finds_the_schema_as_it_should_be()
    {
        await using var service = await Service.StartAsync();
        var (exitCode, said) = await RunningProgram.CommandAsync(
            "keys", "--ConnectionStrings:Ledger", service.ConnectionString, $"--{Schema.Setting}", Schema.Check);
        Assert.True(exitCode == 0, said);
    }

    [Fact]
    public async Task The_schema_in_deploy_is_what_db_apply_makes()
    {
        await using var service = await Service.StartAsync();

        var script = await service.Services.GetRequiredService<Schema>().ScriptAsync();

        if (Environment.GetEnvironmentVariable("LEDGER_TEST_SCHEMA") is { Length: > 0 })
        {
            // After a change of the schema: writes the file, to be read by a person before it is kept.
            await File.WriteAllTextAsync(InDeploy("schema.sql"), script, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(InDeploy("schema.sql"), TestContext.Current.CancellationToken), script);
    }

    [Fact]
    public async Task A_changed_schema_has_a_version_of_its_own()
    {
        var versions = (await File.ReadAllLinesAsync(InDeploy("schema-versions.txt"), TestContext.Current.CancellationToken))
            .Where(x => x.Length > 0 && x[0] != '#').Select(x => x.Split(' ')).ToList();
        var hash = await HashAsync(InDeploy("schema.sql"));

        Assert.True(versions[^1][1] == hash, $"deploy/schema.sql is no longer that of version {versions[^1][0]}. Raise Schema.Version, add an Upgrade from "
            + $"{versions[^1][0]} where data moves or something goes, and add to deploy/schema-versions.txt (or, of a version that was never released, "
            + $"change there) the line\n{Schema.Version} {hash}");
        Assert.Equal(Enumerable.Range(1, Schema.Version).Select(x => $"{x}"), versions.Select(x => x[0]));
        Assert.Equal(versions[0][1], await HashAsync(Path.Combine(TidyTests.Root, "tests", "Ledger.Tests", "Store", "schema-1.sql")));
    }

    private static async Task<string> HashAsync(string script) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n',
        (await File.ReadAllLinesAsync(script, TestContext.Current.CancellationToken)).Where(x => !x.StartsWith("insert into ledger.schema_version", StringComparison.Ordinal))))));

    private static async Task<IReadOnlyList<string>> ListAsync(string database)
    {
        await using var connection = new Npgsql.NpgsqlConnection(database);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return (await SchemaInventory.TakeAsync(connection, ["ledger", "wolverine"], TestContext.Current.CancellationToken)).Items;
    }
}
