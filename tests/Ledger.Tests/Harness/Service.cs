using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ledger.Access;
using Ledger.Host;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ledger.Tests.Harness;

/// <summary>The real service on a real PostgreSQL, with a database of its own, listening on a port of its own.</summary>
public sealed class Service : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IReadOnlyDictionary<string, string> _keys;

    private Service(WebApplication app, string connectionString, IReadOnlyDictionary<string, string> keys)
    {
        (_app, ConnectionString, _keys) = (app, connectionString, keys);
        Address = new Uri(app.Urls.First());
    }

    public Uri Address { get; }

    public string ConnectionString { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts the service on an empty database.</summary>
    public static async Task<Service> StartAsync(Action<WebApplicationBuilder>? also = null, params string[] settings) =>
        await StartOnAsync(await Databases.MakeAsync(), also, settings);

    /// <summary>Starts the service on a database that is there already.</summary>
    public static Task<Service> StartOnAsync(string connectionString, Action<WebApplicationBuilder>? also = null, params string[] settings) =>
        StartOnAsync(connectionString, null, also, settings);

    /// <summary>Starts another node on the same database, with the same keys.</summary>
    public Task<Service> AnotherNodeAsync(Action<WebApplicationBuilder>? also = null) => StartOnAsync(ConnectionString, _keys, also);

    // Where no keys are known the service makes its own, and revokes those of a service before it.
    private static async Task<Service> StartOnAsync(
        string connectionString, IReadOnlyDictionary<string, string>? known, Action<WebApplicationBuilder>? also = null, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        var app = LedgerService.Build(["--urls", "http://127.0.0.1:0", $"--{Schema.Setting}", Schema.Apply, .. settings], connectionString, builder =>
        {
            builder.Services.AddSingleton(new StartupSettings(folder, Development: known is null));
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            also?.Invoke(builder);
        });
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        var keys = known ?? await DevelopmentKeys.EnsureAsync(app.Services.GetRequiredService<ApiKeys>(), folder, CancellationToken.None);
        Directory.Delete(folder, recursive: true);
        return new Service(app, connectionString, keys);
    }

    /// <summary>A client with the key of one scope; null: without a key. Every answer is held against the API's description.</summary>
    public HttpClient Client(string? scope)
    {
        var client = new HttpClient(new DescribedAnswers()) { BaseAddress = Address };
        if (scope is not null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _keys[scope]);
        }

        return client;
    }

    public HttpClient Reporter => field ??= Client(Scopes.Report);

    public HttpClient Reader => field ??= Client(Scopes.Read);

    public HttpClient Auditor => field ??= Client(Scopes.Audit);

    public HttpClient Admin => field ??= Client(Scopes.Admin);

    /// <summary>Posts JSON.</summary>
    public static async Task<Answered> PostAsync(HttpClient client, string path, object body)
    {
        using var content = new StringContent(body as string ?? JsonSerializer.Serialize(body, Web), Encoding.UTF8, "application/json");
        using var response = await client.PostAsync(path, content);
        return await Answered.OfAsync(response);
    }

    /// <summary>Asks.</summary>
    public static async Task<Answered> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        return await Answered.OfAsync(response);
    }

    /// <summary>Posts one report and expects it to be new.</summary>
    public async Task<Answered> ReportAsync(string kindPath, object body)
    {
        var answer = await PostAsync(Reporter, $"/v1/{kindPath}", body);
        Assert.True(answer.Status == 201, $"{answer.Status}: {answer.Body}");
        return answer;
    }

    /// <summary>Asks as a reader, with <paramref name="position"/> as <c>atLeast</c>, and expects an answer.</summary>
    public async Task<JsonElement> AskAsync(string path, long position = 0)
    {
        var answer = await GetAsync(Reader, position == 0 ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}atLeast={position}");
        Assert.True(answer.Status == 200, $"{answer.Status}: {answer.Body}");
        return answer.Json;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await using var data = new NpgsqlConnection(ConnectionString);
        NpgsqlConnection.ClearPool(data);
    }

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
}

/// <summary>What came back.</summary>
public sealed record Answered(int Status, string? MediaType, string Body, HttpResponseHeaders Headers)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>For messages of tests: the members below are not there in every answer.</summary>
    public override string ToString() => $"{Status}: {Body}";

    public long Position => long.Parse(Headers.GetValues("Ledger-Position").Single(), System.Globalization.CultureInfo.InvariantCulture);

    public static async Task<Answered> OfAsync(HttpResponseMessage response) => new((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType,
        response.Content.Headers.ContentType?.MediaType == "text/event-stream" ? await BeginningAsync(response) : await response.Content.ReadAsStringAsync(),
        response.Headers);

    /// <summary>What has come so far of a stream that has no end.</summary>
    private static async Task<string> BeginningAsync(HttpResponseMessage response)
    {
        await using var stream = await response.Content.ReadAsStreamAsync();
        var some = new byte[64 * 1024];
        return Encoding.UTF8.GetString(some, 0, await stream.ReadAsync(some));
    }

    /// <summary>The codes of a problem's errors by pointer.</summary>
    public IReadOnlyList<(string Pointer, string Code)> Errors =>
        [.. Json.GetProperty("errors").EnumerateArray().Select(x => (x.GetProperty("pointer").GetString()!, x.GetProperty("code").GetString()!))];
}
