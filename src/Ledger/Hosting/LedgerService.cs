using System.Globalization;
using Ledger.Access;
using Ledger.Catalogue;
using Ledger.Editions;
using Ledger.Fleets;
using Ledger.History;
using Ledger.Reports;
using Ledger.Vocabulary;
using Microsoft.Extensions.Options;

namespace Ledger.Hosting;

/// <summary>Puts the service together, in the order in which a request meets its parts.</summary>
public static class LedgerService
{
    /// <summary>Builds the service on a database; nothing listens yet.</summary>
    /// <param name="args">Configuration given on the command line: <c>--urls</c>, <c>--Ledger:AnonymousRead true</c>, ….</param>
    /// <param name="connectionString">Of the database.</param>
    /// <param name="also">Last words on the builder, for tests.</param>
    /// <exception cref="StartRefusedException">A setting is not what it must be.</exception>
    public static WebApplication Build(string[] args, string connectionString, Action<WebApplicationBuilder>? also = null)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
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
        LedgerSettings.Check(builder.Configuration);
        builder.Services.Configure<LedgerSettings>(builder.Configuration.GetSection(LedgerSettings.Section));
        builder.AddTelemetry();
        builder.AddStorage(connectionString);
        builder.Services.AddSingleton<Upgrade, UpgradeToOneClock>();
        builder.Services.AddSingleton<RebuildReadModel>(services =>
            (progress, cancellation) => services.GetRequiredService<Rebuild>().RunAsync(progress, cancellation));
        builder.Services.AddTransient<Rebuild>();
        builder.Services.AddSingleton<ApiKeyCache>();
        builder.Services.AddSingleton<ApiKeyUses>();
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddSingleton<FailedAttempts>();
        builder.Services.AddSingleton<CatalogueReader>();
        builder.Services.AddSingleton<CatalogueWriter>();
        builder.Services.AddSingleton<Clocks>();
        builder.Services.AddSingleton<Completeness>();
        builder.Services.AddSingleton<EvidenceReader>();
        builder.Services.AddSingleton<EditionsHeld>();
        builder.Services.AddSingleton<EditionComparison>();
        builder.Services.AddSingleton<EditionImport>();
        builder.Services.AddSingleton<EditionIntake>();
        builder.Services.AddSingleton<EditionJobs>();
        builder.Services.AddSingleton<EditionRecording>();
        builder.Services.AddSingleton<DatabaseWatch>();
        builder.Services.AddSingleton<Recorder>();
        builder.Services.AddSingleton<LedgerClock>();
        builder.Services.AddSingleton<LedgerEnd>();
        builder.Services.AddSingleton<StoredEvents>();
        builder.Services.AddHostedService<Opening>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DatabaseWatch>());
        builder.Services.AddHostedService<ApiKeyListener>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ApiKeyUses>());
        builder.Services.AddHostedService(services => services.GetRequiredService<Completeness>());
        builder.Services.AddHostedService(services => services.GetRequiredService<Recorder>());
        builder.Services.AddCors();
        builder.AddRateLimit();
        var running = false;
        var outage = new Outage();
        builder.Services.AddSingleton(outage);
        // A start that fails is thrown at whoever called it, and who stops complains of the database that stops with it: neither is news for
        // the log. While it runs, everything is, until the database is away.
        foreach (var category in (ReadOnlySpan<string>)["Microsoft.Extensions.Hosting.Internal.Host", "Wolverine.Runtime.Agents"])
        {
            builder.Logging.AddFilter(category, level => running && !outage.IsOn && level >= LogLevel.Warning);
        }

        foreach (var category in (ReadOnlySpan<string>)["Marten", "Wolverine", "JasperFx"])
        {
            builder.Logging.AddFilter(category, level => !outage.IsOn && level >= LogLevel.Warning);
        }

        // It writes whole addresses, and people put keys into queries. The spans of requests say the rest.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        also?.Invoke(builder);

        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => running = true);
        app.Lifetime.ApplicationStopping.Register(() => running = false);
        var settings = app.Services.GetRequiredService<IOptions<LedgerSettings>>().Value;
        app.Use((http, next) =>
        {
            if (HttpMethods.IsHead(http.Request.Method))
            {
                // A HEAD is a GET whose body stays behind (RFC 9110, 9.3.2): the server itself remembers, and drops what is written.
                http.Request.Method = HttpMethods.Get;
                http.Items[Answer.Head] = true;
            }

            http.Response.OnStarting(static state =>
            {
                ((HttpResponse)state).Headers.XContentTypeOptions = "nosniff";
                return Task.CompletedTask;
            }, http.Response);
            return next(http);
        });
        app.UseMiddleware<QueryTime>();
        app.UseMiddleware<Refusals>();
        app.UseRouting();
        app.UseCors(cors => cors.WithOrigins([.. settings.AllowedOrigins]).AllowAnyHeader().AllowAnyMethod()
            .WithExposedHeaders("ETag", "Ledger-Position", "Link", "Location", "Retry-After"));
        app.UseMiddleware<Gate>();
        if (settings.RequestsPerSecond is not null)
        {
            app.UseRateLimiter();
        }


        PostReport.Map(app);
        PostCloudEvents.Map(app);
        ImportReports.Map(app);
        PostEdition.Map(app);
        GetEditions.Map(app);
        GetReports.Map(app);
        GetCountries.Map(app);
        GetFleet.Map(app);
        GetHolding.Map(app);
        GetDeals.Map(app);
        GetDeal.Map(app);
        GetFlows.Map(app);
        GetSignals.Map(app);
        GetSeries.Map(app);
        GetChanges.Map(app);
        GetPlatforms.Map(app);
        PostPlatforms.Map(app);
        GetVocabulary.Map(app);
        GetEvents.Map(app);
        GetEventsLive.Map(app);
        KeyEndpoints.Map(app);
        Health.Map(app);
        ProblemPages.Map(app);
        Host.ApiDescription.Map(app);
        return app;
    }

    /// <summary>Where it listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";
}
