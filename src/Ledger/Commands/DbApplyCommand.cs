using Ledger.Hosting;

namespace Ledger.Commands;

/// <summary>Brings the database to this program's schema: the one step that changes it in production. Safe to run again.</summary>
public static class DbApplyCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Of(args);
        if (options.Others is [var unknown, ..])
        {
            throw new FormatException($"'{unknown}' is no option of db-apply.");
        }

        await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
        await using var app = LedgerService.Build(options.Configuration, database.ConnectionString,
            builder => builder.Services.AddSingleton(options.StartupSettings(database)));
        await Progressing.RunAsync(async progress =>
        {
            await app.Services.GetRequiredService<Schema>().ApplyAsync(Console.WriteLine, progress, CancellationToken.None);
            return true;
        });
        Console.WriteLine($"The database has schema version {Schema.Version}.");
        return 0;
    }
}
