using System.Globalization;
using Ledger.Access;
using Ledger.Audit;
using Ledger.Catalogue;
using Ledger.Editions;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Reports;
using Ledger.Store;
using Ledger.Web;
using Microsoft.Extensions.Options;

namespace Ledger.Host;

/// <summary>Puts the service together: the rooms from the ground up, then the parts of the web service in the order in which a request meets
/// them.</summary>
public static class LedgerService
{
    /// <summary>Where it listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Builds the service on a database; nothing listens yet.</summary>
    /// <param name="args">Configuration given on the command line: <c>--urls</c>, <c>--Ledger:AnonymousRead true</c>, ….</param>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="also">Last words on the builder, for tests.</param>
    /// <exception cref="OperatorException">A setting is not what it must be.</exception>
    public static WebApplication Build(string[] args, string connectionString, Action<WebApplicationBuilder>? also = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            // Settings lie beside the program, not in whatever folder it was started from.
            ContentRootPath = AppContext.BaseDirectory,
        });
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A letter that is none of ASCII is refused by who reads the header, with a problem: the server itself would answer with nothing.
            kestrel.RequestHeaderEncodingSelector = _ => System.Text.Encoding.Latin1;
            // Each call limits its own body; an import has no limit but that of its lines.
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var noise = AddRooms(builder, connectionString);
        builder.Services.AddWeb();
        builder.Services.AddHostedService<StartupChecks>();
        builder.Services.AddCors();
        also?.Invoke(builder);
        var app = builder.Build();
        noise.Watch(app.Lifetime);
        Serve(app);
        return app;
    }

    /// <summary>Builds what works on the database without serving anybody: for commands. Nothing of it runs; its services are asked for.</summary>
    /// <exception cref="OperatorException">A setting is not what it must be.</exception>
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
        app.UseAccess();
        app.MapReports();
        app.MapEditions();
        app.MapCatalogue();
        app.MapQuestions();
        app.MapAudit();
        app.MapAccess();
        app.MapWeb();
        HealthEndpoint.Map(app);
        ApiDescription.Map(app);
    }
}
