using System.Net.Sockets;
using System.Text;
using Ledger.Facts;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Ledger.Tests.Web;

namespace Ledger.Tests.Questions;

/// <summary>Clients that ask for much and read nothing, or slowly.</summary>
[Collection(Alone.Name)]
public sealed class SlowReaderTests
{
    private const int Reports = 3_000;
    private const int Clients = 40;
    private const string Holding = "/v1/countries/x-slow/fleet/long-bird";
    private const string Deal = "/v1/deals/x-slow/TUR/long-deal";

    [Fact]
    public async Task Forty_who_do_not_read_hold_no_connection_of_twelve_and_little_memory()
    {
        await using var service = await FilledAsync(Reports, new string('n', 3_900));
        await service.AskAsync("/v1/countries/KGZ/fleet");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clients = new List<Socket>();
        try
        {
            for (var i = 0; i < Clients; i++)
            {
                clients.Add(await AskAndReadNothingAsync(service,
                    (i % 4) switch { 0 => Holding, 1 => Deal, _ => "/v1/reports?recipient=x-slow&limit=1000" }, i % 2 == 0 ? "application/json" : "text/csv"));
            }

            // Each is in the middle of its answer: its first bytes are there, and more than fits on the way.
            await Eventually.IsSoAsync("Every client should have been answered something.", () => clients.All(x => x.Available > 0));
            var posted = await ReportBuilder.Report("KGZ", "aksungur", 2).PostAsync(service);
            Assert.Equal(2, (await service.AskAsync("/v1/countries/KGZ/fleet/aksungur", posted.Position)).Long("estimate.best"));
            Assert.Equal(200, (await Service.GetAsync(service.Reader, $"/v1/reports/{posted.Json.Text("eventId")}")).Status);
            var held = (GC.GetTotalMemory(forceFullCollection: true) - before) / Clients / 1024;
            Assert.True(held < 6 * 1024, $"{held} KB are held for each who does not read.");
        }
        finally
        {
            clients.ForEach(x => x.Dispose());
        }

        // And whoever reads has it whole, in order, each report with its own standing.
        var all = (await service.AskAsync(Holding)).Items("evidence");
        Assert.Equal(Reports, all.Length);
        Assert.All(all, x => Assert.Equal(x.Text("occurred"), x.Text("window.earliest")));
        Assert.Equal(all.Select(x => x.Long("position")).Order(), all.Select(x => x.Long("position")));
        Assert.Equal(all.Select(x => x.Text("eventId")).Order(), (await service.AskAsync(Deal)).Items("timeline").Select(x => x.Text("eventId")).Order());
    }

    [Theory]
    [InlineData(Holding, "evidence")]
    [InlineData(Deal, "timeline")]
    public async Task A_report_that_is_missing_takes_its_own_place_and_shifts_no_other(string path, string items)
    {
        await using var service = await FilledAsync(300, "short");
        await service.ScalarAsync<int>("with gone as (delete from ledger.mt_events where data ->> 'id' in ('slow-0', 'slow-7', 'slow-270') returning 1) select count(*)::int from gone");

        var json = (await service.AskAsync(path)).Items(items);
        var csv = await service.Reader.SendAsync(HttpMethod.Get, path, ("Accept", "text/csv"));

        Assert.Equal(297, json.Length);
        Assert.All(json, x => Assert.Equal(x.Text("occurred"), x.Text("window.earliest")));
        var rows = CsvTests.Csv.Read(csv.Body);
        Assert.Equal(298, rows.Count);
        var (occurred, earliest) = (Array.IndexOf(rows[0], "occurred"), Array.IndexOf(rows[0], "window.earliest"));
        Assert.All(rows.Skip(1), x => Assert.Equal(x[occurred], x[earliest]));
    }

    /// <summary>A service with one holding of so many reports, each of another day.</summary>
    private static async Task<Service> FilledAsync(int reports, string note)
    {
        var service = await Service.StartAsync();
        var first = new DateOnly(2010, 1, 1);
        var import = await Import.PostAsync(service.Reporter, Enumerable.Range(0, reports).Select(x => ReportBodies.Put(Import.Delivery($"slow-{x}", "x-slow", "long-bird"),
            $$"""{"supplier":"TUR","deal":"long-deal","lot":"lot-{{x}}","note":"{{note}}","occurred":"{{first.AddDays(x):yyyy-MM-dd}}"}""")));
        Assert.Equal(reports, import.Count("created"));
        await service.AskAsync("/v1/countries/x-slow/fleet", import.Count("position"));
        return service;
    }

    private static async Task<Socket> AskAndReadNothingAsync(Service service, string path, string accept)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4_096 };
        await client.ConnectAsync(service.Address.Host, service.Address.Port, TestContext.Current.CancellationToken);
        await client.SendAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {service.Address.Authority}\r\nAccept: {accept}\r\n"
            + $"Authorization: {service.Reader.DefaultRequestHeaders.Authorization}\r\n\r\n"), TestContext.Current.CancellationToken);
        return client;
    }
}
