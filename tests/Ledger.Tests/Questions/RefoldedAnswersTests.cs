using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Questions;
using Ledger.Tests.Harness;
using Marten;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Questions;

/// <summary>The law of replay: whoever refolds the events has exactly what is served.</summary>
public class RefoldedAnswersTests
{
    /// <summary>Reports of every kind, withdrawals, and a word of the catalogue that comes after them.</summary>
    internal static async Task FillAsync(Service service)
    {
        string[] recipients = ["KGZ", "KAZ", "x-nato"];
        string[] platforms = ["Bayraktar TB2", "TB2", "aksungur", "Kite"];
        var ids = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var (path, member, value) = (i % 6) switch
            {
                0 => ("deliveries", "occurred", "2021"),
                1 => ("contracts", "due", "2023"),
                2 => ("observations", "setting", "inventory"),
                3 => ("milestones", "milestone", "unitsCompleted"),
                4 => ("announcements", "stage", "offer"),
                _ => ("losses", "lot", $"l{i % 3}"),
            };
            var posted = await ReportBuilder.Report(recipients[i % 3], platforms[i % 4], i % 9).With(member, value).With("deal", i % 5 == 0 ? null : $"d{i % 4}")
                .With("to", i % 12 == 5 ? "x-a" : null).PostAsync(service, path);
            ids.Add(posted.Json.Text("eventId")!);
        }

        for (var i = 0; i < 6; i++)
        {
            await service.ReportAsync(i % 2 == 0 ? "retractions" : "delistings", i % 2 == 0
                ? new { report = ids[i * 7], source = new { publisher = "A paper" } } : new { report = ids[i * 7], edition = "2024", source = new { publisher = "A paper" } });
        }

        var last = await Service.PostAsync(service.Admin, "/v1/platforms",
            """{"platform":"kite","name":"Kite","category":"uav","class":"durable","use":"military","itemsPerSystem":[2,3,4],"aliases":["Kite Two"]}""");
        await service.AskAsync("/v1/countries", last.Position);
    }

    [Fact]
    public async Task Refolding_every_event_gives_every_holding_as_it_is_served()
    {
        await using var service = await Service.StartAsync();
        await FillAsync(service);
        await using var session = service.Services.GetRequiredService<IDocumentStore>().QuerySession();
        var events = await session.Events.QueryAllRawEvents().OrderBy(x => x.Sequence).ToListAsync(TestContext.Current.CancellationToken);
        var catalogue = CatalogueAt.Fold(events.Where(x => x.Data is PlatformDefined or PlatformAliasAdded).Select(x => new CatalogueEntry(x.Sequence, x.Version, x.Data, x.UserName)));
        var holdings = events.Where(x => x.Data is Report)
            .GroupBy(x => (((Report)x.Data).Recipient!, Platform: catalogue.Resolve(((Report)x.Data).Platform!)), x => EvidenceRow.Of(x, (Report)x.Data).Evidence).ToList();

        Assert.Equal(9, holdings.Count);
        var served = 0;
        foreach (var country in (await service.AskAsync("/v1/countries?asOf=2024-01-01")).Items())
        {
            foreach (var holding in (await service.AskAsync($"/v1/countries/{country.Text("recipient")}/fleet?asOf=2024-01-01")).Items("holdings"))
            {
                var platform = catalogue.Find(holding.Text("platform")!);
                var estimate = Estimator.Estimate([.. holdings.Single(x => x.Key == (country.Text("recipient")!, platform.Slug))],
                    new Clocks(new DateOnly(2024, 1, 1), long.MaxValue, null, Method.Two), platform.Items);
                var buffer = new System.Buffers.ArrayBufferWriter<byte>();
                using (var writer = new Utf8JsonWriter(buffer, global::Ledger.Web.Json.Writing))
                {
                    writer.WriteStartObject();
                    JsonShapes.WriteEstimate(writer, estimate);
                    writer.WriteEndObject();
                }

                Assert.Equal(JsonElement.Parse(buffer.WrittenSpan).GetProperty("estimate").GetRawText(), holding.GetProperty("estimate").GetRawText());
                served++;
            }
        }

        Assert.Equal(holdings.Count, served);
    }
}
