using System.Globalization;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

/// <summary>What a holding says of each of its reports.</summary>
public class EvidenceTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private async Task<Dictionary<string, JsonElement>> AskedAsync(string address, long position, string list) =>
        (await _service.AskAsync($"{address}?asOf=2024-01-01", position)).Items(list).ToDictionary(x => x.Text("id")!);

    [Fact]
    public async Task Each_report_says_what_it_decides_what_contradicts_it_and_what_sets_it_aside()
    {
        var three = await ReportBuilder.Report("AZE", "bayraktar-tb2", 3).With("deal", "d").With("grade", "C3").PostAsync(_service);
        var five = await ReportBuilder.Report("AZE", "bayraktar-tb2", 5).With("deal", "d").PostAsync(_service);
        var quoted = await ReportBuilder.Report("AZE", "bayraktar-tb2", 5).With("deal", "e").With("origin", "minister").With("grade", "A1").PostAsync(_service);
        var again = await ReportBuilder.Report("AZE", "bayraktar-tb2", 5).With("deal", "e").With("origin", "minister").PostAsync(_service);
        var wrong = await ReportBuilder.Report("AZE", "bayraktar-tb2", 90).With("deal", "f").PostAsync(_service);
        var retraction = await _service.ReportAsync("retractions", new { report = wrong.Json.Text("eventId"), source = new { publisher = "A paper" } });
        var old = await ReportBuilder.Report("AZE", "bayraktar-tb2", 1).With("deal", "g").PostAsync(_service);
        var newer = await ReportBuilder.Report("AZE", "bayraktar-tb2", 2).With("deal", "g").With("supersedes", new System.Text.Json.Nodes.JsonArray(old.Json.Text("id"))).PostAsync(_service);
        var lost = await ReportBuilder.Report("AZE", "bayraktar-tb2", 1).With("lot", "x").With("to", "GEO").PostAsync(_service, "losses");

        var evidence = (await _service.AskAsync("/v1/countries/AZE/fleet/bayraktar-tb2?asOf=2024-01-01", lost.Position)).Items("evidence").ToDictionary(x => x.Text("eventId")!);
        JsonElement Of(Answered posted) => evidence[posted.Json.Text("eventId")!];
        string Clashes(Answered posted) => string.Join(' ', Of(posted).Items("clashes").Select(x => x.GetString()));
        string Decides(Answered posted) => string.Join(' ', Of(posted).Items("decides").Select(x => x.GetString()));

        Assert.Equal((five.Json.Text("eventId"), three.Json.Text("eventId")), (Clashes(three), Clashes(five)));
        Assert.Equal((null, "sameOrigin", quoted.Json.Text("eventId")), (Of(quoted).Text("setAsideBy"), Of(again).Text("setAside"), Of(again).Text("setAsideBy")));
        Assert.Equal(("retracted", retraction.Json.Text("eventId")), (Of(wrong).Text("setAside"), Of(wrong).Text("setAsideBy")));
        Assert.Equal(("superseded", newer.Json.Text("eventId")), (Of(old).Text("setAside"), Of(old).Text("setAsideBy")));
        // Low stands on the smaller of two that contradict each other, best on the better one.
        Assert.Equal(("low", "best high"), (Decides(three), Decides(five)));
        Assert.Equal(("low best high", "", "low best high"), (Decides(quoted), Decides(again), Decides(lost)));
        Assert.Equal(("Azerbaijan", "Turkey", "Georgia", "2022-10-27"),
            (Of(lost).Text("recipientName"), Of(lost).Text("supplierName"), Of(lost).Text("toName"), Of(lost).Text("reportedDay")));

        // A deal's timeline says the same.
        foreach (var (id, line) in await AskedAsync("/v1/deals/AZE/TUR/d", lost.Position, "timeline"))
        {
            Assert.Equal(evidence.Values.Single(x => x.Text("id") == id).GetRawText(), line.GetRawText());
        }
    }

    [Fact]
    public async Task What_a_delisting_took_away_is_told_by_the_holding_the_fleet_and_the_country()
    {
        var listed = await ReportBuilder.Report("AFG", "bayraktar-tb2", 105).With("deal", "listed").PostAsync(_service);
        var kept = await ReportBuilder.Report("AFG", "bayraktar-tb2", 4).With("deal", "kept").PostAsync(_service);
        var gone = await _service.ReportAsync("delistings", new { report = listed.Json.Text("eventId"), edition = "2026", source = new { publisher = "A register", published = "2026-05-18" } });
        // They may be the four under another entry, so the words must not sound like 109.
        const string Words = "4, by every reading. {0} stopped listing 105{1}; they may be gone, or counted here under another entry.";
        var holding = await _service.AskAsync("/v1/countries/AFG/fleet/bayraktar-tb2", gone.Position);
        Assert.Equal((4, 105, string.Format(CultureInfo.InvariantCulture, Words, "A register", " on 18 May 2026")),
            (holding.Long("estimate.best"), holding.Long("estimate.delisted.best"), holding.Text("estimate.words")));
        Assert.True(kept.Position > 0);
        var fleet = await _service.AskAsync("/v1/countries/AFG/fleet");
        var country = (await _service.AskAsync("/v1/countries?limit=1000")).Items().Single(x => x.Text("recipient") == "AFG");
        foreach (var total in (JsonElement[])[fleet.At("headline"), country.At("headline"), fleet.Items("totals").Single()])
        {
            Assert.Equal((4, 105, string.Format(CultureInfo.InvariantCulture, Words, "Their sources", "")), (total.Long("best"), total.Long("delisted.best"), total.Text("words")));
        }
    }
}
