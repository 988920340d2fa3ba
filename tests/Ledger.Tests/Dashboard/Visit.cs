using System.Text.Json;
using Ledger.Problems;
using Ledger.Tests.Harness;
using Microsoft.Playwright;

namespace Ledger.Tests.Dashboard;

/// <summary>A visitor with a browser of their own: nothing stored, nothing cached. What the console, the policy of content or the page itself complains of is kept.</summary>
public sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Visit(Service service, IBrowserContext context, IPage page) => (Service, _context, Page) = (service, context, page);

    public Service Service { get; }

    public IPage Page { get; private set; }

    /// <summary>Errors of scripts, and reports of the Content-Security-Policy.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Comes with a key to read already given, with one to report too, or without any.</summary>
    public static async Task<Visit> StartAsync(Service service, bool hasKey = true, int width = 1440, int height = 1000, ColorScheme theme = ColorScheme.Light)
    {
        var browser = await Chromium.OrSkipAsync();
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = service.Address.AbsoluteUri, ViewportSize = new() { Width = width, Height = height }, ColorScheme = theme, Locale = "en-GB",
            AcceptDownloads = true, Permissions = ["clipboard-read", "clipboard-write"],
        });
        context.SetDefaultTimeout(30_000);
        if (hasKey)
        {
            await context.AddInitScriptAsync($"sessionStorage.setItem('ledger.key', '{KeyOf(service, Scopes.Read)}'); sessionStorage.setItem('ledger.reportKey', '{KeyOf(service, Scopes.Report)}');");
        }

        await context.AddInitScriptAsync("addEventListener('securitypolicyviolation', e => console.error(`policy: ${e.violatedDirective} ${e.blockedURI}`));");
        var visit = new Visit(service, context, await context.NewPageAsync());
        visit.Listen();
        return visit;
    }

    public static string KeyOf(Service service, string scope)
    {
        using var client = service.Client(scope);
        return client.DefaultRequestHeaders.Authorization!.Parameter!;
    }

    /// <summary>Opens an address as if it were typed, and waits until the page is drawn.</summary>
    public async Task OpenAsync(string address)
    {
        await Page.GotoAsync(address);
        await DrawnAsync();
    }

    /// <summary>Waits until the page is drawn.</summary>
    public Task DrawnAsync() => Page.WaitForSelectorAsync("html[data-ready]", new() { State = WaitForSelectorState.Attached });

    /// <summary>Clicks, and waits until the page that follows is drawn.</summary>
    public async Task FollowAsync(string selector)
    {
        await Page.ClickAsync(selector);
        await DrawnAsync();
    }

    /// <summary>Leaves and comes back with the same session: another tab of the same browser has none.</summary>
    public Task ReloadAsync() => Page.ReloadAsync().ContinueWith(_ => DrawnAsync(), TaskScheduler.Default).Unwrap();

    /// <summary>The text of what is shown.</summary>
    public Task<string> TextAsync(string selector = "main") => Page.InnerTextAsync(selector);

    /// <summary>What a function of the page returns.</summary>
    public async Task<JsonElement> EvaluateAsync(string function) => (await Page.EvaluateAsync(function))!.Value;

    /// <summary>Rows as they are drawn: where each leads, and every figure in it.</summary>
    public async Task<IReadOnlyList<Row>> RowsAsync(string selector = "main a.row")
    {
        var rows = await EvaluateAsync($$"""
            () => [...document.querySelectorAll('{{selector}}')].map(row => ({ href: row.getAttribute('href'), name: row.querySelector('.nm')?.textContent ?? '',
                figures: [...row.querySelectorAll('[data-best]')].map(x => `${x.dataset.low} ${x.dataset.best} ${x.dataset.high}`) }))
            """);
        return [.. rows.EnumerateArray().Select(x => new Row(x.Text("href"), x.Text("name")!, [.. x.Items("figures").Select(f => f.GetString()!)]))];
    }

    /// <summary>The figures of an element: low, best, high.</summary>
    public async Task<string> FigureAsync(string selector) => (await EvaluateAsync(
        $"() => {{ const x = document.querySelector('{selector}'); return `${{x.dataset.low}} ${{x.dataset.best}} ${{x.dataset.high}}`; }}")).GetString()!;

    /// <summary>The same of an answer.</summary>
    public static string FigureOf(JsonElement e) => $"{e.Long("low")} {e.Long("best")} {(e.GetProperty("high").ValueKind == JsonValueKind.Null ? "open" : e.Long("high"))}";

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Listen()
    {
        Page.PageError += (_, error) => Complaints.Add(error);
        Page.Console += (_, message) =>
        {
            // A refusal by the service is told on the page; the browser writes each into the console, too.
            if (message.Type is "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                Complaints.Add(message.Text);
            }
        };
        Page.Dialog += async (_, dialog) =>
        {
            Complaints.Add($"A dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
    }
}

/// <summary>A row of a page.</summary>
public sealed record Row(string? Href, string Name, IReadOnlyList<string> Figures);
