using System.Net.Http.Headers;
using System.Text;
using Ledger.Store;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

[Collection(Alone.Name)]
public sealed class LargeImportTests(OneService one) : IClassFixture<OneService>
{
    private const long MB = 1024 * 1024;
    private readonly Service _service = one.Service;

    [Fact]
    public async Task A_client_that_sends_everything_before_it_reads_anything_is_answered()
    {
        var file = Encoding.UTF8.GetBytes(Import.FileOf(Enumerable.Range(0, 30_000).Select(x => Import.Delivery($"deaf-{x}", "x-deaf", $"bird-{x % 50}"))));
        await using var wire = await Wire.ImportAsync(_service, file.Length);

        await wire.SendAsync(file);
        var import = Import.Read(await wire.RestAsync());

        Assert.Equal(30_000, import.Count("created"));
        Assert.Equal(30_000, await _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where stream_id like 'x-deaf/%'"));
    }

    [Fact]
    public async Task A_client_that_goes_away_half_way_leaves_whole_lines_and_can_send_again()
    {
        var lines = Enumerable.Range(0, 6_000).Select(x => Import.Delivery($"left-{x}", "x-left", $"bird-{x % 9}").ToJsonString() + "\n").ToList();
        var file = Encoding.UTF8.GetBytes(string.Concat(lines));
        await using (var wire = await Wire.ImportAsync(_service, file.Length))
        {
            await wire.SendAsync(file[..(file.Length / 2)]);
            await wire.LineAsync();
            wire.Reset();
        }

        var left = await SettledAsync("x-left");
        Assert.InRange(left, 1, 3_000);
        Assert.Equal(200, (await Service.GetAsync(_service.Client(null), "/health/ready")).Status);

        var import = await Import.PostAsync(_service.Reporter, file);
        Assert.Equal(left, import.Count("existing"));
        Assert.Equal(6_000 - left, import.Count("created"));
    }

    [Fact]
    public async Task Memory_stays_bounded_however_large_the_file_and_its_lines_are()
    {
        // One line of 100 MB, then 100 MB of lines that are too long or no JSON, then reports.
        const int reports = 3_000;
        using var content = new StreamContent(new Generated(LargeFile(reports)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/imports") { Content = content };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(over.Token);

        using var response = await _service.Reporter.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string? last = null;
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            last = line;
        }

        await over.CancelAsync();
        var most = await watching;
        Assert.Contains($"\"created\":{reports},", last, StringComparison.Ordinal);
        Assert.True(most - before < 64 * MB, $"{(most - before) / MB} MB more than before");
    }

    private static IEnumerable<byte[]> LargeFile(int reports)
    {
        var block = Enumerable.Repeat((byte)'x', (int)MB).ToArray();
        for (var i = 0; i < 100; i++)
        {
            yield return block;
        }

        yield return "\n"u8.ToArray();
        var tooLong = new byte[100_000];
        Array.Fill(tooLong, (byte)' ');
        tooLong[^1] = (byte)'\n';
        var noJson = tooLong[50_000..];
        for (var i = 0; i < 700; i++)
        {
            yield return tooLong;
            yield return noJson;
        }

        for (var i = 0; i < reports; i++)
        {
            yield return Encoding.UTF8.GetBytes(Import.FileOf([Import.Delivery($"large-{i}", "x-large", $"bird-{i % 9}")]));
        }
    }

    /// <summary>The most that was alive at any time.</summary>
    private static async Task<long> WatchAsync(CancellationToken over)
    {
        long most = 0;
        while (!over.IsCancellationRequested)
        {
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            await Task.Delay(100, CancellationToken.None);
        }

        return most;
    }

    /// <summary>How many reports a recipient has, once what was under way is recorded.</summary>
    private Task<long> SettledAsync(string recipient) => Eventually.StandsStillAsync("What was under way should have been recorded.",
        () => _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where stream_id like $1", recipient + "/%"), TimeSpan.FromSeconds(1));

    /// <summary>A file that is made while it is sent.</summary>
    private sealed class Generated(IEnumerable<byte[]> blocks) : MemoryStream
    {
        public override bool CanSeek => false;

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            foreach (var block in blocks)
            {
                await destination.WriteAsync(block, cancellationToken);
            }
        }
    }
}
