using System.Globalization;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class ThreeClocksTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Fact]
    public async Task What_happened_later_said_later_or_recorded_later_is_not_in_an_answer_about_before()
    {
        var first = await ReportBuilder.Report("KAZ", "aksungur", 3).PostAsync(_service);
        var second = await ReportBuilder.Report("KAZ", "aksungur", 9).With("occurred", "2023").With("source.published", "2024-03-18").PostAsync(_service);
        async Task<long> BestAsync(string query) => (await _service.AskAsync($"/v1/countries/KAZ/fleet/aksungur?{query}", second.Position)).Long("estimate.best");

        Assert.Equal(9, await BestAsync("asOf=2024-01-01"));
        Assert.Equal(3, await BestAsync("asOf=2022-12-31"));
        Assert.Equal(3, await BestAsync("asOf=2024-01-01&reportedBy=2024-03-17"));
        Assert.Equal(9, await BestAsync("asOf=2024-01-01&reportedBy=2024-03-18"));
        Assert.Equal(3, await BestAsync($"asOf=2024-01-01&knownAt=@{first.Position}"));
        Assert.Equal(9, await BestAsync($"asOf=2024-01-01&knownAt=@{second.Position}"));
        Assert.Equal(0, await BestAsync("asOf=2020-12-31"));
    }

    [Fact]
    public async Task Before_the_first_event_nothing_is_known()
    {
        await ReportBuilder.Report("MNG", "aksungur", 3).PostAsync(_service);
        foreach (var knownAt in (string[])["@0", "2001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2001-01-01T06:00:00%2B06:00"])
        {
            var fleet = await _service.AskAsync($"/v1/countries/MNG/fleet?knownAt={knownAt}");
            Assert.Equal(0, fleet.Long("headline.best"));
            Assert.Equal(0, fleet.Long("basis.position"));
            Assert.Empty(fleet.Items("holdings"));
            Assert.Empty((await _service.AskAsync($"/v1/countries?knownAt={knownAt}")).Items());
            Assert.Empty((await _service.AskAsync($"/v1/platforms?knownAt={knownAt}")).Items());
            Assert.Empty((await _service.AskAsync($"/v1/reports?knownAt={knownAt}")).Items());
        }
    }

    [Theory]
    [InlineData("knownAt=2999-01-01T00:00:00Z", "?knownAt")]
    [InlineData("knownAt=9999-12-31T23:59:59.9999999Z", "?knownAt")]
    [InlineData("knownAt=2022-01-01", "?knownAt")]
    [InlineData("knownAt=2022-01-01T00:00:00", "?knownAt")]
    [InlineData("knownAt=@", "?knownAt")]
    [InlineData("knownAt=@-1", "?knownAt")]
    [InlineData("knownAt=@1e3", "?knownAt")]
    [InlineData("knownAt=@99999999999999999999", "?knownAt")]
    [InlineData("knownAt=@999999999", "?knownAt")]
    [InlineData("atLeast=999999999", "?atLeast")]
    [InlineData("atLeast=-1", "?atLeast")]
    [InlineData("asOf=2022-02-30", "?asOf")]
    [InlineData("asOf=2022", "?asOf")]
    [InlineData("reportedBy=yesterday", "?reportedBy")]
    [InlineData("method=0", "?method")]
    [InlineData("method=3", "?method")]
    [InlineData("asof=2022-01-01", "?asof")]
    [InlineData("asOf=2022-01-01&asOf=2022-01-02", "?asOf")]
    [InlineData("asOf=", "?asOf")]
    public async Task A_question_about_what_cannot_be_known_or_read_is_refused_and_says_which_parameter(string query, string parameter)
    {
        foreach (var path in (string[])
        [
            "/v1/countries", "/v1/countries/KGZ/fleet", "/v1/countries/KGZ/series", "/v1/countries/KGZ/changes", "/v1/changes", "/v1/countries/KGZ/fleet/aksungur",
            "/v1/platforms", "/v1/platforms/aksungur", "/v1/reports", "/v1/unknowns", "/v1/publishers", "/v1/publishers/A%20paper", "/v1/calibration",
        ])
        {
            var answer = await Service.GetAsync(_service.Reader, $"{path}?{query}");
            Assert.Equal(400, answer.Status);
            Assert.Equal(parameter, Assert.Single(answer.Errors).Pointer);
        }
    }

    [Fact]
    public async Task A_new_alias_regroups_at_once_and_changes_no_past_answer()
    {
        await ReportBuilder.Report("UZB", "Kite X", 2).With("deal", "k.1").PostAsync(_service);
        var before = await ReportBuilder.Report("UZB", "Kite Ten", 3).With("deal", "k.2").PostAsync(_service);
        await Service.PostAsync(_service.Admin, "/v1/platforms", """{"platform":"kite-x","name":"Kite X","category":"uav","class":"durable","use":"military"}""");
        var alias = await Service.PostAsync(_service.Admin, "/v1/platforms/kite-x/aliases", """{"alias":"Kite Ten"}""");

        var now = await _service.AskAsync("/v1/countries/UZB/fleet?asOf=2023-01-01", alias.Position);
        Assert.Equal(5, Assert.Single(now.Items("holdings")).Long("estimate.best"));
        var past = await _service.AskAsync($"/v1/countries/UZB/fleet?asOf=2023-01-01&knownAt=@{before.Position}");
        Assert.Equal(["kite-ten", "kite-x"], past.Items("holdings").Select(x => x.Text("platform")));
        Assert.Equal("other", past.Items("holdings")[0].Text("category"));
        Assert.Equal(5, (await _service.AskAsync("/v1/countries/UZB/fleet/Kite%20Ten?asOf=2023-01-01")).Long("estimate.best"));
        Assert.Equal(3, (await _service.AskAsync($"/v1/countries/UZB/fleet/Kite%20Ten?asOf=2023-01-01&knownAt=@{before.Position}")).Long("estimate.best"));
    }

    [Fact]
    public async Task A_new_factor_counts_anew_and_changes_no_past_answer()
    {
        const string Defined = """{"platform":"hive","name":"Hive","category":"uav","class":"durable","use":"military","itemsPerSystem":[NUMBERS]}""";
        await Service.PostAsync(_service.Admin, "/v1/platforms", Defined.Replace("NUMBERS", "2,3,4", StringComparison.Ordinal));
        var before = await ReportBuilder.Report("TJK", "hive", 2).With("quantity.unit", "system").PostAsync(_service);
        var after = await Service.PostAsync(_service.Admin, "/v1/platforms", Defined.Replace("NUMBERS", "6,6,6", StringComparison.Ordinal));

        Assert.Equal(12, (await _service.AskAsync("/v1/countries/TJK/fleet/hive?asOf=2023-01-01", after.Position)).Long("estimate.low"));
        Assert.Equal(4, (await _service.AskAsync($"/v1/countries/TJK/fleet/hive?asOf=2023-01-01&knownAt=@{before.Position}")).Long("estimate.low"));
    }

    [Fact]
    public async Task A_platform_that_only_reports_know_is_called_what_the_first_of_them_called_it_also_in_a_past_answer()
    {
        var slug = await ReportBuilder.Report("TKM", "sky-eye", 1).PostAsync(_service);
        var first = await ReportBuilder.Report("TKM", "Sky Eye", 1).PostAsync(_service);
        var second = await ReportBuilder.Report("TKM", "SKY-EYE", 1).PostAsync(_service);
        async Task<string?> NameAsync(long knownAt) => (await _service.AskAsync($"/v1/countries/TKM/fleet/sky-eye?knownAt=@{knownAt}")).Text("name");

        Assert.Equal("sky-eye", await NameAsync(slug.Position));
        Assert.Equal("Sky Eye", await NameAsync(first.Position));
        Assert.Equal("Sky Eye", await NameAsync(second.Position));
        Assert.Equal("Sky Eye", (await _service.AskAsync("/v1/platforms/sky-eye")).Text("name"));
        Assert.Equal("Sky Eye", (await _service.AskAsync("/v1/platforms?limit=1000")).Items().Single(x => x.Text("platform") == "sky-eye").Text("name"));
        Assert.Equal("sky-eye", (await _service.AskAsync($"/v1/platforms/sky-eye?knownAt=@{slug.Position}")).Text("name"));
    }

    [Fact]
    public async Task Asking_about_this_very_moment_settles_it_whatever_is_recorded_in_it()
    {
        var later = new List<Task>();
        var asked = new List<(string KnownAt, string Body)>();
        for (var i = 0; i < 25; i++)
        {
            later.Add(ReportBuilder.Report("GEO", "aksungur", 1).With("lot", string.Create(CultureInfo.InvariantCulture, $"l{i}")).PostAsync(_service));
            var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            asked.Add((now, (await _service.AskAsync($"/v1/countries/GEO/fleet/aksungur?asOf=2023-01-01&knownAt={now}")).GetRawText()));
        }

        await Task.WhenAll(later);
        foreach (var (knownAt, body) in asked)
        {
            Assert.Equal(body, (await _service.AskAsync($"/v1/countries/GEO/fleet/aksungur?asOf=2023-01-01&knownAt={knownAt}")).GetRawText());
        }
    }
}
