using System.Text;
using Ledger.Tests.Editions;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Dashboard;

/// <summary>What is new is announced, and never moves what one reads.</summary>
[Collection(InBrowser.Name)]
public sealed class LiveTests
{
    [Fact]
    public async Task A_new_report_is_announced_and_shown_when_it_is_asked_for()
    {
        await using var service = await Service.StartAsync();
        await DemoLedger.FillAsync(service);
        await using var visit = await Visit.StartAsync(service);
        await visit.OpenAsync("/countries/TJK");
        var before = await visit.FigureAsync(".big .n");
        await PostAsync(service, "KGZ", "one"); // Of another country: not announced here.
        await PostAsync(service, "TJK", "two");
        await visit.Page.WaitForSelectorAsync(".news-bar:has-text('1 new report')");
        Assert.Equal(before, await visit.FigureAsync(".big .n"));
        await PostAsync(service, "TJK", "three");
        await visit.Page.WaitForSelectorAsync(".news-bar:has-text('2 new reports')");
        await visit.Page.ClickAsync("#show-new");
        await visit.Page.WaitForSelectorAsync("a.row.flash[data-key='TJK/bayraktar-tb2'] .unseen");
        var fleet = await service.AskAsync("/v1/countries/TJK/fleet");
        Assert.Equal(Visit.FigureOf(fleet.GetProperty("headline")), await visit.FigureAsync(".big .n"));
        Assert.Equal(0, await visit.Page.Locator(".news-bar").CountAsync());
        // And on: the page follows from what it shows now.
        await PostAsync(service, "TJK", "four");
        await visit.Page.WaitForSelectorAsync(".news-bar:has-text('1 new report')");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task Who_looks_at_the_past_is_not_told_of_what_is_new()
    {
        await using var service = await Service.StartAsync();
        await DemoLedger.FillAsync(service);
        await using var visit = await Visit.StartAsync(service);
        await using var now = await Visit.StartAsync(service);
        await visit.OpenAsync("/countries/TJK?knownAt=@800");
        await now.OpenAsync("/countries/TJK");
        await PostAsync(service, "TJK", "one");
        await now.Page.WaitForSelectorAsync(".news-bar");
        Assert.Equal(0, await visit.Page.Locator(".news-bar").CountAsync());
    }

    [Fact]
    public async Task The_import_of_an_edition_is_watched_and_leads_to_what_it_changed()
    {
        await using var service = await Service.StartAsync();
        var rows = Enumerable.Range(0, 6_000).Select(i => Register.Row(designation: $"Drone {i % 900}", year: $"{1990 + (i % 30)}", ordered: $"{1 + (i % 7)}", comments: $"Order {i}"));
        var posted = await Edition.SendAsync(service.Reporter, Encoding.UTF8.GetBytes(Register.Of([.. rows])), "2026-05-18");
        await using var visit = await Visit.StartAsync(service);
        await visit.OpenAsync($"/editions/{posted.Id}");
        // It is watched without another look at the address: from under way to its end.
        await visit.Page.WaitForSelectorAsync(".lede .tag.good:has-text('done')", new() { Timeout = 120_000 });
        Assert.Equal(0, await visit.Page.Locator("progress").CountAsync());
        var facts = await visit.EvaluateAsync("() => Object.fromEntries([...document.querySelectorAll('dl.facts dt')].map(x => [x.textContent, x.nextElementSibling.textContent]))");
        Assert.Equal("6,000", facts.Text("Orders in the file"));
        await visit.FollowAsync("text=What it changed");
        Assert.Contains("1 fleet of unmanned aircraft", await visit.TextAsync(".lede"), StringComparison.Ordinal);
        await visit.OpenAsync("/editions");
        Assert.Contains("18 May 2026", await visit.TextAsync("table"), StringComparison.Ordinal);
        Assert.Empty(visit.Complaints);
    }

    private static Task<Answered> PostAsync(Service service, string recipient, string id) => service.ReportAsync("deliveries", $$$"""
        {"id":"{{{recipient}}}-{{{id}}}","recipient":"{{{recipient}}}","supplier":"TUR","platform":"bayraktar-tb2","lot":"{{{id}}}","quantity":{"qualifier":"exact","n":4},
         "occurred":"2025-05","grade":"B2","source":{"publisher":"Example Wire","published":"2025-06-01"}}
        """);
}
