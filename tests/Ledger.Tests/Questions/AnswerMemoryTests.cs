using System.Net.Http.Headers;
using Ledger.Evidence;
using Ledger.Questions;
using Ledger.Store;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Questions;

/// <summary>An answer that is kept is the answer that would be made.</summary>
public sealed class AnswerMemoryTests
{
    [Fact]
    public async Task An_answer_is_made_once_and_then_sent_from_memory_in_every_coding_and_form_the_same()
    {
        await using var service = await StartAsync();
        foreach (var path in (string[])["/v1/countries/KGZ/fleet", "/v1/countries?limit=1", "/v1/countries?limit=1&format=csv", "/v1/countries?limit=1&format=csv;excel", "/v1/reports?limit=2"])
        {
            foreach (var coding in (string[])["identity", "gzip", "br"])
            {
                var (first, made) = (await BytesAsync(service, path, coding), MemoryOf(service).Counted.Made);
                var second = await BytesAsync(service, path, coding);
                Assert.Equal(made, MemoryOf(service).Counted.Made);
                Assert.Equal(Unpacked(first), Unpacked(second));
                Assert.Equal(first.ETag, second.ETag);
                Assert.Equal(first.Link, second.Link);
                Assert.Equal(first.Type, second.Type);
            }
        }
    }

    [Fact]
    public async Task What_a_report_affects_is_made_anew_and_what_it_does_not_affect_is_not()
    {
        await using var service = await StartAsync();
        var (one, other) = ("/v1/countries/KGZ/fleet/drone-1", "/v1/countries/TJK/fleet/drone-1");
        await service.AskAsync(one);
        await service.AskAsync(other);
        var made = MemoryOf(service).Counted.Made;
        await ReportAsync(service, "KGZ", 1, "again");
        Assert.Equal(6, (await service.AskAsync(one)).Long("estimate.best"));
        Assert.Equal(made + 1, MemoryOf(service).Counted.Made);
        await service.AskAsync(other);
        Assert.Equal(made + 1, MemoryOf(service).Counted.Made);
    }

    [Fact]
    public async Task What_is_kept_is_bounded_in_bytes_and_never_wrong()
    {
        await using var service = await StartAsync("--Ledger:AnswerMemory", "20000");
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(3, (await service.AskAsync($"/v1/countries/KGZ/fleet/drone-{i}")).Long("estimate.best"));
                Assert.InRange(MemoryOf(service).Counted.Bytes, 0, 20_000);
            }
        }

        Assert.True(MemoryOf(service).Counted.Bytes > 0);
    }

    [Fact]
    public async Task Many_who_ask_the_same_at_once_get_the_same()
    {
        await using var service = await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => BytesAsync(service, "/v1/countries?trend=year", "br")));
        Assert.Single(answers.Select(x => Convert.ToHexString(Unpacked(x))).Distinct());
        var (_, kept, made) = MemoryOf(service).Counted;
        Assert.Equal(24, kept + made);
    }

    [Fact]
    public async Task After_a_rebuild_nothing_is_sent_that_was_made_of_the_read_model_before()
    {
        await using var service = await StartAsync();
        const string Path = "/v1/countries/KGZ/fleet/drone-1";
        await ReportAsync(service, "KGZ", 1, "again");
        // Somebody else than the service takes a row out; a rebuild brings it back, at the same position.
        await service.ScalarAsync<long>("""
            delete from ledger.evidence where position = (select min(position) from ledger.evidence where recipient = 'KGZ' and platform = 'drone-1') returning position
            """);
        Assert.Equal(3, (await service.AskAsync(Path)).Long("estimate.best"));
        await new Rebuild(service.Services.GetRequiredService<SessionConnections>(), service.Services.GetRequiredService<StoredEvents>())
            .RunAsync(new Reported(), TestContext.Current.CancellationToken);
        Assert.Equal(6, (await service.AskAsync(Path)).Long("estimate.best"));
    }

    private static AnswerMemory MemoryOf(Service service) => service.Services.GetRequiredService<AnswerMemory>();

    private static async Task<Service> StartAsync(params string[] settings)
    {
        var service = await Service.StartAsync(null, settings);
        for (var i = 0; i < 20; i++)
        {
            await ReportAsync(service, "KGZ", i, "first");
        }

        await ReportAsync(service, "TJK", 1, "first");
        return service;
    }

    private static Task<Answered> ReportAsync(Service service, string recipient, int platform, string lot) => service.ReportAsync("deliveries", $$$"""
        {"id":"{{{recipient}}}-{{{platform}}}-{{{lot}}}","recipient":"{{{recipient}}}","supplier":"TUR","platform":"drone-{{{platform}}}","lot":"{{{lot}}}",
         "quantity":{"qualifier":"exact","n":3},"occurred":"2025-01","grade":"B2","source":{"publisher":"Example Wire","published":"2025-02-01"}}
        """);

    private static async Task<(byte[] Body, string Coding, string ETag, string? Link, string Type)> BytesAsync(Service service, string path, string coding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = service.Reader.DefaultRequestHeaders.Authorization;
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue(coding));
        using var plain = new HttpClient { BaseAddress = service.Address };
        using var response = await plain.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Content.Headers.ContentEncoding.SingleOrDefault() ?? "",
            response.Headers.ETag!.ToString(), response.Headers.TryGetValues("Link", out var link) ? string.Join(',', link) : null, response.Content.Headers.ContentType!.ToString());
    }

    private static byte[] Unpacked((byte[] Body, string Coding, string ETag, string? Link, string Type) answer)
    {
        using var packed = new MemoryStream(answer.Body);
        using Stream stream = answer.Coding switch
        {
            "br" => new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionMode.Decompress),
            "gzip" => new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress),
            _ => packed,
        };
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
