using Ledger.Tests.Harness;

namespace Ledger.Tests.Editions;

/// <summary>The 17-column form beside the 16-column form: totals and the deliveries of single years are two readings of one number.</summary>
public sealed class YearsTests
{
    private const string Header = "Transfers of major conventional arms from All countries  to All countries . Deals with deliveries or orders made for year range '2000' to '2030' \n"
        + "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,Order date is estimate,Numbers delivered,Numbers delivered is estimate,Delivery year,"
        + "Delivery year is estimate,Status,SIPRI estimate,TIV deal unit,TIV delivery values,Local production";

    [Fact]
    public async Task Lines_of_one_number_join_the_order_that_they_are_and_never_add_up_with_its_total()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(ordered: "9", delivered: "7", years: "2021; 2022; 2023"), Register.Row("Kazakhstan", delivered: "5", years: "2022")), "2024-03-18");

        // Another vocabulary: it is found by what was delivered, and when.
        var years = await Edition.PostAsync(service, Of(Row("11", "2021", "3", designation: "TB2 armed UAV"), Row("11", "2022", "3", designation: "TB2 armed UAV"), Row("11", "2023", "1",
            designation: "TB2 armed UAV"),
            Row("12", "2022", "5", recipient: "Kazakhstan"), Row("13", "2020", "2", recipient: "Uzbekistan", designation: "Owl", yearOfOrder: "2019")), "2025-01-03");

        Assert.Equal(["tur.bayraktar-tb2.2021", "tur.bayraktar-tb2.2021", "tur.bayraktar-tb2.2021", "tur.bayraktar-tb2.2021", "tur.owl.2019"], years.Rows.Select(x => x.Text("deal")!));
        Assert.Equal((5, 5), (years.Count("new"), years.Count("created")));
        Assert.Equal([3, 6, 7, 7], await BestsAsync(service, years, "2021-12-31", "2022-12-31", "2023-12-31", "2026-11-01"));
        Assert.Equal((3, 3, 1), (await FlowAsync(service, 2021), await FlowAsync(service, 2022), await FlowAsync(service, 2023)));
        Assert.Equal(2, await EditionCasesTests.BestAsync(service, "UZB", "owl", years));
        var lots = (await service.AskAsync("/v1/reports?feed=urn:sipri:trade-register&recipient=KGZ&kind=delivery", years.Count("position"))).Items()[1..];
        Assert.Equal([("2021", "11"), ("2022", "11"), ("2023", "11")], lots.Select(x => (x.Text("lot")!, x.Text("reference")!)));

        // The next of each form goes on from there: the number is the order's identity for both.
        var again = await Edition.PostAsync(service, Of(Row("11", "2021", "3", designation: "Something else"), Row("11", "2022", "4", designation: "Something else"), Row("12", "2022", "5",
            recipient: "Kazakhstan")), "2025-02-03");
        Assert.Equal(["unchanged", "grown", "unchanged"], again.Rows.Select(x => x.Text("status")!));
        Assert.Equal(2, again.Count("delisted"));
    }

    [Fact]
    public async Task What_a_newer_whole_edition_lists_no_more_or_with_less_is_not_posted_and_what_was_is_replaced()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "4", years: "2021; 2022"), Register.Row("Kazakhstan", delivered: "5", years: "2022", comments: "Its own"),
            Register.Row("Uzbekistan", delivered: "6", years: "2021; 2023", comments: "Another")), "2024-03-18");
        var newer = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "4", years: "2021; 2022"), Register.Row("Uzbekistan", delivered: "3", years: "2021; 2022",
            comments: "Another")), "2026-05-18");
        Assert.Equal(["unchanged", "changed"], newer.Rows.Select(x => x.Text("status")!));
        var before = await FleetAsync(service);

        var years = await Edition.PostAsync(service, Of(Row("1", "2021", "1"), Row("1", "2022", "3"), Row("2", "2022", "5", recipient: "Kazakhstan"), Row("3", "2021", "2", recipient: "Uzbekistan"),
            Row("3", "2023", "4", recipient: "Uzbekistan"),
            Row("4", "2020", "9", recipient: "Tajikistan")), "2025-01-03");

        Assert.Equal([("new", null), ("new", null), ("superseded", "delisted"), ("superseded", "fewer"), ("superseded", "fewer"), ("superseded", "delisted")],
            years.Rows.Select(x => (x.Text("finding")!, x.Text("what"))));
        Assert.Equal((4, 2), (years.Count("superseded"), years.Count("created")));
        Assert.Equal(before, await FleetAsync(service));

        // A later whole edition that lowers or delists the order takes the years with it.
        var third = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "2", years: "2021; 2022")), "2026-06-18");
        Assert.Equal(2, await EditionCasesTests.BestAsync(service, "KGZ", "bayraktar-tb2", third));
        var fourth = await Edition.PostAsync(service, Register.Of(Register.Row("Uzbekistan", delivered: "3", years: "2021; 2022", comments: "Another")), "2026-07-18");
        Assert.Equal(0, await EditionCasesTests.BestAsync(service, "KGZ", "bayraktar-tb2", fourth));
        var withdrawn = await Edition.WithdrawAsync(service, "2025-01-03");
        Assert.Equal(1, withdrawn.Summary.Long("withdrawn"));
    }

    [Fact]
    public async Task A_whole_edition_that_comes_in_after_the_years_takes_their_orders_and_nothing_adds_up()
    {
        await using var service = await Service.StartAsync();
        var years = await Edition.PostAsync(service, Of(Row("1", "2021", "1"), Row("1", "2022", "3"), Row("2", "2022", "5", recipient: "Kazakhstan", designation: "TB2 drone"),
            Row("3", "2022", "9", recipient: "Uzbekistan")), "2025-01-03");
        Assert.Equal(4, years.Count("new"));

        var whole = await Edition.PostAsync(service, Register.Of(Register.Row(ordered: "6", delivered: "4", years: "2021; 2022"),
            Register.Row("Kazakhstan", ordered: "5", delivered: "5", years: "2022", comments: "Its own")), "2026-05-18");

        Assert.Equal((0, 1), (whole.Count("new"), whole.Count("delisted")));
        foreach (var (code, best) in ((string, long)[])[("KGZ", 4), ("KAZ", 5), ("UZB", 0)])
        {
            Assert.Equal((code, best), (code, await EditionCasesTests.BestAsync(service, code, "bayraktar-tb2", whole)));
        }

        // One of an earlier day than the years says nothing against them.
        await using var other = await Service.StartAsync();
        await Edition.PostAsync(other, Of(Row("1", "2021", "1"), Row("1", "2022", "3"), Row("3", "2022", "9", recipient: "Uzbekistan")), "2025-01-03");
        var earlier = await Edition.PostAsync(other, Register.Of(Register.Row(ordered: "6", delivered: "4", years: "2021; 2022")), "2024-05-18");
        Assert.Equal(0, earlier.Count("delisted"));
        Assert.Equal((4, 9), (await EditionCasesTests.BestAsync(other, "KGZ", "bayraktar-tb2", earlier), await EditionCasesTests.BestAsync(other, "UZB", "bayraktar-tb2", earlier)));
    }

    [Theory]
    // Fewer than the years add up to; none; the years of the file beside a total that was said again; other years than those of the total.
    [InlineData("", "2", "2021; 2022", 2)]
    [InlineData("", "0", "", 0)]
    [InlineData("4", "4", "2021; 2022", 4)]
    [InlineData("7", "7", "2021", 7)]
    public async Task A_later_whole_edition_that_says_less_or_other_years_takes_the_years_with_it(string before, string delivered, string years, long best)
    {
        await using var service = await Service.StartAsync();
        if (before.Length > 0)
        {
            await Edition.PostAsync(service, Register.Of(Register.Row(ordered: "9", delivered: before, years: "2021; 2022")), "2024-03-18");
        }

        var file = await Edition.PostAsync(service, Of(Row("1", "2021", "3"), Row("1", "2022", "4")), "2025-01-03");
        Assert.Equal(7, await EditionCasesTests.BestAsync(service, "KGZ", "bayraktar-tb2", file));

        var whole = await Edition.PostAsync(service, Register.Of(Register.Row(ordered: "9", delivered: delivered, years: years)), "2026-05-18");

        Assert.Equal(best, await EditionCasesTests.BestAsync(service, "KGZ", "bayraktar-tb2", whole));
    }

    [Fact]
    public async Task The_years_of_an_order_go_with_it_to_its_other_name_whichever_came_in_first()
    {
        string[] years = [Row("1", "2021", "5", designation: "Owl drone"), Row("1", "2022", "2", designation: "Owl drone")];
        var (old, renamed) = (Register.Row(designation: "Owl", delivered: "7", years: "2021; 2022", comments: "For the coast"), Register.Row(designation: "Owl-2", delivered: "7",
            years: "2021; 2022", comments: "For the coast"));
        foreach (var order in (string[])["ywr", "wyr", "wry", "yr"])
        {
            await using var service = await Service.StartAsync();
            Edition last = null!;
            foreach (var step in order)
            {
                last = step switch
                {
                    'y' => await Edition.PostAsync(service, Of(years), "2025-01-03"),
                    'w' => await Edition.PostAsync(service, Register.Of(old), "2024-03-18"),
                    _ => await Edition.PostAsync(service, Register.Of(renamed), "2026-05-18"),
                };
                Assert.Equal("done", last.Word);
            }

            Assert.Equal((order, 7), (order, await EditionCasesTests.BestAsync(service, "KGZ", "owl-2", last)));
            Assert.Equal((order, 7), (order, (await service.AskAsync("/v1/countries/KGZ/fleet?asOf=2026-11-01", last.Count("position"))).Long("headline.best")));
            Assert.Equal((order, 5, 2), (order, await FlowAsync(service, 2021), await FlowAsync(service, 2022)));
        }
    }

    [Fact]
    public async Task A_whole_edition_of_an_earlier_day_takes_nothing_of_the_years_back()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "7", ordered: "9", years: "2021; 2023")), "2024-03-18");
        await Edition.PostAsync(service, Of(Row("1", "2021", "3"), Row("1", "2022", "4")), "2025-01-03");

        var earlier = await Edition.PostAsync(service, Register.Of(Register.Row("Kazakhstan")), "2024-05-18");

        Assert.Equal(1, earlier.Count("delisted"));
        Assert.Equal(7, await EditionCasesTests.BestAsync(service, "KGZ", "bayraktar-tb2", earlier));
        // A broken line leaves what it may be, and a file that was cut is refused.
        var broken = await Edition.PostAsync(service, Of(Row("1", "2021", "3"), Row("1", "2022", "many")), "2025-02-03");
        Assert.Equal((1, 0, 1), (broken.Count("undecided"), broken.Count("delisted"), broken.Count("broken")));
        await using var other = await Service.StartAsync();
        string[] many = [.. Enumerable.Range(0, 300).Select(x => Row($"{x}", "2022", "1", designation: $"Owl {x}"))];
        await Edition.PostAsync(other, Of(many), "2025-01-03");
        Assert.Equal(("failed", "?whole"), (await Edition.PostAsync(other, Of(many[..150]), "2025-02-03")) is var cut ? (cut.Word, cut.Problem.Items("errors")[0].Text("pointer")) : default);
    }

    internal static string Of(params string[] rows) => string.Join('\n', [Header, .. rows, ""]);

    internal static string Row(string number, string deliveryYear, string delivered, string recipient = "Kyrgyzstan", string designation = "Bayraktar TB2", string yearOfOrder = "2021") =>
        $"{number},Turkiye,{recipient},{designation},armed UAV,Aircraft,{yearOfOrder},No,{delivered},No,{deliveryYear},No,New,1,1,1,No";

    private static async Task<long> FlowAsync(Service service, int year) =>
        (await service.AskAsync($"/v1/flows?from={year}&to={year}&recipient=KGZ")).Items().Sum(x => x.Long("best"));

    private static async Task<IReadOnlyList<long>> BestsAsync(Service service, Edition edition, params string[] days)
    {
        var bests = new List<long>();
        foreach (var day in days)
        {
            bests.Add(await EditionCasesTests.BestAsync(service, "KGZ", "bayraktar-tb2", edition, day));
        }

        return bests;
    }

    private static async Task<string> FleetAsync(Service service) => string.Join('\n',
        (await service.AskAsync("/v1/countries?asOf=2026-11-01")).Items().Select(x => $"{x.Text("recipient")} {x.Long("headline.best")}"));
}
