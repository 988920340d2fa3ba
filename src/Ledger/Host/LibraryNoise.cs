using Ledger.Store;

namespace Ledger.Host;

/// <summary>What the libraries write into the log: warnings and worse, except while the database is away, of which the store and the bus write pages
/// each second, and outside the time in which the service runs. A start that fails is thrown at whoever called it, and a stop makes libraries
/// complain of the database that stops with it: neither is news for the log.</summary>
internal sealed class LibraryNoise
{
    private volatile bool _isRunning;

    private LibraryNoise()
    {
    }

    /// <summary>Sets the filters.</summary>
    public static LibraryNoise Mute(IHostApplicationBuilder builder)
    {
        var noise = new LibraryNoise();
        // The one instance that the watch of the database tells: filters are asked before there are services.
        var outage = new Outage();
        builder.Services.AddSingleton(outage);
        foreach (var category in (ReadOnlySpan<string>)["Microsoft.Extensions.Hosting.Internal.Host", "Wolverine.Runtime.Agents"])
        {
            builder.Logging.AddFilter(category, level => noise._isRunning && !outage.IsOn && level >= LogLevel.Warning);
        }

        foreach (var category in (ReadOnlySpan<string>)["Marten", "Wolverine", "JasperFx"])
        {
            builder.Logging.AddFilter(category, level => !outage.IsOn && level >= LogLevel.Warning);
        }

        // It writes whole addresses, and people put keys into queries. The spans of requests say the rest.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return noise;
    }

    /// <summary>Follows the service's life.</summary>
    public void Watch(IHostApplicationLifetime lifetime)
    {
        lifetime.ApplicationStarted.Register(() => _isRunning = true);
        lifetime.ApplicationStopping.Register(() => _isRunning = false);
    }
}
