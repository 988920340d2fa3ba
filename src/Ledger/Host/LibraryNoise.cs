using Ledger.Store;

namespace Ledger.Host;

/// <summary>Filters of the libraries' logs: warnings and worse, but nothing while the database is away (<see cref="Outage"/>), and nothing
/// of the host before it has started and after it begins to stop. A failed start is thrown to the caller, and during a stop the libraries
/// report an embedded database that stops too.</summary>
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
        // Registered as the one instance that DatabaseWatch updates: filters are called before services can be resolved.
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

        // It logs whole addresses, and clients put keys into query strings. The spans of requests have the rest.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        return noise;
    }

    /// <summary>Follows the host from its start to its stop.</summary>
    public void Watch(IHostApplicationLifetime lifetime)
    {
        lifetime.ApplicationStarted.Register(() => _isRunning = true);
        lifetime.ApplicationStopping.Register(() => _isRunning = false);
    }
}
