using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class ChangesTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private static string[] Reports(JsonElement change) => [.. change.Items("reports").Select(x => x.Text("eventId")!)];

    private static string Id(Answered posted) => posted.Json.Text("eventId")!;

    private Task<Answered> RetractAsync(Answered posted) =>
        _service.ReportAsync("retractions", new { report = Id(posted), source = new { publisher = "The ledger" } });

    private static (long, long, string) Side(JsonElement change, string side) => (change.Long($"{side}.low"), change.Long($"{side}.best"), change.At($"{side}.high").GetRawText());

    [Fact]
    public async Task A_change_shows_before_and_after_and_the_reports_that_did_it()
    {
        var first = await ReportBuilder.Report("KGZ", "aksungur", 3).PostAsync(_service);
        await ReportBuilder.Report("KGZ", "Bayraktar TB2", 1).PostAsync(_service);
        var correction = await ReportBuilder.Report("KGZ", "aksungur", 5).With("supersedes", new System.Text.Json.Nodes.JsonArray(Id(first))).PostAsync(_service);
        await ReportBuilder.Report("KGZ", "aksungur", 90).With("grade", "A5").PostAsync(_service); // Improbable: it does nothing.
        var last = await ReportBuilder.Report("KGZ", "aksungur", 80).With("role", "trial").PostAsync(_service);

        var answer = await _service.AskAsync($"/v1/countries/KGZ/changes?asOf=2023-01-01&from=@{correction.Position - 1}&to=@{last.Position}", last.Position);

        var change = Assert.Single(answer.Items());
        Assert.Equal("aksungur", change.Text("platform"));
        Assert.Equal((3, 3, "3"), Side(change, "before"));
        Assert.Equal((5, 5, "5"), Side(change, "after"));
        Assert.Equal([Id(first), Id(correction)], Reports(change));
        Assert.Equal([(first.Position, true, false, ""), (correction.Position, false, true, Id(first))], change.Items("reports").Select(x => (x.Long("position"),
            x.At("countedBefore").GetBoolean(), x.At("countsAfter").GetBoolean(), string.Join(' ', x.Items("targets").Select(target => target.GetString())))));
        Assert.False(change.At("catalogue").GetBoolean());
        Assert.Equal(correction.Position - 1, answer.Long("from.position"));
        Assert.Equal(last.Position, answer.Long("basis.position"));
    }

    [Fact]
    public async Task Retracting_what_had_replaced_a_report_brings_it_back_and_names_all_three()
    {
        var first = await ReportBuilder.Report("KAZ", "aksungur", 3).PostAsync(_service);
        var correction = await ReportBuilder.Report("KAZ", "aksungur", 5).With("supersedes", new System.Text.Json.Nodes.JsonArray(Id(first))).PostAsync(_service);
        var retraction = await RetractAsync(correction);

        var answer = await _service.AskAsync($"/v1/countries/KAZ/changes?asOf=2023-01-01&from=@{correction.Position}", retraction.Position);

        Assert.Equal([Id(first), Id(correction), Id(retraction)], Reports(Assert.Single(answer.Items())));
        // What was posted and retracted in between did nothing.
        var from = retraction.Position;
        var mistake = await ReportBuilder.Report("KAZ", "aksungur", 9).PostAsync(_service);
        await RetractAsync(mistake);
        var lot = await ReportBuilder.Report("KAZ", "aksungur", 7).With("occurred", "2022-05").PostAsync(_service);
        answer = await _service.AskAsync($"/v1/countries/KAZ/changes?asOf=2023-01-01&from=@{from}", lot.Position);
        Assert.Equal([Id(lot)], Reports(Assert.Single(answer.Items())));
    }

    [Fact]
    public async Task A_report_of_a_day_to_come_is_named_where_it_moves_the_beginning_of_its_lot()
    {
        await ReportBuilder.Report("TUR", "aksungur", 5).With("deal", "a").PostAsync(_service);
        var lot = await ReportBuilder.Report("TUR", "aksungur", 2).With("deal", "a").With("lot", "l").With("occurred", "2021-06").With("grade", "D3").PostAsync(_service);
        var later = await ReportBuilder.Report("TUR", "aksungur", 2).With("deal", "a").With("lot", "l").With("occurred", "2023").PostAsync(_service);

        var change = Assert.Single((await _service.AskAsync($"/v1/countries/TUR/changes?method=1&asOf=2022-06-01&from=@{lot.Position}", later.Position)).Items());

        // The lot now begins after the running total, which it raises; by method 2 only a credible lot would.
        Assert.Equal((5, 7), (change.Long("before.best"), change.Long("after.best")));
        Assert.Equal([Id(later)], Reports(change));
    }

    [Fact]
    public async Task Retracting_a_delisting_names_the_retraction_and_what_counts_again()
    {
        var first = await ReportBuilder.Report("UZB", "aksungur", 3).PostAsync(_service);
        var delisting = await _service.ReportAsync("delistings",
            new { report = Id(first), edition = "2026", source = new { publisher = "An institute", published = "2026-03-01" } });
        var retraction = await RetractAsync(delisting);

        var gone = Assert.Single((await _service.AskAsync($"/v1/countries/UZB/changes?from=@{first.Position}&to=@{delisting.Position}", retraction.Position)).Items());
        Assert.Equal([Id(first), Id(delisting)], Reports(gone));
        Assert.Equal((0, 0, "0"), Side(gone, "after"));
        // A zero that is no knowledge does not look like it.
        Assert.Equal((0, 3), (gone.Long("before.delisted.best"), gone.Long("after.delisted.best")));
        Assert.Equal("None listed now. 3 stood until An institute stopped listing them on 1 March 2026; that does not say that they are gone.", gone.Text("after.words"));
        Assert.Equal([(Id(first), ""), (Id(delisting), Id(first))],
            gone.Items("reports").Select(x => (x.Text("eventId")!, string.Join(' ', x.Items("targets").Select(target => target.GetString())))));
        Assert.DoesNotContain(gone.Items("reports"), x => x.At("countsAfter").GetBoolean());
        var back = Assert.Single((await _service.AskAsync($"/v1/countries/UZB/changes?from=@{delisting.Position}&to=@{retraction.Position}")).Items());
        Assert.Equal([Id(first), Id(retraction)], Reports(back));
        Assert.Empty((await _service.AskAsync($"/v1/countries/UZB/changes?from=@{first.Position}&to=@{retraction.Position}")).Items());
    }

    [Fact]
    public async Task An_alias_moves_reports_from_one_holding_to_another_and_a_factor_changes_numbers_without_a_report()
    {
        var one = await ReportBuilder.Report("TJK", "Crane X", 2).With("deal", "c.1").PostAsync(_service);
        var other = await ReportBuilder.Report("TJK", "Crane Ten", 3).With("deal", "c.2").PostAsync(_service);
        await HoldingsOverHttp.DefineAsync(_service, "crane-x", "uav", null);
        var alias = await Service.PostAsync(_service.Admin, "/v1/platforms/crane-x/aliases", """{"alias":"Crane Ten"}""");

        var changes = (await _service.AskAsync($"/v1/countries/TJK/changes?asOf=2023-01-01&from=@{other.Position}", alias.Position)).Items();

        Assert.Equal(["crane-ten", "crane-x"], changes.Select(x => x.Text("platform")));
        Assert.Equal(((3, 3, "3"), (0, 0, "0")), (Side(changes[0], "before"), Side(changes[0], "after")));
        Assert.Equal(((2, 2, "2"), (5, 5, "5")), (Side(changes[1], "before"), Side(changes[1], "after")));
        Assert.Equal(("other", "uav"), (changes[1].Text("before.category"), changes[1].Text("after.category")));
        // Of what nobody had reported nothing was of any category.
        Assert.Equal(["crane-ten", "crane-x"], (await _service.AskAsync($"/v1/countries/TJK/changes?asOf=2023-01-01&from=@{other.Position}&category=other")).Items().Select(x => x.Text("platform")));
        Assert.Equal(["crane-x"], (await _service.AskAsync("/v1/countries/TJK/changes?asOf=2023-01-01&category=uav")).Items().Select(x => x.Text("platform")));
        Assert.Empty((await _service.AskAsync("/v1/countries/TJK/changes?asOf=2023-01-01&category=other")).Items());
        Assert.All(changes, x => Assert.True(x.At("catalogue").GetBoolean()));
        Assert.Equal([[Id(other)], [Id(other)]], changes.Select(Reports));

        var systems = await ReportBuilder.Report("TJK", "Crane X", 1).With("deal", "c.3").With("quantity.unit", "system").PostAsync(_service);
        var factor = await HoldingsOverHttp.DefineAsync(_service, "crane-x", "uav", [2, 2, 2]);
        var change = Assert.Single((await _service.AskAsync($"/v1/countries/TJK/changes?asOf=2023-01-01&from=@{systems.Position}", factor)).Items());
        Assert.Empty(change.Items("reports"));
        Assert.True(change.At("catalogue").GetBoolean());
        Assert.Equal(1, change.Long("after.best") - change.Long("before.best"));
    }

    [Fact]
    public async Task A_platform_that_is_redefined_moves_its_holding_into_the_headline()
    {
        var posted = await ReportBuilder.Report("TKM", "Heron Y", 2).PostAsync(_service);
        var defined = await HoldingsOverHttp.DefineAsync(_service, "heron-y", "uav", null);
        var change = Assert.Single((await _service.AskAsync($"/v1/countries/TKM/changes?from=@{posted.Position}", defined)).Items());
        Assert.Equal((Side(change, "before"), "other", "uav"), (Side(change, "after"), change.Text("before.category"), change.Text("after.category")));
    }

    [Fact]
    public async Task Each_report_is_told_with_who_said_how_much_when_and_what_it_did()
    {
        var first = await ReportBuilder.Report("BLR", "aksungur", 3).With("deal", "b").With("source.publisher", "An institute").With("source.published", "2022-03").PostAsync(_service);
        var other = await ReportBuilder.Report("BLR", "aksungur", 4).With("deal", "d")
            .With("quantity", System.Text.Json.Nodes.JsonNode.Parse("""{"low":2,"high":9,"unit":"system","text":"some"}""")).PostAsync(_service);
        var third = await ReportBuilder.Report("BLR", "aksungur", 6).With("deal", "e").PostAsync(_service);
        static string Line(JsonElement x) => $"{x.Text("kind")} {x.Text("publisher")} {x.Text("reported")} {x.At("quantity").GetRawText()} {x.Text("did")}";
        async Task<string[]> SinceAsync(long from, long to)
        {
            var answer = await _service.AskAsync($"/v1/countries/BLR/changes?asOf=2024-01-01&from=@{from}&to=@{to}", to);
            return [.. Assert.Single(answer.Items()).Items("reports").Select(Line)];
        }

        Assert.Equal(["""delivery An institute 2022-03-31 {"qualifier":"exact","n":3,"unit":"item"} said""",
            """delivery A paper 2022-10-27 {"qualifier":"range","low":2,"high":9,"unit":"system"} said""",
            """delivery A paper 2022-10-27 {"qualifier":"exact","n":6,"unit":"item"} said"""], await SinceAsync(first.Position - 1, third.Position));
        var correction = await ReportBuilder.Report("BLR", "aksungur", 5).With("deal", "b").With("supersedes", new System.Text.Json.Nodes.JsonArray(Id(first))).PostAsync(_service);
        Assert.Equal(["said", "replaced"], (await SinceAsync(third.Position, correction.Position)).Select(x => x[(x.LastIndexOf(' ') + 1)..]));
        var retraction = await _service.ReportAsync("retractions", new { report = Id(correction), source = new { publisher = "The ledger" } });
        // A retraction without a day has that of its target.
        Assert.Equal("retraction The ledger 2022-10-27 null withdrawn", (await SinceAsync(correction.Position, retraction.Position))[^1]);
        var delisting = await _service.ReportAsync("delistings", new { report = Id(other), edition = "2026", source = new { publisher = "An institute", published = "2023-03-01" } });
        Assert.Equal("delisting An institute 2023-03-01 null delisted", (await SinceAsync(retraction.Position, delisting.Position))[^1]);
        var successor = await ReportBuilder.Report("BLR", "aksungur", 1).With("deal", "f").PostAsync(_service);
        var renamed = await _service.ReportAsync("delistings",
            new { report = Id(third), edition = "2026", successor = Id(successor), source = new { publisher = "An institute", published = "2023-03-01" } });
        Assert.Equal("delisting An institute 2023-03-01 null renamed", (await SinceAsync(successor.Position, renamed.Position))[^1]);
    }

    [Fact]
    public async Task The_world_s_changes_are_what_the_countries_differ_by_on_both_clocks_and_the_largest_come_first_where_that_is_asked()
    {
        await using var service = await Service.StartAsync();
        string[] platforms = ["eagle", "falcon", "hawk", "kite"];
        string[] recipients = ["KGZ", "KAZ", "UZB", "TJK", "x-band"];
        var positions = new List<long> { (await ReportBuilder.Report("MNG", "aksungur", 1).PostAsync(service)).Position };
        foreach (var (holding, i) in HoldingsOverHttp.Some(14).Select((x, i) => (x, i)))
        {
            positions.Add(await HoldingsOverHttp.ImportAsync(service, holding.Reports, $"urn:holding:{i}", recipients[i % 5], platforms[i % 4]));
            positions.Add(i switch
            {
                3 => await HoldingsOverHttp.DefineAsync(service, "eagle", "uav", [2, 3, 4]),
                5 => (await Service.PostAsync(service.Admin, "/v1/platforms/eagle/aliases", """{"alias":"kite"}""")).Position,
                8 => await HoldingsOverHttp.DefineAsync(service, "eagle", "armedUav", [1, 1, 1]),
                9 => await HoldingsOverHttp.DefineAsync(service, "hawk", "missile", null, "expendable"),
                11 => (await ReportBuilder.Report("UZB", "aksungur", 2).PostAsync(service)).Position,
                _ => positions[^1],
            });
        }

        var end = positions.Max();
        await service.AskAsync("/v1/countries", end);
        var seen = 0;
        var sides = new List<(string Range, string Before, string After)>
        {
            ($"to=@{end}", "", $"&knownAt=@{end}"), ("axis=reported&from=2020-02-01&to=2022-02-02", "&reportedBy=2020-02-01", "&reportedBy=2022-02-02"),
            ($"axis=reported&from=2019-01-01&knownAt=@{end}", $"&reportedBy=2019-01-01&knownAt=@{end}", $"&knownAt=@{end}"),
        };
        for (var i = 0; i < positions.Count; i += 3)
        {
            sides.Add(($"from=@{positions[i]}&to=@{positions[Math.Min(i + 5, positions.Count - 1)]}", $"&knownAt=@{positions[i]}", $"&knownAt=@{positions[Math.Min(i + 5, positions.Count - 1)]}"));
        }

        foreach (var (range, before, after) in sides)
        {
            foreach (var method in (int[])[1, 2])
            {
                var (was, isNow) = (before.Length == 0 ? [] : await HeadlinesAsync($"{before}&method={method}"), await HeadlinesAsync($"{after}&method={method}"));
                const string Nothing = "0 0 0 0 0";
                var expected = was.Keys.Union(isNow.Keys).Select(x => (Code: x, Before: was.GetValueOrDefault(x, Nothing), After: isNow.GetValueOrDefault(x, Nothing)))
                    .Where(x => x.Before != x.After).OrderBy(x => x.Code, StringComparer.Ordinal);
                var items = (await service.AskAsync($"/v1/changes?asOf=2022-06-01&{range}&method={method}&limit=1000")).Items();
                Assert.Equal(expected, items.Select(x => (x.Text("recipient")!, Bounds(x.At("before")), Bounds(x.At("after")))));
                Assert.All(items, x => Assert.Equal(Ledger.Vocabulary.Country.NameOf(x.Text("recipient")!), x.Text("recipientName")));
                seen += items.Length;
            }

            foreach (var item in (await service.AskAsync($"/v1/changes?asOf=2022-06-01&{range}&category=missile,other")).Items().Where(_ => before.Length > 0))
            {
                async Task<string> SumAsync(string side) =>
                    Bounds(Assert.Single((await service.AskAsync($"/v1/countries/{item.Text("recipient")}/series?from=2022-06-01&to=2022-06-01&category=missile,other{side}")).Items()));
                Assert.Equal((await SumAsync(after), Bounds(item.At("before")) != Bounds(item.At("after"))), (Bounds(item.At("after")), true));
                seen++;
            }

            foreach (var path in (string[])["/v1/changes", "/v1/countries/KGZ/changes"])
            {
                var all = (await service.AskAsync($"{path}?asOf=2022-06-01&{range}")).Items();
                var largest = all.OrderByDescending(x => Math.Abs(x.Long("after.best") - x.Long("before.best"))).ThenByDescending(HighDelta).Select(x => x.GetRawText()).ToList();
                Assert.Equal(largest, (await service.AskAsync($"{path}?asOf=2022-06-01&{range}&sort=delta")).Items().Select(x => x.GetRawText()));
                var paged = new List<string>();
                for (var next = ""; ;)
                {
                    var page = await service.AskAsync($"{path}?asOf=2022-06-01&{range}&sort=delta&limit=1{next}");
                    paged.AddRange(page.Items().Select(x => x.GetRawText()));
                    if (!page.TryGetProperty("next", out var cursor))
                    {
                        break;
                    }

                    next = $"&cursor={cursor.GetString()}";
                }

                Assert.Equal(largest, paged);
            }
        }

        Assert.True(seen > 30, $"Only {seen} changes were compared.");

        static string Bounds(JsonElement x) => $"{x.Long("low")} {x.Long("best")} {x.At("high").GetRawText()} {x.Long("closedHigh")} {x.Long("openHoldings")}";
        static long HighDelta(JsonElement x) => (x.At("before.high"), x.At("after.high")) is ({ ValueKind: JsonValueKind.Number } was, { ValueKind: JsonValueKind.Number } isNow)
            ? Math.Abs(isNow.GetInt64() - was.GetInt64()) : x.At("before.high").ValueKind == x.At("after.high").ValueKind ? 0 : long.MaxValue;
        async Task<Dictionary<string, string>> HeadlinesAsync(string side) => (await service.AskAsync($"/v1/countries?asOf=2022-06-01&limit=1000{side}")).Items()
            .ToDictionary(x => x.Text("recipient")!, x => Bounds(x.At("headline")));
    }

    [Fact]
    public async Task Only_holdings_of_the_categories_that_are_asked_for_are_listed_whichever_side_is_of_them()
    {
        await HoldingsOverHttp.DefineAsync(_service, "change-dart", "missile", null, "expendable");
        await ReportBuilder.Report("LTU", "change-dart", 2).PostAsync(_service);
        var posted = await ReportBuilder.Report("LTU", "aksungur", 2).PostAsync(_service);
        var moved = await HoldingsOverHttp.DefineAsync(_service, "change-dart", "artillery", null);
        async Task<string[]> AskAsync(string query) => [.. (await _service.AskAsync($"/v1/countries/LTU/changes?asOf=2023-01-01&{query}", moved)).Items().Select(x => x.Text("platform")!)];
        Assert.Equal(["aksungur", "change-dart"], await AskAsync($"to=@{posted.Position}"));
        Assert.Equal(["change-dart"], await AskAsync($"to=@{posted.Position}&category=missile,artillery"));
        Assert.Equal(["change-dart"], await AskAsync($"from=@{posted.Position}&category=missile"));
        Assert.Equal(["change-dart"], await AskAsync($"from=@{posted.Position}&category=artillery"));
        Assert.Empty(await AskAsync($"from=@{posted.Position}&category=armedUav,uav"));
        foreach (var path in (string[])["/v1/changes", "/v1/countries/LTU/changes"])
        {
            Assert.Equal("?sort", Assert.Single((await Service.GetAsync(_service.Reader, $"{path}?sort=size")).Errors).Pointer);
            Assert.Equal("?category", Assert.Single((await Service.GetAsync(_service.Reader, $"{path}?category=drone")).Errors).Pointer);
            Assert.Equal("?from", Assert.Single((await Service.GetAsync(_service.Reader, $"{path}?from=@5&to=@4")).Errors).Pointer);
        }
    }

    [Fact]
    public async Task By_the_clock_of_reporting_the_news_of_a_time_are_those_that_were_published_in_it()
    {
        await ReportBuilder.Report("AZE", "aksungur", 3).With("source.published", "2021-12-01").PostAsync(_service);
        var news = await ReportBuilder.Report("AZE", "aksungur", 5).With("occurred", "2022-02").With("source.published", "2022-03-01").PostAsync(_service);
        var late = await ReportBuilder.Report("AZE", "aksungur", 8).With("occurred", "2022-03").With("source.published", "2024-03-01").PostAsync(_service);

        var answer = await _service.AskAsync("/v1/countries/AZE/changes?axis=reported&asOf=2023-01-01&from=2022-02-28&to=2022-03-01", late.Position);
        var change = Assert.Single(answer.Items());
        Assert.Equal(((3, 3, "3"), (5, 5, "5")), (Side(change, "before"), Side(change, "after")));
        Assert.Equal(("2022-02-28", "2022-03-01"), (answer.Text("from.reportedBy"), answer.Text("basis.reportedBy")));
        Assert.Equal([Id(news)], Reports(change));
        Assert.Equal([Id(late)], Reports(Assert.Single((await _service.AskAsync("/v1/countries/AZE/changes?axis=reported&asOf=2023-01-01&from=2022-03-01")).Items())));
        Assert.Empty((await _service.AskAsync("/v1/countries/AZE/changes?axis=reported&asOf=2023-01-01&from=2022-03-01&to=2024-02-29")).Items());
    }

    [Fact]
    public async Task Changes_add_up_to_the_difference_of_the_two_fleets_on_both_clocks()
    {
        await using var service = await Service.StartAsync();
        string[] platforms = ["eagle", "falcon", "hawk", "kite"];
        var positions = new List<long> { 0 };
        foreach (var (holding, i) in HoldingsOverHttp.Some(12).Select((x, i) => (x, i)))
        {
            positions.Add(await HoldingsOverHttp.ImportAsync(service, holding.Reports, $"urn:holding:{i}", "KGZ", platforms[i % platforms.Length]));
            positions.Add(i switch
            {
                3 => await HoldingsOverHttp.DefineAsync(service, "eagle", "uav", [2, 3, 4]),
                5 => (await Service.PostAsync(service.Admin, "/v1/platforms/eagle/aliases", """{"alias":"kite"}""")).Position,
                8 => await HoldingsOverHttp.DefineAsync(service, "eagle", "armedUav", [1, 1, 1]),
                9 => await HoldingsOverHttp.DefineAsync(service, "hawk", "missile", null, "expendable"),
                _ => positions[^1],
            });
        }

        await service.AskAsync("/v1/countries", positions.Max());
        var seen = 0;
        foreach (var common in (string[])["asOf=2022-06-01&method=1", "asOf=2022-06-01", "asOf=2030-01-01&reportedBy=2021-06-01"])
        {
            for (var i = 0; i < positions.Count; i += 3)
            {
                for (var j = i; j < positions.Count; j += 5)
                {
                    seen += await CompareAsync($"{common}&from=@{positions[i]}&to=@{positions[j]}", $"{common}&knownAt=@{positions[i]}", $"{common}&knownAt=@{positions[j]}");
                }
            }
        }

        string[] days = ["2019-01-01", "2020-02-01", "2021-06-01", "2022-02-02", "2025-01-01"];
        foreach (var common in (string[])["asOf=2022-06-01", $"asOf=2030-01-01&knownAt=@{positions[9]}"])
        {
            for (var i = 0; i + 1 < days.Length; i++)
            {
                seen += await CompareAsync($"{common}&axis=reported&from={days[i]}&to={days[i + 1]}", $"{common}&reportedBy={days[i]}", $"{common}&reportedBy={days[i + 1]}");
            }
        }

        Assert.True(seen > 50, $"Only {seen} changes were compared.");

        async Task<int> CompareAsync(string changes, string before, string after)
        {
            var items = (await service.AskAsync($"/v1/countries/KGZ/changes?{changes}")).Items();
            var (was, isNow) = (await service.AskAsync($"/v1/countries/KGZ/fleet?{before}"), await service.AskAsync($"/v1/countries/KGZ/fleet?{after}"));
            foreach (var bound in (string[])["low", "best", "high"])
            {
                long Of(JsonElement value) => value.GetProperty(bound) is { ValueKind: JsonValueKind.Number } number ? number.GetInt64() : 0;
                bool IsHeadline(JsonElement side) => side.Text("class") == "durable" && side.Text("category") is "uav" or "armedUav";
                Assert.Equal(isNow.Items("holdings").Sum(x => Of(x.GetProperty("estimate"))) - was.Items("holdings").Sum(x => Of(x.GetProperty("estimate"))),
                    items.Sum(x => Of(x.GetProperty("after")) - Of(x.GetProperty("before"))));
                if (bound == "high" && !changes.Contains("method=1", StringComparison.Ordinal))
                {
                    continue; // What is closed of an open high counts in the headline, and is not told of a change.
                }

                var headline = bound == "high" ? "headline.closedHigh" : $"headline.{bound}";
                Assert.Equal(isNow.Long(headline) - was.Long(headline), items.Sum(x => (IsHeadline(x.GetProperty("after")) ? Of(x.GetProperty("after")) : 0)
                    - (IsHeadline(x.GetProperty("before")) ? Of(x.GetProperty("before")) : 0)));
            }

            return items.Length;
        }
    }

    [Fact]
    public async Task Without_an_end_the_changes_are_those_up_to_now_and_without_a_beginning_everything_is_a_change()
    {
        var before = await ReportBuilder.Report("GEO", "aksungur", 3).PostAsync(_service);
        var from = $"/v1/countries/GEO/changes?asOf=2023-01-01&from=@{before.Position}";
        Assert.Empty((await _service.AskAsync(from, before.Position)).Items());
        var after = await ReportBuilder.Report("GEO", "aksungur", 5).With("occurred", "2022-05").PostAsync(_service);
        Assert.Equal([Id(after)], Reports(Assert.Single((await _service.AskAsync(from, after.Position)).Items())));
        var all = await _service.AskAsync("/v1/countries/GEO/changes?asOf=2023-01-01");
        Assert.Equal(((0, 0, "0"), 0L), (Side(Assert.Single(all.Items()), "before"), all.Long("from.position")));
        // A time is as good as a position, and what the answer names as its basis answers the same again.
        var time = before.Json.Text("recordedAt")![..19] + "Z";
        var timed = await _service.AskAsync($"/v1/countries/GEO/changes?asOf=2023-01-01&from=2001-01-01T00:00:00Z&to={Uri.EscapeDataString(all.Text("basis.knownAt")!)}");
        Assert.Equal(all.GetProperty("items").GetRawText(), timed.GetProperty("items").GetRawText());
        Assert.Equal(200, (await Service.GetAsync(_service.Reader, $"/v1/countries/GEO/changes?from={time}")).Status);
        Assert.Empty((await _service.AskAsync("/v1/countries/NOR/changes")).Items());
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, "/v1/countries/ZZZ/changes")).Status);
    }

    [Theory]
    [InlineData("from=@5&to=@4", "?from")]
    [InlineData("from=@5&knownAt=@4", "?from")]
    [InlineData("to=@5&knownAt=@5", "?knownAt")]
    [InlineData("from=2022-01-01", "?from")]
    [InlineData("from=@99999999", "?from")]
    [InlineData("to=@99999999", "?to")]
    [InlineData("to=2999-01-01T00:00:00Z", "?to")]
    [InlineData("to=now", "?to")]
    [InlineData("axis=occurred", "?axis")]
    [InlineData("axis=reported&from=@5", "?from")]
    [InlineData("axis=reported&to=@5", "?to")]
    [InlineData("axis=reported&from=2022-01-02&to=2022-01-01", "?from")]
    [InlineData("axis=reported&to=2022-01-01&reportedBy=2022-01-01", "?reportedBy")]
    [InlineData("platform=TB2", "?platform")]
    public async Task A_comparison_that_cannot_be_made_is_refused_and_says_which_parameter(string query, string parameter)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/countries/KGZ/changes?{query}");
        Assert.True(answer.Status == 400, answer.Body);
        Assert.Equal(parameter, Assert.Single(answer.Errors).Pointer);
    }

    [Theory]
    [InlineData("from=@1&to=@POSITION&asOf=2022-01-01&method=1", true)]
    [InlineData("from=@1&knownAt=@POSITION&asOf=2022-01-01&method=1", true)]
    [InlineData("axis=reported&from=2022-01-01&to=2022-02-01&knownAt=@POSITION&asOf=2022-01-01&method=1", true)]
    [InlineData("axis=reported&from=2022-01-01&to=2022-02-01&asOf=2022-01-01&method=1", false)]
    [InlineData("from=@1&asOf=2022-01-01&method=1", false)]
    [InlineData("from=@1&to=@POSITION&method=1", false)]
    [InlineData("from=2022-01-01T00:00:00Z&to=@POSITION&asOf=2022-01-01&method=1", false)]
    public async Task Only_a_comparison_that_can_never_change_says_that_it_is_immutable(string query, bool immutable)
    {
        var posted = await ReportBuilder.Report("MNG", "aksungur", 3).PostAsync(_service);
        var answer = await Service.GetAsync(_service.Reader, $"/v1/countries/MNG/changes?{query.Replace("POSITION", $"{posted.Position}", StringComparison.Ordinal)}");
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal(immutable, answer.Headers.CacheControl!.ToString().Contains("immutable", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_comparison_keeps_its_validator_and_its_body_while_others_come_in()
    {
        var posted = await ReportBuilder.Report("ARM", "aksungur", 3).PostAsync(_service);
        foreach (var path in (string[])[$"/v1/countries/ARM/changes?asOf=2023-01-01&from=@{posted.Position - 1}", "/v1/countries/ARM/changes?asOf=2023-01-01&axis=reported&from=2020-01-01"])
        {
            await _service.AskAsync(path, posted.Position);
            var first = await Service.GetAsync(_service.Reader, path);
            var elsewhere = await ReportBuilder.Report("BLR", "aksungur", 3).PostAsync(_service);
            await _service.AskAsync("/v1/countries", elsewhere.Position);
            var again = await Service.GetAsync(_service.Reader, path);
            Assert.Equal((first.Headers.ETag!.ToString(), first.Body), (again.Headers.ETag!.ToString(), again.Body));
            Assert.Equal(304, (await _service.Reader.SendAsync(HttpMethod.Get, path, ("If-None-Match", first.Headers.ETag!.ToString()))).Status);
        }
    }
}
