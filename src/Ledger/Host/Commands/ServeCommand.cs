using System.CommandLine;

namespace Ledger.Host.Commands;

/// <summary>Serves until it is told to stop.</summary>
public static class ServeCommand
{
    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("serve", "Serve, as without a command").WithAction(parsed => RunAsync(optionsOf(parsed)));

    public static Task<int> RunAsync(Options options) => RunAsync(options, (_, _) => Task.CompletedTask);

    /// <summary>Serves, and calls <paramref name="once"/> when the service listens.</summary>
    /// <param name="mayInstall">Whether PostgreSQL may be installed for it: <see cref="Database.OpenAsync"/>.</param>
    public static async Task<int> RunAsync(Options options, Func<WebApplication, Options, Task> once, bool mayInstall = false)
    {
        await using var database = await Database.OpenAsync(options, Console.Error.WriteLine, mayInstall);
        await using var app = LedgerService.Build(options.ConfigurationFor(database), database.ConnectionString,
            builder => builder.Services.AddSingleton(options.StartupSettings(database)));
        await app.StartAsync();
        var addresses = string.Join(", ", app.Urls);
        if (database.IsOwn)
        {
            ServiceAddress.Write(options.DataFolder, app.Urls.First());
        }

        Console.Error.WriteLine($"Ledger listens on {addresses}  ·  reference: {app.Urls.First()}/docs");
        if (File.Exists(Path.Combine(options.DataFolder, Access.DevelopmentKeys.FileName)) && database.IsOwn)
        {
            Console.Error.WriteLine($"Keys for development, one of each scope: {Path.Combine(options.DataFolder, Access.DevelopmentKeys.FileName)}");
        }

        await once(app, options);
        var stopping = app.WaitForShutdownAsync();
        if (await Task.WhenAny(stopping, database.Ended) != stopping)
        {
            Console.Error.WriteLine("PostgreSQL has ended for good, and the service with it. Put right what its log says and start again: nothing is lost.");
            await app.StopAsync();
            return 1;
        }

        await stopping;
        return 0;
    }
}
