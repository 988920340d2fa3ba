using Ledger.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Hosting;

/// <summary>Production never changes its schema by itself, and an older program keeps off a newer one's.</summary>
public sealed class SchemaTests
{
    [Fact]
    public async Task A_service_in_production_refuses_an_empty_database_and_leaves_it_empty()
    {
        var database = await Databases.MakeAsync();

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check));

        Assert.Contains("db-apply", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, await Databases.ValueAsync<long>(database, "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('ledger', 'wolverine')"));
    }

    [Fact]
    public async Task What_db_apply_made_a_service_in_production_works_on()
    {
        var database = await Databases.MakeAsync();
        Assert.Equal(0, await Ledger.Commands.CommandLine.RunAsync(["db-apply", "--ConnectionStrings:Ledger", database]));
        Assert.Equal(0, await Ledger.Commands.CommandLine.RunAsync(["db-apply", "--ConnectionStrings:Ledger", database]));

        await using var service = await Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check);

        var posted = await Told.Report("KGZ", "anka", 3).PostAsync(service);
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

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => Service.StartOnAsync(database, null, $"--{Schema.Setting}", setting));

        Assert.Contains($"version {Schema.Version + 1}, made by a newer Ledger; this program knows {Schema.Version}", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Schema.Version + 1, await Databases.ValueAsync<int>(database, "select version from ledger.schema_version"));
    }

    [Fact]
    public async Task A_service_in_production_works_on_what_the_script_in_deploy_makes()
    {
        var database = await Databases.MakeAsync();
        await Databases.RunAsync(database, await File.ReadAllTextAsync(Path.Combine(TidyTests.Root, "deploy", "schema.sql"), TestContext.Current.CancellationToken));

        await using var service = await Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check);

        var posted = await Told.Report("KGZ", "anka", 3).PostAsync(service);
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

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => Service.StartOnAsync(database, null, $"--{Schema.Setting}", Schema.Check));

        Assert.Contains("differs", refused.Message, StringComparison.Ordinal);
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

            var refused = await Assert.ThrowsAsync<StartRefusedException>(() => schema.CheckAsync(TestContext.Current.CancellationToken));

            Assert.Contains("api_keys_changed", refused.Message, StringComparison.Ordinal);
            await schema.ApplyAsync(TestContext.Current.CancellationToken);
        }

        await schema.CheckAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_schema_in_deploy_is_what_db_apply_makes()
    {
        await using var service = await Service.StartAsync();
        var file = Path.Combine(TidyTests.Root, "deploy", "schema.sql");

        var script = await service.Services.GetRequiredService<Schema>().ScriptAsync();

        if (Environment.GetEnvironmentVariable("LEDGER_TEST_SCHEMA") is { Length: > 0 })
        {
            // After a change of the schema: writes the file, to be read by a person before it is kept. Raise Schema.Version with it.
            await File.WriteAllTextAsync(file, script, TestContext.Current.CancellationToken);
        }

        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), script);
    }
}
