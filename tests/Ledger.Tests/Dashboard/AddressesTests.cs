using Ledger.Tests.Harness;

namespace Ledger.Tests.Dashboard;

/// <summary>Every view is an address that can be sent, and can be pinned for ever.</summary>
[Collection(InBrowser.Name)]
public sealed class AddressesTests(DemoLedger demo) : IClassFixture<DemoLedger>
{
    private readonly Service _service = demo.Service;

    [Fact]
    public async Task Back_and_forward_show_what_was_shown_before()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/");
        await visit.FollowAsync("a.row[href='/countries/KGZ']");
        var country = await visit.TextAsync("h1");
        await visit.FollowAsync("a.row[href='/countries/KGZ/fleet/bayraktar-tb2']");
        Assert.Equal("Bayraktar TB2, Kyrgyzstan", await visit.TextAsync("h1"));
        await visit.Page.GoBackAsync();
        await visit.Page.WaitForFunctionAsync("() => document.querySelector('h1')?.textContent === 'Kyrgyzstan'");
        Assert.Equal("Kyrgyzstan · Ledger", await visit.Page.TitleAsync());
        await visit.Page.GoBackAsync();
        await visit.Page.WaitForFunctionAsync("() => document.querySelector('h1')?.textContent === 'Who has how many drones'");
        await visit.Page.GoForwardAsync();
        await visit.Page.WaitForFunctionAsync($"() => document.querySelector('h1')?.textContent === '{country}'");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task How_the_overview_is_looked_at_stands_in_its_address_and_is_the_same_in_a_fresh_browser()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/");
        await visit.Page.ClickAsync("button[value=open]");
        await visit.Page.ClickAsync("text=Ratio scale");
        await visit.Page.ClickAsync(".hd button:has-text('Country')");
        await visit.Page.FillAsync("#filter", "stan");
        var shown = await visit.RowsAsync();
        Assert.True(shown.Count > 1);
        Assert.Equal(shown.Select(x => x.Name).Order(StringComparer.Ordinal), shown.Select(x => x.Name));

        await using var other = await Visit.StartAsync(_service);
        await other.OpenAsync(visit.Page.Url);
        Assert.Equal(shown.Select(x => (x.Name, string.Join(';', x.Figures))), (await other.RowsAsync()).Select(x => (x.Name, string.Join(';', x.Figures))));
        Assert.Equal("stan", await other.Page.InputValueAsync("#filter"));
    }

    [Fact]
    public async Task The_time_machine_sets_each_clock_and_every_link_keeps_it()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/countries/KGZ");
        await visit.Page.ClickAsync("#clock-reportedBy");
        await visit.Page.FillAsync("#in-reportedBy", "2022-06-30");
        await visit.Page.WaitForURLAsync(x => x.Contains("reportedBy=2022-06-30", StringComparison.Ordinal));
        await visit.Page.WaitForSelectorAsync(".clockbar.past");
        await visit.DrawnAsync();
        var then = await _service.AskAsync("/v1/countries/KGZ/fleet?reportedBy=2022-06-30");
        Assert.Equal(Visit.FigureOf(then.GetProperty("headline")), await visit.FigureAsync(".big .n"));
        Assert.Contains("Looking at the past", await visit.TextAsync("#clocks"), StringComparison.Ordinal);
        await visit.FollowAsync("a.row[href*='/fleet/bayraktar-tb2']");
        Assert.Contains("reportedBy=2022-06-30", visit.Page.Url, StringComparison.Ordinal);
        var holding = await _service.AskAsync("/v1/countries/KGZ/fleet/bayraktar-tb2?reportedBy=2022-06-30");
        Assert.Equal(Visit.FigureOf(holding.GetProperty("estimate")), await visit.FigureAsync(".big .n"));
        await visit.FollowAsync("text=Back to now");
        Assert.DoesNotContain("reportedBy", visit.Page.Url, StringComparison.Ordinal);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_cited_view_stays_as_it_was_whatever_is_reported_later()
    {
        // A ledger of its own: the others must not see what is posted here.
        await using var service = await Service.StartAsync();
        await DemoLedger.FillAsync(service);
        await using var visit = await Visit.StartAsync(service);
        await using var other = await Visit.StartAsync(service);
        foreach (var address in (string[])["/", "/countries/KGZ", "/countries/KGZ/fleet/bayraktar-tb2", "/platforms/bayraktar-tb2",
            "/flows?from=2015&to=2025", "/deals/KGZ/TUR/tur.bayraktar-tb2.2021", "/countries/KGZ/changes?axis=reported&from=2022-01-01",
            "/countries/KGZ/changes?axis=recorded&from=@720", "/changes"])
        {
            await visit.OpenAsync(address);
            var before = await FiguresAsync(visit);
            Assert.NotEmpty(before);
            await visit.Page.ClickAsync("text=Cite this view");
            var cited = await visit.Page.InputValueAsync("#cited");
            Assert.Matches("asOf=.*@[0-9]+|@[0-9]+.*asOf=", cited);
            Assert.Contains("method=2", cited, StringComparison.Ordinal);
            Assert.Equal(cited, await visit.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
            await service.ReportAsync("deliveries", $$$"""
                {"id":"{{{Guid.NewGuid()}}}","recipient":"KGZ","supplier":"TUR","platform":"bayraktar-tb2","deal":"tur.bayraktar-tb2.2021","lot":"{{{Guid.NewGuid()}}}",
                 "quantity":{"qualifier":"exact","n":9},"occurred":"2024-05","grade":"A1","source":{"publisher":"Later News","published":"2026-01-01"}}
                """);
            await other.OpenAsync(cited);
            Assert.Equal(before, await FiguresAsync(other));
            await other.OpenAsync(address);
            Assert.NotEqual(before, await FiguresAsync(other));
        }

        Assert.Empty(other.Complaints);
    }

    [Fact]
    public async Task An_address_that_is_no_page_says_so_and_what_is_not_in_the_ledger_too()
    {
        await using var visit = await Visit.StartAsync(_service);
        foreach (var (address, says) in ((string, string)[])[("/nowhere/at/all", "There is no page /nowhere/at/all."), ("/countries/ZZZ", "There is no recipient 'ZZZ'"),
            ("/countries/KGZ/fleet/no-such-thing", "There is no platform 'no-such-thing'"), ("/reports/nothing", "There is no report with the event id 'nothing'."),
            ("/countries/KGZ?asOf=soon", "Not a full date"), ("/countries/KGZ?knownAt=@999999999", "knownAt")])
        {
            await visit.OpenAsync(address);
            var text = await visit.TextAsync();
            Assert.Contains(says, text, StringComparison.Ordinal);
            Assert.Contains("All fleets", text, StringComparison.Ordinal);
        }

        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task The_search_finds_countries_and_platforms_by_the_keyboard_alone()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/");
        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("TB-2");
        await visit.Page.WaitForSelectorAsync("#find-list li");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync(x => x.EndsWith("/platforms/bayraktar-tb2", StringComparison.Ordinal));
        await visit.DrawnAsync();
        Assert.Equal("main", await visit.Page.EvaluateAsync<string>("() => document.activeElement.id"));
        await visit.Page.Keyboard.PressAsync("/");
        await visit.Page.Keyboard.TypeAsync("kyrg");
        await visit.Page.WaitForSelectorAsync("#find-list li");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.WaitForURLAsync(x => x.EndsWith("/countries/KGZ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_chart_is_walked_through_by_the_arrow_keys_and_says_what_it_shows()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/countries/KGZ");
        var series = await _service.AskAsync("/v1/countries/KGZ/series?every=change");
        await visit.Page.Locator(".chart[tabindex='0']").First.FocusAsync();
        await visit.Page.Keyboard.PressAsync("Home");
        await visit.Page.Keyboard.PressAsync("End");
        await visit.Page.Keyboard.PressAsync("ArrowLeft");
        var point = series.Items()[^2];
        var said = await visit.TextAsync("#live");
        Assert.Contains($"best {point.Long("best")}", said, StringComparison.Ordinal);
        Assert.Contains(point.Text("asOf")![..4], said, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> FiguresAsync(Visit visit) =>
        [.. (await visit.EvaluateAsync("() => [...document.querySelectorAll('main [data-best]')].map(x => `${x.dataset.low} ${x.dataset.best} ${x.dataset.high}`)"))
            .EnumerateArray().Select(x => x.GetString()!)];
}
