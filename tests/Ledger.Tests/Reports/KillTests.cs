using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

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
        EmbeddedPostgres.Scratch.Chmod("755", folder);
        try
        {
            var acknowledged = new ConcurrentDictionary<string, long>();
            var imported = Import.FileOf(Enumerable.Range(0, 8_000).Select(x => Import.Delivery($"file-{x}", "x-kill", $"bird-{x % 20}")));
            string cut;
            await using (var first = await RunningProgram.StartAsync(folder))
            {
                var posting = Enumerable.Range(0, 8).Select(x => PostUntilItEndsAsync(first, x, acknowledged)).ToList();
                var answered = new TaskCompletionSource();
                var importing = ImportUntilItEndsAsync(first, imported, answered);
                await answered.Task.WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
                await Eventually.IsSoAsync("Fifty reports should be acknowledged.", () => acknowledged.Count >= 50);

                await Task.Delay(Random.Shared.Next(100, 1_000), TestContext.Current.CancellationToken);
                first.Kill();
                await Task.WhenAll(posting);
                cut = await importing;
            }

            Assert.NotEmpty(acknowledged);
            await using var second = await RunningProgram.StartAsync(folder);
            foreach (var (id, position) in acknowledged)
            {
                var again = await Service.PostAsync(second.Client, "/v1/deliveries", ReportBodies.Delivery(id).ToJsonString());
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
            await RunningProgram.DeleteAsync(folder);
        }
    }

    private static async Task PostUntilItEndsAsync(RunningProgram program, int client, ConcurrentDictionary<string, long> acknowledged)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                var answer = await Service.PostAsync(program.Client, "/v1/deliveries", ReportBodies.Delivery($"post-{client}-{i}").ToJsonString());
                Assert.True(answer.Status == 201, answer.Body);
                acknowledged[$"post-{client}-{i}"] = answer.Position;
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    /// <summary>Sends a file and returns what came back before the end; <paramref name="answered"/> is set once a whole line has.</summary>
    private static async Task<string> ImportUntilItEndsAsync(RunningProgram program, string file, TaskCompletionSource answered)
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
            var buffer = new byte[65_536];
            for (int count; (count = await client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0;)
            {
                read.Write(buffer, 0, count);
                if (Encoding.UTF8.GetString(read.GetBuffer(), 0, (int)read.Length).Split("\r\n\r\n") is [_, var lines, ..]
                    && lines.Contains("}\n", StringComparison.Ordinal))
                {
                    answered.TrySetResult();
                }
            }

            await sending;
        }
        catch (IOException)
        {
            // Killed.
        }

        var text = Encoding.UTF8.GetString(read.ToArray());
        return text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
    }
}
