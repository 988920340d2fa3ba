using Ledger.Tests.Harness;
using Ledger.Tests.Reports;

namespace Ledger.Tests.Questions;

/// <summary>What an answer says that is not there is not there.</summary>
public sealed class NotFoundTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private async Task<string> MissingAsync(string path)
    {
        var answer = await Service.GetAsync(_service.Reader, path);
        Assert.True(answer.Status == 404, $"{path}: {answer}");
        return answer.Json.Text("detail")!;
    }

    [Fact]
    public async Task Who_is_named_but_as_the_recipient_of_nothing_is_not_called_unnamed()
    {
        // x-side-b captured one, by its third line; the vocabulary has no cause "abandoned" and none "damaged".
        Assert.Equal([201, 422, 201, 422], (await Import.PostAsync(_service.Reporter, CaseFiles.Bytes("captured.ndjson"))).Statuses);
        await ReportBuilder.Report("KGZ", "sold-by-nobody", 1).With("supplier", "x-seller").PostAsync(_service);
        foreach (var code in (string[])["x-side-b", "x-seller"])
        {
            foreach (var path in (string[])["fleet", "fleet/kestrel-500", "series?platform=kestrel-500", "series", "changes"])
            {
                var detail = await MissingAsync($"/v1/countries/{code}/{path}");
                Assert.DoesNotContain("named by any report", detail, StringComparison.Ordinal);
                Assert.Contains("no report that this question sees is about what it has", detail, StringComparison.Ordinal);
            }

            Assert.Contains("/v1/flows", await MissingAsync($"/v1/countries/{code}/fleet"), StringComparison.Ordinal);
        }

        Assert.Contains((await _service.AskAsync("/v1/flows?supplier=x-side-a&recipient=x-side-b&from=2022&to=2022")).Items(), x => x.Long("best") == 1);
        Assert.NotEmpty((await _service.AskAsync("/v1/flows?supplier=x-seller&from=2021&to=2021")).Items());
    }

    [Fact]
    public async Task What_only_a_withdrawn_report_names_is_there_and_empty()
    {
        var told = await ReportBuilder.Report("x-withdrawn", "withdrawn-bird", 3).With("deal", "withdrawn-deal").With("source.publisher", "A withdrawn paper").PostAsync(_service);
        await _service.ReportAsync("retractions", new { id = "withdraws", report = told.Json.Text("id"), source = new { publisher = "P" } });
        foreach (var path in (string[])["countries/x-withdrawn/fleet", "countries/x-withdrawn/fleet/withdrawn-bird", "platforms/withdrawn-bird", "deals/x-withdrawn/TUR/withdrawn-deal",
            "publishers/A%20withdrawn%20paper"])
        {
            await _service.AskAsync($"/v1/{path}");
        }

        // Before it was told, these questions see no report of it, and say so: the ledger holds one by now.
        var before = $"?knownAt=@{told.Position - 1}";
        foreach (var path in (string[])["countries/x-withdrawn/fleet", "countries/KGZ/fleet/withdrawn-bird", "platforms/withdrawn-bird", "deals/x-withdrawn/TUR/withdrawn-deal",
            "publishers/A%20withdrawn%20paper"])
        {
            Assert.Contains("no report", await MissingAsync($"/v1/{path}{before}"), StringComparison.Ordinal);
            Assert.Contains("that this question sees", await MissingAsync($"/v1/{path}{before}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_only_a_sighting_names_is_no_deal()
    {
        await ReportBuilder.Report("x-sighted", "sighted-bird", 3).PostAsync(_service, "observations");
        Assert.Contains("sightings and losses that name no deal belong to the holding", await MissingAsync("/v1/deals/x-sighted/TUR/~"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_an_alias_names_is_found()
    {
        await _service.AskAsync("/v1/platforms/TB2");
        await _service.AskAsync("/v1/countries/KGZ/fleet/TB2");
    }
}
