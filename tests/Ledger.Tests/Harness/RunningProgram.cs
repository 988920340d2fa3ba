using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Ledger.Access;
using Ledger.Host;
using Ledger.Problems;

namespace Ledger.Tests.Harness;

/// <summary>The service as an operator starts it, with a database of its own.</summary>
internal sealed class RunningProgram : IAsyncDisposable
{
    private readonly Process _process;

    private readonly AuthenticationHeaderValue _read;

    private RunningProgram(Process process, HttpClient client, AuthenticationHeaderValue read) => (_process, Client, _read) = (process, client, read);

    /// <summary>With a key that may post.</summary>
    public HttpClient Client { get; }

    /// <summary>Starts it and waits until it is ready.</summary>
    /// <param name="folder">Its data folder.</param>
    /// <param name="port">Where to listen; a free one if 0.</param>
    /// <param name="settings">Further options of the command line.</param>
    public static Task<RunningProgram> StartAsync(string folder, int port = 0, params string[] settings) => StartAsync(folder, [], port, settings);

    /// <summary>Starts it with these variables in its environment, and waits until it is ready.</summary>
    public static async Task<RunningProgram> StartAsync(string folder, Dictionary<string, string> environment, int port = 0, params string[] settings)
    {
        port = port == 0 ? FreePort() : port;
        var process = Run(["serve", "--data", folder, "--urls", $"http://127.0.0.1:{port}", .. settings], environment);
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

    /// <summary>Runs a command to its end; what it said, and its exit code.</summary>
    public static async Task<(int ExitCode, string Said)> CommandAsync(params string[] arguments)
    {
        using var process = Run(arguments);
        var said = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await said + await errors);
    }

    /// <summary>Runs a command until it ends or is killed; whoever asked reads its words.</summary>
    public static Process Run(string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(LedgerService).Assembly.Location, .. arguments])
        {
            UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>How many reports of a feed it holds, counted through its list.</summary>
    /// <param name="feed">URI.</param>
    /// <param name="atLeast">The list must have come that far.</param>
    public async Task<int> CountReportsAsync(string feed, long atLeast)
    {
        using var reader = Reader();
        var count = 0;
        for (string? next = null, first = ""; first is not null; first = next)
        {
            var page = await Service.GetAsync(reader, $"/v1/reports?feed={Uri.EscapeDataString(feed)}&limit=1000{(next is null ? $"&atLeast={atLeast}" : $"&cursor={next}")}");
            Assert.True(page.Status == 200, page.Body);
            count += page.Json.Items().Length;
            next = page.Json.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        return count;
    }

    /// <summary>A client with a key that may ask.</summary>
    public HttpClient Reader()
    {
        var reader = new HttpClient { BaseAddress = Client.BaseAddress };
        reader.DefaultRequestHeaders.Authorization = _read;
        return reader;
    }

    /// <summary>Waits until it is ready again, by itself.</summary>
    public Task ReadyAsync() => Eventually.GetAsync("The service should become ready.", async () =>
    {
        try
        {
            using var ready = await Client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            return ((int)ready.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException notYet)
        {
            return notYet.Message;
        }
    }, x => x == "200", TimeSpan.FromMilliseconds(100));

    /// <summary>The libraries that it has loaded, as Linux lists them.</summary>
    public string Libraries => File.ReadAllText($"/proc/{_process.Id}/maps");

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

    /// <summary>A port of the loopback interface that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
