using System.Net;
using Ledger.Access;
using Ledger.Catalogue;
using Ledger.Problems;

namespace Ledger.Host;

/// <summary>What happens between a database that is there and a service that listens: the shipped catalogue is posted, keys are made for
/// development, and a service that the network could reach without any key refuses to start.</summary>
public sealed class StartupChecks(
    CatalogueWriter catalogue, ApiKeys keys, IConfiguration configuration, IHostEnvironment environment, StartupSettings settings, TimeProvider clock)
    : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await ShippedCatalogue.PostAsync(catalogue);
        var exposed = Urls().Where(url => !IsLoopback(url)).ToList();
        if (exposed.Count == 0 && (settings.Development || environment.IsDevelopment()))
        {
            await DevelopmentKeys.EnsureAsync(keys, settings.DataFolder, cancellationToken);
        }
        else if (exposed.Count > 0 && !await AnyKeyAsync(cancellationToken))
        {
            throw new OperatorException(
                $"Refusing to listen on {string.Join(", ", exposed)}: that is beyond this machine, and no API key exists. "
                + "Make one first, with this program's command: keys add --name admin --scopes admin");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> AnyKeyAsync(CancellationToken cancellation) =>
        (await keys.ListAsync(cancellation)).Any(x => x.Revoked is null && (x.Expires is not { } end || end > clock.GetUtcNow()));

    /// <summary>Where the service will listen: endpoints of the server's own configuration take the place of the addresses.</summary>
    private string[] Urls() => configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(x => x["Url"] ?? "").ToArray() is { Length: > 0 } endpoints
        ? endpoints : (configuration["urls"] ?? LedgerService.DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsLoopback(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}

/// <summary>How the service was started.</summary>
/// <param name="DataFolder">Where the development keys are written.</param>
/// <param name="Development">The database is the service's own: somebody is trying it out on their machine.</param>
public sealed record StartupSettings(string DataFolder, bool Development);
