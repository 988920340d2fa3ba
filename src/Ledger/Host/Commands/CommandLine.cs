using System.CommandLine;
using System.CommandLine.Invocation;
using JasperFx;
using Ledger.EmbeddedPostgres;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Host.Commands;

/// <summary>The program's command line. Without a command it serves.</summary>
/// <remarks>Exit code 0 for success; 1 for a failure, with its reason on the error output; 2 for a wrong command line, with the command's
/// usage.</remarks>
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

    /// <summary>No response files: an argument such as @reports.ndjson is the name of a file, not of a file with further
    /// arguments.</summary>
    private static readonly ParserConfiguration WithoutResponseFiles = new() { ResponseFileTokenReplacer = null };

    /// <summary>The root command with this program's commands; those of the libraries are not among them.</summary>
    /// <param name="settings">The settings on the command line: <see cref="Options.Split"/>.</param>
    public static RootCommand Root(string[] settings)
    {
        Options OptionsOf(ParseResult parsed) => Options.Of(parsed, settings);
        return new RootCommand(Description)
        {
            Options.Data, Options.Urls, Options.Environment,
            ServeCommand.Create(OptionsOf), DemoCommand.Create(OptionsOf), ImportCommand.Create(OptionsOf), KeysCommand.Create(OptionsOf),
            ReplayCommand.Create(OptionsOf), RebuildCommand.Create(OptionsOf), ExportCommand.Create(OptionsOf),
            SnapshotCommand.Create(OptionsOf), DbApplyCommand.Create(OptionsOf),
        }.WithAction(parsed => ServeCommand.RunAsync(OptionsOf(parsed)));
    }

    /// <summary>Runs the command line.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is [var first, ..] && OfLibraries.Contains(first))
            {
                return await RunLibraryAsync(args);
            }

            var (settings, rest) = Options.Split(args);
            var parsed = Root(settings).Parse([.. rest.Select(x => x == "help" ? "--help" : x)], WithoutResponseFiles);
            var isWrong = parsed.Action is ParseErrorAction;
            var exitCode = await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = isWrong ? Console.Error : Console.Out,
                // Exceptions are handled below, and a host shuts down on Ctrl+C within its own time-out.
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
            return isWrong ? WrongUsage : exitCode;
        }
        catch (Exception operatorFault) when (operatorFault is EmbeddedPostgresException or OperatorException)
        {
            return Fail(operatorFault.Message);
        }
        catch (IOException taken) when (taken.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Fail($"{taken.Message} Another program listens there. Choose another address with --urls http://127.0.0.1:PORT");
        }
        catch (System.Net.Sockets.SocketException refused)
        {
            // Of the service's own address: the database's come wrapped.
            return Fail($"Cannot listen: {refused.Message}. Choose another address with --urls http://127.0.0.1:PORT");
        }
        catch (TaskCanceledException late) when (late.InnerException is TimeoutException)
        {
            return Fail($"The service does not answer in time: {late.InnerException.Message}");
        }
        catch (HttpRequestException away)
        {
            return Fail($"The service does not answer: {away.Message}. Check its address.");
        }
        catch (PostgresException error) when (DatabaseFault.ProblemOf(error) is null)
        {
            return Fail($"PostgreSQL {Place(args)}refuses: {error.MessageText} ({error.SqlState}). Check user, password, Passfile "
                + "and database in ConnectionStrings:Ledger, and what that user may do.");
        }
        catch (Exception fault) when (DatabaseFault.ProblemOf(fault) is not null)
        {
            return Fail($"The database {Place(args)}cannot be used: {fault.GetBaseException().Message}. Check that it runs, and "
                + "ConnectionStrings:Ledger.");
        }
        catch (FileNotFoundException missing) when (missing.FileName is { Length: > 0 })
        {
            return Fail($"{missing.Message} Does a setting name it, such as Passfile in ConnectionStrings:Ledger?");
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return Fail($"This should not have happened; please report it: {fault}");
        }
    }

    /// <summary>Runs a command of the libraries. They parse their arguments themselves; this program's options are removed
    /// before.</summary>
    private static async Task<int> RunLibraryAsync(string[] args)
    {
        var (settings, rest) = Options.Split(args);
        var ours = new Command("library") { Options.Data, Options.Urls, Options.Environment };
        ours.TreatUnmatchedTokensAsErrors = false;
        var parsed = ours.Parse(rest, WithoutResponseFiles);
        var options = Options.Of(parsed, settings);
        await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
        var app = LedgerService.Build(options.ConfigurationFor(database), database.ConnectionString, builder =>
        {
            builder.Services.AddSingleton(options.StartupSettings(database));
            builder.Host.ApplyJasperFxExtensions();
        });
        return await app.RunJasperFxCommands([.. parsed.UnmatchedTokens]);
    }

    /// <summary>Host, port, database and user of the configured connection string, for an error's text; empty where there is
    /// none.</summary>
    private static string Place(string[] args) => Options.ConnectionStringOf(Options.Read(Options.Split(args).Settings)) is { } text
        && new NpgsqlConnectionStringBuilder(text) is var named
            ? $"at {named.Host}:{named.Port} (database {named.Database}, user {named.Username}) " : "";

    private static int Fail(string text)
    {
        Console.Error.WriteLine(text);
        return 1;
    }
}
