using System.Text;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

public sealed class ImportTests(OneService one) : IClassFixture<OneService>
{
    private const int LineBytes = 56 * 1024;
    private readonly Service _service = one.Service;

    [Fact]
    public async Task Every_kind_of_report_can_be_imported_and_is_answered_in_order()
    {
        var lines = ReportBodies.Kinds.Select(x => Import.Line(x.Path, ReportBodies.Full(x.Path, $"imported-{x.Path}", "imported-deliveries"))).ToList();

        var import = await Import.PostAsync(_service.Reporter, lines);

        Assert.All(import.Statuses, x => Assert.Equal(201, x));
        Assert.Equal(ReportBodies.Kinds.Select(x => ReportBodies.EventId(ReportBodies.Press, $"imported-{x.Path}")), import.Lines.Select(x => x.GetProperty("eventId").GetGuid()));
        var positions = import.Lines.Select(x => x.GetProperty("position").GetInt64()).ToList();
        Assert.Equal(positions.Order(), positions);
        Assert.Equal(positions[^1], import.Count("position"));
    }

    [Fact]
    public async Task A_line_of_an_import_is_the_same_report_as_a_single_post()
    {
        var body = ReportBodies.Least("observations");
        body["note"] = "once by import, once by post";
        var import = await Import.PostAsync(_service.Reporter, Import.Line("observations", body.DeepClone().AsObject()));

        var answer = await Service.PostAsync(_service.Reporter, "/v1/observations", body.ToJsonString());

        Assert.Equal((200, import.Count("position")), (answer.Status, answer.Position));
    }

    [Theory]
    [InlineData("lf", "", "\n", "\n")]
    [InlineData("crlf", "", "\r\n", "\r\n")]
    [InlineData("last line without its end", "", "\n", "")]
    [InlineData("byte order mark", "\ufeff", "\n", "\n")]
    [InlineData("all of it", "\ufeff", "\r\n", "")]
    public async Task Lines_end_in_every_usual_way(string name, string before, string between, string after)
    {
        var file = before + string.Join(between, Enumerable.Range(1, 3).Select(x => Import.Delivery($"{name}-{x}").ToJsonString())) + after;

        var import = await Import.PostAsync(_service.Reporter, file);

        Assert.Equal([201, 201, 201], import.Statuses);
        Assert.Equal(2, await _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where data ->> 'id' like $1 and data ->> 'id' not like '%-1'", $"{name}-_"));
    }

    [Fact]
    public async Task An_empty_file_has_no_lines()
    {
        var import = await Import.PostAsync(_service.Reporter, "");

        Assert.Equal("""{"lines":0,"created":0,"existing":0,"refused":0,"position":0}""", import.Last.GetRawText());
    }

    [Fact]
    public async Task A_bad_line_is_refused_by_itself()
    {
        var target = Import.Delivery("among-bad-0");
        (string Line, int Status)[] lines =
        [
            (target.ToJsonString(), 201),
            ("{", 400),
            ("[]", 400),
            ("""{"kind":"delivery","kind":"loss"}""", 400),
            ("""{"recipient":"KGZ"}""", 422),
            ("""{"kind":"rumour"}""", 422),
            ("""{"kind":3}""", 400),
            ("""{"kind":null}""", 422),
            ("""{"kind":"\ud800"}""", 400),
            ("""{"\ud800":"delivery"}""", 400),
            ("not UTF-8: ?", 400),
            ("""{"kind":"delivery","note":"?"}""", 400),
            ("""{"kind":"delivery","digest":"00"}""", 400),
            ("""{"kind":"delivery"}""", 422),
            (ReportBodies.Put(Import.Delivery("among-bad-1"), """{"recipient":"XXX"}""").ToJsonString(), 422),
            (ReportBodies.Put(Import.Delivery("among-bad-0"), """{"note":"different"}""").ToJsonString(), 409),
            (target.ToJsonString(), 200),
            (Import.Line("retractions", ReportBodies.Least("retractions", "not-there")).ToJsonString(), 404),
            (new string('x', LineBytes + 2), 413),
            (Import.Delivery("among-bad-2").ToJsonString(), 201),
        ];
        var file = Encoding.UTF8.GetBytes(string.Concat(lines.Select(x => x.Line + "\n"))).Select(x => x == '?' ? (byte)0xC0 : x).ToArray();

        var import = await Import.PostAsync(_service.Reporter, file);

        Assert.Equal(lines.Select(x => x.Status), import.Statuses);
        Assert.All(import.Lines.Where(x => x.GetProperty("status").GetInt32() >= 400), x =>
        {
            Assert.Equal(x.GetProperty("status").GetInt32(), x.GetProperty("problem").GetProperty("status").GetInt32());
            Assert.StartsWith("urn:ledger:problem:", x.GetProperty("problem").GetProperty("type").GetString(), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task An_empty_line_is_no_line_and_the_others_keep_their_numbers()
    {
        var file = $"\n{Import.Delivery("empty-0").ToJsonString()}\n\r\n \t\n{Import.Delivery("empty-1").ToJsonString()}\n\n";
        var import = await Import.PostAsync(_service.Reporter, Encoding.UTF8.GetBytes(file));
        Assert.Equal([(2, 201), (5, 201)], import.Lines.Select(x => (x.GetProperty("line").GetInt32(), x.GetProperty("status").GetInt32())));
        Assert.Equal((2, 2), (import.Count("lines"), import.Count("created")));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public async Task A_line_of_56_KB_is_taken_and_a_byte_more_is_not(string end)
    {
        var line = Import.Delivery($"long-{end.Length}").ToJsonString();

        var import = await Import.PostAsync(_service.Reporter,
            line.PadRight(LineBytes) + end + line.PadRight(LineBytes + 1) + end + new string(' ', 5 * LineBytes) + end + line + end);

        Assert.Equal([201, 413, 413, 200], import.Statuses);
    }

    [Fact]
    public async Task Letters_of_several_bytes_are_whole_wherever_the_network_cuts_them()
    {
        var note = string.Concat(Enumerable.Repeat("Bäume für Ещё 飛行機 😀 ", 100));
        var lines = Enumerable.Range(0, 50).Select(x => ReportBodies.Put(Import.Delivery($"cut-{x}"), $$"""{"note":"{{note}}"}"""));
        using var content = new StreamContent(new Drips(Encoding.UTF8.GetBytes(Import.FileOf(lines)), 1_021));

        var import = await Import.PostAsync(_service.Reporter, content);

        Assert.All(import.Statuses, x => Assert.Equal(201, x));
        Assert.Equal(50, await _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where data ->> 'note' = $1", note));
    }

    [Fact]
    public async Task A_line_can_correct_the_one_before_it()
    {
        var import = await Import.PostAsync(_service.Reporter,
            Import.Delivery("corrected-1", "x-corrected"),
            ReportBodies.Put(Import.Delivery("corrected-2", "x-corrected", n: 5), """{"supersedes":["corrected-1"]}"""),
            Import.Line("retractions", ReportBodies.Put(ReportBodies.Least("retractions", "corrected-2"), """{"id":"corrected-3"}""")),
            Import.Line("retractions", ReportBodies.Put(ReportBodies.Least("retractions", "corrected-3"), """{"id":"corrected-4"}""")));

        Assert.Equal([201, 201, 201, 409], import.Statuses);
    }

    [Fact]
    public async Task Positions_follow_the_lines_across_streams_and_corrections()
    {
        var random = new Random(20261123);
        var lines = Enumerable.Range(0, 800).Select(x => x > 10 && random.Next(4) == 0
            ? Import.Line("retractions", ReportBodies.Put(ReportBodies.Least("retractions", $"order-{random.Next(x - 10, x)}"), $$"""{"id":"order-{{x}}"}"""))
            : Import.Delivery($"order-{x}", "x-order", $"bird-{random.Next(12)}")).ToList();

        var import = await Import.PostAsync(_service.Reporter, lines);

        Assert.All(import.Lines, x => Assert.True(x.GetProperty("status").GetInt32() is 201 or 404 or 409, x.ToString()));
        var positions = import.Lines.Where(x => x.TryGetProperty("position", out _)).Select(x => x.GetProperty("position").GetInt64()).ToList();
        Assert.Equal(positions.Order(), positions);
        Assert.Equal(positions.Distinct().Count(), positions.Count);
    }

    [Fact]
    public async Task One_identity_twice_in_a_file_is_one_report_and_a_different_one_is_refused()
    {
        var import = await Import.PostAsync(_service.Reporter, Import.Delivery("in-one-file"), Import.Delivery("in-one-file"), Import.Delivery("in-one-file", n: 4));

        Assert.Equal([201, 200, 409], import.Statuses);
        Assert.Equal(import.Lines[0].GetProperty("position").GetInt64(), import.Lines[1].GetProperty("position").GetInt64());
        Assert.Equal(import.Lines[0].GetProperty("position").GetInt64(), import.Lines[2].GetProperty("problem").GetProperty("stored").GetProperty("position").GetInt64());
    }

    [Fact]
    public async Task A_file_sent_again_adds_nothing_and_gets_the_same_positions()
    {
        var file = Import.FileOf(Enumerable.Range(0, 1_200).Select(x => Import.Delivery($"again-{x}", "x-again", $"bird-{x % 7}")));
        var first = await Import.PostAsync(_service.Reporter, file);
        var count = await _service.CountAsync();

        var second = await Import.PostAsync(_service.Reporter, file);

        Assert.Equal(1_200, second.Count("existing"));
        Assert.Equal(first.Lines.Select(x => x.GetProperty("position").GetInt64()), second.Lines.Select(x => x.GetProperty("position").GetInt64()));
        Assert.Equal(count, await _service.CountAsync());
    }

    [Fact]
    public async Task The_same_file_sent_by_several_at_once_is_recorded_once()
    {
        var file = Import.FileOf(Enumerable.Range(0, 700).Select(x => Import.Delivery($"together-{x}", "x-together", $"bird-{x % 5}")));

        var imports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Import.PostAsync(_service.Reporter, file)));

        Assert.Equal(700, imports.Sum(x => x.Count("created")));
        Assert.Equal(3 * 700, imports.Sum(x => x.Count("existing")));
        Assert.Equal(700, await _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where stream_id like 'x-together/%'"));
    }

    [Fact]
    public async Task A_dry_run_answers_like_the_import_and_records_nothing()
    {
        await Import.PostAsync(_service.Reporter, Import.Delivery("dry-there", "x-dry"));
        var before = await _service.CountAsync();
        var file = Import.FileOf(
        [
            Import.Delivery("dry-there", "x-dry"),
            Import.Delivery("dry-1", "x-dry"),
            Import.Delivery("dry-1", "x-dry"),
            Import.Delivery("dry-1", "x-dry", n: 4),
            ReportBodies.Put(Import.Delivery("dry-2", "x-dry"), """{"supersedes":["dry-1","dry-there"]}"""),
            Import.Line("retractions", ReportBodies.Put(ReportBodies.Least("retractions", "dry-2"), """{"id":"dry-3"}""")),
            Import.Line("retractions", ReportBodies.Put(ReportBodies.Least("retractions", "dry-3"), """{"id":"dry-4"}""")),
            ReportBodies.Put(Import.Delivery("dry-5", "x-other"), """{"supersedes":["dry-1"]}"""),
            Import.Line("retractions", ReportBodies.Least("retractions", "dry-6")),
        ]);

        var dry = await Import.PostAsync(_service.Reporter, file, "?dryRun=true");

        Assert.Equal([200, 201, 200, 409, 201, 201, 409, 409, 404], dry.Statuses);
        Assert.Equal(before, await _service.CountAsync());
        Assert.Equal(dry.Statuses, (await Import.PostAsync(_service.Reporter, file, "?dryRun=false")).Statuses);
    }

    [Fact]
    public async Task Two_dry_runs_do_not_see_each_other()
    {
        var file = Import.FileOf(Enumerable.Range(0, 300).Select(x => Import.Delivery($"alone-{x}", "x-alone")));

        var imports = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Import.PostAsync(_service.Reporter, file, "?dryRun=true")));

        Assert.All(imports, x => Assert.Equal(300, x.Count("created")));
    }

    [Fact]
    public async Task An_import_needs_its_media_type_and_knows_its_parameters()
    {
        Assert.Equal(415, (await Service.PostAsync(_service.Reporter, "/v1/imports", Import.Delivery("x").ToJsonString())).Status);
        Assert.Equal(400, (await Service.PostAsync(_service.Reporter, "/v1/imports?dryrun=true", "")).Status);
        Assert.Equal(400, (await Service.PostAsync(_service.Reporter, "/v1/imports?dryRun=yes", "")).Status);
    }

    [Fact]
    public async Task Lines_in_feeds_that_are_closed_to_the_poster_are_refused()
    {
        var key = await Service.PostAsync(_service.Admin, "/v1/keys", """{"name":"importer","scopes":["report"],"feeds":["urn:example:open"]}""");
        using var client = _service.Client(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", key.Json.GetProperty("secret").GetString());

        var import = await Import.PostAsync(client,
            ReportBodies.Put(Import.Delivery("feed-1"), """{"feed":"urn:example:open"}"""),
            ReportBodies.Put(Import.Delivery("feed-2"), """{"feed":"urn:example:closed"}"""), Import.Delivery("feed-3"));

        Assert.Equal([201, 403, 201], import.Statuses);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("br, gzip")]
    public async Task Answers_come_while_the_file_is_still_being_sent(string encoding)
    {
        var lines = Enumerable.Range(0, 3).Select(x => Encoding.UTF8.GetBytes(Import.FileOf([Import.Delivery($"talk-{encoding[0]}-{x}")]))).ToList();
        await using var wire = await Wire.ImportAsync(_service, lines.Sum(x => x.Length), encoding);

        var said = "";
        foreach (var line in lines)
        {
            await wire.SendAsync(line);
            said += await wire.LineAsync() + "\n";
        }

        Assert.Equal([201, 201, 201], Import.Read(said + await wire.RestAsync()).Statuses);
    }

    /// <summary>Gives few bytes at a time.</summary>
    private sealed class Drips(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => CopyAsync(destination, cancellationToken);

        private async Task CopyAsync(Stream destination, CancellationToken cancellation)
        {
            var buffer = new byte[most];
            int read;
            while ((read = await ReadAsync(buffer, cancellation)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellation);
                await destination.FlushAsync(cancellation);
            }
        }
    }
}
