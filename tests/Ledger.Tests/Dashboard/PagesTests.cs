using System.Globalization;
using System.Text.Json;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Dashboard;

/// <summary>What is shown is what the API says, on every page.</summary>
[Collection(InBrowser.Name)]
public sealed class PagesTests(DemoLedger demo) : IClassFixture<DemoLedger>
{
    private readonly Service _service = demo.Service;

    [Fact]
    public async Task The_overview_shows_every_recipient_with_the_figures_of_the_API_and_leads_to_each()
    {
        await using var visit = await Visit.StartAsync(_service);
        var countries = await _service.AskAsync("/v1/countries?limit=1000");
        await visit.OpenAsync("/");
        await visit.Page.ClickAsync("button.more");
        await HoldsAsync(visit, countries.Items(), x => $"/countries/{x.Text("recipient")}", x => x.GetProperty("headline"));
        Assert.Equal(Visit.FigureOf(countries.At("world.total")), await visit.FigureAsync(".lede[data-best]"));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_country_shows_its_headline_its_totals_and_all_its_holdings()
    {
        await using var visit = await Visit.StartAsync(_service);
        foreach (var code in (string[])["KGZ", "KAZ", "UZB"])
        {
            var fleet = await _service.AskAsync($"/v1/countries/{code}/fleet");
            await visit.OpenAsync($"/countries/{code}");
            foreach (var more in await visit.Page.QuerySelectorAllAsync("details[open] button.more"))
            {
                await more.ClickAsync();
            }

            Assert.Equal(Visit.FigureOf(fleet.GetProperty("headline")), await visit.FigureAsync(".big .n"));
            Assert.Contains(fleet.GetProperty("headline").Text("words")![1..], await visit.TextAsync(), StringComparison.Ordinal);
            await HoldsAsync(visit, fleet.Items("holdings").Where(x => x.Text("category") is "uav" or "armedUav" or "loiteringMunition"),
                x => $"/countries/{code}/fleet/{x.Text("platform")}", x => x.GetProperty("estimate"));
            var totals = await visit.EvaluateAsync("() => [...document.querySelectorAll('.grp > summary .fig')].map(x => `${x.dataset.low} ${x.dataset.best} ${x.dataset.high}`)");
            Assert.Equal(fleet.Items("totals").Select(Visit.FigureOf).Order(StringComparer.Ordinal), totals.EnumerateArray().Select(x => x.GetString()!).Order(StringComparer.Ordinal));
        }

        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_holding_shows_its_words_its_deals_and_what_each_report_is_read_as()
    {
        await using var visit = await Visit.StartAsync(_service);
        foreach (var path in (string[])["KGZ/fleet/bayraktar-tb2", "UZB/fleet/wing-loong-1", "KAZ/fleet/anka"])
        {
            var holding = await _service.AskAsync($"/v1/countries/{path}");
            await visit.OpenAsync($"/countries/{path}");
            Assert.Equal(Visit.FigureOf(holding.GetProperty("estimate")), await visit.FigureAsync(".big .n"));
            Assert.Equal(Visit.FigureOf(holding.GetProperty("estimate")), await visit.FigureAsync(".forest .sum [data-best]"));
            Assert.Contains(holding.At("estimate").Text("words")!, await visit.TextAsync(), StringComparison.Ordinal);
            foreach (var report in holding.Items("evidence"))
            {
                var id = report.Text("eventId");
                Assert.Equal(1, await visit.Page.Locator($"#e-{id}").CountAsync());
                if (report.GetProperty("reads").ValueKind != JsonValueKind.Null)
                {
                    Assert.Equal(Visit.FigureOf(report.GetProperty("reads")), await visit.FigureAsync($"a.fr[href=\"#e-{id}\"] [data-best]"));
                }

                if (report.Text("setAsideBy") is { } by)
                {
                    Assert.Contains($"#e-{by}", await visit.Page.InnerHTMLAsync($"#e-{id}"), StringComparison.Ordinal);
                }
            }
        }

        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Reports_that_contradict_each_other_stand_side_by_side()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/countries/UZB/fleet/wing-loong-1");
        var text = await visit.TextAsync(".versus");
        Assert.Contains("Example Wire", text, StringComparison.Ordinal);
        Assert.Contains("Example Review", text, StringComparison.Ordinal);
        Assert.Equal(2, await visit.Page.Locator("a.fr.clash").CountAsync());
        Assert.Equal(1, await visit.Page.Locator(".big .g-tri").CountAsync());
        Assert.Equal(1, await visit.Page.Locator(".loan .g-loan").CountAsync());
        Assert.Contains("2 more on loan", await visit.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changed_shows_both_sides_and_the_reports_that_did_it()
    {
        await using var visit = await Visit.StartAsync(_service);
        const string Moments = "axis=reported&from=2023-01-01";
        var world = await _service.AskAsync($"/v1/changes?{Moments}&limit=1000");
        await visit.OpenAsync($"/changes?{Moments}");
        await HoldsAsync(visit, world.Items(), x => $"/countries/{x.Text("recipient")}/changes?{Moments}", x => x.GetProperty("after"));

        var country = await _service.AskAsync($"/v1/countries/UZB/changes?{Moments}&limit=1000");
        await visit.OpenAsync($"/countries/UZB/changes?{Moments}&only=all");
        var rows = await visit.RowsAsync("summary.row");
        Assert.Equal(country.Items().Select(x => (x.Text("name")!, Visit.FigureOf(x.GetProperty("after")))).Order(), rows.Select(x => (x.Name, x.Figures[0])).Order());
        await visit.Page.ClickAsync("summary.row");
        var first = country.Items().Single(x => x.Text("name") == rows[0].Name);
        Assert.Equal(first.Items("reports").Length, await visit.Page.Locator("details[open] article").CountAsync());
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Flows_are_a_drawing_and_the_same_as_a_table()
    {
        await using var visit = await Visit.StartAsync(_service);
        var flows = await _service.AskAsync("/v1/flows?from=2010&to=2025&category=uav,armedUav&use=military,dualUse&limit=1000");
        await visit.OpenAsync("/flows?from=2010&to=2025");
        if (await visit.Page.Locator("button.more").CountAsync() > 0)
        {
            await visit.Page.ClickAsync("button.more");
        }

        var expected = flows.Items().Where(x => x.Text("kind") == "delivery").GroupBy(x => (x.Text("supplierName"), x.Text("recipientName")))
            .Select(x => (x.Key, Best: x.Sum(f => f.Long("best")))).Where(x => x.Best > 0).Select(x => $"{x.Key.Item1} > {x.Key.Item2} {x.Best}");
        var shown = await visit.EvaluateAsync("() => [...document.querySelectorAll('tbody tr')].map(r => `${r.cells[0].textContent} > ${r.cells[1].textContent} ${r.dataset.best}`)");
        Assert.Equal(expected.Order(StringComparer.Ordinal), shown.EnumerateArray().Select(x => x.GetString()!).Order(StringComparer.Ordinal));
        Assert.True(await visit.Page.Locator(".g-link").CountAsync() > 3);

        // Civil ones have a choice of their own, which stands in the address.
        await visit.Page.SelectOptionAsync("select[aria-label=What]", new Microsoft.Playwright.SelectOptionValue { Label = "Civil unmanned aircraft" });
        await visit.Page.WaitForURLAsync(x => x.Contains("use=civil", StringComparison.Ordinal));
        await visit.DrawnAsync();
        var civil = await _service.AskAsync("/v1/flows?from=2010&to=2025&category=uav,armedUav&use=civil&limit=1000");
        Assert.Equal(civil.Items().Where(x => x.Text("kind") == "delivery").Sum(x => x.Long("best")), long.Parse((await visit.FigureAsync(".lede")).Split(' ')[1], CultureInfo.InvariantCulture));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Platforms_deals_reports_publishers_and_unknowns_show_what_the_API_says()
    {
        await using var visit = await Visit.StartAsync(_service);
        var platform = await _service.AskAsync("/v1/platforms/bayraktar-tb2");
        await visit.OpenAsync("/platforms/bayraktar-tb2");
        await HoldsAsync(visit, platform.Items("holders"), x => $"/countries/{x.Text("recipient")}/fleet/bayraktar-tb2", x => x.GetProperty("estimate"));

        var deal = await _service.AskAsync("/v1/deals/KGZ/TUR/tur.bayraktar-tb2.2021");
        await visit.OpenAsync("/deals/KGZ/TUR/tur.bayraktar-tb2.2021");
        var figures = (await visit.RowsAsync("main .row")).ToDictionary(x => x.Name, x => x.Figures[0], StringComparer.Ordinal);
        Assert.Equal(Visit.FigureOf(deal.Items()[0].GetProperty("ordered")), figures["Ordered"]);
        Assert.Equal(Visit.FigureOf(deal.Items()[0].GetProperty("delivered")), figures["Delivered"]);
        Assert.Equal(deal.Items("timeline").Length, await visit.Page.Locator("article.ev").CountAsync());

        var report = deal.Items("timeline")[0];
        await visit.OpenAsync($"/reports/{report.Text("eventId")}");
        var text = await visit.TextAsync();
        Assert.All((string[])["eventId", "digest", "feed", "reporter"], x => Assert.Contains(report.Text(x)!, text, StringComparison.Ordinal));

        var publishers = await _service.AskAsync("/v1/publishers?limit=1000");
        await visit.OpenAsync("/publishers");
        Assert.Equal(publishers.Items().Select(x => x.Text("publisher")!).Order(StringComparer.Ordinal), (await visit.RowsAsync()).Select(x => x.Name).Order(StringComparer.Ordinal));
        await visit.FollowAsync("main a.row");
        Assert.Contains("rests on it alone", await visit.TextAsync(), StringComparison.Ordinal);

        var unknowns = await _service.AskAsync("/v1/unknowns?limit=1000");
        await visit.OpenAsync("/unknowns");
        while (await visit.Page.Locator("button.more").CountAsync() > 0)
        {
            await visit.Page.Locator("button.more").First.ClickAsync();
        }

        text = await visit.TextAsync();
        Assert.All(unknowns.Items(), x => Assert.Contains(x.Text("words")!, text, StringComparison.Ordinal));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_table_is_downloaded_with_the_key_as_the_API_gives_it()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/countries/KGZ");
        var download = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.ClickAsync(".actions button"));
        Assert.Equal("fleet-KGZ.csv", download.SuggestedFilename);
        using var reader = new StreamReader(await download.CreateReadStreamAsync());
        Assert.Equal((await Service.GetAsync(_service.Reader, "/v1/countries/KGZ/fleet?format=csv")).Body, await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>Each item stands in a row that leads to it, and every figure in that row is its own.</summary>
    private static async Task HoldsAsync(Visit visit, IEnumerable<JsonElement> items, Func<JsonElement, string> address, Func<JsonElement, JsonElement> figures)
    {
        var rows = (await visit.RowsAsync()).ToDictionary(x => x.Href!, StringComparer.Ordinal);
        var expected = items.ToList();
        Assert.NotEmpty(expected);
        foreach (var item in expected)
        {
            Assert.True(rows.TryGetValue(address(item), out var row), $"No row leads to {address(item)}, but to {string.Join(", ", rows.Keys)}");
            Assert.NotEmpty(row.Figures);
            Assert.All(row.Figures, x => Assert.Equal(Visit.FigureOf(figures(item)), x));
        }
    }
}
