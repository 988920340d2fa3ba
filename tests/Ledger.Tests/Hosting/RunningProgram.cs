using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Ledger.Access;
using Ledger.Hosting;

namespace Ledger.Tests.Hosting;

/// <summary>The service as an operator starts it, with a database of its own.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;

    private readonly AuthenticationHeaderValue _read;

    private RunningProgram(Process process, HttpClient client, AuthenticationHeaderValue read) => (_process, Client, _read) = (process, client, read);

    /// <summary>With a key that may post.</summary>
    public HttpClient Client { get; }

    public static async Task<RunningProgram> StartAsync(string folder)
    {
        var port = FreePort();
        var process = Process.Start(new ProcessStartInfo("dotnet",
            ["exec", typeof(LedgerService).Assembly.Location, "serve", "--data", folder, "--urls", $"http://127.0.0.1:{port}"])
        { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = new ConcurrentQueue<string>();
        process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.OutputDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        for (var i = 0; i < 600 && !process.HasExited; i++)
        {
            try
            {
                using var ready = await client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
                if (ready.IsSuccessStatusCode)
                {
                    var keys = await File.ReadAllLinesAsync(Path.Combine(folder, DevelopmentKeys.FileName), TestContext.Current.CancellationToken);
                    AuthenticationHeaderValue KeyOf(string scope) => new("Bearer",
                        keys.Single(x => x.StartsWith(DevelopmentKeys.VariableOf(scope), StringComparison.Ordinal)).Split('=')[1]);
                    client.DefaultRequestHeaders.Authorization = KeyOf(Scopes.Report);
                    return new RunningProgram(process, client, KeyOf(Scopes.Read));
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        process.Kill();
        throw new InvalidOperationException("The service did not start:\n" + string.Join('\n', said));
    }

    /// <summary>How many reports of a feed it holds, counted through its list.</summary>
    public async Task<int> CountReportsAsync(string feed)
    {
        using var reader = new HttpClient { BaseAddress = Client.BaseAddress };
        reader.DefaultRequestHeaders.Authorization = _read;
        var count = 0;
        for (string? next = null, first = ""; first is not null; first = next)
        {
            var page = await Service.GetAsync(reader, $"/v1/reports?feed={Uri.EscapeDataString(feed)}&limit=1000{(next is null ? "" : $"&cursor={next}")}");
            Assert.True(page.Status == 200, page.Body);
            count += page.Json.Items().Length;
            next = page.Json.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        return count;
    }

    /// <summary>SIGKILL: no word of farewell, and none to its database.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            // Asked to end, so that its database ends in order too.
            using var term = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await term.WaitForExitAsync();
        }

        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await _process.WaitForExitAsync(bound.Token);
        _process.Dispose();
    }

    /// <summary>Deletes its folder, when its database has ended.</summary>
    public static async Task DeleteAsync(string folder)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                // PostgreSQL is still ending.
                await Task.Delay(200);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
