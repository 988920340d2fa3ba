using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Ledger.Tests.Harness;
using Microsoft.Playwright;

namespace Ledger.Tests.Dashboard;

/// <summary>Everyone can read it: by axe-core, on every page, light and dark, wide and on a phone; and nothing is wider than a phone.</summary>
[Collection(InBrowser.Name)]
public sealed class AccessibilityTests(DemoLedger demo) : IClassFixture<DemoLedger>
{
    private static readonly string[] s_addresses =
    [
        "/", "/?only=conflict&scale=ratio", "/countries/KGZ", "/countries/UZB?reportedBy=2024-12-31", "/countries/KGZ/fleet/bayraktar-tb2", "/countries/UZB/fleet/wing-loong-1",
        "/countries/KAZ/fleet/anka",
        "/countries/UZB/changes?axis=reported&from=2023-01-01", "/changes?axis=recorded", "/flows?from=2010&to=2025", "/platforms/bayraktar-tb2", "/deals/KGZ/TUR/tur.bayraktar-tb2.2021",
        "/publishers", "/publishers/AsiaNews", "/unknowns", "/post", "/post?kind=retraction", "/editions", "/nowhere", TimeMachine, Report, Key,
    ];

    private const string TimeMachine = "the time machine";
    private const string Report = "a report";
    private const string Key = "the key";

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task No_page_has_a_serious_violation_or_is_wider_than_its_window(int width)
    {
        var report = (await demo.Service.AskAsync("/v1/reports?recipient=KGZ&limit=1")).Items()[0].Text("eventId");
        await using var stranger = await Visit.StartAsync(demo.Service, hasKey: false, width: width, height: 900);
        await using var reader = await Visit.StartAsync(demo.Service, width: width, height: 900);
        var found = new List<string>();
        foreach (var address in s_addresses)
        {
            var visit = address == Key ? stranger : reader;
            await visit.OpenAsync(address switch { Key => "/", TimeMachine => "/countries/KGZ?reportedBy=2024-12-31", Report => $"/reports/{report}", _ => address });
            if (address == TimeMachine)
            {
                await visit.Page.ClickAsync("#clock-asOf");
                await visit.Page.WaitForSelectorAsync("#clockpanel");
            }

            await visit.Page.WaitForTimeoutAsync(200); // Drawings follow the width of their place.
            if (await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth") > 0)
            {
                found.Add($"{address} is wider than {width}.");
            }

            foreach (var theme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                await visit.Page.EmulateMediaAsync(new() { ColorScheme = theme });
                // Nothing but colours differs between the two.
                var axe = await visit.Page.RunAxe(new AxeRunOptions
                {
                    ResultTypes = [ResultType.Violations],
                    RunOnly = theme == ColorScheme.Dark ? RunOnlyOptions.Rules("color-contrast", "link-in-text-block") : null,
                });
                found.AddRange(axe.Violations.Where(x => x.Impact is "serious" or "critical")
                    .Select(x => $"{address} {theme}: {x.Id}: {string.Join("; ", x.Nodes.Take(3).Select(n => n.Html))}"));
            }
        }

        Assert.Empty(found);
    }
}
