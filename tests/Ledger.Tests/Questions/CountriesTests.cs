using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class CountriesTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private static string Bounds(JsonElement total) => $"{total.Long("low")} {total.Long("best")} {(total.At("high").ValueKind == JsonValueKind.Null ? "open" : total.Long("high"))}";

    private async Task<long> SampleAsync()
    {
        long last = 0;
        foreach (var (recipient, platform, n, day) in new[]
        {
            ("KGZ", "Bayraktar TB2", 3, "2021-06-01"), ("KGZ", "Bayraktar TB2 II", 5, "2023-06-01"), ("KGZ", "Agricultural drones", 40, "2022-06-01"), ("KAZ", "Anka", 2, "2022-02-01"),
            ("SUN", "Tu-143", 50, "1980-02-01"), ("KAZ", "Leopard 2", 9, "2020-02-01"),
        })
        {
            last = await ReportBuilder.Report(recipient, platform, n).With("id", $"{recipient} {platform}").With("occurred", day).With("deal", "d").ToAsync(_service);
        }

        return last;
    }

    [Fact]
    public async Task The_worlds_total_is_that_of_all_that_are_listed_whatever_page_is_asked_for()
    {
        var last = await SampleAsync();
        var whole = await _service.AskAsync("/v1/countries?asOf=2024-01-01", last);
        var first = await _service.AskAsync("/v1/countries?asOf=2024-01-01&limit=1");
        Assert.Equal(["KAZ", "KGZ"], whole.Items().Select(x => x.Text("recipient")));
        Assert.Single(first.Items());
        Assert.Equal(whole.At("world").GetRawText(), first.At("world").GetRawText());
        Assert.Equal(whole.Items().Sum(x => x.Long("headline.best")), whole.Long("world.total.best"));
        Assert.Equal(whole.Items().Sum(x => x.Long("headline.low")), whole.Long("world.total.low"));
    }

    [Fact]
    public async Task A_state_that_is_no_more_is_listed_on_wish_and_while_it_was()
    {
        var last = await SampleAsync();
        var ended = await _service.AskAsync("/v1/countries?asOf=2024-01-01&ended=true", last);
        var soviet = ended.Items().Single(x => x.Text("recipient") == "SUN");
        Assert.Equal(("Soviet Union", "1991-12-25"), (soviet.Text("name"), soviet.Text("ended")));
        Assert.Contains((await _service.AskAsync("/v1/countries?asOf=1985-01-01")).Items(), x => x.Text("recipient") == "SUN");
        Assert.All(ended.Items().Where(x => x.Text("recipient") != "SUN"), x => Assert.Null(x.Text("ended")));
    }

    [Theory]
    [InlineData("category=battleTank,artillery")]
    [InlineData("category=armedUav")]
    [InlineData("category=uav")]
    [InlineData("category=other")]
    public async Task The_total_of_categories_is_what_the_fleets_have_of_them(string filter)
    {
        var last = await SampleAsync();
        var listed = (await _service.AskAsync($"/v1/countries?asOf=2024-01-01&{filter}", last)).Items();
        foreach (var line in listed)
        {
            var fleet = await _service.AskAsync($"/v1/countries/{line.Text("recipient")}/fleet?asOf=2024-01-01");
            var wanted = filter["category=".Length..].Split(',');
            var holdings = fleet.Items("holdings").Where(x => wanted.Contains(x.Text("category"))).ToList();
            Assert.Equal(holdings.Sum(x => x.Long("estimate.best")), line.Long("headline.best"));
            Assert.Equal((holdings.Count, holdings.Sum(x => x.Long("estimate.reports"))), (line.Long("holdings"), line.Long("reports")));
        }
    }

    [Fact]
    public async Task The_headline_is_told_without_civil_drones_which_are_asked_for_by_their_use()
    {
        var last = await SampleAsync();
        JsonElement Kgz(JsonElement countries) => countries.Items().Single(x => x.Text("recipient") == "KGZ");
        Assert.Equal(3, Kgz(await _service.AskAsync("/v1/countries?asOf=2024-01-01", last)).Long("headline.best"));
        Assert.Equal(43, Kgz(await _service.AskAsync("/v1/countries?asOf=2024-01-01&method=1")).Long("headline.best"));
        Assert.Equal(40, Kgz(await _service.AskAsync("/v1/countries?asOf=2024-01-01&use=civil")).Long("headline.best"));
    }

    [Fact]
    public async Task The_trend_is_what_was_there_at_the_end_of_each_year()
    {
        var last = await SampleAsync();
        var countries = await _service.AskAsync("/v1/countries?asOf=2024-05-01&trend=year&trendFrom=2020", last);
        string[] days = ["2020-12-31", "2021-12-31", "2022-12-31", "2023-12-31", "2024-05-01"];
        Assert.Equal(days, countries.At("world").Items("trend").Select(x => x.Text("asOf")));
        foreach (var country in countries.Items())
        {
            Assert.Equal(days, country.Items("trend").Select(x => x.Text("asOf")));
            foreach (var point in country.Items("trend"))
            {
                var fleet = await _service.AskAsync($"/v1/countries/{country.Text("recipient")}/fleet?asOf={point.Text("asOf")}");
                Assert.Equal(Bounds(fleet.At("headline")), Bounds(point));
            }
        }

        Assert.False((await _service.AskAsync("/v1/countries?asOf=2024-05-01")).At("world").TryGetProperty("trend", out _));
    }

    [Theory]
    [InlineData("trendFrom=2014", "trendFrom")]
    [InlineData("trend=month", "trend")]
    [InlineData("trend=year&trendFrom=2023&asOf=2022-06-30", "trendFrom")]
    [InlineData("category=tank", "category")]
    [InlineData("category=uav,", "category")]
    [InlineData("use=sport", "use")]
    [InlineData("ended=yes", "ended")]
    public async Task What_cannot_be_asked_is_refused_by_its_name(string query, string name)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/countries?{query}");
        Assert.Equal((400, $"?{name}"), (answer.Status, Assert.Single(answer.Errors).Pointer));
    }
}
