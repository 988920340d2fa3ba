using System.CommandLine;
using Ledger.Store;

namespace Ledger.Host.Commands;

/// <summary>The command <c>db-apply</c>: brings the database to this program's schema. In production nothing else changes it.
/// Idempotent.</summary>
public static class DbApplyCommand
{
    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("db-apply", "Bring the database to this program's schema; in production nothing else does")
            .WithAction(parsed => RunAsync(optionsOf(parsed)));

    private static async Task<int> RunAsync(Options options)
    {
        await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
        await using var store = StoreHost.Build(options.Configuration, database.ConnectionString);
        await ProgressDisplay.RunAsync(async progress =>
        {
            await store.Get<Schema>().ApplyAsync(Console.WriteLine, progress, CancellationToken.None);
            return true;
        });
        Console.WriteLine($"The database has schema version {Schema.Version}.");
        return 0;
    }
}
