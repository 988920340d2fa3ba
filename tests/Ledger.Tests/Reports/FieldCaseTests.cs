using System.Text;
using Ledger.Tests.Harness;
using Ledger.Tests.Web;

namespace Ledger.Tests.Reports;

/// <summary>What users of such feeds met, beside what the doors refuse.</summary>
public sealed class FieldCaseTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    /// <summary>A register that gives a number a year, posted without lots: running totals by what the answer says, so that the last, smaller one
    /// contradicts the one before (METHOD.md §4). Whoever means a number of each year gives each a lot.</summary>
    [Fact]
    public async Task A_number_a_year_without_lots_is_read_as_running_totals_and_the_answer_says_so()
    {
        var lines = Encoding.UTF8.GetString(CaseFiles.Bytes("yearly_series_no_lot.ndjson")).Trim().Split('\n').Select(ReportBodies.Parse).ToList();
        foreach (var line in lines)
        {
            line.Remove("kind");
            var posted = await _service.ReportAsync("deliveries", line.ToJsonString());
            Assert.Equal("total", posted.Json.Text("readAs"));
            line["id"] = $"{line["id"]}-lot";
            line["deal"] = "tur.kestrel-300.lots";
            line["platform"] = "Kestrel-301";
            line["lot"] = line["occurred"]!.DeepClone();
            Assert.Equal("lot", (await _service.ReportAsync("deliveries", line.ToJsonString())).Json.Text("readAs"));
        }

        var totals = (await _service.AskAsync("/v1/countries/x-year-test/fleet/kestrel-300?asOf=2022-12-31")).At("estimate");
        var lots = (await _service.AskAsync("/v1/countries/x-year-test/fleet/kestrel-301?asOf=2022-12-31")).At("estimate");
        Assert.Equal((4, 4, 6, true), (totals.Long("low"), totals.Long("best"), totals.Long("high"), totals.At("conflicted").GetBoolean()));
        Assert.Equal((12, 12, 12, false), (lots.Long("low"), lots.Long("best"), lots.Long("high"), lots.At("conflicted").GetBoolean()));
    }

    /// <summary>UUIDNext 4.2.4 hashes the composed form (NFC), uuid (npm) and Python the bytes; we hash the bytes. So one name in two spellings is
    /// two reports, and each answer names the other.</summary>
    [Fact]
    public async Task The_same_id_in_composed_and_decomposed_letters_is_two_reports_and_similar_tells()
    {
        var composed = await ReportBuilder.Report("x-spelled", "spelled", 3).With("id", "T\u00fcrkiye-1").PostAsync(_service);
        var decomposed = await ReportBuilder.Report("x-spelled", "spelled", 3).With("id", "Tu\u0308rkiye-1").PostAsync(_service);
        Assert.NotEqual(composed.Json.Text("eventId"), decomposed.Json.Text("eventId"));
        Assert.Equal(ReportBodies.EventId("urn:ledger:development-report", "Tu\u0308rkiye-1"), decomposed.Json.GetProperty("eventId").GetGuid());
        Assert.Equal((composed.Json.Text("eventId"), "T\u00fcrkiye-1"), (decomposed.Json.Items("similar").Single().Text("eventId"), decomposed.Json.Items("similar").Single().Text("id")));
    }

    /// <summary>LibreOffice 7.4 reads a cell that begins with a full-width sign as a formula, as it does with that of ASCII.</summary>
    [Fact]
    public async Task No_cell_of_a_table_begins_as_a_formula_does()
    {
        var file = CaseFiles.Bytes("csv_injection.ndjson");
        // A title is one line, without a tab; without it the line is taken.
        Assert.Equal([422, 201], (await Import.PostAsync(_service.Reporter, file)).Statuses);
        Assert.Equal([201, 200], (await Import.PostAsync(_service.Reporter, Encoding.UTF8.GetString(file).Replace("\\ttab", " tab", StringComparison.Ordinal))).Statuses);
        var asked = 0;
        foreach (var path in (string[])["/v1/reports?recipient=x-csv-test", "/v1/countries/x-csv-test/fleet", "/v1/countries/x-csv-test/fleet/1-1-drone", "/v1/publishers",
            "/v1/search?q=drone", "/v1/deals?recipient=x-csv-test"])
        {
            var answer = await _service.Reader.SendAsync(HttpMethod.Get, path, ("Accept", "text/csv"));
            Assert.True(answer.Status == 200, $"{path}: {answer}");
            foreach (var cell in CsvTests.Csv.Read(answer.Body).Skip(1).SelectMany(x => x).Where(x => !long.TryParse(x, out _)))
            {
                Assert.DoesNotMatch("^[=+\\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]", cell);
                asked += cell.StartsWith('\'') ? 1 : 0;
            }
        }

        Assert.True(asked >= 8, $"{asked} cells were guarded.");
    }

    /// <summary>cloudevents 10.0.0 (npm) cuts times to milliseconds and makes one up where there is none: what a receiver can rely on is the position.</summary>
    [Fact]
    public async Task Positions_tell_the_order_where_times_do_not()
    {
        const string data = """{"recipient":"x-order","platform":"p","source":{"publisher":"P"}}""";
        var batch = Enumerable.Range(0, 5).Select(x => $$$"""{"specversion":"1.0","type":"ledger.delivery.v1","source":"urn:example:order","id":"o{{{x}}}","data":{{{data}}}}""");
        using var content = new StringContent($"[{string.Join(',', batch)}]", Encoding.UTF8, "application/cloudevents-batch+json");
        using var response = await _service.Reporter.PostAsync("/v1/events", content, TestContext.Current.CancellationToken);
        var all = (await Answered.OfAsync(response)).Json.EnumerateArray().ToList();
        Assert.Single(all.Select(x => x.Text("recordedAt")).Distinct());
        Assert.Equal(all.Select(x => x.Long("position")).Distinct().Order(), all.Select(x => x.Long("position")));
    }
}
