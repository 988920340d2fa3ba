using System.CommandLine;
using System.CommandLine.Invocation;
using JasperFx;
using Ledger.EmbeddedPostgres;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Host.Commands;

/// <summary>One program: serves without a command, and does the rest by its name.</summary>
/// <remarks>Exit code 0; 1 with one line that says why; 2 with the command's usage where the command line is wrong.</remarks>
public static class CommandLine
{
    private const string Description = """
        Ledger: what every source said about drones, and what it adds up to.
        Without a command it serves.

        Settings follow as --NAME:PART VALUE, such as
          --ConnectionStrings:Ledger TEXT   a PostgreSQL to use instead of its own (also: ConnectionStrings__Ledger in the environment)

        Commands of the libraries underneath, which explain themselves with help:
          resources, db-assert, db-dump, db-patch, db-list, describe
        """;

    private const int WrongUsage = 2;

    private static readonly string[] OfLibraries =
        ["resources", "db-assert", "db-dump", "db-patch", "db-list", "describe", "check-env", "storage", "codegen", "capabilities"];

    /// <summary>A file may be named @reports.ndjson: it is not a file of further arguments.</summary>
    private static readonly ParserConfiguration s_literally = new() { ResponseFileTokenReplacer = null };

    /// <summary>Every command of this program, but those of the libraries.</summary>
    /// <param name="settings">From the command line: <see cref="Options.Split"/>.</param>
    public static RootCommand Root(string[] settings)
    {
        Options OptionsOf(ParseResult parsed) => Options.Of(parsed, settings);
        return new RootCommand(Description)
        {
            Options.Data, Options.Urls, Options.Environment,
            ServeCommand.Create(OptionsOf), DemoCommand.Create(OptionsOf), ImportCommand.Create(OptionsOf), KeysCommand.Create(OptionsOf),
            ReplayCommand.Create(OptionsOf), RebuildCommand.Create(OptionsOf), DbApplyCommand.Create(OptionsOf),
        }.WithAction(parsed => ServeCommand.RunAsync(OptionsOf(parsed)));
    }

    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is [var first, ..] && OfLibraries.Contains(first))
            {
                return await RunLibraryAsync(args);
            }

            var (settings, rest) = Options.Split(args);
            var parsed = Root(settings).Parse([.. rest.Select(x => x == "help" ? "--help" : x)], s_literally);
            var isWrong = parsed.Action is ParseErrorAction;
            var exitCode = await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = isWrong ? Console.Error : Console.Out,
                // Faults are printed below, and a host ends by Ctrl+C in its own time.
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
            return isWrong ? WrongUsage : exitCode;
        }
        catch (Exception refusal) when (refusal is EmbeddedPostgresException or OperatorException)
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
            return Refuse($"PostgreSQL {Place(args)}refuses: {refusal.MessageText} ({refusal.SqlState}). Check user, password, Passfile "
                + "and database in ConnectionStrings:Ledger, and what that user may do.");
        }
        catch (Exception fault) when (DatabaseFault.ProblemOf(fault) is not null)
        {
            return Refuse($"The database {Place(args)}cannot be used: {fault.GetBaseException().Message}. Check that it runs, and "
                + "ConnectionStrings:Ledger.");
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

    /// <summary>The libraries read their own arguments; ours are taken out before.</summary>
    private static async Task<int> RunLibraryAsync(string[] args)
    {
        var (settings, rest) = Options.Split(args);
        var ours = new Command("library") { Options.Data, Options.Urls, Options.Environment };
        ours.TreatUnmatchedTokensAsErrors = false;
        var parsed = ours.Parse(rest, s_literally);
        var options = Options.Of(parsed, settings);
        await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
        var app = LedgerService.Build(options.ConfigurationFor(database), database.ConnectionString, builder =>
        {
            builder.Services.AddSingleton(options.StartupSettings(database));
            builder.Host.ApplyJasperFxExtensions();
        });
        return await app.RunJasperFxCommands([.. parsed.UnmatchedTokens]);
    }

    /// <summary>Where the named database should be, without its secrets.</summary>
    private static string Place(string[] args) => Options.ConnectionStringOf(Options.Read(Options.Split(args).Settings)) is { } text
        && new NpgsqlConnectionStringBuilder(text) is var named
            ? $"at {named.Host}:{named.Port} (database {named.Database}, user {named.Username}) " : "";

    private static int Refuse(string text)
    {
        Console.Error.WriteLine(text);
        return 1;
    }
}
