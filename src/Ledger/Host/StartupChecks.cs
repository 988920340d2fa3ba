using System.Net;
using Ledger.Access;
using Ledger.Catalogue;
using Ledger.Problems;

namespace Ledger.Host;

/// <summary>Runs after the schema is checked and before the server listens: posts the shipped catalogue, makes development keys, and fails
/// the start of a service that would listen beyond the loopback interface without any valid key.</summary>
public sealed class StartupChecks(
    CatalogueWriter catalogue, ApiKeys keys, IConfiguration configuration, IHostEnvironment environment, StartupSettings settings,
    TimeProvider clock)
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

    /// <summary>The addresses to listen on: Kestrel's configured endpoints override <c>urls</c>.</summary>
    private string[] Urls()
    {
        string[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(x => x["Url"] ?? "")];
        return endpoints.Length > 0 ? endpoints : (configuration["urls"] ?? LedgerService.DefaultUrl)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static bool IsLoopback(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && (uri.Host == "localhost" || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}

/// <summary>How the service was started.</summary>
/// <param name="DataFolder">The folder of the development keys.</param>
/// <param name="Development">True with an embedded database: development keys are made.</param>
public sealed record StartupSettings(string DataFolder, bool Development);
