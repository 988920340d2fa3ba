using Ledger.Tests.Editions;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Dashboard;

/// <summary>The pages with both real editions loaded: 260 recipients, 2,500 platforms, 71,000 events.</summary>
[Collection(InBrowser.Name)]
public sealed class BothEditionsTests(RealEditions editions) : IClassFixture<RealEditions>
{
    [Fact]
    public async Task What_is_shown_is_what_the_API_says_with_both_editions_loaded()
    {
        var service = editions.OrSkip().Service;
        await using var visit = await Visit.StartAsync(service);
        var countries = await service.AskAsync("/v1/countries?limit=1000");
        await visit.OpenAsync("/?all=true");
        var rows = (await visit.RowsAsync()).ToDictionary(x => x.Href!, StringComparer.Ordinal);
        Assert.True(countries.Items().Length > 200);
        Assert.All(countries.Items(), x => Assert.All(rows[$"/countries/{x.Text("recipient")}"].Figures, f => Assert.Equal(Visit.FigureOf(x.GetProperty("headline")), f)));

        foreach (var code in (string[])["UKR", "IND", "AFG", "x-houthi-rebels"])
        {
            var fleet = await service.AskAsync($"/v1/countries/{code}/fleet");
            await visit.OpenAsync($"/countries/{code}");
            Assert.Equal(Visit.FigureOf(fleet.GetProperty("headline")), await visit.FigureAsync(".big .n"));
            foreach (var row in await visit.RowsAsync())
            {
                var holding = fleet.Items("holdings").Single(x => $"/countries/{code}/fleet/{x.Text("platform")}" == row.Href);
                Assert.All(row.Figures, f => Assert.Equal(Visit.FigureOf(holding.GetProperty("estimate")), f));
            }
        }

        // What its source no longer lists is no zero of knowledge.
        var once = await service.AskAsync("/v1/countries/AFG/fleet/scaneagle");
        await visit.OpenAsync("/countries/AFG/fleet/scaneagle");
        Assert.Contains(once.At("estimate").Text("words")!, await visit.TextAsync(), StringComparison.Ordinal);
        Assert.True(await visit.Page.Locator(".big .g-ghost").CountAsync() == 1);
        Assert.Contains("listed by nobody now", await visit.TextAsync(".big"), StringComparison.Ordinal);

        var changes = await service.AskAsync("/v1/countries/UKR/changes?axis=reported&from=2026-05-17&limit=1000");
        await visit.OpenAsync("/countries/UKR/changes?axis=reported&from=2026-05-17&only=all");
        while (await visit.Page.Locator("button.more").CountAsync() > 0)
        {
            await visit.Page.ClickAsync("button.more");
        }

        Assert.Equal(changes.Items().Select(x => (x.Text("name")!, Visit.FigureOf(x.GetProperty("after")))).Order(),
            (await visit.RowsAsync("summary.row")).Select(x => (x.Name, x.Figures[0])).Order());
        foreach (var address in (string[])["/flows", "/changes", "/platforms/bayraktar-tb2", "/publishers/SIPRI", "/unknowns", "/editions", "/editions/sipri-2026-05-18"])
        {
            await visit.OpenAsync(address);
            Assert.Equal(0, await visit.Page.Locator(".notice[role=alert]").CountAsync());
        }

        Assert.Empty(visit.Complaints);
    }
}
