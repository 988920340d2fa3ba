using JasperFx;
using Ledger.EmbeddedPostgres;
using Ledger.Hosting;
using Npgsql;

namespace Ledger.Commands;

/// <summary>One program: serves without a command, and does the rest by its name. Exit code 0, or 1 with one line that says why.</summary>
public static class CommandLine
{
    private const string Help = """
        Ledger: what every source said about drones, and what it adds up to.

          dotnet run --project src/Ledger -- [COMMAND] [OPTIONS]

          (none)                serve
          demo                  serve with the sample reports loaded, and show what they add up to
          import FILE…          import reports (NDJSON) or a SIPRI trade register (CSV); --published DAY where
                                the register does not say it, --whole where it lacks much of the one before;
                                --to URL --key KEY for a service elsewhere (a register: scopes report and read)
          keys                  list the API keys
          keys add --name NAME --scopes report,read [--feeds URI,URI|*] [--expires TIME]
          keys revoke ID        scopes: report (to its own feed and those named), read, audit, admin
          replay [URL] [--api-key KEY] [--as-of DAY]
                                refold every event and compare with what is kept and served (by the service at
                                URL, to a key of the scope read; else by this program) on the same database;
                                exit code 1 if anything differs
          rebuild               make the read model anew from the events, while the service goes on answering
          db-apply              bring the database to this program's schema; in production nothing else does
          resources, db-assert, db-dump, db-patch, db-list, describe
                                of the libraries underneath; each explains itself with help

          --urls URL            where to listen (default http://127.0.0.1:8080)
          --data DIR            the database of its own, and the development keys (default .ledger)
          --ConnectionStrings:Ledger TEXT
                                a PostgreSQL to use instead (also: ConnectionStrings__Ledger in the environment)
        """;

    private static readonly string[] OfLibraries =
        ["resources", "db-assert", "db-dump", "db-patch", "db-list", "describe", "check-env", "storage", "codegen", "capabilities"];

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            var command = args is [var first, ..] && !first.StartsWith('-') ? first : "";
            var rest = command.Length == 0 ? args : args[1..];
            return command switch
            {
                _ when args.Any(x => x is "--help" or "-h" or "help") && !OfLibraries.Contains(command) => Say(Help),
                "" or "serve" => await ServeCommand.RunAsync(rest),
                "demo" => await DemoCommand.RunAsync(rest),
                "import" => await ImportCommand.RunAsync(rest),
                "replay" => await ReplayCommand.RunAsync(rest),
                "rebuild" => await RebuildCommand.RunAsync(rest),
                "db-apply" => await DbApplyCommand.RunAsync(rest),
                "keys" => await KeysCommand.RunAsync(rest),
                _ when OfLibraries.Contains(command) => await RunLibraryAsync(args),
                _ => Refuse($"There is no command '{command}'.\n\n{Help}"),
            };
        }
        catch (Exception refusal) when (refusal is EmbeddedPostgresException or OperatorException or FormatException)
        {
            return Refuse(refusal.Message);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Refuse($"{taken.Message} Another program listens there. Choose another address with --urls http://127.0.0.1:PORT");
        }
        catch (HttpRequestException away)
        {
            return Refuse($"The service does not answer: {away.Message}. Check its address.");
        }
        catch (PostgresException refusal) when (DatabaseFault.ProblemOf(refusal) is null)
        {
            return Refuse($"PostgreSQL {Place(args)}refuses: {refusal.MessageText} ({refusal.SqlState}). Check user, password, Passfile and database in "
                + "ConnectionStrings:Ledger, and what that user may do.");
        }
        catch (Exception fault) when (DatabaseFault.ProblemOf(fault) is not null)
        {
            return Refuse($"The database {Place(args)}cannot be used: {fault.GetBaseException().Message}. Check that it runs, and ConnectionStrings:Ledger.");
        }
        catch (FileNotFoundException missing) when (missing.FileName is { Length: > 0 })
        {
            return Refuse($"{missing.Message} Does a setting name it, such as Passfile in ConnectionStrings:Ledger?");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return Refuse($"This should not have happened; please report it: {fault}");
        }
    }

    private static async Task<int> RunLibraryAsync(string[] args)
    {
        var options = Options.Of(args);
        await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
        var app = LedgerService.Build(options.ConfigurationFor(database), database.ConnectionString, builder =>
        {
            builder.Services.AddSingleton(options.StartupSettings(database));
            builder.Host.ApplyJasperFxExtensions();
        });
        return await app.RunJasperFxCommands(options.Others);
    }

    /// <summary>Where the named database should be, without its secrets.</summary>
    private static string Place(string[] args) => Options.Of(args).ConnectionString is { } text && new NpgsqlConnectionStringBuilder(text) is var named
        ? $"at {named.Host}:{named.Port} (database {named.Database}, user {named.Username}) " : "";

    private static int Say(string text)
    {
        Console.WriteLine(text);
        return 0;
    }

    private static int Refuse(string text)
    {
        Console.Error.WriteLine(text);
        return 1;
    }
}
