using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class UnknownsTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private static string Line(JsonElement x) => $"{x.Text("kind")} {x.Text("platform")} {x.Text("supplier") ?? "-"} {x.Text("deal") ?? "-"} "
        + $"{x.Long("units.low")} {x.Long("units.best")} {(x.At("units.high").ValueKind == JsonValueKind.Null ? "open" : x.Long("units.high"))} "
        + $"{(x.At("outstanding").ValueKind == JsonValueKind.Null ? "-" : x.Long("outstanding"))} {x.Text("since") ?? "-"}";

    private Task<JsonElement> AskAsync(string query, long position = 0) => _service.AskAsync($"/v1/unknowns?{query}", position);

    private async Task<string[]> LinesAsync(string query, long position = 0) => [.. (await AskAsync(query, position)).Items().Select(Line)];

    private static void RestsOn(JsonElement item, params Answered[] on) => Assert.Equal(on.Select(x => x.Json.Text("eventId")), item.Items("reports").Select(x => x.GetString()));

    [Fact]
    public async Task A_holding_that_nobody_bounded_is_told_with_the_reports_that_leave_it_open()
    {
        var open = await ReportBuilder.Report("KGZ", "Bayraktar TB2", 3).With("quantity.qualifier", "atLeast").PostAsync(_service);
        var closed = await ReportBuilder.Report("KGZ", "aksungur", 3).PostAsync(_service);
        var answer = await AskAsync("recipient=KGZ&asOf=2026-01-01", closed.Position);
        var item = Assert.Single(answer.Items());
        Assert.Equal("openBound bayraktar-tb2 - - 3 3 open - -", Line(item));
        Assert.Equal("Nobody has set an upper bound on the Bayraktar TB2 of Kyrgyzstan (KGZ): at least 3.", item.Text("words"));
        Assert.Equal("Of 2 holdings 1 has no upper bound.", answer.Text("words"));
        RestsOn(item, open);
        Assert.Empty(await LinesAsync("recipient=KGZ&asOf=2020-01-01"));
        Assert.Empty(await LinesAsync("recipient=KGZ&asOf=2026-01-01&reportedBy=2022-01-01"));
        Assert.False((await AskAsync("asOf=2026-01-01")).TryGetProperty("words", out _));
    }

    [Fact]
    public async Task An_order_in_which_nothing_happened_for_five_years_is_unaccounted_for()
    {
        var ordered = await ReportBuilder.Report("KAZ", "aksungur", 10).With("deal", "a").With("occurred", "2012").PostAsync(_service, "contracts");
        var came = await ReportBuilder.Report("KAZ", "aksungur", 4).With("deal", "a").With("occurred", "2013").PostAsync(_service);
        await ReportBuilder.Report("KAZ", "aksungur", 7).With("deal", "b").With("occurred", "2012").With("due", "2024").PostAsync(_service, "contracts");
        var last = await ReportBuilder.Report("KAZ", "aksungur", 2).With("deal", "c").With("occurred", "2011").PostAsync(_service, "contracts");
        await ReportBuilder.Report("KAZ", "aksungur", 2).With("deal", "c").With("occurred", "2013").PostAsync(_service);
        last = await ReportBuilder.Report("KAZ", "aksungur", 9).With("deal", "d").With("occurred", "2011").With("grade", "B2").With("cancelled", true).PostAsync(_service, "contracts");
        Assert.Empty(await LinesAsync("recipient=KAZ&kind=silentOrder&asOf=2018-12-31", last.Position));
        var item = Assert.Single((await AskAsync("recipient=KAZ&kind=silentOrder&asOf=2019-01-01")).Items());
        Assert.Equal("silentOrder aksungur TUR a 4 4 10 6 2013-12-31", Line(item));
        Assert.Equal("6 Aksungur that Kazakhstan (KAZ) ordered from Turkey (TUR) are unaccounted for: nothing is reported to have happened since 2013-12-31.",
            item.Text("words")!.Replace("Türkiye", "Turkey", StringComparison.Ordinal));
        RestsOn(item, ordered, came);
        var later = await AskAsync("recipient=KAZ&asOf=2030-01-02");
        Assert.Equal(["noNews aksungur - - 6 6 19 - 2022-10-27", "silentOrder aksungur TUR a 4 4 10 6 2013-12-31", "silentOrder aksungur TUR b 0 0 7 7 2012-12-31"], later.Items().Select(Line));
        Assert.Equal("Of 1 holding 1 is without news for five years; 2 orders are unaccounted for.", later.Text("words"));
        // What is seen beyond the books came from what was on order.
        var seen = await ReportBuilder.Report("KAZ", "aksungur", 14).With("occurred", "2018").PostAsync(_service, "observations");
        Assert.Equal(["silentOrder aksungur TUR a 4 4 10 5 2013-12-31", "silentOrder aksungur TUR b 0 0 7 5 2012-12-31"],
            await LinesAsync("recipient=KAZ&kind=silentOrder&asOf=2030-01-02", seen.Position));
        Assert.Equal("Of 1 holding 1 is without news for five years; 2 orders are unaccounted for.", (await AskAsync("recipient=KAZ&asOf=2030-01-02&kind=conflict")).Text("words"));
    }

    [Fact]
    public async Task Silence_of_five_years_is_no_news()
    {
        await ReportBuilder.Report("UZB", "aksungur", 3).With("source.published", "2019-06-30").With("occurred", "2018").PostAsync(_service);
        var last = await ReportBuilder.Report("UZB", "aksungur", 4).With("source.published", "2020-01-01").With("occurred", "2019").PostAsync(_service);
        Assert.Empty(await LinesAsync("recipient=UZB&asOf=2025-01-01", last.Position));
        var item = Assert.Single((await AskAsync("recipient=UZB&asOf=2025-01-02")).Items());
        Assert.Equal("noNews aksungur - - 4 4 4 - 2020-01-01", Line(item));
        RestsOn(item, last);
        Assert.Equal("noNews aksungur - - 3 3 3 - 2019-06-30", Assert.Single(await LinesAsync("recipient=UZB&asOf=2025-01-02&reportedBy=2019-12-31")));
    }

    [Fact]
    public async Task A_platform_that_only_reports_name_is_not_known_until_it_is_defined()
    {
        var last = await ReportBuilder.Report("TJK", "Night Heron", 1).PostAsync(_service);
        var item = Assert.Single((await AskAsync("recipient=TJK&asOf=2026-01-01", last.Position)).Items());
        Assert.Equal("provisionalPlatform night-heron - - 1 1 1 - -", Line(item));
        Assert.Equal(("Night Heron", "Tajikistan"), (item.Text("platformName"), item.Text("recipientName")));
        var tag = (await Service.GetAsync(_service.Reader, "/v1/unknowns?recipient=TJK&asOf=2026-01-01")).Headers.ETag;
        var defined = await Service.PostAsync(_service.Admin, "/v1/platforms", """{"platform":"night-heron","name":"Night Heron","category":"uav","class":"durable","use":"military"}""");
        Assert.Empty(await LinesAsync("recipient=TJK&asOf=2026-01-01", defined.Position));
        Assert.NotEqual(tag, (await Service.GetAsync(_service.Reader, "/v1/unknowns?recipient=TJK&asOf=2026-01-01")).Headers.ETag);
    }

    [Fact]
    public async Task A_line_runs_uncounted_until_somebody_counts()
    {
        JsonObject At(string milestone, string day, int n) => ReportBuilder.Report("MNG", "aksungur", n).With("deal", "works").With("milestone", milestone).With("occurred", day);
        var started = await At("productionStarted", "2023-05-01", 1).PostAsync(_service, "milestones");
        var item = Assert.Single((await AskAsync("recipient=MNG&asOf=2024-01-01&kind=uncountedLine", started.Position)).Items());
        Assert.Equal("A line of Turkey (TUR) that makes Aksungur for Mongolia (MNG) has run since 2023-05-01 at the latest, and nobody has counted what it made.",
            item.Text("words")!.Replace("Türkiye", "Turkey", StringComparison.Ordinal));
        Assert.Equal("uncountedLine aksungur TUR works 0 0 open - 2023-05-01", Line(item));
        RestsOn(item, started);
        Assert.Empty(await LinesAsync("recipient=MNG&asOf=2023-04-30"));
        // A line of a year that is not over runs by the day that is asked about, and by no later one.
        var year = await At("productionStarted", "2025", 1).With("recipient", "VNM").PostAsync(_service, "milestones");
        Assert.EndsWith(" 2025-06-30", Assert.Single(await LinesAsync("recipient=VNM&asOf=2025-06-30&kind=uncountedLine", year.Position)), StringComparison.Ordinal);
        var counted = await At("unitsCompleted", "2024-03-01", 5).PostAsync(_service, "milestones");
        Assert.Empty(await LinesAsync("recipient=MNG&asOf=2024-12-31", counted.Position));
        Assert.Equal(2, (await LinesAsync("recipient=MNG&asOf=2024-02-29")).Length);
    }

    [Fact]
    public async Task A_conflict_names_the_reports_that_contradict_each_other_and_no_others()
    {
        JsonObject Of(int n) => ReportBuilder.Report("TKM", "aksungur", n).With("deal", "a").With("lot", "first");
        var small = await Of(3).PostAsync(_service);
        var large = await Of(5).PostAsync(_service);
        await Of(9).With("grade", "E4").PostAsync(_service);
        await Of(4).With("quantity", JsonNode.Parse("""{"qualifier":"range","low":3,"high":5}""")).PostAsync(_service);
        var other = await ReportBuilder.Report("TKM", "aksungur", 2).With("deal", "b").PostAsync(_service);
        var answer = await AskAsync("recipient=TKM&asOf=2026-01-01", other.Position);
        Assert.Equal("Of 1 holding 1 is conflicted.", answer.Text("words"));
        var item = Assert.Single(answer.Items());
        Assert.StartsWith("conflict aksungur TUR a 3 ", Line(item), StringComparison.Ordinal);
        RestsOn(item, small, large);

        var counted = await ReportBuilder.Report("TKM", "aksungur", 1).With("setting", "inventory").PostAsync(_service, "observations");
        // The deal's conflict hides no other: which of the two a stock count contradicts, nobody can tell.
        Assert.Equal("conflict aksungur TUR a", Assert.Single(await LinesAsync("recipient=TKM&asOf=2026-01-01&kind=conflict", counted.Position))[..23]);
    }

    [Fact]
    public async Task What_is_not_known_agrees_with_the_fleet()
    {
        await ReportBuilder.Report("AFG", "aksungur", 3).With("quantity.qualifier", "atLeast").PostAsync(_service);
        await ReportBuilder.Report("AFG", "Bayraktar TB2", 3).With("lot", "x").PostAsync(_service);
        await ReportBuilder.Report("AFG", "Bayraktar TB2", 4).With("lot", "x").PostAsync(_service);
        var last = await ReportBuilder.Report("AFG", "orlan-10", 3).With("source.published", "2012-01-01").PostAsync(_service);
        var fleet = (await _service.AskAsync("/v1/countries/AFG/fleet?asOf=2026-01-01", last.Position)).Items("holdings");
        var unknowns = (await AskAsync("recipient=AFG&asOf=2026-01-01")).Items();
        Assert.Equal(3, fleet.Length);
        foreach (var holding in fleet)
        {
            bool Has(string kind) => unknowns.Any(x => x.Text("kind") == kind && x.Text("platform") == holding.Text("platform"));
            Assert.Equal(holding.At("estimate.high").ValueKind == JsonValueKind.Null, Has("openBound"));
            Assert.Equal(holding.At("estimate.conflicted").GetBoolean(), Has("conflict"));
            Assert.Equal(string.CompareOrdinal(holding.Text("estimate.newestReported"), "2021-01-01") < 0, Has("noNews"));
        }

        Assert.Equal(3, unknowns.Length);
        Assert.Equal("Of 3 holdings 1 has no upper bound, 1 is conflicted, and 1 is without news for five years.", (await AskAsync("recipient=AFG&asOf=2026-01-01")).Text("words"));
    }

    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0, 0, "No holding is reported, which is not to say that there is none.")]
    [InlineData(7, 3, 1, 0, 0, 2, 2, 0, "Of 7 holdings 3 have no upper bound, 1 is conflicted, and 2 are without news for five years; 2 orders are unaccounted for.")]
    [InlineData(1, 0, 0, 0, 0, 0, 0, 0, "Of 1 holding nothing is open, conflicted, unknown or long without news.")]
    [InlineData(9, 0, 2, 1, 1, 1, 0, 3,
        "Of 9 holdings 2 are conflicted, 1 is of a platform that the catalogue does not know, and 3 are no longer listed in full by their sources; "
        + "1 line runs uncounted; 1 order is unaccounted for.")]
    public void One_sentence_says_how_much_is_not_known(int holdings, int open, int conflicted, int provisional, int lines, int orders, int silent, int delisted, string words) =>
        Assert.Equal(words, new UnknownCounts(holdings, open, conflicted, provisional, lines, orders, silent, delisted).Words);

    [Theory]
    [InlineData("kind=everything", "kind")]
    [InlineData("recipient=Iran", "recipient")]
    [InlineData("platform=anka", "platform")]
    [InlineData("asOf=2022-02-30", "asOf")]
    public async Task A_filter_that_is_none_is_refused_by_its_name(string query, string name)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/unknowns?{query}");
        Assert.Equal((400, $"?{name}"), (answer.Status, Assert.Single(answer.Errors).Pointer));
    }
}
