using Ledger.Tests.Harness;
using Microsoft.Playwright;

namespace Ledger.Tests.Dashboard;

/// <summary>Posting from the page: problems at their fields, how it is read, the receipt, and taking it back.</summary>
[Collection(InBrowser.Name)]
public sealed class PostTests(DemoLedger demo) : IClassFixture<DemoLedger>
{
    private readonly Service _service = demo.Service;

    [Fact]
    public async Task A_report_is_checked_while_it_is_typed_recorded_for_ever_and_withdrawn()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/countries/KGZ/fleet/bayraktar-tb2");
        await visit.FollowAsync("text=Add a report");
        var page = visit.Page;
        Assert.Equal("Kyrgyzstan (KGZ)", await page.InputValueAsync("#f-recipient"));
        Assert.Equal("bayraktar-tb2", await page.InputValueAsync("#f-platform"));
        await page.FillAsync("#f-supplier", "Turkey");
        await page.SelectOptionAsync("#f-quantity-qualifier", "about");
        await page.FillAsync("#f-quantity-n", "-3");
        await page.FillAsync("#f-occurred", "2026-21~");
        await page.FillAsync("#f-source-publisher", "My newspaper");

        var before = await _service.CountAsync();
        await page.ClickAsync("text=Record for ever");
        await page.WaitForSelectorAsync("#f-quantity-n-error:has-text('0–1,000,000')");
        Assert.Equal("true", await page.GetAttributeAsync("#f-quantity-n", "aria-invalid"));
        Assert.Equal("f-quantity-n", await page.EvaluateAsync<string>("() => document.activeElement.id"));
        Assert.Contains("1 thing to put right: Number", await visit.TextAsync("form .tools"), StringComparison.Ordinal);
        Assert.Equal(before, await _service.CountAsync());

        await page.FillAsync("#f-quantity-n", "3");
        await page.FillAsync("#f-deal", "tur.bayraktar-tb2.2026");
        await page.WaitForSelectorAsync("aside h2:has-text('What it would change')");
        await page.WaitForSelectorAsync("#f-occurred-hint:has-text('1 Feb 2026 – 30 Jun 2026')");
        var reads = await visit.TextAsync("aside");
        Assert.Contains("About 3 Bayraktar TB2 arrived in Kyrgyzstan, between 1 Feb 2026 and 30 Jun 2026, as the running total of the deal.", reads, StringComparison.Ordinal);
        Assert.Contains("Computed by the service without recording anything.", reads, StringComparison.Ordinal);
        Assert.Equal(before, await _service.CountAsync());

        await page.ClickAsync("text=Record for ever");
        await page.WaitForSelectorAsync("#receipt:has-text('Recorded for ever')");
        Assert.Equal(before + 1, await _service.CountAsync());
        await page.ClickAsync("#withdraw");
        await page.FillAsync("#reason", "Typed by mistake");
        await page.ClickAsync("text=Withdraw for ever");
        await page.WaitForSelectorAsync("#receipt:has-text('Withdrawn')");
        Assert.Equal(before + 2, await _service.CountAsync());
        await visit.FollowAsync("text=See the holding");
        Assert.Contains("Withdraws a report: Typed by mistake", await visit.TextAsync(), StringComparison.Ordinal);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task What_is_wrong_stays_in_sight_while_one_thing_is_put_right_and_is_told_no_more_of_what_was_typed_over()
    {
        await using var visit = await Visit.StartAsync(_service);
        var page = visit.Page;
        await visit.OpenAsync("/post?recipient=KGZ&kind=delivery");
        await page.SelectOptionAsync("#f-quantity-qualifier", "some");
        await page.ClickAsync("text=Record for ever");
        await page.WaitForSelectorAsync(".tools .err:has-text('2 things to put right')");
        Assert.Equal(2, await page.Locator("#f-platform[aria-invalid=true], #f-source-publisher[aria-invalid=true]").CountAsync());

        // Held back, so that what is seen is what the page itself knows.
        await page.RouteAsync("**/v1/deliveries?dryRun=true", _ => Task.CompletedTask);
        await page.FillAsync("#f-platform", "Bayraktar TB2");
        Assert.Null(await page.GetAttributeAsync("#f-platform", "aria-invalid"));
        Assert.Equal("true", await page.GetAttributeAsync("#f-source-publisher", "aria-invalid"));
        Assert.Contains("1 thing to put right: Publisher", await visit.TextAsync("form .tools"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_may_have_been_told_before_is_shown_before_the_button_is_pressed()
    {
        await using var visit = await Visit.StartAsync(_service);
        await visit.OpenAsync("/post?recipient=KGZ&platform=bayraktar-tb2&supplier=TUR&kind=delivery");
        await visit.Page.FillAsync("#f-quantity-n", "3");
        await visit.Page.FillAsync("#f-occurred", "2021");
        await visit.Page.FillAsync("#f-source-publisher", "My newspaper");
        await visit.Page.WaitForSelectorAsync("#similar:has-text('eurasiatimes.org')");
    }

    [Theory]
    [InlineData("announcement", "stage", "agreement")]
    [InlineData("contract", "value-amount", "24000000.00")]
    [InlineData("delivery", "condition", "new")]
    [InlineData("milestone", "milestone", "unitsCompleted")]
    [InlineData("observation", "setting", "parade")]
    [InlineData("loss", "cause", "crashed")]
    public async Task Every_kind_is_posted_with_its_own_fields(string kind, string field, string value)
    {
        await using var visit = await Visit.StartAsync(_service);
        var page = visit.Page;
        await visit.OpenAsync("/post");
        await page.CheckAsync($"input[name=kind][value={kind}]");
        await page.WaitForSelectorAsync($"#f-{field}");
        await page.FillAsync("#f-recipient", "Tajikistan (TJK)");
        await page.FillAsync("#f-platform", $"Post Test {kind}");
        await page.FillAsync("#f-quantity-n", "2");
        await page.FillAsync("#f-occurred", "2025-03");
        await page.FillAsync("#f-source-publisher", "My newspaper");
        await page.ClickAsync("label:has(input[name=reliability][value=B])");
        await page.ClickAsync("label:has(input[name=credibility][value='2'])");
        if (await page.EvaluateAsync<string>($"() => document.getElementById('f-{field}').tagName") == "SELECT")
        {
            await page.SelectOptionAsync($"#f-{field}", value);
        }
        else
        {
            await page.FillAsync($"#f-{field}", value);
            await page.FillAsync("#f-value-currency", "USD");
        }

        if (kind == "loss")
        {
            await page.CheckAsync("#f-total");
        }

        await page.ClickAsync("text=Record for ever");
        await page.WaitForSelectorAsync("#receipt");
        var posted = (await _service.AskAsync($"/v1/reports?recipient=TJK&kind={kind}&platform=post-test-{kind}")).Items().Single();
        Assert.Equal("B2", posted.Text("grade"));
        Assert.Contains(value, posted.ToString(), StringComparison.Ordinal);
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task A_report_is_retracted_and_delisted_from_the_form()
    {
        await using var visit = await Visit.StartAsync(_service);
        var report = await _service.ReportAsync("deliveries", """
            {"id":"to-be-retracted","recipient":"TJK","platform":"retract-me","quantity":{"qualifier":"exact","n":2},"source":{"publisher":"My newspaper","published":"2025-01-01"}}
            """);
        foreach (var (kind, field, value) in ((string, string, string)[])[("delisting", "edition", "2026"), ("retraction", "reason", "It was wrong")])
        {
            await visit.OpenAsync($"/post?kind={kind}&report={report.Json.Text("eventId")}");
            Assert.False(await visit.Page.Locator("#f-quantity-n").IsVisibleAsync());
            await visit.Page.FillAsync($"#f-{field}", value);
            await visit.Page.FillAsync("#f-source-publisher", "My newspaper");
            await visit.Page.ClickAsync("text=Record for ever");
            await visit.Page.WaitForSelectorAsync("#receipt");
        }

        var holding = await _service.AskAsync("/v1/countries/TJK/fleet/retract-me");
        Assert.Equal("retracted", holding.Items("evidence")[0].Text("setAside"));
    }

    [Fact]
    public async Task Who_has_no_key_to_report_is_asked_for_one_and_loses_nothing_that_was_typed()
    {
        await using var visit = await Visit.StartAsync(_service, hasKey: false);
        await visit.OpenAsync("/post");
        await visit.Page.FillAsync("#key", Visit.KeyOf(_service, Problems.Scopes.Read));
        await visit.Page.ClickAsync("text=Go on");
        await visit.Page.FillAsync("#f-recipient", "Tajikistan (TJK)");
        await visit.Page.FillAsync("#f-platform", "Key Test");
        await visit.Page.FillAsync("#f-quantity-n", "2");
        await visit.Page.FillAsync("#f-source-publisher", "My newspaper");
        await visit.Page.WaitForSelectorAsync("text=A key to report");
        await visit.Page.FillAsync("#key", Visit.KeyOf(_service, Problems.Scopes.Report));
        // Another check, refused too, leaves the key that is being given.
        await visit.Page.RunAndWaitForResponseAsync(() => visit.Page.FillAsync("#f-quantity-n", "3"), x => x.Url.Contains("dryRun", StringComparison.Ordinal) && x.Status == 403);
        await visit.Page.ClickAsync("text=Go on");
        await visit.Page.WaitForSelectorAsync("#key", new() { State = WaitForSelectorState.Detached });
        Assert.Equal("Key Test", await visit.Page.InputValueAsync("#f-platform"));
        await visit.Page.ClickAsync("text=Record for ever");
        await visit.Page.WaitForSelectorAsync("#receipt");
    }
}
