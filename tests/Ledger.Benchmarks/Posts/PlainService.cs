using JasperFx.Resources;
using Marten;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Wolverine;
using Wolverine.Http;
using Wolverine.Marten;

namespace Ledger.Benchmarks.Posts;

/// <summary>What Ledger is compared with: a service on the same libraries as their documentation sets one up. One session and one transaction
/// per post; no key, no rules, no identity, no telemetry.</summary>
internal static class PlainService
{
    /// <summary>The command under which this program is that service.</summary>
    public const string Command = "plain-service";

    public const string Path = "/deliveries";

    public static async Task<int> RunAsync(string url, string connectionString)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = System.IO.Path.GetTempPath() });
        builder.WebHost.UseUrls(url);
        // As the templates of ASP.NET Core have it: no line per request.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Services.AddMarten(options =>
        {
            options.Connection(connectionString);
            options.Events.StreamIdentity = JasperFx.Events.StreamIdentity.AsString;
        }).IntegrateWithWolverine();
        builder.Services.AddResourceSetupOnStartup();
        builder.Host.UseWolverine(options =>
        {
            options.UseRuntimeCompilation();
            options.Policies.AutoApplyTransactions();
        });
        builder.Services.AddWolverineHttp();
        var app = builder.Build();
        app.MapWolverineEndpoints();
        await app.RunAsync();
        return 0;
    }
}

/// <summary>The endpoint.</summary>
public static class PlainEndpoint
{
    [WolverinePost(PlainService.Path)]
    public static CreationResponse Post(PlainDelivery delivery, IDocumentSession session)
    {
        session.Events.Append($"{delivery.Recipient}/{delivery.Supplier}/{delivery.Deal}", delivery);
        return new CreationResponse($"{PlainService.Path}/{delivery.Id}");
    }
}

/// <summary>The body that Ledger is sent too, and the event.</summary>
public sealed record PlainDelivery(string Id, string Lot, string Feed, string Recipient, string Supplier, string Platform, string Deal, PlainQuantity Quantity,
    string Occurred, string Condition, PlainSource Source, string Grade, string Note);

/// <summary>How many.</summary>
public sealed record PlainQuantity(string Qualifier, int N);

/// <summary>Who said so.</summary>
public sealed record PlainSource(string Publisher, string Url, string Title, string Published, string Language);
