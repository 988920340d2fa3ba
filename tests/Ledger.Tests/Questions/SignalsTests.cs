using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class SignalsTests(SignalsTests.Embargoing embargoing) : IClassFixture<SignalsTests.Embargoing>
{
    private readonly Service _service = embargoing.Service;

    /// <summary>A service whose operator has listed two codes.</summary>
    public sealed class Embargoing : OneService
    {
        public static readonly string[] List = ["--Ledger:EmbargoedCodes:0", "IRN", "--Ledger:EmbargoedCodes:1", "x-militia"];

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            await Service.DisposeAsync();
            Service = await Service.StartOnAsync(Service.ConnectionString, settings: List);
        }
    }

    private static string Line(JsonElement x) => $"{x.Text("signal")} {x.Text("recipient")} {x.Text("platform")} {x.Text("supplier") ?? "-"} {x.Text("to") ?? "-"} "
        + $"{x.Long("units.low")} {x.Long("units.best")} {(x.At("units.high").ValueKind == JsonValueKind.Null ? "open" : x.Long("units.high"))} "
        + (x.At("observed").ValueKind == JsonValueKind.Null ? "-" : $"{x.Long("observed")}");

    private async Task<JsonElement[]> SignalsAsync(string query, long position = 0) =>
        (await _service.AskAsync($"/v1/signals?asOf=2026-01-01&{query}", position)).Items();

    private static void Raised(JsonElement signal, params Answered[] by) => Assert.Equal(by.Select(x => x.Json.Text("eventId")), signal.Items("reports").Select(x => x.GetString()));

    [Fact]
    public async Task Units_that_were_passed_on_raise_a_question_with_the_reports_that_say_so()
    {
        await ReportBuilder.Report("TJK", "Bayraktar TB2", 5).PostAsync(_service);
        var first = await ReportBuilder.Report("TJK", "Bayraktar TB2", 2).With("lot", "a").With("to", "RUS").PostAsync(_service, "losses");
        var doubtful = await ReportBuilder.Report("TJK", "Bayraktar TB2", 1).With("lot", "b").With("to", "RUS").With("grade", "E4").PostAsync(_service, "losses");
        var last = await ReportBuilder.Report("TJK", "Bayraktar TB2", 1).With("lot", "crash").PostAsync(_service, "losses");
        var signal = Assert.Single(await SignalsAsync("recipient=TJK", last.Position));
        Assert.Equal("passedOn TJK bayraktar-tb2 - RUS 2 2 3 -", Line(signal));
        Assert.Equal("Reports say that 2 Bayraktar TB2 of Tajikistan (TJK) were passed on to Russia (RUS): were they, and who agreed to it?", signal.Text("question"));
        Raised(signal, first, doubtful);
        Assert.Empty((await _service.AskAsync("/v1/signals?recipient=TJK&asOf=2020-12-31")).Items());
        Assert.Empty((await _service.AskAsync("/v1/signals?recipient=TJK&asOf=2026-01-01&reportedBy=2022-01-01")).Items());
        Assert.Empty(await SignalsAsync("recipient=RUS"));
    }

    [Fact]
    public async Task Imports_far_above_what_was_ever_seen_raise_a_question_and_those_that_nobody_looked_at_do_not()
    {
        await ReportBuilder.Report("UZB", "orlan-10", 40).PostAsync(_service);
        var unseen = await ReportBuilder.Report("UZB", "orlan-10", 3).With("recipient", "KAZ").PostAsync(_service);
        Assert.Empty(await SignalsAsync("recipient=UZB", unseen.Position));

        var seen = await ReportBuilder.Report("UZB", "orlan-10", 14).PostAsync(_service, "observations");
        Assert.Empty(await SignalsAsync("recipient=UZB&kind=embargoed", seen.Position));
        Assert.Empty(await SignalsAsync("recipient=UZB"));
        var more = await ReportBuilder.Report("UZB", "orlan-10", 4).With("deal", "more").PostAsync(_service);
        Assert.Empty(await SignalsAsync("recipient=UZB", more.Position));
        more = await ReportBuilder.Report("UZB", "orlan-10", 43).With("deal", "most").PostAsync(_service);
        var signal = Assert.Single(await SignalsAsync("recipient=UZB", more.Position));
        Assert.Equal("aboveHoldings UZB orlan-10 - - 47 47 47 14", Line(signal));
        Assert.Equal("Imports and declared production of Orlan-10 by Uzbekistan (UZB) add up to 47, less what was lost; no report has seen more than 14: where are the others?",
            signal.Text("question"));
        Assert.Equal(4, signal.Items("reports").Length);
        var lost = await ReportBuilder.Report("UZB", "orlan-10", 6).With("total", true).PostAsync(_service, "losses");
        Assert.Empty(await SignalsAsync("recipient=UZB", lost.Position));
    }

    [Theory]
    [InlineData(12, 3, false)]
    [InlineData(13, 3, true)]
    [InlineData(29, 10, false)]
    [InlineData(30, 10, true)]
    public async Task Far_above_is_three_times_as_many_and_ten_more(int came, int seen, bool raised)
    {
        var platform = $"kite-{came}";
        await ReportBuilder.Report("MNG", platform, came).PostAsync(_service);
        var last = await ReportBuilder.Report("MNG", platform, seen).PostAsync(_service, "observations");
        Assert.Equal(raised, (await SignalsAsync("recipient=MNG&kind=aboveHoldings", last.Position)).Any(x => x.Text("platform") == platform));
    }

    [Fact]
    public async Task A_declared_rate_of_production_that_nobody_has_seen_anything_of_raises_a_question()
    {
        var rate = await Rate("2023-01-01", 10, "month").PostAsync(_service, "milestones");
        // Announced a year before anything was made.
        Assert.Empty(await AskedAsync("2024-12-31", rate.Position));
        rate = await Rate("2024-01-01", 10, "month").With("rate", null).With("milestone", "productionStarted").PostAsync(_service, "milestones");
        Assert.Equal("aboveHoldings KGZ farm-kite - - 0 120 121 -", Line(Assert.Single(await AskedAsync("2024-12-31", rate.Position))));
        Assert.Empty(await AskedAsync("2024-01-15", rate.Position));
        // A later rate takes its place from its own day on, and a halt ends it.
        await Rate("2025-01-01", 365, "year").PostAsync(_service, "milestones");
        var halted = await Rate("2025-01-11", 1, "year").With("rate", null).With("milestone", "halted").PostAsync(_service, "milestones");
        var signal = Assert.Single(await AskedAsync("2026-01-01", halted.Position));
        Assert.Equal("aboveHoldings KGZ farm-kite - - 0 130 732 -", Line(signal));
        Assert.Equal((4, 130), (signal.Items("reports").Length, signal.Long("declared")));
        Assert.Contains("add up to 130, less what was lost; no report has seen any: where are they?", signal.Text("question"), StringComparison.Ordinal);
        // What is reported as completed is not added to what the rate would have made of it.
        var completed = await ReportBuilder.Report("KGZ", "farm kite", 50).With("deal", "works").With("milestone", "unitsCompleted").With("occurred", "2025-06-01").PostAsync(_service, "milestones");
        Assert.Equal("aboveHoldings KGZ farm-kite - - 50 130 130 -", Line(Assert.Single(await AskedAsync("2026-01-01", completed.Position))));
        Assert.Equal(50, (await _service.AskAsync("/v1/countries/KGZ/fleet/farm-kite?asOf=2026-01-01")).Long("estimate.high"));

        static JsonObject Rate(string day, int n, string per) => ReportBuilder.Report("KGZ", "farm kite", 1).With("deal", "works").With("quantity", null)
            .With("milestone", "rateDeclared").With("occurred", day).With("rate", new JsonObject { ["n"] = n, ["per"] = per });
        async Task<JsonElement[]> AskedAsync(string asOf, long position) =>
            (await _service.AskAsync($"/v1/signals?recipient=KGZ&asOf={asOf}", position)).Items();
    }

    [Fact]
    public async Task A_supplier_or_receiver_on_the_operators_list_raises_a_question()
    {
        var contract = await ReportBuilder.Report("ARM", "ababil-2", 6).With("supplier", "IRN").With("deal", "a").PostAsync(_service, "contracts");
        var delivered = await ReportBuilder.Report("ARM", "ababil-2", 4).With("supplier", "IRN").With("deal", "a").PostAsync(_service);
        var passedOn = await ReportBuilder.Report("ARM", "ababil-2", 1).With("lot", "x").With("to", "x-militia").PostAsync(_service, "losses");
        var wrong = await ReportBuilder.Report("ARM", "anka", 2).With("supplier", "IRN").With("deal", "b").PostAsync(_service);
        var last = await _service.ReportAsync("retractions", new { report = wrong.Json.Text("eventId"), source = new { publisher = "A paper" } });
        var signals = await SignalsAsync("recipient=ARM", last.Position);
        Assert.Equal(["embargoed ARM ababil-2 - x-militia 1 1 1 -", "embargoed ARM ababil-2 IRN - 4 4 6 -", "passedOn ARM ababil-2 - x-militia 1 1 1 -"], signals.Select(Line));
        Assert.Equal("Reports name Iran (IRN), which is on this service's list of embargoed codes, as supplier of Ababil-2 to Armenia (ARM): "
            + "did it supply them, and what does the embargo say of it?", signals[1].Text("question"));
        Raised(signals[0], passedOn);
        Raised(signals[1], contract, delivered);
        Assert.Equal(signals.Take(2).Select(x => x.GetRawText()), (await SignalsAsync("recipient=ARM&kind=embargoed")).Select(x => x.GetRawText()));
    }

    [Fact]
    public async Task The_list_of_embargoed_codes_changes_questions_and_their_validator_and_no_fleet()
    {
        var connection = await Databases.MakeAsync();
        async Task<(string Fleets, string Tag, string[] Signals, bool Immutable)> AskedAsync(params string[] settings)
        {
            await using var service = await Service.StartOnAsync(connection, settings: settings);
            var posted = await ReportBuilder.Report("ARM", "ababil-2", 6).With("id", "one").With("supplier", "IRN").With("deal", "a").ToAsync(service);
            var query = $"asOf=2026-01-01&method=1&knownAt=@{posted}";
            var signals = await Service.GetAsync(service.Reader, $"/v1/signals?{query}");
            string[] fleets = [(await Service.GetAsync(service.Reader, $"/v1/countries?{query}")).Body, (await Service.GetAsync(service.Reader, $"/v1/countries/ARM/fleet?{query}")).Body,
                (await Service.GetAsync(service.Reader, $"/v1/countries/ARM/fleet/ababil-2?{query}")).Body, (await Service.GetAsync(service.Reader, $"/v1/deals?{query}")).Body];
            return (string.Join('\n', fleets), signals.Headers.ETag!.ToString(), [.. signals.Json.Items().Select(Line)],
                signals.Headers.CacheControl!.ToString().Contains("immutable", StringComparison.Ordinal));
        }

        var without = await AskedAsync();
        var with = await AskedAsync(Embargoing.List);
        Assert.Equal(without.Fleets, with.Fleets);
        Assert.Empty(without.Signals);
        Assert.Equal(["embargoed ARM ababil-2 IRN - 6 6 6 -"], with.Signals);
        Assert.NotEqual(without.Tag, with.Tag);
        Assert.False(without.Immutable || with.Immutable);
    }

    [Fact]
    public async Task What_goes_back_to_its_supplier_and_stock_that_was_used_up_are_no_questions()
    {
        await ReportBuilder.Report("MDA", "returned-kite", 30).PostAsync(_service);
        await ReportBuilder.Report("MDA", "returned-kite", 5).With("lot", "a").With("to", "TUR").PostAsync(_service, "losses");
        await ReportBuilder.Report("MDA", "returned-kite", 5).With("lot", "b").With("to", "BGR").With("cause", "returned").PostAsync(_service, "losses");
        await ReportBuilder.Report("MDA", "alpagu", 500).PostAsync(_service);
        var last = await ReportBuilder.Report("MDA", "alpagu", 3).PostAsync(_service, "observations");
        Assert.Empty(await SignalsAsync("recipient=MDA", last.Position));
        var passedOn = await ReportBuilder.Report("MDA", "returned-kite", 1).With("lot", "c").With("to", "ROU").PostAsync(_service, "losses");
        var signal = Assert.Single(await SignalsAsync("recipient=MDA&to=ROU", passedOn.Position));
        Assert.Equal("Moldova returned-kite Romania", $"{signal.Text("recipientName")} {signal.Text("platformName")} {signal.Text("toName")}");
        Assert.Empty(await SignalsAsync("recipient=MDA&to=TUR"));
    }

    [Theory]
    [InlineData(null, null, 7)]
    [InlineData("2022-01-01", null, 4)]
    [InlineData(null, "2021-12-31", 3)]
    [InlineData("2022-06-01", "2022-12-31", 4)]
    [InlineData("2023-01-01", null, 0)]
    [InlineData(null, "2020-12-31", 0)]
    public async Task An_embargo_has_its_days(string? from, string? to, int supplied)
    {
        var settings = new List<string> { "--Ledger:EmbargoedCodes:0:Code", "IRN" };
        settings.AddRange(from is null ? [] : ["--Ledger:EmbargoedCodes:0:From", from]);
        settings.AddRange(to is null ? [] : ["--Ledger:EmbargoedCodes:0:To", to]);
        await using var service = await Service.StartOnAsync(await Databases.MakeAsync(), settings: [.. settings]);
        foreach (var (lot, day, n) in new[] { ("1", "2021-05-01", 3), ("2", "2022-07-01", 4) })
        {
            await ReportBuilder.Report("GEO", "ababil-2", n).With("id", $"embargo {lot}").With("supplier", "IRN").With("deal", "a").With("lot", lot).With("occurred", day).ToAsync(service);
        }

        var signals = (await service.AskAsync("/v1/signals?recipient=GEO&kind=embargoed&asOf=2026-01-01")).Items();
        Assert.Equal(supplied, signals.Sum(x => x.Long("units.best")));
        if (supplied > 0)
        {
            Assert.Equal(("IRN", from, to), (signals[0].Text("embargo.code"), signals[0].Text("embargo.from"), signals[0].Text("embargo.to")));
        }
    }

    [Theory]
    [InlineData("Ledger:EmbargoedCodes:0", "Iran", "Ledger:EmbargoedCodes:0: 'Iran' is no code.")]
    [InlineData("Ledger:EmbargoedCodes:0:Code", "Iran", "Ledger:EmbargoedCodes:0: 'Iran' is no code.")]
    [InlineData("Ledger:EmbargoedCodes:0:From", "2020", "Ledger:EmbargoedCodes:0:From: '2020' is no day")]
    [InlineData("Ledger:EmbargoedCodes:0:Since", "2020-01-01", "Ledger:EmbargoedCodes:0:Since: an entry has Code, From and To")]
    [InlineData("Ledger:EmbargoedCodes:3", "", "Ledger:EmbargoedCodes:3: '' is no code.")]
    [InlineData("Ledger:EmbargoedCodes", "IRN,RUS", "Ledger:EmbargoedCodes is a list, not 'IRN,RUS'")]
    public async Task A_list_that_is_none_stops_the_service_before_it_listens(string name, string value, string why)
    {
        var refused = await Assert.ThrowsAsync<OperatorException>(async () => await Service.StartAsync(null, $"--{name}", value));
        Assert.StartsWith(why, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kind=finding", "kind")]
    [InlineData("recipient=Iran", "recipient")]
    [InlineData("platform=anka", "platform")]
    public async Task A_filter_that_is_none_is_refused_by_its_name(string query, string name)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/signals?{query}");
        Assert.Equal((400, $"?{name}"), (answer.Status, Assert.Single(answer.Errors).Pointer));
    }
}

internal static class PostedOnce
{
    /// <summary>Posts it, be it there already or not, and waits until it is used; its position.</summary>
    public static async Task<long> ToAsync(this JsonObject report, Service service)
    {
        var posted = await Service.PostAsync(service.Reporter, "/v1/deliveries", report.ToJsonString());
        await service.AskAsync("/v1/countries", posted.Json.Long("position"));
        return posted.Json.Long("position");
    }
}
