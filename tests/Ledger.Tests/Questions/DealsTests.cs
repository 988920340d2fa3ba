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
            deal.Items().Select(x => x.GetRawText().Replace(",\"overdue\":null", "", StringComparison.Ordinal)));
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

    [Fact]
    public async Task A_deal_is_titled_by_what_from_whom_and_when_it_was_ordered_and_tells_what_is_outstanding_and_due()
    {
        async Task<JsonElement> TitledAsync(string deal, long position) => (await OnlyAsync($"recipient=LAO&supplier=TUR&platform=anka&asOf=2024-01-01", position)) is var only
            && only.Text("deal") == deal ? only : throw new InvalidOperationException(only.GetRawText());
        await ReportBuilder.Report("LAO", "anka", 9).With("deal", "t").With("occurred", "2021-03").With("due", "2022/2023").PostAsync(_service, "contracts");
        await ReportBuilder.Report("LAO", "anka", 7).With("deal", "t").With("occurred", "2020-03").With("cancelled", false).With("due", "2025").With("lot", "early").PostAsync(_service, "contracts");
        var came = await ReportBuilder.Report("LAO", "anka", 2).With("deal", "t").With("occurred", "2022-05-05").With("quantity.qualifier", "atLeast").PostAsync(_service);
        var deal = await TitledAsync("t", came.Position);
        Assert.Equal((Ledger.Vocabulary.Country.NameOf("LAO"), "Turkey", "Anka from Turkey, ordered 2020", "Anka"),
            (deal.Text("recipientName"), deal.Text("supplierName"), deal.Text("title"), deal.Text("platformName")));
        Assert.Equal("""{"earliest":"2022-01-01","middle":"2022-12-31","latest":"2023-12-31"}""", deal.At("due").GetRawText());
        // Of 16 or so at least 2 came, and what is due may have come unseen.
        Assert.Equal((deal.Long("onOrder"), 0), (deal.Long("outstanding.best"), deal.Long("outstanding.low")));
        Assert.Equal(deal.Long("ordered.high") - deal.Long("delivered.low"), deal.Long("outstanding.high"));
        Assert.False(deal.TryGetProperty("overdue", out _));

        foreach (var (deal2, supplier, occurred, title) in new[]
        {
            ("u", "x-unknown", "../2021-06", "aksungur from an unknown supplier, ordered by 2021"), ("v", "CHN", "2020/2022", "aksungur from China, ordered 2020–2022"),
            ("w", "CHN", null, "aksungur from China"), ((string?)null, "IRN", "2021", "aksungur from Iran, no deal named"),
        })
        {
            came = await ReportBuilder.Report("LAO", "aksungur", 1).With("supplier", supplier).With("deal", deal2).With("occurred", occurred).PostAsync(_service, "contracts");
            var told = (await _service.AskAsync($"/v1/deals/LAO/{supplier}/{deal2 ?? "~"}", came.Position)).Items().Single();
            Assert.Equal(title, told.Text("title"), ignoreCase: true);
            Assert.Equal(JsonValueKind.Null, told.At("due").ValueKind);
        }
    }

    [Fact]
    public async Task Filters_take_from_the_list_what_it_says_of_each_deal()
    {
        await using var service = await Service.StartAsync();
        string[] platforms = ["Bayraktar TB2", "orlan-10", "anka", "flown kite"];
        string[] kinds = ["contracts", "deliveries", "announcements", "contracts"];
        var last = 0L;
        for (var i = 0; i < 70; i++)
        {
            last = (await ReportBuilder.Report(i % 2 == 0 ? "KGZ" : "KAZ", platforms[i % 4], 1 + (i * 5 % 9)).With("supplier", i % 3 == 0 ? "TUR" : "RUS").With("deal", $"d{i % 7}")
                .With("due", kinds[i / 4 % 4] == "contracts" && i % 5 == 0 ? "2022" : null).With("occurred", $"{2018 + (i % 6)}").PostAsync(service, kinds[i / 4 % 4])).Position;
        }

        string[] categories = [.. (await service.AskAsync("/v1/platforms?limit=1000", last)).Items().Select(x => $"{x.Text("platform")} {x.Text("category")}")];
        string CategoryOf(JsonElement deal) => categories.Single(x => x.StartsWith(deal.Text("platform") + " ", StringComparison.Ordinal)).Split(' ')[1];
        var all = (await service.AskAsync("/v1/deals?asOf=2024-01-01&limit=1000")).Items();
        foreach (var (filter, takes) in new (string, Func<JsonElement, bool>)[]
        {
            ("outstanding=false", _ => true),
            ("outstanding=true", x => x.Long("onOrder") > 0), ("category=armedUav", x => CategoryOf(x) == "armedUav"), ("category=other,uav", x => CategoryOf(x) is "other" or "uav"),
            ("category=uav&platform=anka", x => x.Text("platform") == "anka" && CategoryOf(x) == "uav"), ("supplier=RUS", x => x.Text("supplier") == "RUS"),
            ("supplier=TUR&category=armedUav&outstanding=true&recipient=KGZ", x => x.Text("supplier") == "TUR" && CategoryOf(x) == "armedUav" && x.Long("onOrder") > 0 && x.Text("recipient") == "KGZ"),
        })
        {
            var expected = all.Where(takes).Select(x => x.GetRawText()).ToList();
            Assert.True(expected.Count > 0 || filter.Contains("platform", StringComparison.Ordinal), filter);
            Assert.Equal(expected, (await service.AskAsync($"/v1/deals?asOf=2024-01-01&limit=1000&{filter}")).Items().Select(x => x.GetRawText()));
        }

        // Too few orders are known for anything to be usual: only what has a due can be overdue.
        var overdue = (await service.AskAsync("/v1/deals?asOf=2024-01-01&limit=1000&overdue=true")).Items();
        Assert.Equal(all.Where(x => x.Long("onOrder") > 0 && x.At("due").ValueKind != JsonValueKind.Null).Select(Key), overdue.Select(Key));
        Assert.NotEmpty(overdue);
        Assert.All(overdue, x => Assert.Equal("""{"since":"2023-01-01","by":"due","orders":null,"days":null}""", x.At("overdue").GetRawText()));
        Assert.Empty((await service.AskAsync("/v1/deals?asOf=2022-12-31&limit=1000&overdue=true")).Items());

        static string Key(JsonElement x) => $"{x.Text("recipient")} {x.Text("supplier")} {x.Text("deal")} {x.Text("platform")}";
    }

    [Fact]
    public async Task An_order_without_due_is_overdue_after_nine_in_ten_of_twenty_others_of_its_category_had_come_and_not_before()
    {
        await using var service = await Service.StartAsync();
        string[] recipients = ["KAZ", "UZB", "TJK", "TKM", "MNG", "ARM", "GEO", "AZE", "IRN", "PAK", "AFG", "BLR", "UKR", "MDA"];
        Answered? last = null;
        // They took 10, 20 … 200 days: eighteen of twenty took at most 180.
        for (var i = 1; i <= 20; i++)
        {
            last = await ReportBuilder.Report(recipients[i % 14], "anka", 2).With("deal", $"usual-{i}").With("occurred", "2020-01-01").PostAsync(service, "contracts");
            await ReportBuilder.Report(recipients[i % 14], "anka", 2).With("deal", $"usual-{i}").With("occurred", $"{new DateOnly(2020, 1, 1).AddDays(i * 10):yyyy-MM-dd}").PostAsync(service);
            // Later lots are none of the first, and what is undivided is no order; nor does another category count.
            await ReportBuilder.Report(recipients[i % 14], "anka", 1).With("deal", $"usual-{i}").With("lot", "later").With("occurred", "2021-12-31").PostAsync(service);
        }

        await ReportBuilder.Report("KGZ", "anka", 1).With("supplier", "CHN").With("occurred", "2010-01-01").PostAsync(service, "contracts");
        await ReportBuilder.Report("KGZ", "anka", 1).With("supplier", "CHN").With("occurred", "2020-01-01").PostAsync(service);
        await ReportBuilder.Report("KGZ", "anka", 4).With("deal", "late").With("occurred", "2022-01-01").PostAsync(service, "contracts");
        await ReportBuilder.Report("KGZ", "orlan-10", 4).With("deal", "late").With("occurred", "2012-01-01").PostAsync(service, "contracts");
        await ReportBuilder.Report("KGZ", "orlan-10", 4).With("deal", "begun").With("occurred", "2012-01-01").PostAsync(service, "contracts");
        var end = await ReportBuilder.Report("KGZ", "orlan-10", 1).With("deal", "begun").With("occurred", "2013-01-01").PostAsync(service);
        Assert.Empty((await service.AskAsync("/v1/deals?overdue=true&asOf=2022-06-30", end.Position)).Items());
        foreach (var query in (string[])["", "&recipient=KGZ", "&supplier=TUR", "&category=armedUav,uav", "&platform=anka"])
        {
            var deal = Assert.Single((await service.AskAsync($"/v1/deals?overdue=true&asOf=2022-07-01{query}")).Items());
            Assert.Equal(("KGZ", "late", "anka"), (deal.Text("recipient"), deal.Text("deal"), deal.Text("platform")));
            Assert.Equal("""{"since":"2022-07-01","by":"usual","orders":20,"days":180}""", deal.At("overdue").GetRawText());
        }

        var single = (await service.AskAsync("/v1/deals/KGZ/TUR/late?asOf=2022-07-01")).Items();
        Assert.Equal([("anka", JsonValueKind.Object), ("orlan-10", JsonValueKind.Null)], single.Select(x => (x.Text("platform"), x.At("overdue").ValueKind)));
        Assert.Equal(JsonValueKind.Null, (await service.AskAsync("/v1/deals/KGZ/TUR/late?asOf=2022-06-30")).Items()[0].At("overdue").ValueKind);

        // With one order less nothing is usual; and the answers about one deal follow, while its own reports stay the same.
        async Task<string> TagAsync() => (await Service.GetAsync(service.Reader, "/v1/deals/KGZ/TUR/late?asOf=2022-07-01")).Headers.ETag!.ToString();
        var tag = await TagAsync();
        var withdrawn = await service.ReportAsync("retractions", new { report = last!.Json.Text("eventId"), source = new { publisher = "A paper" } });
        await service.AskAsync("/v1/deals", withdrawn.Position);
        Assert.NotEqual(tag, await TagAsync());
        Assert.Empty((await service.AskAsync("/v1/deals?overdue=true&asOf=2023-07-01")).Items());
        Assert.Equal(JsonValueKind.Null, (await service.AskAsync("/v1/deals/KGZ/TUR/late?asOf=2023-07-01")).Items()[0].At("overdue").ValueKind);
        Assert.Single((await service.AskAsync($"/v1/deals?overdue=true&asOf=2023-07-01&knownAt=@{end.Position}")).Items());
    }

    [Theory]
    [InlineData("recipient=Kyrgyzstan", "recipient")]
    [InlineData("outstanding=no", "outstanding")]
    [InlineData("overdue=yes", "overdue")]
    [InlineData("category=", "category")]
    [InlineData("category=uav,,missile", "category")]
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
