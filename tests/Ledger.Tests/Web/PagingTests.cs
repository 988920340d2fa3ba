using System.Globalization;
using System.Text.Json;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Web;

public class PagingTests(PagingTests.Filled filled) : IClassFixture<PagingTests.Filled>
{
    private readonly Service _service = filled.Service;

    public sealed class Filled : OneService
    {
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await FillAsync(Service);
        }

        public static async Task FillAsync(Service service)
        {
            // Names that languages order differently from bytes: capitals, hyphens, digits, other scripts, beyond the first plane.
            string[] recipients = ["KGZ", "KAZ", "UZB", "ZAF", "x-nato", "x-a-b", "x-ab", "x-aa", "AFG", "TUR"];
            string[] platforms = ["Bayraktar TB2", "bay-9", "bay9", "Bay A", "bäy", "zz top", "ﬁ one", "𐐀 two", "Змей", "aksungur", "0 kite", "a-1", "a1", "a b", "ab"];
            var last = 0L;
            for (var i = 0; i < 40; i++)
            {
                last = (await ReportBuilder.Report(recipients[i % recipients.Length], platforms[i % platforms.Length], i).With("source.publisher", i % 3 == 0 ? "Paper A" : "Paper B")
                    .PostAsync(service, i % 4 == 0 ? "observations" : "deliveries")).Position;
            }

            for (var i = 0; i < 12; i++)
            {
                last = (await ReportBuilder.Report(recipients[i % 5], platforms[i % 3], i).With("lot", $"l{i}").With("to", recipients[9 - (i % 4)]).PostAsync(service, "losses")).Position;
            }

            await service.AskAsync("/v1/countries", last);
        }
    }

    private static readonly string[] s_byRecipient = ["/v1/deals", "/v1/flows", "/v1/signals", "/v1/unknowns"];

    private static string KeyOf(JsonElement item) => item.TryGetProperty("stage", out _) ? Key(item, "recipient", "supplier", "deal", "platform")
        : item.TryGetProperty("best", out _) && item.TryGetProperty("kind", out _) ? Key(item, "recipient", "supplier", "category", "kind")
        : item.TryGetProperty("outstanding", out _) ? Key(item, "recipient", "kind", "platform", "supplier", "deal")
        : item.TryGetProperty("counting", out _) ? item.Text("publisher")!
        : item.TryGetProperty("signal", out _) ? Key(item, "recipient", "signal", "platform", "supplier", "to")
        : item.TryGetProperty("platformName", out _) ? Key(item, "recipient", "platform") : NameOf(item);

    // A space sorts before whatever a code, slug or word is made of.
    private static string Key(JsonElement item, params string[] parts) => string.Join(' ', parts.Select(x => item.Text(x)));

    private static string NameOf(JsonElement item) => (item.TryGetProperty("eventId", out var key) || item.TryGetProperty("recipient", out key)
        || item.TryGetProperty("platform", out key) || item.TryGetProperty("asOf", out key) ? key : default).GetString()!;

    private static async Task<List<JsonElement>> PagesAsync(Service service, string path, int limit, Func<int, Task>? between = null)
    {
        var items = new List<JsonElement>();
        string? basis = null;
        var next = string.Create(CultureInfo.InvariantCulture, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit={limit}");
        for (var page = 0; ; page++)
        {
            Assert.True(page < 400, "A list without an end.");
            var answer = await Service.GetAsync(service.Reader, next);
            Assert.True(answer.Status == 200, answer.Body);
            basis ??= answer.Json.GetProperty("basis").GetRawText();
            Assert.Equal(basis, answer.Json.GetProperty("basis").GetRawText());
            var more = answer.Json.Items();
            Assert.True(more.Length <= limit);
            items.AddRange(more);
            if (!answer.Json.TryGetProperty("next", out var cursor))
            {
                Assert.False(answer.Headers.Contains("Link"));
                return items;
            }

            Assert.Equal(limit, more.Length);
            var link = answer.Headers.GetValues("Link").Single();
            Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
            next = link[1..link.IndexOf('>', StringComparison.Ordinal)];
            Assert.Contains(Uri.EscapeDataString(cursor.GetString()!), next, StringComparison.Ordinal);
            if (between is not null)
            {
                await between(page);
            }
        }
    }

    [Theory]
    [InlineData("/v1/countries", 1)]
    [InlineData("/v1/countries?asOf=2023-01-01&reportedBy=2024-01-01", 3)]
    [InlineData("/v1/platforms", 7)]
    [InlineData("/v1/platforms", 1000)]
    [InlineData("/v1/countries/KGZ/changes?asOf=2023-01-01", 1)]
    [InlineData("/v1/countries/KGZ/changes?asOf=2023-01-01&axis=reported&from=2001-01-01", 2)]
    [InlineData("/v1/changes?asOf=2023-01-01&category=armedUav,other", 2)]
    [InlineData("/v1/reports", 6)]
    [InlineData("/v1/deals", 1)]
    [InlineData("/v1/deals?recipient=KGZ", 2)]
    [InlineData("/v1/deals?platform=Bay%20A&supplier=TUR", 1)]
    [InlineData("/v1/deals?status=delivered", 7)]
    [InlineData("/v1/flows", 1)]
    [InlineData("/v1/flows?from=2021&to=2021", 3)]
    [InlineData("/v1/flows?supplier=KGZ", 1)]
    [InlineData("/v1/signals", 1)]
    [InlineData("/v1/unknowns", 2)]
    [InlineData("/v1/publishers", 1)]
    [InlineData("/v1/publishers/Paper%20A", 3)]
    [InlineData("/v1/unknowns?kind=provisionalPlatform&recipient=KGZ", 1)]
    [InlineData("/v1/signals?kind=passedOn", 4)]
    [InlineData("/v1/reports?kind=delivery&publisher=Paper%20B", 1)]
    [InlineData("/v1/reports?platform=bayraktar%20tb2", 1)]
    public async Task Pages_laid_together_are_the_whole_list(string path, int limit)
    {
        var whole = (await _service.AskAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=1000")).Items();
        var pages = await PagesAsync(_service, path, limit);
        Assert.NotEmpty(whole);
        Assert.Equal(whole.Select(x => x.GetRawText()), pages.Select(x => x.GetRawText()));
        if (!path.Contains("reports", StringComparison.Ordinal))
        {
            Assert.Equal(whole.Select(KeyOf).Distinct().Order(StringComparer.Ordinal), whole.Select(KeyOf));
        }
        else
        {
            Assert.Equal(whole.Select(x => x.Long("position")).Order(), whole.Select(x => x.Long("position")));
        }
    }

    [Fact]
    public async Task Lists_are_in_the_same_order_on_a_database_that_was_set_up_for_another_language()
    {
        await using var service = await Service.StartOnAsync(await Databases.MakeAsync("template template0 locale_provider icu icu_locale 'en-US'"));
        await Filled.FillAsync(service);
        foreach (var path in (string[])["/v1/countries?asOf=2023-01-01", "/v1/platforms?asOf=2023-01-01", .. s_byRecipient.Select(x => $"{x}?asOf=2023-01-01")])
        {
            var whole = (await service.AskAsync($"{path}&limit=1000")).Items().Select(KeyOf).ToList();
            Assert.Equal(whole.Order(StringComparer.Ordinal), whole);
            Assert.Equal((await _service.AskAsync($"{path}&limit=1000")).Items().Select(KeyOf), whole);
            Assert.Equal(whole, (await PagesAsync(service, path, 3)).Select(KeyOf));
        }
    }

    [Theory]
    [InlineData("/v1/countries", 2)]
    [InlineData("/v1/platforms", 60)]
    [InlineData("/v1/countries/KGZ/changes", 1)]
    [InlineData("/v1/countries/KGZ/changes?axis=reported&from=2001-01-01", 2)]
    [InlineData("/v1/changes?category=armedUav,other,uav", 2)]
    [InlineData("/v1/changes?sort=delta&category=armedUav,other,uav", 3)]
    [InlineData("/v1/reports", 5)]
    [InlineData("/v1/reports?platform=Growing", 1)]
    [InlineData("/v1/deals", 5)]
    [InlineData("/v1/deals?recipient=KGZ", 1)]
    [InlineData("/v1/deals?platform=Growing", 1)]
    [InlineData("/v1/flows", 4)]
    [InlineData("/v1/signals", 2)]
    [InlineData("/v1/unknowns", 8)]
    [InlineData("/v1/publishers", 1)]
    [InlineData("/v1/publishers/A%20paper", 3)]
    public async Task A_list_read_page_by_page_is_one_list_whatever_is_recorded_meanwhile(string path, int limit)
    {
        await using var service = await Service.StartAsync();
        await Filled.FillAsync(service);
        await ReportBuilder.Report("KGZ", "Growing Fast", 1).PostAsync(service);
        await ReportBuilder.Report("KGZ", "Growing", 1).PostAsync(service);
        await Service.PostAsync(service.Admin, "/v1/platforms", """{"platform":"growing","name":"Growing","category":"uav","class":"durable","use":"military"}""");
        var end = await Service.PostAsync(service.Admin, "/v1/platforms/growing/aliases", """{"alias":"Growing Fast"}""");
        var whole = (await service.AskAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=1000", end.Position)).Items();
        var pages = await PagesAsync(service, path, limit, async page =>
        {
            if (page > 3)
            {
                return;
            }

            var posted = await ReportBuilder.Report($"x-new-{page}", $"New {page}", 1).PostAsync(service);
            await ReportBuilder.Report("KGZ", "Growing", 9).PostAsync(service);
            await ReportBuilder.Report(page % 2 == 0 ? "ZWE" : "ABW", "bay9", 9).PostAsync(service);
            var alias = await Service.PostAsync(service.Admin, "/v1/platforms/aksungur/aliases", $$"""{"alias":"New {{page}}"}""");
            Assert.Equal(201, alias.Status);
            await service.AskAsync("/v1/countries", Math.Max(posted.Position, alias.Position));
        });
        Assert.Equal(whole.Select(x => x.GetRawText()), pages.Select(x => x.GetRawText()));
    }

    [Fact]
    public async Task A_cursor_serves_only_the_list_that_it_was_given_for()
    {
        async Task<string> CursorAsync(string path) => Uri.EscapeDataString((await _service.AskAsync(path)).GetProperty("next").GetString()!);
        var countries = await CursorAsync("/v1/countries?limit=2&asOf=2023-01-01");
        var reports = await CursorAsync("/v1/reports?limit=2&kind=delivery");
        Assert.Equal(200, (await Service.GetAsync(_service.Reader, $"/v1/countries?limit=5&asOf=2023-01-01&cursor={countries}")).Status);
        foreach (var path in (string[])
        [
            $"/v1/countries?limit=2&asOf=2023-01-02&cursor={countries}", $"/v1/countries?limit=2&cursor={countries}", $"/v1/platforms?limit=2&asOf=2023-01-01&cursor={countries}",
            $"/v1/reports?limit=2&asOf=2023-01-01&cursor={countries}", $"/v1/reports?limit=2&kind=observation&cursor={reports}", $"/v1/reports?limit=2&cursor={reports}",
            $"/v1/countries?asOf=2023-01-01&reportedBy=2023-01-01&cursor={countries}", $"/v1/countries?asOf=2023-01-01&knownAt=@3&cursor={countries}",
        ])
        {
            var answer = await Service.GetAsync(_service.Reader, path);
            Assert.True(answer.Status == 400, $"{path}: {answer.Status}");
            Assert.Equal("?cursor", Assert.Single(answer.Errors).Pointer);
        }
    }

    [Fact]
    public async Task A_cursor_that_was_cut_or_changed_anywhere_is_refused()
    {
        foreach (var path in (string[])
        [
            "/v1/countries?limit=2", "/v1/countries/KGZ/changes?limit=1", "/v1/platforms?limit=2", "/v1/reports?limit=2",
            .. s_byRecipient.Select(x => $"{x}?limit=2"),
        ])
        {
            var cursor = (await _service.AskAsync(path)).GetProperty("next").GetString()!;
            List<string> tampered = ["x", "AAAA", "%00", "Cg", new string('A', 500), cursor[..^1], cursor[1..], cursor + "A", cursor + "="];
            for (var i = 0; i < cursor.Length; i++)
            {
                tampered.Add(cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..]);
            }

            foreach (var wrong in tampered)
            {
                var answer = await Service.GetAsync(_service.Reader, $"{path}&cursor={wrong}");
                Assert.True(answer.Status == 400, $"{path}&cursor={wrong}: {answer.Status} {answer.Body}");
            }
        }
    }

    [Theory]
    [InlineData("0", 400)]
    [InlineData("1001", 400)]
    [InlineData("-1", 400)]
    [InlineData("ten", 400)]
    [InlineData("+5", 400)]
    [InlineData("99999999999999999999", 400)]
    [InlineData("1", 200)]
    [InlineData("1000", 200)]
    public async Task A_page_has_between_one_and_a_thousand_items(string limit, int status)
    {
        foreach (var path in (string[])["/v1/countries", "/v1/countries/KGZ/changes", "/v1/platforms", "/v1/reports", .. s_byRecipient])
        {
            Assert.Equal(status, (await Service.GetAsync(_service.Reader, $"{path}?limit={Uri.EscapeDataString(limit)}")).Status);
        }

        Assert.Equal(400, (await Service.GetAsync(_service.Reader, "/v1/countries/KGZ/fleet?limit=5")).Status);
        Assert.Equal(400, (await Service.GetAsync(_service.Reader, "/v1/countries/KGZ/series?limit=5")).Status);
    }
}
