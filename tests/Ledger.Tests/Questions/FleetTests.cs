using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class FleetTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private static string Bounds(JsonElement total) => $"{total.Long("low")} {total.Long("best")} {(total.At("high").ValueKind == JsonValueKind.Null ? "open" : total.Long("high"))}"
        + $" closed {total.Long("closedHigh")} open {total.Long("openHoldings")}";

    [Fact]
    public async Task Holdings_add_up_within_a_category_and_only_durable_unmanned_aircraft_make_the_headline()
    {
        async Task PlatformAsync(string slug, string category, string @class) => Assert.Equal(201, (await Service.PostAsync(_service.Admin, "/v1/platforms",
            new { platform = slug, name = slug, category, @class, use = "military" })).Status);
        await PlatformAsync("sum-uav", "uav", "durable");
        await PlatformAsync("sum-uav-2", "uav", "durable");
        await PlatformAsync("sum-target-drone", "uav", "expendable");
        await PlatformAsync("sum-armed", "armedUav", "durable");
        await PlatformAsync("sum-munition", "loiteringMunition", "expendable");
        await ReportBuilder.Report("KGZ", "sum-uav", 3).PostAsync(_service);
        await ReportBuilder.Report("KGZ", "sum-uav-2", 4).With("quantity.qualifier", "atLeast").PostAsync(_service);
        await ReportBuilder.Report("KGZ", "sum-target-drone", 50).PostAsync(_service);
        await ReportBuilder.Report("KGZ", "sum-armed", 8).With("quantity.qualifier", "about").PostAsync(_service);
        await ReportBuilder.Report("KGZ", "sum-munition", 100).PostAsync(_service);
        var last = await ReportBuilder.Report("KGZ", "Sum Nobody Knows", 7).PostAsync(_service);

        var fleet = await _service.AskAsync("/v1/countries/KGZ/fleet?asOf=2023-01-01", last.Position);
        Assert.Equal("Kyrgyzstan", fleet.Text("name"));
        Assert.Equal("11 15 open closed 23 open 1", Bounds(fleet.At("headline")));
        Assert.Equal(
            ["uav durable 2: 7 7 open closed 7 open 1", "uav expendable 1: 50 50 50 closed 50 open 0", "armedUav durable 1: 4 8 16 closed 16 open 0",
                "loiteringMunition expendable 1: 100 100 100 closed 100 open 0", "other durable 1: 7 7 7 closed 7 open 0"],
            fleet.Items("totals").Select(x => $"{x.Text("category")} {x.Text("class")} {x.Long("holdings")}: {Bounds(x)}"));
        Assert.Equal(fleet.Items("holdings").Select(x => x.Text("platform")).Order(StringComparer.Ordinal), fleet.Items("holdings").Select(x => x.Text("platform")));

        var line = (await _service.AskAsync("/v1/countries?asOf=2023-01-01")).Items().Single(x => x.Text("recipient") == "KGZ");
        Assert.Equal(fleet.At("headline").GetRawText(), line.At("headline").GetRawText());
        Assert.Equal((6, 0, "2022-10-27"), (line.Long("holdings"), line.Long("conflicted"), line.Text("newestReported")));
        foreach (var holding in fleet.Items("holdings"))
        {
            var alone = await _service.AskAsync($"/v1/countries/KGZ/fleet/{holding.Text("platform")}?asOf=2023-01-01");
            Assert.Equal(holding.At("estimate").GetRawText(), alone.At("estimate").GetRawText());
            var holder = (await _service.AskAsync($"/v1/platforms/{holding.Text("platform")}?asOf=2023-01-01")).Items("holders").Single(x => x.Text("recipient") == "KGZ");
            Assert.Equal(holding.At("estimate").GetRawText(), holder.At("estimate").GetRawText());
        }
    }

    [Theory]
    [InlineData("platform=TB2", "bayraktar-tb2")]
    [InlineData("platform=bayraktar-tb2", "bayraktar-tb2")]
    [InlineData("category=armedUav", "aksungur bayraktar-tb2")]
    [InlineData("category=armedUav&platform=aksungur", "aksungur")]
    [InlineData("category=uav", "agricultural-drone")]
    [InlineData("category=uav,armedUav", "agricultural-drone aksungur bayraktar-tb2")]
    [InlineData("category=missile", "")]
    [InlineData("class=expendable", "alpagu")]
    [InlineData("use=civil", "agricultural-drone")]
    [InlineData("supplier=CHN", "agricultural-drone bayraktar-tb2")]
    [InlineData("supplier=CHN&reportedBy=2023-01-01", "agricultural-drone")]
    [InlineData("supplier=USA", "")]
    public async Task A_filter_chooses_holdings_and_leaves_their_estimates_whole(string filter, string platforms)
    {
        foreach (var (platform, supplier, published) in new[]
        {
            ("Bayraktar TB2", "TUR", "2022-10-27"), ("Bayraktar TB2", "CHN", "2024-03-01"), ("aksungur", "TUR", "2022-10-27"), ("alpagu", "TUR", "2022-10-27"),
            ("Agricultural drones", "CHN", "2022-10-27"),
        })
        {
            await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBuilder.Report("UZB", platform, 3).With("id", $"{platform} {supplier}").With("supplier", supplier)
                .With("source.published", published).ToJsonString());
        }

        var position = (await Service.GetAsync(_service.Client(null), "/health/ready")).Json.Long("end");
        var reportedBy = filter.Contains("reportedBy", StringComparison.Ordinal) ? "&reportedBy=2023-01-01" : "";
        var whole = await _service.AskAsync($"/v1/countries/UZB/fleet?asOf=2025-01-01{reportedBy}", position);
        var fleet = await _service.AskAsync($"/v1/countries/UZB/fleet?asOf=2025-01-01&{filter}");
        Assert.Equal(platforms.Split(' ', StringSplitOptions.RemoveEmptyEntries), fleet.Items("holdings").Select(x => x.Text("platform")));
        foreach (var holding in fleet.Items("holdings"))
        {
            Assert.Equal(whole.Items("holdings").Single(x => x.Text("platform") == holding.Text("platform")).GetRawText(), holding.GetRawText());
        }

        Assert.Equal(fleet.Items("holdings").Sum(x => x.Long("estimate.best")), fleet.Items("totals").Sum(x => x.Long("best")));
    }

    [Theory]
    [InlineData("/v1/countries/FJI/fleet", 200)]
    [InlineData("/v1/countries/FJI/fleet/aksungur", 200)]
    [InlineData("/v1/countries/FJI/fleet/TB-2", 200)]
    [InlineData("/v1/countries/FJI/fleet/nobody-knows", 404)]
    [InlineData("/v1/countries/FJI/fleet/---", 404)]
    [InlineData("/v1/countries/XQX/fleet", 404)]
    [InlineData("/v1/countries/fji/fleet", 404)]
    [InlineData("/v1/countries/FJ/fleet", 404)]
    [InlineData("/v1/countries/Fiji/fleet", 404)]
    [InlineData("/v1/countries/x-nobody/fleet", 404)]
    [InlineData("/v1/countries/x-nobody/fleet/aksungur", 404)]
    [InlineData("/v1/countries/XQX/fleet/aksungur", 404)]
    [InlineData("/v1/countries/%E2%80%AE/fleet", 404)]
    [InlineData("/v1/countries/a%0Ab/fleet", 404)]
    [InlineData("/v1/platforms/nobody-knows", 404)]
    [InlineData("/v1/platforms/aksungur", 200)]
    public async Task Who_is_known_and_has_nothing_has_zeros_and_who_is_not_known_is_not_found(string path, int status)
    {
        var answer = await Service.GetAsync(_service.Reader, path);
        Assert.Equal(status, answer.Status);
        if (status == 200 && path.Contains("FJI", StringComparison.Ordinal))
        {
            var bounds = answer.Json.TryGetProperty("estimate", out var estimate) ? estimate : answer.Json.At("headline");
            Assert.Equal((0, 0, 0), (bounds.Long("low"), bounds.Long("best"), bounds.Long("high")));
        }
    }

    [Fact]
    public async Task Who_is_no_state_has_a_fleet_from_its_first_report_on_and_its_basis_can_be_asked_again()
    {
        var posted = await ReportBuilder.Report("x-hezbollah", "Unheard Of", 2).PostAsync(_service);
        foreach (var path in (string[])["/v1/countries/x-hezbollah/fleet?asOf=2023-01-01", "/v1/countries/x-hezbollah/fleet?asOf=2023-01-01&category=uav",
            "/v1/countries/x-hezbollah/fleet/aksungur?asOf=2023-01-01", "/v1/countries/x-hezbollah/fleet/unheard-of?asOf=2023-01-01"])
        {
            var now = await _service.AskAsync(path, posted.Position);
            var again = await _service.AskAsync($"{path}&knownAt={now.Text("basis.knownAt")}");
            Assert.Equal(ReportBuilder.WithoutBasis(now.GetRawText()), ReportBuilder.WithoutBasis(again.GetRawText()));
            Assert.Equal(404, (await Service.GetAsync(_service.Reader, $"{path}&knownAt=@{posted.Position - 1}")).Status);
        }
    }

    [Theory]
    [InlineData("category=drone")]
    [InlineData("class=")]
    [InlineData("use=peace")]
    [InlineData("supplier=Turkey")]
    [InlineData("supplier=%00")]
    [InlineData("platform=---")]
    [InlineData("platform=%00")]
    [InlineData("colour=red")]
    public async Task A_filter_that_is_none_is_refused(string filter) =>
        Assert.Equal(400, (await Service.GetAsync(_service.Reader, $"/v1/countries/KGZ/fleet?{filter}")).Status);
}
