using System.Text.Json;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Dashboard;

/// <summary>Whatever a report says is text.</summary>
[Collection(InBrowser.Name)]
public sealed class HostileTests
{
    private const string Script = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><svg onload=alert(3)>";

    [Fact]
    public async Task A_hostile_report_is_shown_harmlessly_on_every_page()
    {
        await using var service = await Service.StartAsync();
        await DemoLedger.FillAsync(service);
        var long4000 = string.Concat(Enumerable.Repeat("0123456789", 400));
        // Right to left with an override, letters that look like others, one outside the BMP.
        const string Turned = "\u202Eevil\u202C \u05D0\u05D1\u05D2 \u0430\u0440\u0440\u04CF\u0435 \U0001E922\U0001E923";
        var ids = new List<string>();
        foreach (var (i, text) in (string[])[Script, Turned, "javascript:alert(4)"] is var texts ? texts.Index() : [])
        {
            var body = new
            {
                id = $"{i}{text}", recipient = "TJK", supplier = "CHN", platform = i == 0 ? $"{text}hostile" : "hostile", deal = "hostile.1", lot = $"l{i}",
                quantity = new { qualifier = "exact", n = 3 + i, text }, occurred = "2025-01", origin = text, grade = "B2", reference = text[..Math.Min(100, text.Length)], note = long4000,
                source = new { publisher = text, speaker = text, title = text, url = $"https://example.org/?q={Uri.EscapeDataString(text)}", published = "2025-02-03", language = "ar" },
            };
            var posted = await Service.PostAsync(service.Reporter, "/v1/deliveries", JsonSerializer.Serialize(body));
            Assert.True(posted.Status == 201, posted.Body);
            ids.Add(posted.Json.Text("eventId")!);
        }

        // The service takes no such address; were there one in an older ledger, the page would not make a link of it either (the next test).
        var refused = await Service.PostAsync(service.Reporter, "/v1/deliveries",
            """{"id":"url","recipient":"TJK","platform":"hostile","source":{"publisher":"x","url":"javascript:alert(5)"}}""");
        Assert.Equal(422, refused.Status);

        await using var visit = await Visit.StartAsync(service, width: 390, height: 800);
        var platforms = (await service.AskAsync("/v1/countries/TJK/fleet")).Items("holdings").Where(x => x.Text("name")!.Contains("hostile", StringComparison.OrdinalIgnoreCase))
            .Select(x => Uri.EscapeDataString(x.Text("platform")!)).ToList();
        Assert.NotEmpty(platforms);
        foreach (var address in (string[])["/", "/countries/TJK", .. platforms.Select(x => $"/countries/TJK/fleet/{x}"), .. platforms.Select(x => $"/platforms/{x}"), "/deals/TJK/CHN/hostile.1",
            .. ids.Select(x => $"/reports/{x}"), "/publishers", $"/publishers/{Uri.EscapeDataString(Script)}", "/countries/TJK/changes?axis=reported&from=2025-01-01&only=all", "/unknowns", "/flows",
            $"/post?recipient={Uri.EscapeDataString(Script)}&platform={Uri.EscapeDataString(Script)}&report={Uri.EscapeDataString(Script)}",
            $"/?find={Uri.EscapeDataString(Script)}&sort={Uri.EscapeDataString(Script)}",
            $"/countries/{Uri.EscapeDataString(Script)}", $"/flows?from=2020&to=2024&category={Uri.EscapeDataString(Script)}"])
        {
            await visit.OpenAsync(address);
            if (address.Contains("changes", StringComparison.Ordinal))
            {
                await visit.Page.ClickAsync("summary.row");
            }

            Assert.Equal(0, await visit.Page.Locator("img, iframe, object, embed, script:not([type=module]), main script, [onerror], [onload]").CountAsync());
            Assert.Equal(0, await visit.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('a[href]')].filter(a => !/^(https?:|\\/|#)/.test(a.getAttribute('href'))).length"));
            Assert.True(await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth") <= 0, $"{address} is wider than a phone.");
            Assert.True(visit.Complaints.Count == 0, $"{address}: {string.Join('\n', visit.Complaints)}");
        }

        await visit.OpenAsync($"/reports/{ids[0]}");
        Assert.Contains(Script, await visit.TextAsync("article"), StringComparison.Ordinal);
        Assert.Equal("noreferrer noopener", await visit.Page.GetAttributeAsync("article a[target=_blank]", "rel"));
        Assert.Empty(visit.Complaints);
    }

    [Fact]
    public async Task No_line_of_a_page_can_turn_text_into_markup_and_no_address_but_http_becomes_a_link()
    {
        await using var service = await Service.StartAsync();
        await using var visit = await Visit.StartAsync(service);
        await visit.OpenAsync("/");
        Assert.Equal("TypeError", await visit.Page.EvaluateAsync<string>("() => { try { document.body.innerHTML = '<b>x</b>'; return 'done'; } catch (e) { return e.name; } }"));
        Assert.NotEmpty(visit.Complaints);
        var assets = await visit.Page.EvaluateAsync<string>("() => document.querySelector('script[src]').src.replace(/js.app.js$/, '')");
        var links = await visit.EvaluateAsync($$"""
            async () => { const { safeUrl } = await import('{{assets}}js/dom.js'); return [
                'javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', 'blob:x', '//x', 'x', '', null,
                'https://example.org/a?b#c', 'HTTP://example.org'].map(x => safeUrl(x)); }
            """);
        Assert.Equal([null, null, null, null, null, null, null, null, null, "https://example.org/a?b#c", "http://example.org/"], links.EnumerateArray().Select(x => x.GetString()));
    }
}
