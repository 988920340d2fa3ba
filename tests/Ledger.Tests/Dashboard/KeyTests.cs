using Ledger.Problems;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Dashboard;

/// <summary>The key to read: asked for once, where it is needed at all.</summary>
[Collection(InBrowser.Name)]
public sealed class KeyTests(DemoLedger demo) : IClassFixture<DemoLedger>
{
    private readonly Service _service = demo.Service;

    [Fact]
    public async Task The_key_is_asked_for_once_a_bad_one_is_told_as_such_and_a_good_one_opens_every_page()
    {
        await using var visit = await Visit.StartAsync(_service, hasKey: false);
        await visit.OpenAsync("/countries/KGZ");
        Assert.Contains("A key to read", await visit.TextAsync(), StringComparison.Ordinal);
        await visit.Page.FillAsync("#key", "ldg_nothing");
        await visit.Page.ClickAsync("text=Go on");
        await visit.Page.WaitForSelectorAsync("#key-error:has-text('not known here')");
        await visit.Page.FillAsync("#key", Visit.KeyOf(_service, Scopes.Report));
        await visit.Page.ClickAsync("text=Go on");
        await visit.Page.WaitForSelectorAsync("#key-error:has-text('scope')");
        await visit.Page.FillAsync("#key", Visit.KeyOf(_service, Scopes.Read));
        await visit.Page.ClickAsync("text=Go on");
        await visit.Page.WaitForSelectorAsync("h1:has-text('Kyrgyzstan')");
        foreach (var address in (string[])["/", "/flows", "/unknowns"])
        {
            await visit.OpenAsync(address);
            Assert.Equal(0, await visit.Page.Locator("#key").CountAsync());
        }

        // For this tab only: a new tab of the same browser asks again.
        var tab = await visit.Page.Context.NewPageAsync();
        await tab.GotoAsync("/");
        await tab.WaitForSelectorAsync("#key");
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_key_that_is_to_be_remembered_serves_other_tabs_and_can_be_forgotten()
    {
        await using var visit = await Visit.StartAsync(_service, hasKey: false);
        await visit.OpenAsync("/");
        await visit.Page.FillAsync("#key", Visit.KeyOf(_service, Scopes.Read));
        await visit.Page.CheckAsync("#key-remember");
        await visit.Page.ClickAsync("text=Go on");
        await visit.Page.WaitForSelectorAsync("a.row");
        var tab = await visit.Page.Context.NewPageAsync();
        await tab.GotoAsync("/");
        await tab.WaitForSelectorAsync("a.row");
        await visit.Page.ClickAsync("text=Forget the key");
        await visit.Page.WaitForSelectorAsync("#key");
        Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => localStorage.length + sessionStorage.length"));
    }

    [Fact]
    public async Task Where_reading_is_open_no_key_is_asked_for()
    {
        await using var service = await Service.StartAsync(null, "--Ledger:AnonymousRead", "true");
        await DemoLedger.FillAsync(service);
        await using var visit = await Visit.StartAsync(service, hasKey: false);
        await visit.OpenAsync("/");
        Assert.True((await visit.RowsAsync()).Count > 3);
        await visit.OpenAsync("/countries/KGZ/fleet/bayraktar-tb2");
        Assert.Equal(1, await visit.Page.Locator(".forest").CountAsync());
        Assert.Equal(0, await visit.Page.Locator("#key").CountAsync());
    }
}
