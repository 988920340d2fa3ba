using System.Globalization;
using Ledger.Access;
using Ledger.Audit;
using Ledger.Catalogue;
using Ledger.Dashboard;
using Ledger.Editions;
using Ledger.Evidence;
using Ledger.Export;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Reports;
using Ledger.Store;
using Ledger.Web;
using Microsoft.Extensions.Options;

namespace Ledger.Host;

/// <summary>Composes the service: the rooms from the lowest floor up, then the middleware and routes in the order in which a request passes
/// through them.</summary>
public static class LedgerService
{
    /// <summary>The default address to listen on.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Builds the service on a database; nothing listens yet.</summary>
    /// <param name="args">Configuration given on the command line: <c>--urls</c>, <c>--Ledger:AnonymousRead true</c>, ….</param>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="configure">Further configuration of the builder, applied last.</param>
    /// <exception cref="OperatorException">A setting is invalid.</exception>
    public static WebApplication Build(string[] args, string connectionString, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            // appsettings.json is read from the program's folder, not from the working folder.
            ContentRootPath = AppContext.BaseDirectory,
        });
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Headers with other characters than ASCII reach the endpoint, which responds with a problem; Kestrel would with an empty body.
            kestrel.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
            // Each endpoint limits its own body; an import limits its lines alone.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var noise = AddRooms(builder, connectionString);
        builder.Services.AddWeb();
        builder.Services.AddDashboard();
        builder.Services.AddHostedService<StartupChecks>();
        builder.Services.AddCors();
        configure?.Invoke(builder);
        var app = builder.Build();
        noise.Watch(app.Lifetime);
        Serve(app);
        return app;
    }

    /// <summary>Builds the rooms without the web service, for commands that work on the database. The host is not to be started: its
    /// services are resolved.</summary>
    /// <exception cref="OperatorException">A setting is invalid.</exception>
    public static IHost BuildWithoutWeb(string[] args, string connectionString)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args, ContentRootPath = AppContext.BaseDirectory,
        });
        AddRooms(builder, connectionString);
        return builder.Build();
    }

    private static LibraryNoise AddRooms(IHostApplicationBuilder builder, string connectionString)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        LedgerSettings.Check(builder.Configuration);
        var section = builder.Configuration.GetSection(LedgerSettings.Section);
        builder.Services.Configure<LedgerSettings>(section);
        builder.AddTelemetry();
        builder.AddStore(connectionString);
        builder.Services.AddCatalogue();
        builder.Services.AddReports();
        builder.Services.AddEvidence();
        builder.Services.AddQuestions(section);
        builder.Services.AddEditions();
        builder.Services.AddExport(section);
        builder.Services.AddAccess(section);
        return LibraryNoise.Mute(builder);
    }

    private static void Serve(WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<LedgerSettings>>().Value.AllowedOrigins;
        app.UseWeb();
        app.UseRouting();
        app.UseCors(cors => cors.WithOrigins([.. origins]).AllowAnyHeader().AllowAnyMethod()
            .WithExposedHeaders("ETag", "Ledger-Position", "Link", "Location", "Retry-After"));
        app.UseDashboard();
        app.UseAccess();
        app.MapReports();
        app.MapEditions();
        app.MapCatalogue();
        app.MapQuestions();
        app.MapAudit();
        app.MapExport();
        app.MapAccess();
        app.MapWeb();
        app.MapDashboard();
        HealthEndpoint.Map(app);
        ApiDescription.Map(app);
    }
}
