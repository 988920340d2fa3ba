using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Ledger.Tests.Questions;

public class FlowsTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private static string Line(JsonElement x) => $"{x.Text("supplier")} {x.Text("recipient")} {x.Text("category")} {x.Text("kind")} {x.Long("best")}";

    private async Task<string[]> FlowsAsync(string query, long position = 0, bool limited = true) =>
        [.. (await _service.AskAsync($"/v1/flows?asOf=2026-01-01&{(limited ? "limit=1000&" : "")}{query}", position)).Items().Select(Line)];

    [Fact]
    public async Task A_flow_is_what_was_delivered_in_its_years_by_supplier_and_category()
    {
        await ReportBuilder.Report("KGZ", "Bayraktar TB2", 3).With("deal", "a").With("lot", "1").With("occurred", "2020-05").PostAsync(_service);
        await ReportBuilder.Report("KGZ", "Bayraktar TB2", 2).With("deal", "a").With("lot", "2").With("occurred", "2022-05").PostAsync(_service);
        await ReportBuilder.Report("KGZ", "aksungur", 4).With("deal", "b").With("occurred", "2022-01").PostAsync(_service);
        await ReportBuilder.Report("KGZ", "orlan-10", 9).With("supplier", "RUS").With("deal", "c").With("occurred", "2021-01").PostAsync(_service);
        // Made there; and none of these has come: what was lost, ordered, seen or only lent.
        await ReportBuilder.Report("KGZ", "aksungur", 7).With("deal", "p").With("milestone", "unitsCompleted").PostAsync(_service, "milestones");
        await ReportBuilder.Report("KGZ", "aksungur", 1).With("lot", "crash").PostAsync(_service, "losses");
        await ReportBuilder.Report("KGZ", "aksungur", 9).With("deal", "o").PostAsync(_service, "contracts");
        await ReportBuilder.Report("KGZ", "aksungur", 30).PostAsync(_service, "observations");
        var last = await ReportBuilder.Report("KGZ", "aksungur", 5).With("deal", "l").With("role", "loan").PostAsync(_service);

        await _service.AskAsync("/v1/flows", last.Position);
        Assert.Equal(["RUS KGZ uav delivery 9", "TUR KGZ armedUav delivery 16"], await FlowsAsync("recipient=KGZ"));
        Assert.Equal(["TUR KGZ armedUav delivery 3"], await FlowsAsync("recipient=KGZ&to=2020"));
        Assert.Equal(["RUS KGZ uav delivery 9", "TUR KGZ armedUav delivery 7"], await FlowsAsync("recipient=KGZ&from=2021&to=2021"));
        Assert.Equal(["RUS KGZ uav delivery 9", "TUR KGZ armedUav delivery 13"], await FlowsAsync("recipient=KGZ&from=2021&to=2025"));
        Assert.Equal(["TUR KGZ armedUav delivery 13"], await FlowsAsync("recipient=KGZ&from=2021&category=armedUav"));
        Assert.Equal(["RUS KGZ uav delivery 9"], await FlowsAsync("recipient=KGZ&supplier=RUS"));
        Assert.Empty(await FlowsAsync("recipient=KGZ&to=1"));
        // Of the order nobody says that it was not filled since.
        var since = Assert.Single((await _service.AskAsync("/v1/flows?recipient=KGZ&asOf=2026-01-01&from=2023")).Items());
        Assert.Equal((0, 0, 9), (since.Long("low"), since.Long("best"), since.Long("high")));

        // By method 1 deliveries alone, and only where best is not zero.
        Assert.Equal(["RUS KGZ uav delivery 9", "TUR KGZ armedUav delivery 9"], await FlowsAsync("recipient=KGZ&method=1"));
        Assert.Equal(["RUS KGZ uav delivery 9"], await FlowsAsync("recipient=KGZ&from=2021&to=2021&method=1"));
        Assert.Equal(["RUS KGZ uav delivery 9", "TUR KGZ armedUav delivery 6"], await FlowsAsync("recipient=KGZ&from=2021&to=2025&method=1"));
        Assert.Empty(await FlowsAsync("recipient=KGZ&from=2023&method=1"));
        Assert.Equal(2, (await FlowsAsync("recipient=KGZ&from=1&to=9999")).Length);
        // Of years to come nothing has come yet, however uncertain the past is.
        Assert.Empty(await FlowsAsync("from=9998&to=9999"));
    }

    [Fact]
    public async Task The_day_that_is_asked_about_ends_the_years()
    {
        await ReportBuilder.Report("UZB", "aksungur", 3).With("deal", "a").With("lot", "1").With("occurred", "2021-02").PostAsync(_service);
        var last = await ReportBuilder.Report("UZB", "aksungur", 2).With("deal", "a").With("lot", "2").With("occurred", "2021-11").PostAsync(_service);
        async Task<string[]> Asked(string query) => [.. (await _service.AskAsync($"/v1/flows?recipient=UZB&{query}", last.Position)).Items().Select(Line)];
        Assert.Equal(["TUR UZB armedUav delivery 3"], await Asked("from=2021&to=2021&asOf=2021-06-01"));
        Assert.Equal(["TUR UZB armedUav delivery 3"], await Asked("from=2021&to=2030&asOf=2021-06-01"));
        Assert.Equal(["TUR UZB armedUav delivery 5"], await Asked("from=2021&to=2021&asOf=2022-06-01"));
        Assert.Empty(await Asked("from=2022&to=2023&asOf=2021-06-01"));
    }

    [Fact]
    public async Task What_nobody_known_delivered_beyond_the_others_is_a_flow_of_its_own_and_only_by_method_1_a_correction_is_negative()
    {
        await ReportBuilder.Report("KAZ", "anka", 5).With("deal", "a").With("occurred", "2020").PostAsync(_service);
        await ReportBuilder.Report("KAZ", "anka", 9).With("supplier", "x-unknown").With("occurred", "2021").PostAsync(_service);
        // A later and better inventory of the deal: there were fewer.
        var last = await ReportBuilder.Report("KAZ", "anka", 2).With("deal", "a").With("occurred", "2022").With("grade", "A1").PostAsync(_service);
        Assert.Equal(["TUR KAZ armedUav delivery 5"], await FlowsAsync("recipient=KAZ&to=2020", last.Position));
        Assert.Equal(["x-unknown KAZ armedUav delivery 4"], await FlowsAsync("recipient=KAZ&from=2021&to=2021"));
        Assert.Equal(0, (await FlowsAsync("recipient=KAZ")).Sum(Best) - 9);
        Assert.Contains(await FlowsAsync("recipient=KAZ&from=2022&to=2022&method=1"), x => Best(x) < 0);
        Assert.DoesNotContain(await FlowsAsync("recipient=KAZ&from=2022&to=2022"), x => Best(x) < 0);
    }

    [Fact]
    public async Task All_flows_add_up_to_what_the_fleets_were_delivered_and_those_of_adjacent_years_to_those_of_both()
    {
        string[] suppliers = ["TUR", "CHN", "x-unknown"];
        string[] platforms = ["Bayraktar TB2", "orlan-10", "anka", "flown kite"];
        string?[] deals = ["a", "b", null];
        var last = 0L;
        for (var i = 0; i < 60; i++)
        {
            last = (await ReportBuilder.Report(i % 2 == 0 ? "MNG" : "TJK", platforms[i % 4], i % 7).With("supplier", suppliers[i % 3]).With("deal", deals[i / 3 % 3])
                .With("lot", i % 5 == 0 ? $"l{i}" : null).With("occurred", $"{2016 + (i % 8)}").With("grade", i % 4 == 0 ? "D4" : i % 4 == 1 ? "E6" : "B2").PostAsync(_service)).Position;
        }

        foreach (var recipient in (string[])["MNG", "TJK"])
        {
            var fleet = await _service.AskAsync($"/v1/countries/{recipient}/fleet?asOf=2026-01-01", last);
            var totals = fleet.Items("totals").Where(x => x.Long("best") != 0).ToDictionary(x => x.Text("category")!, x => x.Long("best"));
            Assert.NotEmpty(totals);
            var all = await FlowsAsync($"recipient={recipient}");
            Assert.Equal(totals.OrderBy(x => x.Key, StringComparer.Ordinal), Sums(all, x => x.Split(' ')[2]).OrderBy(x => x.Key, StringComparer.Ordinal));
            string[] parts = [.. await FlowsAsync($"recipient={recipient}&to=2018"), .. await FlowsAsync($"recipient={recipient}&from=2019&to=2021"),
                .. await FlowsAsync($"recipient={recipient}&from=2022")];
            Assert.Equal(Sums(all, Who).OrderBy(x => x.Key, StringComparer.Ordinal), Sums(parts, Who).OrderBy(x => x.Key, StringComparer.Ordinal));
        }

        static string Who(string line) => line[..line.LastIndexOf(' ')];
        static Dictionary<string, long> Sums(IEnumerable<string> lines, Func<string, string> by) =>
            lines.GroupBy(by).ToDictionary(x => x.Key, x => x.Sum(Best)).Where(x => x.Value != 0).ToDictionary();
    }

    [Fact]
    public async Task Flows_of_platforms_for_some_uses_are_those_of_each_of_them_and_of_all_uses_all()
    {
        await ReportBuilder.Report("ARM", "agricultural drone", 500).With("supplier", "CHN").PostAsync(_service);
        await ReportBuilder.Report("ARM", "Bayraktar TB2", 3).PostAsync(_service);
        await ReportBuilder.Report("ARM", "never heard of", 7).PostAsync(_service);
        var last = await ReportBuilder.Report("ARM", "agricultural drone", 5).With("to", "GEO").With("lot", "seized").PostAsync(_service, "losses");
        string[] civil = ["ARM GEO uav onward 5", "CHN ARM uav delivery 500"], others = ["TUR ARM armedUav delivery 3", "TUR ARM other delivery 7"];

        Assert.Equal([.. civil, .. others], (await Both("", last.Position)).Order(StringComparer.Ordinal));
        Assert.Equal(civil, (await Both("use=civil")).Order(StringComparer.Ordinal));
        Assert.Equal(others, (await Both("use=military,dualUse")).Order(StringComparer.Ordinal));
        // What no catalogue knows is taken for military, as everywhere.
        Assert.Equal(["TUR ARM other delivery 7"], await Both("use=military&category=other"));
        Assert.Empty(await Both("use=civil&category=other"));
        Assert.Equal(["TUR ARM armedUav delivery 3"], await Both("use=military,dualUse&category=uav,armedUav"));
        Assert.Equal(["CHN ARM uav delivery 500"], await FlowsAsync("recipient=ARM&supplier=CHN&use=civil"));
        Assert.Equal(["CHN ARM uav delivery 500"], await FlowsAsync("supplier=CHN&use=civil&recipient=ARM&top=5", limited: false));
        Assert.Equal(400, (await Service.GetAsync(_service.Reader, "/v1/flows?use=military,peaceful")).Status);

        async Task<string[]> Both(string query, long position = 0) =>
            [.. await FlowsAsync($"recipient=ARM&{query}", position), .. await FlowsAsync($"recipient=GEO&{query}", position)];
    }

    [Fact]
    public async Task What_was_passed_on_flows_onward_from_its_holder_and_no_fleet_depends_on_it()
    {
        await ReportBuilder.Report("BLR", "anka", 9).With("deal", "a").PostAsync(_service);
        await ReportBuilder.Report("RUS", "orlan-10", 9).With("supplier", "x-unknown").With("deal", "own").PostAsync(_service);
        var own = await ReportBuilder.Report("RUS", "anka", 1).PostAsync(_service);
        var before = await FleetsAsync(own.Position);
        // Of one incident two papers speak, of another one; a total names a third receiver; a crash names none.
        await Passed("x-militia", 2, "handover").PostAsync(_service, "losses");
        await Passed("x-militia", 3, "handover").With("grade", "A1").PostAsync(_service, "losses");
        await Passed("RUS", 1, "second").PostAsync(_service, "losses");
        var wrong = await Passed("IRN", 5, "third").PostAsync(_service, "losses");
        await ReportBuilder.Report("BLR", "anka", 1).With("lot", "crash").PostAsync(_service, "losses");
        var last = await _service.ReportAsync("retractions", new { report = wrong.Json.Text("eventId"), source = new { publisher = "A paper" } });

        Assert.Equal(["BLR RUS armedUav onward 1", "TUR RUS armedUav delivery 1", "x-unknown RUS uav delivery 9"], await FlowsAsync("recipient=RUS", last.Position));
        Assert.Equal(["BLR x-militia armedUav onward 3"], await FlowsAsync("recipient=x-militia"));
        Assert.Equal(["BLR RUS armedUav onward 1", "BLR x-militia armedUav onward 3"], await FlowsAsync("supplier=BLR"));
        Assert.Equal(["TUR BLR armedUav delivery 9"], await FlowsAsync("recipient=BLR"));
        Assert.Empty(await FlowsAsync("recipient=IRN"));
        Assert.Equal(["BLR x-militia armedUav onward 3"], await FlowsAsync("recipient=x-militia&from=2021&to=2021"));
        Assert.Empty(await FlowsAsync("recipient=x-militia&from=2022&method=1"));
        Assert.Equal(["BLR x-militia armedUav onward 0"], await FlowsAsync("recipient=x-militia&from=2022"));
        Assert.Equal(["BLR IRN armedUav onward 5"],
            (await _service.AskAsync($"/v1/flows?asOf=2026-01-01&recipient=IRN&knownAt=@{last.Position - 1}")).Items().Select(Line));

        var after = await FleetsAsync(last.Position);
        Assert.Equal(before["RUS"], after["RUS"]);
        Assert.DoesNotContain("x-militia", after.Keys);
        Assert.Contains("\"best\":4,", after["BLR"], StringComparison.Ordinal);

        static System.Text.Json.Nodes.JsonObject Passed(string to, long n, string lot) =>
            ReportBuilder.Report("BLR", "anka", n).With("lot", lot).With("to", to).With("cause", "passedOn").With("grade", "B3");
        async Task<Dictionary<string, string>> FleetsAsync(long position) =>
            (await _service.AskAsync("/v1/countries?asOf=2026-01-01&limit=1000", position)).Items().ToDictionary(x => x.Text("recipient")!, x => x.GetRawText());
    }

    [Fact]
    public async Task Flows_to_a_recipient_are_another_answer_once_somebody_passes_something_on_to_it_or_that_is_withdrawn()
    {
        var posted = await ReportBuilder.Report("FJI", "anka", 1).PostAsync(_service);
        async Task<string> TagAsync(long position) =>
            (await Service.GetAsync(_service.Reader, $"/v1/flows?recipient=FJI&asOf=2026-01-01&atLeast={position}")).Headers.ETag!.ToString();
        var alone = await TagAsync(posted.Position);
        Assert.Equal(alone, await TagAsync((await ReportBuilder.Report("VUT", "anka", 1).PostAsync(_service)).Position));
        var passedOn = await ReportBuilder.Report("VUT", "anka", 1).With("lot", "x").With("to", "FJI").PostAsync(_service, "losses");
        var received = await TagAsync(passedOn.Position);
        Assert.NotEqual(alone, received);
        var withdrawn = await _service.ReportAsync("retractions", new { report = passedOn.Json.Text("eventId"), source = new { publisher = "A paper" } });
        Assert.NotEqual(received, await TagAsync(withdrawn.Position));
    }

    [Fact]
    public async Task Who_passed_something_on_is_found_by_an_index_of_its_own_and_a_second_start_finds_the_tables_as_they_should_be()
    {
        await _service.Services.GetRequiredService<IDocumentStore>().Storage.Database.AssertDatabaseMatchesConfigurationAsync(TestContext.Current.CancellationToken);
        await using var connection = await _service.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        // So small a table is read whole unless that is forbidden; what matters is that the index can serve.
        command.CommandText = "set enable_seqscan = off; explain select distinct recipient, platform from ledger.evidence where passed_to = any(array['RUS']) and position <= 9";
        var plan = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                plan.Add(reader.GetString(0));
            }
        }

        Assert.Contains(plan, x => x.Contains("idx_evidence_passed_to", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_stand_beside_the_codes_and_the_largest_flows_are_those_of_the_whole_list()
    {
        await using var service = await Service.StartAsync();
        string[] suppliers = ["TUR", "CHN", "x-unknown", "x-some-rebels"];
        string[] platforms = ["Bayraktar TB2", "orlan-10", "anka", "flown kite"];
        string[] recipients = ["KGZ", "KAZ", "UZB", "TJK", "TKM", "MNG", "ARM", "GEO", "AZE", "IRN", "PAK", "x-some-rebels", "AFG"];
        var last = 0L;
        for (var i = 0; i < 80; i++)
        {
            last = (await ReportBuilder.Report(recipients[i % 13], platforms[i % 4], 1 + (i * 7 % 11)).With("supplier", suppliers[i / 3 % 4])
                .With("deal", $"d{i % 5}").With("grade", i % 3 == 0 ? "D4" : "B2").PostAsync(service)).Position;
        }

        foreach (var (from, to) in new[] { ("KGZ", "x-some-rebels"), ("KAZ", "TUR"), ("UZB", "KGZ") })
        {
            last = (await ReportBuilder.Report(from, "anka", 4).With("lot", "p").With("to", to).With("cause", "passedOn").PostAsync(service, "losses")).Position;
        }

        var all = (await service.AskAsync("/v1/flows?asOf=2026-01-01&limit=1000", last)).Items();
        Assert.True(all.Length > 30);
        Assert.All(all, x => Assert.Equal((Ledger.Vocabulary.Country.NameOf(x.Text("supplier")!), Ledger.Vocabulary.Country.NameOf(x.Text("recipient")!)),
            (x.Text("supplierName"), x.Text("recipientName"))));
        Assert.All(all, x => Assert.False(x.Long("low") == 0 && x.Long("best") == 0 && x.At("high").GetRawText() == "0"));
        foreach (var (filter, takes) in new (string, Func<JsonElement, bool>)[]
        {
            ("", _ => true), ("&category=armedUav", x => x.Text("category") == "armedUav"),
            ("&category=uav,other", x => x.Text("category") is "uav" or "other"), ("&category=missile", _ => false),
            ("&supplier=TUR", x => x.Text("supplier") == "TUR"), ("&supplier=x-unknown", x => x.Text("supplier") == "x-unknown"),
            ("&supplier=KAZ", x => x.Text("supplier") == "KAZ"), ("&recipient=TUR", x => x.Text("recipient") == "TUR"),
            ("&supplier=CHN&category=other,armedUav", x => x.Text("supplier") == "CHN" && x.Text("category") is "other" or "armedUav"),
            ("&supplier=TUR&recipient=KGZ&category=armedUav", x => (x.Text("supplier"), x.Text("recipient"), x.Text("category")) == ("TUR", "KGZ", "armedUav")),
        })
        {
            var expected = all.Where(takes).ToList();
            var listed = (await service.AskAsync($"/v1/flows?asOf=2026-01-01&limit=1000{filter}")).Items();
            Assert.Equal(expected.Select(x => x.GetRawText()), listed.Select(x => x.GetRawText()));
            foreach (var top in (int[])[1, 7, 1000])
            {
                var largest = await service.AskAsync($"/v1/flows?asOf=2026-01-01&top={top}{filter}");
                Assert.Equal(expected.OrderByDescending(x => x.Long("best")).Take(top).Select(x => x.GetRawText()), largest.Items().Select(x => x.GetRawText()));
                Assert.False(largest.TryGetProperty("next", out _));
            }
        }
    }

    [Fact]
    public async Task Flows_of_a_category_are_another_answer_once_one_of_its_holdings_changes_or_a_platform_joins_it_and_else_the_same()
    {
        async Task<string> TagAsync(long position) =>
            (await Service.GetAsync(_service.Reader, $"/v1/flows?category=loiteringMunition,missile&asOf=2026-01-01&atLeast={position}")).Headers.ETag!.ToString();
        var defined = await HoldingsOverHttp.DefineAsync(_service, "flow-dart", "missile", null, "expendable");
        var posted = await ReportBuilder.Report("LVA", "flow-dart", 5).PostAsync(_service);
        var first = await TagAsync(Math.Max(defined, posted.Position));
        Assert.Equal(first, await TagAsync((await ReportBuilder.Report("LVA", "flow-arrow", 5).PostAsync(_service)).Position));
        var more = await TagAsync((await ReportBuilder.Report("LVA", "flow-dart", 6).PostAsync(_service)).Position);
        Assert.NotEqual(first, more);
        var joined = await TagAsync(await HoldingsOverHttp.DefineAsync(_service, "flow-arrow", "missile", null, "expendable"));
        Assert.NotEqual(more, joined);
        Assert.Equal("TUR LVA missile delivery 11",
            Assert.Single((await _service.AskAsync("/v1/flows?category=missile&asOf=2026-01-01&recipient=LVA")).Items().Select(Line)));
    }

    [Theory]
    [InlineData("from=2022&to=2021", "to")]
    [InlineData("category=uav,", "category")]
    [InlineData("category=uav,drone", "category")]
    [InlineData("top=0", "top")]
    [InlineData("top=1001", "top")]
    [InlineData("top=5&limit=5", "limit")]
    [InlineData("from=0", "from")]
    [InlineData("to=10000", "to")]
    [InlineData("from=2021-01-01", "from")]
    [InlineData("category=drone", "category")]
    [InlineData("recipient=kgz", "recipient")]
    [InlineData("supplier=x-", "supplier")]
    [InlineData("platform=anka", "platform")]
    public async Task Years_and_filters_that_are_none_are_refused_by_their_name(string query, string name)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/flows?{query}");
        Assert.Equal((400, $"?{name}"), (answer.Status, Assert.Single(answer.Errors).Pointer));
    }

    private static long Best(string line) => long.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
}
