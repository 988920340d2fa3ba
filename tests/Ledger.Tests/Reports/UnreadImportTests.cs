using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Tests.Harness;
using Ledger.Web;

namespace Ledger.Tests.Reports;

/// <summary>Imports whose client does not read its answers, or slowly.</summary>
[Collection(Alone.Name)]
public sealed class UnreadImportTests(OneService one) : IClassFixture<OneService>
{
    private const long MB = 1024 * 1024;
    private readonly Service _service = one.Service;

    [Fact]
    public async Task Past_what_may_wait_for_a_client_no_line_is_read_until_it_reads_and_then_it_has_every_answer()
    {
        // Refusals that show two long reports each: three times what may wait. And so much to send that it cannot wait on the way.
        const int lines = 6_000;
        JsonObject Taken(int n) => ReportBodies.Put(Import.Delivery("taken", "x-unread", "bird", n), $$"""{"note":"{{new string('n', 3_900)}}"}""");
        Assert.Equal([201], (await Import.PostAsync(_service.Reporter, Taken(1))).Statuses);
        var line = Encoding.UTF8.GetBytes(Import.FileOf([Taken(2)]));
        await using var wire = await Wire.ImportAsync(_service, lines * line.Length);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (; sent < lines; sent++)
            {
                await wire.SendAsync(line);
            }
        }, TestContext.Current.CancellationToken);

        await Eventually.StandsStillAsync("Sending should have come to a stop.", () => Task.FromResult((long)Volatile.Read(ref sent)), TimeSpan.FromSeconds(3));
        Assert.False(sending.IsCompleted, "Everything was taken, and nothing read.");
        var held = (GC.GetTotalMemory(forceFullCollection: true) - before) / MB;
        Assert.True(held < 40, $"{held} MB are held.");
        Assert.Equal(201, (await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBodies.Delivery("beside", "x-unread", "bird").ToJsonString())).Status);
        Assert.Equal(2, (await Import.PostAsync(_service.Reporter, Import.Delivery("beside-1", "x-unread"), Import.Delivery("beside-2", "x-unread"))).Count("created"));

        var answers = await wire.RestAsync();
        await sending;
        Assert.True(answers.Length > 3 * Limits.ImportAnswerBytes / 2, $"{answers.Length} bytes of answers prove nothing.");
        var import = Import.Read(answers);
        Assert.Equal(lines, import.Count("refused"));
    }

    [Fact]
    public async Task A_client_that_trickles_has_every_answer()
    {
        var file = Encoding.UTF8.GetBytes(Import.FileOf(Enumerable.Range(0, 4_000).Select(x => Import.Delivery($"trickle-{x}", "x-trickle", $"bird-{x % 9}"))));
        await using var wire = await Wire.ImportAsync(_service, file.Length);
        var sending = wire.SendAsync(file);
        var said = new StringBuilder();
        for (var i = 0; i < 200; i++)
        {
            said.Append(await wire.LineAsync()).Append('\n');
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        said.Append(await wire.RestAsync());
        await sending;
        Assert.Equal(4_000, Import.Read(said.ToString()).Count("created"));
    }

    [Fact]
    public async Task A_client_that_takes_nothing_for_too_long_is_cut_off()
    {
        await using var line = await Line.OpenAsync();
        await using var answers = new SpooledResponse(line.ToClient, CancellationToken.None, TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FillAsync(answers, 64 * MB).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken));
        Assert.True(answers.IsUnread);
    }

    [Fact]
    public async Task Imports_share_what_may_wait_each_has_a_little_for_certain_and_what_is_read_is_free_again()
    {
        const int imports = 7;
        var lines = new List<Line>();
        var all = new List<SpooledResponse>();
        using var over = new CancellationTokenSource();
        var waiting = new long[imports];
        var filling = new List<Task>();
        for (var i = 0; i < imports; i++)
        {
            lines.Add(await Line.OpenAsync());
            all.Add(new SpooledResponse(lines[i].ToClient, over.Token));
            var which = i;
            filling.Add(FillAsync(all[i], 32 * MB, written => Volatile.Write(ref waiting[which], written)));
            await Eventually.StandsStillAsync("It should be full.", () => Task.FromResult(Volatile.Read(ref waiting[which])), TimeSpan.FromMilliseconds(700));
        }

        Assert.All(filling, x => Assert.False(x.IsCompleted));
        // What the sockets hold on the way comes on top.
        Assert.All(waiting, x => Assert.InRange(x, Limits.ImportAnswerBytesCertain - 1_000, Limits.ImportAnswerBytes + (6 * MB)));
        Assert.InRange(waiting.Sum(), Limits.ImportAnswerBytesShared, Limits.ImportAnswerBytesShared + (imports * (Limits.ImportAnswerBytesCertain + (6 * MB))));
        Assert.True(waiting[^1] < Limits.ImportAnswerBytes / 2, $"The last has {waiting[^1]} of its own, though the others have all that is shared.");

        // The first begins to read: it goes on to its end, and so does whoever waited for the room.
        await lines[0].ReadAllAsync(() => filling[0].IsCompleted);
        await filling[0];
        await over.CancelAsync();
        foreach (var (answers, line) in all.Zip(lines))
        {
            await answers.DisposeAsync();
            await line.DisposeAsync();
        }

        await using var last = await Line.OpenAsync();
        await using var alone = new SpooledResponse(last.ToClient, new CancellationToken(canceled: false), TimeSpan.FromSeconds(30));
        await FillAsync(alone, Limits.ImportAnswerBytes - 1_000).WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
        last.Cut();
    }

    [Fact]
    public async Task The_command_sends_a_long_file_in_parts_and_counts_its_lines_through()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        try
        {
            var file = Path.Combine(folder, "long.ndjson");
            var count = (2 * Limits.ImportCommandLines) + 77;
            await File.WriteAllLinesAsync(file, Enumerable.Range(1, count).Select(x => x == Limits.ImportCommandLines + 50 ? "{}" : x is 17 or 18 ? ""
                : Import.Delivery($"part-{x}", "x-parts", $"bird-{x % 9}").ToJsonString()), TestContext.Current.CancellationToken);
            var key = _service.Reporter.DefaultRequestHeaders.Authorization!.Parameter!;

            var (exitCode, said) = await RunningProgram.CommandAsync("import", file, "--to", _service.Address.ToString(), "--key", key);

            // Two lines are empty, which shifts no number.
            Assert.Equal((0, count - 3L), (exitCode, await _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where stream_id like 'x-parts/%'")));
            Assert.Contains($"line {Limits.ImportCommandLines + 50}: ", said, StringComparison.Ordinal);
            Assert.Matches($@"lines\s+{count - 2}\s+created\s+{count - 3}\s+existing\s+0\s+refused\s+1\s", said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Appends lines of 1,000 bytes until there are so many bytes.</summary>
    private static async Task FillAsync(SpooledResponse answers, long bytes, Action<long>? tell = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        await using var writer = new Utf8JsonWriter(buffer);
        var text = new string('x', 997);
        for (long written = 0; written < bytes; written += 1_000)
        {
            writer.WriteStringValue(text);
            await answers.AppendAsync(buffer, writer);
            tell?.Invoke(written + 1_000);
        }
    }

    /// <summary>A real connection, of which the client's end reads when it is told to.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly TcpClient _client;
        private readonly TcpClient _server;

        private Line(TcpClient server, TcpClient client) => (_server, _client) = (server, client);

        public NetworkStream ToClient => _server.GetStream();

        public static async Task<Line> OpenAsync()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var client = new TcpClient { ReceiveBufferSize = 16 * 1024 };
            var connecting = client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, TestContext.Current.CancellationToken);
            var line = new Line(await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken), client);
            await connecting;
            return line;
        }

        public async Task ReadAllAsync(Func<bool> isOver)
        {
            var buffer = new byte[64 * 1024];
            var patience = Stopwatch.StartNew();
            while (!isOver())
            {
                Assert.True(patience.Elapsed < Eventually.Patience, "There is no end of it.");
                _ = await _client.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.Patience, TestContext.Current.CancellationToken);
            }
        }

        public void Cut() => _client.Client.Close(0);

        public ValueTask DisposeAsync()
        {
            _client.Dispose();
            _server.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
