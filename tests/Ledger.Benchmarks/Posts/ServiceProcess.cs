using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ledger.Benchmarks.Posts;

/// <summary>A service in a process of its own, so that its garbage collector and its threads are its own. It ends with this program, however
/// this program ends: a shell between the two waits for the end of its input, which is this program's, and then kills it.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Guard = """trap '' INT TERM HUP; "$@" < /dev/null & echo "process $!"; read -r end; kill -KILL $! 2> /dev/null; wait""";

    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(2);

    private readonly Process _guard;
    private readonly Process _service;

    private ServiceProcess(Process guard, Process service, int port) => (_guard, _service, Port) = (guard, service, port);

    public int Port { get; }

    /// <summary>What it has taken of the processors since its start.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _service.Refresh();
            return _service.TotalProcessorTime;
        }
    }

    /// <summary>Starts a service and waits until it is ready.</summary>
    /// <param name="arguments">Of <c>dotnet exec</c>, by the address where to listen.</param>
    /// <param name="environment">In addition to this program's own.</param>
    /// <param name="ready">A path that answers when it is ready.</param>
    /// <param name="isReady">Which status says so.</param>
    /// <exception cref="InvalidOperationException">It ended, or was not ready within two minutes; with what it said.</exception>
    public static async Task<ServiceProcess> StartAsync(
        Func<string, string[]> arguments, IReadOnlyDictionary<string, string> environment, string ready, Func<HttpStatusCode, bool> isReady)
    {
        var port = FreePort();
        var url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        var start = Start("sh", ["-c", Guard, "sh", "dotnet", "exec", .. arguments(url)], environment);
        start.RedirectStandardInput = true;
        var guard = Process.Start(start)!;
        var service = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = new ConcurrentQueue<string>();
        void Read(string? line)
        {
            if (line?.StartsWith("process ", StringComparison.Ordinal) == true && service.TrySetResult(int.Parse(line.AsSpan(8), CultureInfo.InvariantCulture)))
            {
                return;
            }

            output.Enqueue(line ?? "");
            while (output.Count > 60)
            {
                output.TryDequeue(out _);
            }
        }

        guard.OutputDataReceived += (_, line) => Read(line.Data);
        guard.ErrorDataReceived += (_, line) => Read(line.Data);
        guard.BeginOutputReadLine();
        guard.BeginErrorReadLine();
        var started = new ServiceProcess(guard, Process.GetProcessById(await service.Task.WaitAsync(ReadyWithin)), port);
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        for (var since = Stopwatch.StartNew(); since.Elapsed < ReadyWithin && !started._service.HasExited;)
        {
            try
            {
                using var answer = await client.GetAsync(ready);
                if (isReady(answer.StatusCode))
                {
                    return started;
                }
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(100);
        }

        await started.DisposeAsync();
        throw new InvalidOperationException($"The service at {url} did not start. It said:\n{string.Join('\n', output)}");
    }

    /// <summary>Runs a command to its end.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; with what it said.</exception>
    public static async Task<string> CommandAsync(string program, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        using var process = Process.Start(Start(program, arguments, environment))!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{await output}{await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
        _service.Dispose();
    }

    private static ProcessStartInfo Start(string program, string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
