using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class PublishersTests(PublishersTests.Said said) : IClassFixture<PublishersTests.Said>
{
    private const string Odd = "Журнал / «Пример» 100% + more?";

    private readonly Service _service = said.Service;

    /// <summary>A few publishers, each of whom something became.</summary>
    public sealed class Said : OneService
    {
        public long Before { get; private set; }

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            static JsonObject By(string publisher, string recipient, string platform, long n) => ReportBuilder.Report(recipient, platform, n).With("source.publisher", publisher);
            var first = await By("Paper A", "KGZ", "aksungur", 3).PostAsync(Service);
            await By("Paper A", "KGZ", "aksungur", 4).With("supersedes", new JsonArray(first.Json.Text("eventId"))).With("source.published", "2023-01-02").PostAsync(Service);
            await By("Paper B", "KGZ", "Bayraktar TB2", 3).With("lot", "x").PostAsync(Service);
            await By("Paper C", "KGZ", "Bayraktar TB2", 5).With("lot", "x").PostAsync(Service);
            // Too vague to contradict anybody, and too doubtful.
            await By("Paper D", "KGZ", "Bayraktar TB2", 1).With("lot", "x").With("quantity.qualifier", "atLeast").PostAsync(Service);
            await By("Paper D", "KGZ", "Bayraktar TB2", 9).With("lot", "x").With("grade", "E4").PostAsync(Service);
            var wrong = await By("Ministry", "KAZ", "aksungur", 7).PostAsync(Service);
            Before = wrong.Position;
            await Service.ReportAsync("retractions", new { report = wrong.Json.Text("eventId"), source = new { publisher = "Ministry", published = "2023-05-01" } });
            var listed = await By("Register", "UZB", "aksungur", 2).PostAsync(Service);
            await Service.ReportAsync("delistings", new { report = listed.Json.Text("eventId"), edition = "2023", source = new { publisher = "Register", published = "2023-06-01" } });
            await By(Odd, "UZB", "f-16c", 8).With("lot", "y").PostAsync(Service);
            var last = await By(Odd, "UZB", "orlan-10", 6).PostAsync(Service);
            await Service.AskAsync("/v1/countries", last.Position);
        }
    }

    private static string Line(JsonElement x) => $"{x.Text("publisher")}: {x.Long("reports")} said, {x.Long("counting")} count, {x.Long("superseded")} superseded, "
        + $"{x.Long("withdrawn")} withdrawn, {x.Long("delisted")} delisted, {x.Long("contradicted")} contradicted, "
        + $"alone {x.Long("alone.holdings")} with {x.Long("alone.best")}, {x.Text("newestReported")}";

    [Fact]
    public async Task Who_said_how_much_and_what_became_of_it()
    {
        var publishers = (await _service.AskAsync("/v1/publishers?asOf=2026-01-01")).Items();
        Assert.Equal(
        [
            "Ministry: 2 said, 0 count, 0 superseded, 1 withdrawn, 0 delisted, 0 contradicted, alone 0 with 0, 2023-05-01",
            "Paper A: 2 said, 1 count, 1 superseded, 0 withdrawn, 0 delisted, 0 contradicted, alone 1 with 4, 2023-01-02",
            "Paper B: 1 said, 1 count, 0 superseded, 0 withdrawn, 0 delisted, 1 contradicted, alone 0 with 0, 2022-10-27",
            "Paper C: 1 said, 1 count, 0 superseded, 0 withdrawn, 0 delisted, 1 contradicted, alone 0 with 0, 2022-10-27",
            "Paper D: 2 said, 2 count, 0 superseded, 0 withdrawn, 0 delisted, 0 contradicted, alone 0 with 0, 2022-10-27",
            "Register: 2 said, 0 count, 0 superseded, 0 withdrawn, 1 delisted, 0 contradicted, alone 0 with 0, 2023-06-01",
            $"{Odd}: 2 said, 2 count, 0 superseded, 0 withdrawn, 0 delisted, 0 contradicted, alone 2 with 6, 2022-10-27",
        ], publishers.Select(Line));
    }

    [Fact]
    public async Task What_was_not_yet_said_or_recorded_is_not_counted()
    {
        var before = (await _service.AskAsync($"/v1/publishers?asOf=2026-01-01&knownAt=@{said.Before}")).Items();
        Assert.Equal("Ministry: 1 said, 1 count, 0 superseded, 0 withdrawn, 0 delisted, 0 contradicted, alone 1 with 7, 2022-10-27", Line(before[0]));
        Assert.Equal(["Ministry", "Paper A", "Paper B", "Paper C", "Paper D"], before.Select(x => x.Text("publisher")));
        var early = (await _service.AskAsync("/v1/publishers?asOf=2026-01-01&reportedBy=2022-12-31")).Items();
        Assert.Equal("Paper A: 1 said, 1 count, 0 superseded, 0 withdrawn, 0 delisted, 0 contradicted, alone 1 with 3, 2022-10-27", Line(early[1]));
        Assert.Equal("Register: 1 said, 1 count, 0 superseded, 0 withdrawn, 0 delisted, 0 contradicted, alone 1 with 2, 2022-10-27", Line(early[5]));
        // On a day on which nothing had happened yet nothing clashes.
        Assert.All((await _service.AskAsync("/v1/publishers?asOf=2020-01-01")).Items(), x => Assert.Equal((0, 0), (x.Long("contradicted"), x.Long("alone.best"))));
    }

    [Fact]
    public async Task Publishers_agree_with_the_lists_of_reports_and_with_the_fleets()
    {
        var publishers = (await _service.AskAsync("/v1/publishers?asOf=2026-01-01")).Items();
        foreach (var publisher in publishers)
        {
            var reports = (await _service.AskAsync($"/v1/reports?publisher={Uri.EscapeDataString(publisher.Text("publisher")!)}&limit=1000")).Items();
            Assert.Equal(reports.Length, publisher.Long("reports"));
        }

        var (alone, counting) = (0, 0L);
        foreach (var code in (string[])["KGZ", "KAZ", "UZB"])
        {
            foreach (var holding in (await _service.AskAsync($"/v1/countries/{code}/fleet?asOf=2026-01-01")).Items("holdings"))
            {
                alone += holding.Long("estimate.publishers") == 1 ? 1 : 0;
                counting += holding.Long("estimate.reports");
            }
        }

        Assert.Equal((alone, counting), (publishers.Sum(x => x.Long("alone.holdings")), publishers.Sum(x => x.Long("counting"))));
        foreach (var publisher in publishers)
        {
            var one = await _service.AskAsync($"/v1/publishers/{Uri.EscapeDataString(publisher.Text("publisher")!)}?asOf=2026-01-01");
            Assert.Equal(Line(publisher), Line(one));
            Assert.Equal(publisher.Long("alone.holdings"), one.Items().Length);
            // By year and in all the days are those of its reports.
            var days = (await _service.AskAsync($"/v1/reports?publisher={Uri.EscapeDataString(publisher.Text("publisher")!)}&limit=1000")).Items().Select(x => x.Text("reportedDay")!).ToList();
            Assert.Equal((days.Min(StringComparer.Ordinal), days.Max(StringComparer.Ordinal)), (one.Text("oldestReported"), one.Text("newestReported")));
            Assert.Equal(days.GroupBy(x => x[..4]).OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}: {x.Count()}"),
                one.Items("years").Select(x => $"{x.Long("year")}: {x.Long("reports")}"));
        }
    }

    [Fact]
    public async Task One_publisher_lists_the_holdings_that_rest_on_it_alone()
    {
        var path = $"/v1/publishers/{Uri.EscapeDataString(Odd)}?asOf=2026-01-01";
        var items = (await _service.AskAsync(path)).Items();
        Assert.Equal(["UZB Uzbekistan f-16c 8 8 8", "UZB Uzbekistan orlan-10 6 6 6"],
            items.Select(x => $"{x.Text("recipient")} {x.Text("recipientName")} {x.Text("platform")} {x.Long("low")} {x.Long("best")} {x.Long("high")}"));
        Assert.Equal("Orlan-10", items[1].Text("platformName"));
        var page = await _service.AskAsync($"{path}&limit=1");
        Assert.Equal(items[0].GetRawText(), Assert.Single(page.Items()).GetRawText());
        var next = await _service.AskAsync($"{path}&limit=1&cursor={page.Text("next")}");
        Assert.Equal(items[1].GetRawText(), Assert.Single(next.Items()).GetRawText());
        Assert.False(next.TryGetProperty("next", out _));
    }

    [Theory]
    [InlineData("/v1/publishers/Nobody", 404, null)]
    [InlineData("/v1/publishers/paper%20a", 404, null)]
    [InlineData("/v1/publishers?publisher=x", 400, "?publisher")]
    [InlineData("/v1/publishers/Register?limit=0", 400, "?limit")]
    [InlineData("/v1/publishers/Register?reportedBy=soon", 400, "?reportedBy")]
    public async Task What_there_is_not_is_refused(string path, int status, string? place)
    {
        var answer = await Service.GetAsync(_service.Reader, path);
        Assert.Equal((status, place), (answer.Status, status == 400 ? Assert.Single(answer.Errors).Pointer : null));
    }

    [Fact]
    public async Task The_validator_of_one_publisher_stays_while_others_are_reported_elsewhere_and_goes_when_somebody_joins_its_holding()
    {
        await using var service = await Service.StartAsync();
        var first = await ReportBuilder.Report("KGZ", "aksungur", 3).With("source.publisher", "One").PostAsync(service);
        async Task<string> TagAsync(long position)
        {
            await service.AskAsync("/v1/countries", position);
            return (await Service.GetAsync(service.Reader, "/v1/publishers/One?asOf=2026-01-01")).Headers.ETag!.ToString();
        }

        var tag = await TagAsync(first.Position);
        var other = await ReportBuilder.Report("KAZ", "aksungur", 3).With("source.publisher", "Two").PostAsync(service);
        var beside = await ReportBuilder.Report("KGZ", "orlan-10", 3).With("source.publisher", "Two").PostAsync(service);
        Assert.Equal(tag, await TagAsync(Math.Max(other.Position, beside.Position)));
        var joins = await ReportBuilder.Report("KGZ", "aksungur", 3).With("source.publisher", "Two").PostAsync(service);
        Assert.NotEqual(tag, await TagAsync(joins.Position));
        Assert.Equal(0, (await service.AskAsync("/v1/publishers/One?asOf=2026-01-01")).Long("alone.holdings"));
    }
}
