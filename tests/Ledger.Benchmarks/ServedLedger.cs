using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ledger.Access;
using Ledger.Host;
using Ledger.Problems;
using Ledger.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ledger.Benchmarks;

/// <summary>A ledger of some size, served over HTTP from a database of its own.</summary>
internal sealed class ServedLedger : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _reporter;
    private readonly HttpClient _reader;

    private readonly IReadOnlyCollection<string> _keys;

    private ServedLedger(WebApplication app, IReadOnlyDictionary<string, string> keys)
    {
        _app = app;
        _keys = [.. keys.Values];
        (_reporter, _reader) = (Client(keys[Scopes.Report]), Client(keys[Scopes.Read]));
    }

    /// <summary>Position of the last report that was imported.</summary>
    public long End { get; private set; }

    public static async Task<ServedLedger> StartAsync(string server, string database)
    {
        var superuser = new NpgsqlConnectionStringBuilder(server) { Username = "postgres", Database = "postgres" };
        await using (var connection = new NpgsqlConnection(superuser.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand($"create database {database}", connection);
            await command.ExecuteNonQueryAsync();
        }

        superuser.Database = database;
        superuser.MaxPoolSize = 30;
        return await StartOnAsync(superuser.ConnectionString);
    }

    /// <summary>Fills a database that is there, for whatever is measured on it afterwards.</summary>
    public static async Task<int> LoadAsync(string connection, int reports)
    {
        await using var ledger = await StartOnAsync(connection);
        var (imported, followed) = await ledger.ImportAsync(reports);
        // Their secrets end with this program.
        var keys = ledger._app.Services.GetRequiredService<ApiKeys>();
        foreach (var key in ledger._keys)
        {
            await keys.RevokeAsync(ApiKeys.IdOf(key), CancellationToken.None);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reports:N0} reports imported in {imported.TotalSeconds:N0} s, used by the fleets after {followed.TotalSeconds:N0} s"));
        return 0;
    }

    private static async Task<ServedLedger> StartOnAsync(string connection)
    {
        var folder = Directory.CreateTempSubdirectory("ledger-benchmark-").FullName;
        var app = LedgerService.Build(["--urls", "http://127.0.0.1:0", $"--{Schema.Setting}", Schema.Apply], connection, builder =>
        {
            builder.Services.AddSingleton(new StartupSettings(folder, Development: true));
            builder.Logging.SetMinimumLevel(LogLevel.Error);
        });
        await app.StartAsync();
        var keys = await DevelopmentKeys.EnsureAsync(app.Services.GetRequiredService<ApiKeys>(), folder, CancellationToken.None);
        Directory.Delete(folder, recursive: true);
        return new ServedLedger(app, keys);
    }

    /// <summary>Imports reports, and waits until the fleets have used them all.</summary>
    /// <returns>Until the import was answered, and until the fleets had followed.</returns>
    public async Task<(TimeSpan Imported, TimeSpan Followed)> ImportAsync(int reports)
    {
        var started = Stopwatch.StartNew();
        using var body = new GeneratedLedger.Body(GeneratedLedger.Lines(reports));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/imports") { Content = body };
        using var response = await _reporter.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var (last, refused) = ("", "");
        while (await reader.ReadLineAsync() is { } line)
        {
            refused = refused.Length == 0 && line.Contains("urn:ledger:problem:", StringComparison.Ordinal) ? line : refused;
            last = line;
        }

        var imported = started.Elapsed;
        var counts = JsonElement.Parse(last);
        if (counts.GetProperty("created").GetInt32() != reports)
        {
            throw new InvalidOperationException($"Not all were taken: {last}; the first of these: {refused}");
        }

        End = counts.GetProperty("position").GetInt64();
        while (await AskAsync($"/v1/countries/FJI/fleet?atLeast={End}") != 200)
        {
        }

        var followed = started.Elapsed;
        await SettleAsync();
        return (imported, followed);
    }

    /// <summary>Brings a ledger to rest after its load, so that ledgers of any size are asked under the same circumstances. The database
    /// would clean up by itself within a minute, in the midst of the measuring; and the connections that a long load has opened are kept
    /// and used in turn, each with caches of its own to warm, which is a cost of past load, not of size.</summary>
    private async Task SettleAsync()
    {
        var database = _app.Services.GetRequiredService<NpgsqlDataSource>();
        await using (var command = database.CreateCommand("vacuum analyze"))
        {
            command.CommandTimeout = 120;
            await command.ExecuteNonQueryAsync();
        }

        database.Clear();
    }

    /// <summary>Asks, and reads the whole answer.</summary>
    public async Task<int> AskAsync(string path)
    {
        using var response = await _reader.GetAsync(path);
        await response.Content.ReadAsByteArrayAsync();
        return (int)response.StatusCode;
    }

    /// <summary>How long a question takes, in milliseconds.</summary>
    public async Task<double> TimeAsync(string path)
    {
        var started = Stopwatch.GetTimestamp();
        var status = await AskAsync(path);
        var took = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return status == 200 ? took : throw new InvalidOperationException($"{path}: {status}");
    }

    /// <summary>Posts a delivery; returns its position.</summary>
    public async Task<long> PostAsync(int number)
    {
        using var content = new StringContent(GeneratedLedger.Post(number), Encoding.UTF8, "application/json");
        using var response = await _reporter.PostAsync("/v1/deliveries", content);
        response.EnsureSuccessStatusCode();
        return long.Parse(response.Headers.GetValues("Ledger-Position").Single(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _reporter.Dispose();
        _reader.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
    }

    private HttpClient Client(string key)
    {
        var client = new HttpClient { BaseAddress = new Uri(_app.Urls.First()), Timeout = TimeSpan.FromMinutes(20) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
