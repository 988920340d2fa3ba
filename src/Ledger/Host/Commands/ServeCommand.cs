using System.CommandLine;
using Ledger.Access;

namespace Ledger.Host.Commands;

/// <summary>The command <c>serve</c>: serves until the process is signalled to stop.</summary>
public static class ServeCommand
{
    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("serve", "Serve, as without a command").WithAction(parsed => RunAsync(optionsOf(parsed)));

    /// <summary>Serves.</summary>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(Options options) => RunAsync(options, (_, _) => Task.CompletedTask);

    /// <summary>Serves, and calls <paramref name="onListening"/> once the service listens.</summary>
    /// <param name="options">The options of the command line.</param>
    /// <param name="onListening">Called once.</param>
    /// <param name="mayInstall">Whether PostgreSQL may be installed for it: <see cref="Database.OpenAsync"/>.</param>
    /// <returns>The exit code: 1 where the embedded database ended for good.</returns>
    public static async Task<int> RunAsync(Options options, Func<WebApplication, Options, Task> onListening, bool mayInstall = false)
    {
        await using var database = await Database.OpenAsync(options, Console.Error.WriteLine, mayInstall);
        await using var app = LedgerService.Build(options.ConfigurationFor(database), database.ConnectionString,
            builder => builder.Services.AddSingleton(options.StartupSettings(database)));
        try
        {
            await app.StartAsync();
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Told to stop before it listened.
            return 0;
        }

        var addresses = string.Join(", ", app.Urls);
        if (database.IsOwn)
        {
            ServiceAddress.Write(options.DataFolder, app.Urls.First());
        }

        Console.Error.WriteLine($"Ledger listens on {addresses}  ·  reference: {app.Urls.First()}/docs");
        var keys = Path.Combine(options.DataFolder, DevelopmentKeys.FileName);
        if (File.Exists(keys) && database.IsOwn)
        {
            Console.Error.WriteLine($"Keys for development, one of each scope: {keys}");
        }

        await onListening(app, options);
        var stopping = app.WaitForShutdownAsync();
        if (await Task.WhenAny(stopping, database.Ended) != stopping)
        {
            Console.Error.WriteLine("PostgreSQL has ended for good, and the service with it. "
                + "Put right what its log says and start again: nothing is lost.");
            await app.StopAsync();
            return 1;
        }

        await stopping;
        return 0;
    }
}
