using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ledger.Access;
using Ledger.Hosting;
using Ledger.Tests.Hosting;

namespace Ledger.Tests.Reports;

/// <summary>The real program, killed in the middle of its work and started again on the same folder: nothing that it acknowledged is
/// lost, and what is sent again is not doubled.</summary>
[Collection(Alone.Name)]
public sealed class KillTests
{
    [Fact]
    public async Task A_service_that_is_killed_while_it_records_loses_nothing_and_doubles_nothing()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        Hosting.Postgres.Scratch.Chmod("755", folder);
        try
        {
            var acknowledged = new ConcurrentDictionary<string, long>();
            var imported = Import.FileOf(Enumerable.Range(0, 8_000).Select(x => Import.Delivery($"file-{x}", "x-kill", $"bird-{x % 20}")));
            string cut;
            await using (var first = await Program.StartAsync(folder))
            {
                var posting = Enumerable.Range(0, 8).Select(x => PostUntilItEndsAsync(first, x, acknowledged)).ToList();
                var importing = ImportUntilItEndsAsync(first, imported);
                await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
                first.Kill();
                await Task.WhenAll(posting);
                cut = await importing;
            }

            Assert.NotEmpty(acknowledged);
            await using var second = await Program.StartAsync(folder);
            foreach (var (id, position) in acknowledged)
            {
                var again = await Service.PostAsync(second.Client, "/v1/deliveries", Said.Delivery(id).ToJsonString());
                Assert.True((again.Status, again.Position) == (200, position), $"{id} was acknowledged at {position}: {again.Body}");
            }

            var import = await Import.PostAsync(second.Client, imported);
            Assert.Equal(0, import.Count("refused"));
            var lines = cut.Split('\n')[..^1].Select(x => JsonElement.Parse(x)).ToList();
            Assert.NotEmpty(lines);
            Assert.All(lines.Zip(import.Lines), x =>
            {
                Assert.Equal(200, x.Second.GetProperty("status").GetInt32());
                Assert.Equal(x.First.GetProperty("position").GetInt64(), x.Second.GetProperty("position").GetInt64());
            });
            // Each event id is there once: the import, sent once more, finds every line where the first answer said.
            var positions = import.Lines.Select(x => x.GetProperty("position").GetInt64()).Concat(acknowledged.Values).ToList();
            Assert.Equal(positions.Count, positions.Distinct().Count());
        }
        finally
        {
            await DeleteAsync(folder);
        }
    }

    private static async Task PostUntilItEndsAsync(Program program, int client, ConcurrentDictionary<string, long> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var answer = await Service.PostAsync(program.Client, "/v1/deliveries", Said.Delivery($"post-{client}-{i}").ToJsonString());
                Assert.True(answer.Status == 201, answer.Body);
                acknowledged[$"post-{client}-{i}"] = answer.Position;
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    /// <summary>Sends a file and returns what came back before the end.</summary>
    private static async Task<string> ImportUntilItEndsAsync(Program program, string file)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(program.Client.BaseAddress!.Host, program.Client.BaseAddress.Port, TestContext.Current.CancellationToken);
        var body = Encoding.UTF8.GetBytes(file);
        var head = Encoding.ASCII.GetBytes($"POST /v1/imports HTTP/1.0\r\nAuthorization: {program.Client.DefaultRequestHeaders.Authorization}\r\n"
            + $"Content-Type: application/x-ndjson\r\nContent-Length: {body.Length}\r\n\r\n");
        var read = new MemoryStream();
        try
        {
            await client.GetStream().WriteAsync(head, TestContext.Current.CancellationToken);
            var sending = client.GetStream().WriteAsync(body, TestContext.Current.CancellationToken).AsTask();
            await client.GetStream().CopyToAsync(read, TestContext.Current.CancellationToken);
            await sending;
        }
        catch (IOException)
        {
            // Killed.
        }

        var text = Encoding.UTF8.GetString(read.ToArray());
        return text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }

    private static async Task DeleteAsync(string folder)
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

    /// <summary>The service as an operator starts it, with a database of its own.</summary>
    private sealed class Program : IAsyncDisposable
    {
        private readonly Process _process;

        private Program(Process process, HttpClient client) => (_process, Client) = (process, client);

        public HttpClient Client { get; }

        public static async Task<Program> StartAsync(string folder)
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
                        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer",
                            keys.Single(x => x.StartsWith(DevelopmentKeys.VariableOf(Scopes.Report), StringComparison.Ordinal)).Split('=')[1]);
                        return new Program(process, client);
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

        private static int FreePort()
        {
            using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
            listener.Start();
            return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        }
    }
}
