using System.Net.Http.Headers;
using Ledger.Host.Commands;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Dashboard;

/// <summary>A ledger as the demo fills it, with reports beside that bring out every state of an estimate.</summary>
public sealed class DemoLedger : OneService
{
    /// <summary>Two sources that contradict each other about one lot; a loss; two on loan; an order.</summary>
    private static readonly (string Path, string Id, int N, string Also, string Publisher, string Published)[] Beside =
    [
        ("deliveries", "clash-five", 5, """
            "recipient":"UZB","platform":"wing-loong-1","supplier":"CHN","deal":"chn.wing-loong-1.2024","lot":"2024","occurred":"2024-05"
            """, "Example Wire", "2024-06-03"),
        ("deliveries", "clash-twelve", 12, """
            "recipient":"UZB","platform":"wing-loong-1","supplier":"CHN","deal":"chn.wing-loong-1.2024","lot":"2024","occurred":"2024-05"
            """, "Example Review", "2024-07-19"),
        ("losses", "lost-one", 1, """
            "recipient":"UZB","platform":"wing-loong-1","lot":"2025-03","cause":"crashed","occurred":"2025-03"
            """, "Example Wire", "2025-03-12"),
        ("deliveries", "on-loan", 2, """
            "recipient":"UZB","platform":"wing-loong-1","supplier":"CHN","role":"loan","occurred":"2025-02"
            """, "Example Wire", "2025-03-01"),
        ("contracts", "ordered", 6, """
            "recipient":"TJK","platform":"bayraktar-tb2","supplier":"TUR","deal":"tur.bayraktar-tb2.2026","occurred":"2026-02","due":"2027"
            """, "Example Wire", "2026-03-01"),
    ];

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await FillAsync(Service);
        foreach (var (path, id, n, also, publisher, published) in Beside)
        {
            await Service.ReportAsync(path, $$$"""
                {"id":"{{{id}}}","quantity":{"qualifier":"exact","n":{{{n}}}},"grade":"B2",{{{also}}},
                "source":{"publisher":"{{{publisher}}}","published":"{{{published}}}"}}
                """);
        }
    }

    /// <summary>Loads the sample reports.</summary>
    public static async Task FillAsync(Service service)
    {
        await using var samples = typeof(DemoCommand).Assembly.GetManifestResourceStream("Ledger.Host.Samples.central-asia.ndjson")!;
        using var content = new StreamContent(samples);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await service.Reporter.PostAsync("/v1/imports", content);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"refused\":0", lines[^1], StringComparison.Ordinal);
    }
}
