using Ledger.Host.Commands;
using Ledger.Store;
using Ledger.Tests.Harness;
using Marten;
using Microsoft.AspNetCore.Hosting.Server;

namespace Ledger.Tests.Host;

/// <summary>What an operator reads who asks for help, or mistypes. (What each command does, its own tests show.)</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--help")]
    [InlineData("help")]
    [InlineData("-h")]
    public async Task Help_lists_every_command_and_option(string help)
    {
        var (exitCode, said) = await RunningProgram.CommandAsync(help);
        Assert.Equal(0, exitCode);
        Assert.All(
            [.. Ledger.Host.Commands.CommandLine.Root([]).Subcommands.Select(x => x.Name), "import <FILE>", "replay <URL>", "db-assert",
                "--urls <URL>", "--data <DIR>", "--ConnectionStrings:Ledger TEXT"],
            x => Assert.Contains(x, said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("import", "<FILE>", "--published <YYYY-MM-DD>", "--whole", "--selection", "--flags <inherit>", "--to <URL>", "--key <KEY>", "LEDGER_REPORT_KEY")]
    [InlineData("replay", "<URL>", "--api-key <KEY>", "--as-of <YYYY-MM-DD>", "LEDGER_READ_KEY")]
    [InlineData("keys", "list", "add", "revoke <ID>", "--data <DIR>")]
    [InlineData("keys add", "--name <NAME> (REQUIRED)", "--scopes <SCOPE,…> (REQUIRED)", "--feeds <URI,…>", "--expires <TIME>")]
    [InlineData("db-apply", "--data <DIR>")]
    [InlineData("export", "<DIR>", "--as-of <YYYY-MM-DD>", "--reported-by <YYYY-MM-DD>", "--known-at <TIME>", "--method <N>", "--from <YEAR>")]
    [InlineData("snapshot", "--as-of <YYYY-MM-DD>", "--data <DIR>")]
    public async Task Help_of_a_command_names_its_options(string command, params string[] named)
    {
        var (exitCode, said) = await RunningProgram.CommandAsync([.. command.Split(' '), "--help"]);
        Assert.Equal(0, exitCode);
        Assert.All(named, x => Assert.Contains(x, said, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nosuch", "'nosuch'", "db-apply")]
    [InlineData("export", "export", "<DIR>")]
    [InlineData("export /nowhere --method 9", "--method is a number from 1 to 2.", "--known-at")]
    [InlineData("export /nowhere --known-at soon", "--known-at is a position, @57012, or a time of RFC 3339", "--as-of")]
    [InlineData("export /nowhere --as-of 2024-02-30", "--as-of is a full date", "--from")]
    [InlineData("serve --nosuch", "'--nosuch'", "--urls")]
    [InlineData("db-apply more", "'more'", "--data")]
    [InlineData("rebuild --data", "--data", "rebuild")]
    [InlineData("import", "import", "<FILE>")]
    [InlineData("import /nowhere/reports.ndjson", "There is no file /nowhere/reports.ndjson.", "--published")]
    [InlineData("import /etc/hostname --to ftp://x", "'ftp://x' is not the address of a service", "--key")]
    [InlineData("import /etc/hostname --flags none", "'none'", "--flags")]
    [InlineData("import /etc/hostname --key K", "--key is for the service of --to.", "--whole")]
    [InlineData("replay --api-key K", "--api-key is for the service of URL.", "--as-of")]
    [InlineData("serve --urls nonsense", "nonsense is no address.", "--data")]
    [InlineData("replay nonsense", "'nonsense' is not the address of a service", "--as-of")]
    [InlineData("replay --as-of 2026-13-01", "--as-of is a full date: YYYY-MM-DD.", "--api-key")]
    [InlineData("keys add --name x", "--scopes", "--expires")]
    [InlineData("keys revoke", "revoke", "<ID>")]
    [InlineData("import @/etc/hostname", "There is no file @/etc/hostname.", "<FILE>")]
    public async Task A_command_line_that_is_wrong_gets_the_fault_and_the_usage_and_exit_code_2(string commandLine, string fault, string usage)
    {
        var (exitCode, said) = await RunningProgram.CommandAsync(commandLine.Split(' '));
        Assert.Equal(2, exitCode);
        Assert.Contains(fault, said, StringComparison.Ordinal);
        Assert.Contains("Usage:", said, StringComparison.Ordinal);
        Assert.Contains(usage, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve --Ledger:AnonymousRead", "--Ledger:AnonymousRead needs a value.")]
    [InlineData("serve --ConnectionStrings:Ledger nonsense", "ConnectionStrings:Ledger is no connection string")]
    [InlineData("serve --Ledger:PostgresPort=many", "Ledger:PostgresPort is a port")]
    public async Task A_setting_that_cannot_be_read_is_one_line(string commandLine, string fault)
    {
        var (exitCode, said) = await RunningProgram.CommandAsync(commandLine.Split(' '));
        Assert.Equal(1, exitCode);
        Assert.Contains(fault, Assert.Single(said.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_made_and_listed_and_revoked_beside_a_service_and_none_is_made_that_breaks_a_rule()
    {
        await using var service = await Service.StartAsync();
        Task<(int ExitCode, string Said)> KeysAsync(params string[] arguments) =>
            RunningProgram.CommandAsync(["keys", .. arguments, "--ConnectionStrings:Ledger", service.ConnectionString]);

        var (made, secret) = await KeysAsync("add", "--name", "desk", "--scopes", "report, read", "--feeds=https://a.example,https://b.example");
        var id = secret.Split("Key ")[1].Split(' ')[0];
        Assert.Equal(0, made);
        using var client = service.Client(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret.Split('\n').Single(x => x.StartsWith("ldg_", StringComparison.Ordinal)));
        Assert.Equal(200, (await Service.GetAsync(client, "/v1/countries")).Status);

        Assert.Contains("https://a.example,https://b.example", (await KeysAsync("list")).Said, StringComparison.Ordinal);
        Assert.Contains(id, (await KeysAsync()).Said, StringComparison.Ordinal);

        Assert.Contains($"Key {id} of desk is revoked.", (await KeysAsync("revoke", id)).Said, StringComparison.Ordinal);
        Assert.Equal(1, (await KeysAsync("revoke", "nosuch")).ExitCode);

        var (refused, said) = await KeysAsync("add", "--name", "desk", "--scopes", "write");
        Assert.Equal(1, refused);
        Assert.StartsWith("--scopes", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_of_commands_that_need_no_web_service_has_no_web_server()
    {
        await using var store = StoreHost.Build([$"--{Schema.Setting}", Schema.Check], "Host=/nowhere;Username=x;Database=x");
        Assert.NotNull(store.Get<IDocumentStore>());
        Assert.Throws<InvalidOperationException>(() => store.Get<IServer>());
    }
}
