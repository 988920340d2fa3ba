using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

/// <summary>What a question about the past must not know.</summary>
public class SpokenOfTests(OneService one) : IClassFixture<OneService>
{
    [Fact]
    public async Task A_list_of_reports_holds_only_what_sources_had_said_by_then()
    {
        var early = await ReportBuilder.Report("GEO", "aksungur", 3).With("source.published", "2022-01-01").PostAsync(one.Service);
        var late = await ReportBuilder.Report("GEO", "aksungur", 4).With("source.published", "2024-01-01").PostAsync(one.Service);
        var seen = await one.Service.AskAsync("/v1/reports?recipient=GEO&reportedBy=2023-01-01", late.Position);
        Assert.Equal([early.Json.Text("eventId")], seen.Items().Select(x => x.Text("eventId")));
    }

    [Fact]
    public async Task One_report_is_not_there_before_the_ledger_held_it()
    {
        var posted = await ReportBuilder.Report("ARM", "aksungur", 3).PostAsync(one.Service);
        var path = $"/v1/reports/{posted.Json.Text("eventId")}";
        await one.Service.AskAsync($"{path}?knownAt=@{posted.Position}", posted.Position);
        Assert.Equal(404, (await Service.GetAsync(one.Service.Reader, $"{path}?knownAt=@{posted.Position - 1}")).Status);
    }

    [Fact]
    public async Task The_list_of_platforms_stays_the_same_answer_while_known_platforms_are_reported_on()
    {
        var first = await ReportBuilder.Report("AZE", "never heard of", 3).PostAsync(one.Service);
        await one.Service.AskAsync("/v1/countries", first.Position);
        var before = await Service.GetAsync(one.Service.Reader, "/v1/platforms?asOf=2025-01-01");
        var second = await ReportBuilder.Report("AZE", "never heard of", 4).PostAsync(one.Service);
        var after = await Service.GetAsync(one.Service.Reader, $"/v1/platforms?asOf=2025-01-01&atLeast={second.Position}");
        Assert.Equal(before.Headers.ETag, after.Headers.ETag);
        Assert.Equal(before.Body, after.Body);
    }

    [Fact]
    public async Task A_fleet_lists_no_holding_that_nobody_had_spoken_of_by_then()
    {
        await ReportBuilder.Report("MNG", "aksungur", 3).With("source.published", "2022-01-01").PostAsync(one.Service);
        var late = await ReportBuilder.Report("MNG", "anka", 4).With("source.published", "2024-01-01").PostAsync(one.Service);
        var fleet = await one.Service.AskAsync("/v1/countries/MNG/fleet?reportedBy=2023-01-01", late.Position);
        Assert.Equal(["aksungur"], fleet.Items("holdings").Select(x => x.Text("platform")));
        var line = (await one.Service.AskAsync("/v1/countries?limit=1000&reportedBy=2023-01-01")).Items().Single(x => x.Text("recipient") == "MNG");
        Assert.Equal(1, line.GetProperty("holdings").GetInt64());
    }
}
