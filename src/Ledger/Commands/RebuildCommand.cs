using System.Diagnostics;
using System.Globalization;
using Ledger.History;
using Ledger.Hosting;

namespace Ledger.Commands;

/// <summary>Makes the read model anew from the events; works beside a running service, which goes on answering.</summary>
public static class RebuildCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Of(args);
        if (options.Others is [var unknown, ..])
        {
            throw new FormatException($"'{unknown}' is no option of rebuild, which takes none of its own.");
        }

        await using var database = await Database.JoinBegunAsync(options, Console.Error.WriteLine);
        await using var app = LedgerService.Build(options.ConfigurationFor(database), database.ConnectionString,
            builder => builder.Services.AddSingleton(options.StartupSettings(database)));
        await app.Services.GetRequiredService<Schema>().StartingAsync(CancellationToken.None);
        var rebuild = new Rebuild(app.Services.GetRequiredService<SessionConnections>(), app.Services.GetRequiredService<StoredEvents>());
        var started = Stopwatch.GetTimestamp();
        var rebuilt = await Progressing.RunAsync(tell => rebuild.RunAsync(tell, CancellationToken.None));
        var took = Stopwatch.GetElapsedTime(started);
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{rebuilt.Rows:N0} rows of evidence made of {rebuilt.Events:N0} events up to position {rebuilt.Position} in {took.TotalSeconds:N1} s: "
            + $"{rebuilt.Events / took.TotalSeconds:N0} events/s, at most {self.PeakWorkingSet64 / 1_048_576:N0} MB."));
        return 0;
    }
}
