using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace Ledger.Tests.Access;

/// <summary>No secret leaves the place where it belongs: neither what a key is, nor what somebody presented as one.</summary>
public sealed class SecretTests
{
    [Fact]
    public async Task No_log_no_trace_and_no_problem_ever_shows_a_secret()
    {
        var spans = new List<Activity>();
        var lines = new ConcurrentQueue<string>();
        await using var service = await Service.StartAsync(builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace).AddFilter(null, LogLevel.Trace).AddProvider(new Listening(lines));
            builder.Services.AddOpenTelemetry().WithTracing(x => x.AddInMemoryExporter(spans));
        });
        var made = await Service.PostAsync(service.Admin, "/v1/keys", """{"name":"silent","scopes":["report"],"feeds":["urn:example:desk"]}""");
        var secret = made.Json.GetProperty("secret").GetString()!;
        var guessed = $"ldg_{new string('g', 43)}";
        var bodies = new StringBuilder();
        using var client = service.Client(null);
        foreach (var (presented, path) in new[]
        {
            ($"Bearer {secret}", "/v1/deliveries"), ($"Bearer {secret}", "/v1/countries"), ($"Bearer {secret}", $"/v1/deliveries?key={secret}"), ($"Bearer {guessed}", "/v1/deliveries"),
            ($"Basic {secret}", "/v1/deliveries"), ($"Bearer {secret}", $"/v1/{secret}"), ($"Bearer {secret} x", "/v1/deliveries"),
        })
        {
            client.DefaultRequestHeaders.Remove("Authorization");
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", presented);
            // A path that somebody typed a secret into is shown back to them alone; the query is not.
            var answer = await Service.PostAsync(client, path, ReportBodies.Delivery("silent").ToJsonString());
            bodies.Append(path.StartsWith("/v1/ldg_", StringComparison.Ordinal) ? "" : answer.Body);
        }

        using var revoked = await service.Admin.DeleteAsync(made.Headers.Location, TestContext.Current.CancellationToken);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        bodies.Append((await Service.PostAsync(client, "/v1/deliveries", ReportBodies.Delivery("silent").ToJsonString())).Body);

        Assert.NotEmpty(lines);
        Assert.Contains(lines, x => x.Contains("revoked", StringComparison.Ordinal));
        Activity[] seen = [.. spans.ToArray().Where(x => x is not null)];
        Assert.NotEmpty(seen);
        var told = string.Join('\n', lines.Where(x => !x.Contains($"/v1/{secret}", StringComparison.Ordinal))) + bodies
            + string.Join('\n', seen.Where(x => x.GetTagItem("url.path") as string != $"/v1/{secret}").SelectMany(x => x.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Append(x.DisplayName)));
        Assert.All((string[])[secret, guessed], x => Assert.False(told.Contains(x, StringComparison.Ordinal),
            told.Split('\n').FirstOrDefault(line => line.Contains(x, StringComparison.Ordinal))));
    }

    private sealed class Listening(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
