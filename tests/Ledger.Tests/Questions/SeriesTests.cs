using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class SeriesTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private static string[] Days(JsonElement answer) => [.. answer.Items().Select(x => x.Text("asOf")!)];

    [Fact]
    public async Task Every_point_is_what_the_fleet_answers_about_that_day_on_the_same_knowledge()
    {
        await using var service = await Service.StartAsync();
        string[] platforms = ["eagle", "falcon", "hawk", "rocket", "unknown-thing"];
        await HoldingsOverHttp.DefineAsync(service, "eagle", "uav", [2, 3, 4]);
        await HoldingsOverHttp.DefineAsync(service, "falcon", "armedUav", null);
        await HoldingsOverHttp.DefineAsync(service, "hawk", "uav", null);
        await HoldingsOverHttp.DefineAsync(service, "rocket", "missile", null, "expendable");
        var positions = new List<long>();
        foreach (var (holding, i) in HoldingsOverHttp.Some(10).Select((x, i) => (x, i)))
        {
            positions.Add(await HoldingsOverHttp.ImportAsync(service, holding.Reports, $"urn:holding:{i}", "KGZ", platforms[i % platforms.Length]));
        }

        await service.AskAsync("/v1/countries", positions.Max());
        var compared = 0;
        foreach (var clocks in (string[])["", $"&knownAt=@{positions[4]}", "&reportedBy=2021-06-01", $"&reportedBy=2022-01-01&knownAt=@{positions[7]}"])
        {
            foreach (var every in (string[])["quarter", "year"])
            {
                var fleet = await service.AskAsync($"/v1/countries/KGZ/series?from=2019-02-01&to=2024-05-20&every={every}{clocks}");
                foreach (var point in fleet.Items())
                {
                    var asked = await service.AskAsync($"/v1/countries/KGZ/fleet?asOf={point.Text("asOf")}{clocks}");
                    Assert.All(point.EnumerateObject().Where(x => x.Name != "asOf"), x => Assert.Equal(x.Value.GetRawText(), asked.At($"headline.{x.Name}").GetRawText()));
                    compared++;
                }

                var holding = await service.AskAsync($"/v1/countries/KGZ/series?platform=Eagle&from=2019-02-01&to=2024-05-20&every={every}{clocks}");
                foreach (var point in holding.Items())
                {
                    var asked = (await service.AskAsync($"/v1/countries/KGZ/fleet/eagle?asOf={point.Text("asOf")}{clocks}")).GetProperty("estimate");
                    Assert.Equal((asked.Long("low"), asked.Long("best"), asked.At("high").GetRawText()), (point.Long("low"), point.Long("best"), point.At("high").GetRawText()));
                    compared++;
                }
            }
        }

        Assert.True(compared > 150, $"Only {compared} points were compared.");
    }

    [Fact]
    public async Task A_series_shows_when_units_arrived()
    {
        await ReportBuilder.Report("KAZ", "aksungur", 3).With("occurred", "2021-11-20").PostAsync(_service);
        var last = await ReportBuilder.Report("KAZ", "aksungur", 5).With("occurred", "2022-02-03").PostAsync(_service);

        var series = await _service.AskAsync("/v1/countries/KAZ/series?platform=aksungur&from=2021-10-05&to=2022-02-15", last.Position);

        Assert.Equal(["2021-10-31", "2021-11-30", "2021-12-31", "2022-01-31", "2022-02-15"], Days(series));
        Assert.Equal([0, 3, 3, 3, 5], series.Items().Select(x => x.Long("best")));
        Assert.Equal("2022-02-15", series.Text("basis.asOf"));
    }

    [Fact]
    public async Task A_series_that_is_not_told_where_to_begin_begins_when_what_the_first_report_that_counts_speaks_of_may_have_happened()
    {
        await ReportBuilder.Report("UZB", "aksungur", 3).With("occurred", "../2021-11-20").PostAsync(_service);
        await ReportBuilder.Report("UZB", "aksungur", 3).With("occurred", "2001-01-01").With("role", "trial").PostAsync(_service);
        var last = await ReportBuilder.Report("UZB", "aksungur", 5).With("occurred", "2022-02-03").PostAsync(_service);

        Assert.Equal(["2021-11-30", "2021-12-31", "2022-01-31"], Days(await _service.AskAsync("/v1/countries/UZB/series?asOf=2022-01-31", last.Position)));
        Assert.Equal(["2021-12-31", "2022-01-31"], Days(await _service.AskAsync("/v1/countries/UZB/series?to=2022-01-31&every=year")));
        // Before anything happened there is one point, the end.
        Assert.Equal(["2020-05-05"], Days(await _service.AskAsync("/v1/countries/UZB/series?to=2020-05-05")));
        // Units that came little by little are shown from their beginning; by method 1 all came on the middle day.
        var climb = await ReportBuilder.Report("UZB", "bayraktar-tb2", 8).With("occurred", "2019/2020").PostAsync(_service);
        Assert.Equal("2019-12-31", Days(await _service.AskAsync("/v1/countries/UZB/series?to=2022-01-31&every=year", climb.Position))[0]);
        Assert.Equal("2020-12-31", Days(await _service.AskAsync("/v1/countries/UZB/series?to=2022-01-31&every=year&method=1"))[0]);
    }

    [Fact]
    public async Task A_series_ends_today_unless_it_is_told_where()
    {
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var series = await _service.AskAsync($"/v1/countries/MNG/series?every=day&from={today.AddDays(-3):yyyy-MM-dd}");
        Assert.InRange(series.Items().Length, 4, 5); // Midnight may pass meanwhile.
        Assert.Equal(series.Text("basis.asOf"), Days(series)[^1]);
    }

    [Fact]
    public async Task A_country_without_reports_has_a_series_of_nothing_and_who_is_no_recipient_has_none()
    {
        var empty = await _service.AskAsync("/v1/countries/NOR/series?to=2022-01-31");
        Assert.Equal((1, 0, 0, 0), (empty.Items().Length, empty.Items()[0].Long("low"), empty.Items()[0].Long("best"), empty.Items()[0].Long("high")));
        Assert.Equal(2, (await _service.AskAsync("/v1/countries/NOR/series?platform=TB2&from=2021-12-31&to=2022-01-31")).Items().Length);
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, "/v1/countries/ZZZ/series")).Status);
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, "/v1/countries/ZZZ/series?platform=TB2")).Status);
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, "/v1/countries/NOR/series?platform=never-heard-of")).Status);
    }

    [Theory]
    [InlineData("from=2022-02-01&to=2022-01-31", "?from")]
    [InlineData("from=2022-02-01&asOf=2022-01-31", "?from")]
    [InlineData("to=2022-01-31&asOf=2022-01-31", "?asOf")]
    [InlineData("to=2022-02-30", "?to")]
    [InlineData("from=yesterday", "?from")]
    [InlineData("every=fortnight", "?every")]
    [InlineData("every=Month", "?every")]
    [InlineData("platform=%20", "?platform")]
    [InlineData("platform=anka&category=uav", "?category")]
    [InlineData("category=Uav", "?category")]
    [InlineData("limit=5", "?limit")]
    [InlineData("from=1990-01-01&to=2022-01-31&every=day", "?from")]
    [InlineData("from=0001-01-01&to=9999-12-31", "?from")]
    public async Task A_series_that_cannot_be_read_or_is_too_long_is_refused_and_says_which_parameter(string query, string parameter)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/countries/KGZ/series?{query}");
        Assert.Equal(400, answer.Status);
        Assert.Equal(parameter, Assert.Single(answer.Errors).Pointer);
    }

    [Fact]
    public async Task A_report_of_antiquity_does_not_make_the_series_endless()
    {
        var posted = await ReportBuilder.Report("x-old", "aksungur", 3).With("occurred", "0001").PostAsync(_service);
        var series = await _service.AskAsync("/v1/countries/x-old/series?platform=aksungur&to=2022-01-31&every=day", posted.Position);
        // 2,000 days up to the end, in one answer.
        Assert.Equal((2_000, "2016-08-11", "2022-01-31"), (series.Items().Length, Days(series)[0], Days(series)[^1]));
        Assert.False(series.TryGetProperty("next", out _));
        Assert.Equal(2_000, (await _service.AskAsync("/v1/countries/x-old/series?to=9999-12-31")).Items().Length);
    }

    [Fact]
    public async Task Only_the_days_on_which_something_moves_or_best_changes_its_pace_are_told_where_changes_are_asked_for()
    {
        await ReportBuilder.Report("ARM", "aksungur", 3).With("deal", "a").With("occurred", "2021-11-20").PostAsync(_service);
        // Ten that come one a day: low follows at the end, high from the beginning.
        var last = await ReportBuilder.Report("ARM", "aksungur", 10).With("deal", "b").With("occurred", "2022-01-01/2022-01-10").PostAsync(_service);
        static string Point(JsonElement x) => $"{x.Text("asOf")} {x.Long("low")} {x.Long("best")} {x.Long("high")}";

        var series = await _service.AskAsync("/v1/countries/ARM/series?platform=aksungur&from=2021-11-01&to=2022-02-15&every=change", last.Position);
        Assert.Equal(["2021-11-01 0 0 0", "2021-11-19 0 0 0", "2021-11-20 3 3 3", "2021-12-31 3 3 3", "2022-01-01 3 4 13", "2022-01-10 13 13 13", "2022-02-15 13 13 13"],
            series.Items().Select(Point));
        foreach (var point in series.Items())
        {
            var day = Assert.Single((await _service.AskAsync($"/v1/countries/ARM/series?from={point.Text("asOf")}&to={point.Text("asOf")}&every=change")).Items());
            Assert.Equal(point.GetRawText(), day.GetRawText());
        }

        // By method 1 all come at once, on the middle day.
        var atOnce = (await _service.AskAsync("/v1/countries/ARM/series?to=2022-02-15&every=change&method=1")).Items();
        Assert.Equal(["2022-01-05 3 13 13"], atOnce.Where(x => x.Text("asOf") == "2022-01-05").Select(Point));
        // Where nobody is told where to begin it begins with the first report, and a country without any is one point.
        Assert.Equal("2021-11-20", Days(await _service.AskAsync("/v1/countries/ARM/series?to=2022-02-15&every=change"))[0]);
        Assert.Equal(["2022-01-31"], Days(await _service.AskAsync("/v1/countries/SWE/series?to=2022-01-31&every=change")));
    }

    [Fact]
    public async Task A_line_that_may_have_made_one_more_every_few_days_has_too_many_changes_for_one_answer()
    {
        await ReportBuilder.Report("FIN", "aksungur", 1).With("deal", "a").With("milestone", "productionStarted").With("occurred", "2000-01-01").PostAsync(_service, "milestones");
        var last = await ReportBuilder.Report("FIN", "aksungur", 1).With("deal", "a").With("milestone", "rateDeclared").With("occurred", "2000-01-01")
            .With("rate", new System.Text.Json.Nodes.JsonObject { ["n"] = 300, ["per"] = "year" }).PostAsync(_service, "milestones");
        var refused = await Service.GetAsync(_service.Reader, $"/v1/countries/FIN/series?every=change&from=2000-01-01&to=2020-01-01&atLeast={last.Position}");
        Assert.Equal((400, "?from"), (refused.Status, Assert.Single(refused.Errors).Pointer));
        var newest = await _service.AskAsync("/v1/countries/FIN/series?every=change&to=2020-01-01");
        Assert.Equal((2_000, "2020-01-01"), (newest.Items().Length, Days(newest)[^1]));
        Assert.All(newest.Items().Zip(newest.Items().Skip(1)).SkipLast(1), x => Assert.Equal(x.First.Long("high") + 1, x.Second.Long("high")));
        // Nor does the end of all days keep it from ending.
        Assert.Equal(200, (await Service.GetAsync(_service.Reader, "/v1/countries/FIN/series?every=change&to=9999-12-31")).Status);
    }

    [Fact]
    public async Task The_series_of_categories_is_what_the_fleet_totals_in_them()
    {
        await HoldingsOverHttp.DefineAsync(_service, "series-dart", "missile", null, "expendable");
        var last = 0L;
        foreach (var (platform, i) in ((string[])["aksungur", "orlan-10", "series-dart", "some-tank-2", "anka"]).Select((x, i) => (x, i)))
        {
            last = (await ReportBuilder.Report("GEO", platform, 3 + i).With("occurred", $"{2018 + i}").PostAsync(_service)).Position;
        }

        foreach (var categories in (string[])["armedUav", "uav,armedUav", "missile", "other,missile", "warship"])
        {
            foreach (var point in (await _service.AskAsync($"/v1/countries/GEO/series?every=change&to=2024-01-01&category={categories}", last)).Items())
            {
                var totals = (await _service.AskAsync($"/v1/countries/GEO/fleet?asOf={point.Text("asOf")}")).Items("totals").Where(x => categories.Split(',').Contains(x.Text("category"))).ToList();
                Assert.Equal((totals.Sum(x => x.Long("low")), totals.Sum(x => x.Long("best")), totals.Sum(x => x.Long("high"))), (point.Long("low"), point.Long("best"), point.Long("high")));
            }
        }
    }

    [Theory]
    [InlineData("to=2022-01-31&method=1&knownAt=@POSITION", true)]
    [InlineData("asOf=2022-01-31&method=1&knownAt=@POSITION", true)]
    [InlineData("method=1&knownAt=@POSITION", false)]
    [InlineData("to=2022-01-31&knownAt=@POSITION", false)]
    [InlineData("to=2022-01-31&method=1", false)]
    public async Task Only_a_series_that_can_never_change_says_that_it_is_immutable(string query, bool immutable)
    {
        var posted = await ReportBuilder.Report("TJK", "aksungur", 3).PostAsync(_service);
        var answer = await Service.GetAsync(_service.Reader, $"/v1/countries/TJK/series?{query.Replace("POSITION", $"{posted.Position}", StringComparison.Ordinal)}");
        Assert.Equal(200, answer.Status);
        Assert.Equal(immutable, answer.Headers.CacheControl!.ToString().Contains("immutable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_series_keeps_its_validator_until_something_that_affects_it_is_recorded()
    {
        const string path = "/v1/countries/AZE/series?to=2022-01-31";
        var posted = await ReportBuilder.Report("AZE", "aksungur", 3).PostAsync(_service);
        await _service.AskAsync(path, posted.Position);
        var first = await Service.GetAsync(_service.Reader, path);
        var elsewhere = await ReportBuilder.Report("GEO", "aksungur", 3).PostAsync(_service);
        var tank = await ReportBuilder.Report("AZE", "some tank", 3).PostAsync(_service);
        await _service.AskAsync("/v1/countries", tank.Position + 0 * elsewhere.Position);
        var same = await _service.Reader.SendAsync(HttpMethod.Get, path, ("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal(304, same.Status);
        var more = await ReportBuilder.Report("AZE", "aksungur", 4).PostAsync(_service);
        await _service.AskAsync("/v1/countries", more.Position);
        var other = await _service.Reader.SendAsync(HttpMethod.Get, path, ("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal(200, other.Status);
        // What is in no headline may come into it by a word of the catalogue.
        var defined = await HoldingsOverHttp.DefineAsync(_service, "some-tank", "uav", null);
        await _service.AskAsync("/v1/countries", defined);
        Assert.Equal(200, (await _service.Reader.SendAsync(HttpMethod.Get, path, ("If-None-Match", other.Headers.ETag!.ToString()))).Status);
    }
}
