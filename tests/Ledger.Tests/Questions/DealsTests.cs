using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class DealsTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private static string Bounds(JsonElement interval) =>
        $"{interval.Long("low")} {interval.Long("best")} {(interval.At("high").ValueKind == JsonValueKind.Null ? "open" : interval.Long("high"))}";

    private async Task<JsonElement> OnlyAsync(string query, long position)
    {
        var page = await _service.AskAsync($"/v1/deals?{query}", position);
        return Assert.Single(page.Items());
    }

    [Fact]
    public async Task A_deal_comes_from_an_announcement_over_an_order_to_its_delivery_and_every_stage_can_be_asked_for()
    {
        await ReportBuilder.Report("KGZ", "Wing Loong II", 6).With("deal", "a").With("occurred", "2020-01-10").PostAsync(_service, "announcements");
        await ReportBuilder.Report("KGZ", "Wing Loong II", 6).With("deal", "a").With("occurred", "2020-06-10").PostAsync(_service, "contracts");
        await ReportBuilder.Report("KGZ", "Wing Loong II", 2).With("deal", "a").With("occurred", "2021-03-10").PostAsync(_service);
        var last = await ReportBuilder.Report("KGZ", "Wing Loong II", 6).With("deal", "a").With("occurred", "2022-02-10").PostAsync(_service);
        foreach (var (asOf, stage, ordered, delivered, onOrder) in new[]
        {
            ("2020-02-01", "announced", "0 0 0", "0 0 0", 0), ("2020-07-01", "onOrder", "6 6 6", "0 0 0", 6),
            ("2021-04-01", "partlyDelivered", "6 6 6", "2 2 2", 4), ("2022-03-01", "delivered", "6 6 6", "6 6 6", 0),
        })
        {
            var deal = await OnlyAsync($"recipient=KGZ&platform=Wing%20Loong%20II&asOf={asOf}&status={stage}", last.Position);
            Assert.Equal(("KGZ", "TUR", "a", "wing-loong-2", stage), (deal.Text("recipient"), deal.Text("supplier"), deal.Text("deal"), deal.Text("platform"), deal.Text("stage")));
            Assert.Equal((ordered, delivered, "0 0 0", onOrder, false, "2022-10-27"),
                (Bounds(deal.At("ordered")), Bounds(deal.At("delivered")), Bounds(deal.At("produced")), deal.Long("onOrder"), deal.At("conflicted").GetBoolean(), deal.Text("newestReported")));
            Assert.Equal(stage == "delivered" ? 1 : 0,
                (await _service.AskAsync($"/v1/deals?recipient=KGZ&platform=wing-loong-ii&asOf={asOf}&status=delivered")).Items().Length);
        }

        // Before anything had happened there was no such deal, though reports of it are known.
        Assert.Empty((await _service.AskAsync("/v1/deals?recipient=KGZ&platform=wing-loong-ii&asOf=2019-12-31")).Items());
    }

    [Fact]
    public async Task A_cancelled_order_is_cancelled_whatever_had_come_until_somebody_orders_again()
    {
        await ReportBuilder.Report("KAZ", "anka", 8).With("deal", "c").With("occurred", "2019").PostAsync(_service, "contracts");
        await ReportBuilder.Report("KAZ", "anka", 3).With("deal", "c").With("occurred", "2020-02").PostAsync(_service);
        await ReportBuilder.Report("KAZ", "anka", 8).With("deal", "c").With("occurred", "2020-09").With("cancelled", true).PostAsync(_service, "contracts");
        var last = await ReportBuilder.Report("KAZ", "anka", 5).With("deal", "c").With("occurred", "2021-05").PostAsync(_service, "contracts");

        Assert.Equal("partlyDelivered", (await OnlyAsync("recipient=KAZ&asOf=2020-03-01", last.Position)).Text("stage"));
        var cancelled = await OnlyAsync("recipient=KAZ&asOf=2021-01-01", last.Position);
        Assert.Equal(("cancelled", "3 3 3", "0 0 0"), (cancelled.Text("stage"), Bounds(cancelled.At("delivered")), Bounds(cancelled.At("ordered"))));
        var again = await OnlyAsync("recipient=KAZ&asOf=2022-01-01", last.Position);
        Assert.Equal(("partlyDelivered", 2), (again.Text("stage"), again.Long("onOrder")));
    }

    [Fact]
    public async Task Deals_are_ordered_by_recipient_supplier_and_deal_and_what_is_undivided_of_a_supplier_is_last()
    {
        foreach (var (supplier, deal, platform) in new[] { ("TUR", (string?)null, "aksungur"), ("TUR", "z", "anka"), ("TUR", "z", "aksungur"), ("TUR", "a:b", "anka"),
            ("TUR", "a", "anka"), ("CHN", null, "anka"), ("x-unknown", "q", "anka") })
        {
            await ReportBuilder.Report("UZB", platform, 1).With("supplier", supplier).With("deal", deal).With("quantity.qualifier", "atLeast").PostAsync(_service);
        }

        var last = await ReportBuilder.Report("UZA", "anka", 1).With("recipient", "UKR").With("deal", "z").PostAsync(_service);
        string[] ordered = ["CHN ~ anka", "TUR a anka", "TUR a:b anka", "TUR z aksungur", "TUR z anka", "TUR ~ aksungur", "x-unknown q anka"];
        static string Line(JsonElement x) => $"{x.Text("supplier")} {x.Text("deal")} {x.Text("platform")}";
        var deals = (await _service.AskAsync("/v1/deals?recipient=UZB", last.Position)).Items();
        Assert.Equal(ordered, deals.Select(Line));
        Assert.All(deals, x => Assert.Equal("1 1 open", Bounds(x.At("delivered"))));
        Assert.Equal(ordered[1..6], (await _service.AskAsync("/v1/deals?recipient=UZB&supplier=TUR")).Items().Select(Line));
        Assert.Equal(["UKR TUR z anka", "UZB CHN ~ anka", "UZB TUR a anka"], (await _service.AskAsync("/v1/deals?platform=ANKA&limit=1000")).Items()
            .Where(x => x.Text("recipient") is "UKR" or "UZB").Take(3).Select(x => $"{x.Text("recipient")} {Line(x)}"));
    }

    [Fact]
    public async Task A_deal_in_several_platforms_has_an_item_for_each_and_one_timeline_in_the_order_in_which_things_happened()
    {
        var delivered = await ReportBuilder.Report("AZE", "anka", 3).With("deal", "m").With("lot", "1").With("occurred", "2022-05").PostAsync(_service);
        var contract = await ReportBuilder.Report("AZE", "aksungur", 4).With("deal", "m").With("occurred", "2021-02-03").PostAsync(_service, "contracts");
        var announced = await ReportBuilder.Report("AZE", "anka", 3).With("deal", "m").With("occurred", "2020~").With("grade", "D4").PostAsync(_service, "announcements");
        var wrong = await ReportBuilder.Report("AZE", "anka", 9).With("deal", "m").With("lot", "2").With("occurred", "2021-12-01").PostAsync(_service);
        await ReportBuilder.Report("AZE", "anka", 7).With("deal", "another").PostAsync(_service);
        await ReportBuilder.Report("AZE", "anka", 7).With("supplier", "CHN").With("deal", "m").PostAsync(_service);
        var withdrawn = await _service.ReportAsync("retractions", new { report = wrong.Json.Text("eventId"), source = new { publisher = "A paper", published = "2023-01-02" } });
        var lost = await ReportBuilder.Report("AZE", "anka", 1).With("deal", "m").With("lot", "crash").With("occurred", "2022-11").PostAsync(_service, "losses");

        var deal = await _service.AskAsync("/v1/deals/AZE/TUR/m?asOf=2024-01-01", lost.Position);
        Assert.Equal(["aksungur onOrder", "anka delivered"], deal.Items().Select(x => $"{x.Text("platform")} {x.Text("stage")}"));
        Assert.Equal((await _service.AskAsync("/v1/deals?asOf=2024-01-01&recipient=AZE&supplier=TUR")).Items().Where(x => x.Text("deal") == "m").Select(x => x.GetRawText()),
            deal.Items().Select(x => x.GetRawText()));
        var expected = new[] { announced, contract, wrong, delivered, lost, withdrawn }.Select(x => x.Json.Text("eventId"));
        Assert.Equal(expected, deal.Items("timeline").Select(x => x.Text("eventId")));
        Assert.Equal(["high|", "low,best,high|", "|retracted", "low,best,high|", "low,best,high|", "|"],
            deal.Items("timeline").Select(x => $"{string.Join(',', x.Items("effective").Select(bound => bound.GetString()))}|{x.Text("setAside")}"));
        Assert.Equal("2020-07-01", deal.Items("timeline")[0].Text("window.middle"));

        // The same reports stand in the same way in the holdings' evidence.
        foreach (var report in deal.Items("timeline"))
        {
            var holding = await _service.AskAsync($"/v1/countries/AZE/fleet/{report.Text("platform")}?asOf=2024-01-01");
            Assert.Equal(holding.Items("evidence").Single(x => x.Text("eventId") == report.Text("eventId")).GetRawText(), report.GetRawText());
        }
    }

    [Fact]
    public async Task What_is_undivided_of_a_supplier_is_a_deal_without_the_losses_and_observations_that_name_no_deal()
    {
        var delivered = await ReportBuilder.Report("ARM", "anka", 3).PostAsync(_service);
        await ReportBuilder.Report("ARM", "anka", 3).PostAsync(_service, "observations");
        await ReportBuilder.Report("ARM", "anka", 1).With("lot", "x").PostAsync(_service, "losses");
        var last = await ReportBuilder.Report("ARM", "anka", 5).With("deal", "named").PostAsync(_service);
        var deal = await _service.AskAsync("/v1/deals/ARM/TUR/~", last.Position);
        Assert.Equal("~", deal.Text("deal"));
        Assert.Equal(delivered.Json.Text("eventId"), Assert.Single(deal.Items("timeline")).Text("eventId"));
        Assert.Equal("~", Assert.Single(deal.Items()).Text("deal"));
    }

    [Fact]
    public async Task Reports_under_an_alias_belong_to_the_deal_once_it_is_known_and_not_before()
    {
        await Service.PostAsync(_service.Admin, "/v1/platforms", """{"platform":"deal-kite","name":"Deal Kite","category":"uav","class":"durable","use":"military"}""");
        await ReportBuilder.Report("GEO", "deal-kite", 4).With("deal", "k").PostAsync(_service, "contracts");
        var posted = await ReportBuilder.Report("GEO", "DK-1", 4).With("deal", "k").PostAsync(_service);
        var before = await _service.AskAsync("/v1/deals/GEO/TUR/k?asOf=2023-01-01", posted.Position);
        var alias = await Service.PostAsync(_service.Admin, "/v1/platforms/deal-kite/aliases", """{"alias":"DK 1"}""");
        var after = await _service.AskAsync("/v1/deals/GEO/TUR/k?asOf=2023-01-01", alias.Position);
        Assert.Equal(["deal-kite onOrder", "dk-1 delivered"], before.Items().Select(x => $"{x.Text("platform")} {x.Text("stage")}"));
        Assert.Equal(["deal-kite delivered"], after.Items().Select(x => $"{x.Text("platform")} {x.Text("stage")}"));
        var again = await _service.AskAsync($"/v1/deals/GEO/TUR/k?asOf=2023-01-01&knownAt=@{posted.Position}");
        Assert.Equal(ReportBuilder.WithoutBasis(before.GetRawText()), ReportBuilder.WithoutBasis(again.GetRawText()));
    }

    [Fact]
    public async Task A_deal_is_found_only_where_a_report_that_the_question_sees_names_it()
    {
        var posted = await ReportBuilder.Report("TKM", "anka", 3).With("deal", "seen").With("source.published", "2023-05-01").PostAsync(_service);
        await _service.AskAsync("/v1/deals/TKM/TUR/seen", posted.Position);
        foreach (var path in (string[])
        [
            "TKM/TUR/never", "TKM/CHN/seen", "KGZ/TUR/seen", "TKM/TUR/~", "TKM/TUR/SEEN", "ZZZ/TUR/seen", "TKM/Turkey/seen", "TKM/TUR/%20", "TKM/TUR/~seen",
            "TKM/TUR/seen?reportedBy=2023-01-01", $"TKM/TUR/seen?knownAt=@{posted.Position - 1}",
        ])
        {
            Assert.Equal(404, (await Service.GetAsync(_service.Reader, $"/v1/deals/{path}")).Status);
        }

        // What was retracted is still told: why it does not count is what an analyst wants to know.
        var withdrawn = await _service.ReportAsync("retractions", new { report = posted.Json.Text("eventId"), source = new { publisher = "A paper" } });
        var deal = await _service.AskAsync("/v1/deals/TKM/TUR/seen", withdrawn.Position);
        Assert.Empty(deal.Items());
        Assert.Equal(["retracted", null], deal.Items("timeline").Select(x => x.Text("setAside")));
        Assert.Empty((await _service.AskAsync("/v1/deals?recipient=TKM")).Items());
    }

    [Theory]
    [InlineData("recipient=Kyrgyzstan", "recipient")]
    [InlineData("supplier=tur", "supplier")]
    [InlineData("platform=---", "platform")]
    [InlineData("status=ordered", "status")]
    [InlineData("deal=a", "deal")]
    public async Task A_filter_that_is_none_is_refused_by_its_name(string filter, string name)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/deals?{filter}");
        Assert.Equal((400, $"?{name}"), (answer.Status, Assert.Single(answer.Errors).Pointer));
    }
}
