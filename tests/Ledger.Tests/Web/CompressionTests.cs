using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Ledger.Problems;
using Ledger.Tests.Audit;
using Ledger.Tests.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Web;

/// <summary>What goes over the wire to a client that takes compressed bodies. The plain bodies of the same answers are held against the
/// description elsewhere.</summary>
public class CompressionTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    /// <summary>A response as it came, not decompressed.</summary>
    private sealed record Raw(int Status, string? Encoding, byte[] Bytes, string? Tag, string Vary, long? Length)
    {
        public string Text
        {
            get
            {
                using var bytes = new MemoryStream(Bytes);
                using Stream plain = Encoding switch
                {
                    null => bytes,
                    "br" => new BrotliStream(bytes, CompressionMode.Decompress),
                    "gzip" => new GZipStream(bytes, CompressionMode.Decompress),
                    _ => throw new InvalidOperationException(Encoding),
                };
                using var text = new StreamReader(plain, new UTF8Encoding(false, true));
                return text.ReadToEnd();
            }
        }
    }

    private static async Task<Raw> SendAsync(Service service, HttpClient with, HttpMethod method, string path, string? encodings, string? has = null, HttpContent? body = null)
    {
        using var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None };
        using var client = new HttpClient(handler) { BaseAddress = service.Address };
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = with.DefaultRequestHeaders.Authorization;
        if (encodings is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        }

        if (has is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", has);
        }

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return new Raw((int)response.StatusCode, response.Content.Headers.ContentEncoding.SingleOrDefault(),
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers.ETag?.ToString(),
            string.Join(", ", response.Headers.Vary), response.Headers.TransferEncodingChunked == true ? null : response.Content.Headers.ContentLength);
    }

    private Task<Raw> GetAsync(string path, string? encodings, string? has = null, HttpClient? with = null) =>
        SendAsync(_service, with ?? _service.Reader, HttpMethod.Get, path, encodings, has);

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip;q=1.0, br;q=0.5", "gzip")]
    [InlineData("*", "br")]
    [InlineData(null, null)]
    [InlineData("identity", null)]
    [InlineData("deflate", null)]
    [InlineData("br;q=0, gzip;q=0", null)]
    public async Task A_large_answer_comes_in_the_encoding_that_the_client_prefers_and_says_the_same(string? encodings, string? encoding)
    {
        foreach (var (path, with) in new[] { ("/v1/platforms?limit=1000", _service.Reader), ("/v1/platforms?limit=1000&format=csv", _service.Reader), ("/v1/vocabulary", _service.Reader),
            ("/openapi/v1.json", _service.Reader), ("/problems", _service.Reader), ("/v1/events", _service.Auditor) })
        {
            var plain = await GetAsync(path, null, with: with);
            Assert.Equal((200, null), (plain.Status, plain.Encoding));
            var answer = await GetAsync(path, encodings, with: with);
            Assert.Equal((200, encoding), (answer.Status, answer.Encoding));
            Assert.Equal(plain.Text, answer.Text);
            Assert.Contains("Accept-Encoding", answer.Vary, StringComparison.Ordinal);
            Assert.Contains("Accept-Encoding", plain.Vary, StringComparison.Ordinal);
            Assert.True(encoding is null || answer.Bytes.Length < plain.Bytes.Length * 2 / 3, $"{path}: {answer.Bytes.Length} of {plain.Bytes.Length}");
        }
    }

    [Fact]
    public async Task A_long_refusal_is_compressed_and_a_short_one_is_not()
    {
        using var wrong = new StringContent($"[{string.Join(',', Enumerable.Repeat("{}", 50))}]", Encoding.UTF8, "application/cloudevents-batch+json");
        var refused = await SendAsync(_service, _service.Reporter, HttpMethod.Post, "/v1/events", "br", body: wrong);
        Assert.Equal((422, "br"), (refused.Status, refused.Encoding));
        Assert.Contains("\"pointer\":\"/49/", refused.Text, StringComparison.Ordinal);
        var unknown = await GetAsync("/v1/countries/QQQ/fleet", "br");
        Assert.Equal((404, null), (unknown.Status, unknown.Encoding));
        Assert.Equal(unknown.Bytes.Length, unknown.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("&format=csv")]
    public async Task Only_more_than_a_kilobyte_is_compressed(string form)
    {
        var seen = new HashSet<bool>();
        var lengths = new List<int>();
        for (var note = 0; note < 700; note += lengths is [.., > 990 and < 1_050] ? 3 : 25)
        {
            var recipient = string.Create(CultureInfo.InvariantCulture, $"x-kilobyte-{form.Length}-{note}");
            var posted = await ReportBuilder.Report(recipient, "aksungur", 3).With("note", new string('n', note + 1)).PostAsync(_service);
            var path = $"/v1/reports?recipient={recipient}&atLeast={posted.Position}{form}";
            var plain = await GetAsync(path, null);
            var answer = await GetAsync(path, "br");
            var isLarge = plain.Bytes.Length > Limits.CompressedFrom;
            Assert.Equal(isLarge ? "br" : null, answer.Encoding);
            Assert.Equal(plain.Text, answer.Text);
            Assert.Equal(isLarge ? null : plain.Bytes.Length, plain.Length);
            seen.Add(isLarge);
            lengths.Add(plain.Bytes.Length);
        }

        Assert.Equal(2, seen.Count);
        Assert.Contains(lengths, x => x is > 1_010 and <= 1_024);
        Assert.Contains(lengths, x => x is > 1_024 and < 1_038);
    }

    [Fact]
    public async Task Each_encoding_has_a_validator_of_its_own_and_each_is_recognised()
    {
        foreach (var path in (string[])["/v1/platforms?limit=1000", "/v1/platforms?limit=1000&format=csv"])
        {
            string plain = (await GetAsync(path, null)).Tag!, br = (await GetAsync(path, "br")).Tag!, gzip = (await GetAsync(path, "gzip")).Tag!;
            Assert.Equal(3, new HashSet<string> { plain, br, gzip }.Count);
            Assert.All((string[])[plain, br, gzip], x => Assert.Matches("^\"[^\"]+\"$", x));
            foreach (var (encodings, has, held) in new[]
            {
                (null, plain, plain), ("br", br, br), ("gzip", gzip, gzip), ("gzip, br", br, br), ("br", $"W/{br}", br), ("br", $"\"x\", {br}", br),
                // Who has it plain may go on with that, whatever else it takes.
                ("br", plain, plain), ("br", "*", plain), ("br", $"{gzip}, {plain}", plain),
            })
            {
                var answer = await GetAsync(path, encodings, has);
                Assert.True((answer.Status, answer.Tag) == (304, held), $"{encodings}, {has}: {answer}");
                Assert.Empty(answer.Bytes);
                Assert.Null(answer.Encoding);
                Assert.Contains("Accept-Encoding", answer.Vary, StringComparison.Ordinal);
            }

            // What the client has it could not read from this answer.
            foreach (var (encodings, has) in new[] { (null, br), ("gzip", br), ("br", gzip), ("br;q=0, gzip", br), ("br", "\"x-br\"") })
            {
                Assert.Equal(200, (await GetAsync(path, encodings, has)).Status);
            }
        }

        var report = await ReportBuilder.Report("KGZ", "aksungur", 3).With("note", new string('n', 2_000)).PostAsync(_service);
        var one = await GetAsync(report.Headers.Location!.ToString(), "br");
        Assert.Equal(("br", 304), (one.Encoding, (await GetAsync(report.Headers.Location.ToString(), "br", one.Tag)).Status));
    }

    [Fact]
    public async Task A_secret_is_never_compressed()
    {
        using var key = new StringContent($$"""{"name":"long","scopes":["report"],"feeds":[{{string.Join(',', Enumerable.Range(0, 100).Select(x => $"\"urn:example:feed-{x}\""))}}]}""",
            Encoding.UTF8, "application/json");
        var made = await SendAsync(_service, _service.Admin, HttpMethod.Post, "/v1/keys", "br, gzip", body: key);
        Assert.Equal((201, null), (made.Status, made.Encoding));
        Assert.True(made.Bytes.Length > Limits.CompressedFrom);
        Assert.Contains("\"secret\":\"ldg_", made.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Live_events_come_one_by_one_to_a_client_that_takes_compressed_bodies()
    {
        using var client = _service.Client(Scopes.Read);
        client.DefaultRequestHeaders.Add("Accept-Encoding", "br, gzip");
        await using var stream = await EventStream.OpenAsync(client);
        for (var i = 0; i < 3; i++)
        {
            var posted = await ReportBuilder.Report("x-compressed", "aksungur", i).PostAsync(_service);
            Assert.Equal(posted.Position, (await stream.NextAsync())!.Value.Long("position"));
        }
    }

    [Fact]
    public async Task A_HEAD_has_no_body_whatever_the_client_takes()
    {
        foreach (var path in (string[])["/v1/platforms?limit=1000", "/v1/vocabulary", "/openapi/v1.json", "/v1/countries/QQQ/fleet"])
        {
            var head = await SendAsync(_service, _service.Reader, HttpMethod.Head, path, "br, gzip");
            Assert.Equal((path.Contains("QQQ", StringComparison.Ordinal) ? 404 : 200, 0), (head.Status, head.Bytes.Length));
            Assert.Contains("Accept-Encoding", head.Vary, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_answer_that_fails_after_its_beginning_was_compressed_is_cut_off_and_not_mixed_with_a_problem()
    {
        await using var service = await Service.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter>(new Failing()));
        foreach (var encodings in (string?[])[null, "br", "gzip"])
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(service, service.Reader, HttpMethod.Get, "/fails", encodings));
        }
    }

    /// <summary>Adds, behind everything that the service does, an address whose answer fails in its middle: before the compressor has let a
    /// byte of it go.</summary>
    private sealed class Failing : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            next(app);
            app.Run(async http =>
            {
                if (http.Request.Path == "/fails")
                {
                    http.Response.ContentType = "application/json";
                    await http.Response.Body.WriteAsync(new byte[40_000]);
                    throw new InvalidOperationException("On purpose, by a test.");
                }

                http.Response.StatusCode = StatusCodes.Status404NotFound;
            });
        };
    }
}
