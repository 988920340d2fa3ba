using Ledger.Tests.Harness;

namespace Ledger.Tests.Editions;

/// <summary>What was met in the field, from one edition to the next: absence, places in a file, names and copies that say what the source did not.</summary>
public sealed class EditionCasesTests
{
    [Fact]
    public async Task A_selection_is_refused_and_as_one_it_delists_and_lowers_nothing()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, RegisterCasesTests.Read("sipri_whole_2025-01-03.csv"));
        var events = await service.CountAsync();
        var file = RegisterCasesTests.Read("sipri_selection_2025-02-04.csv");

        var refused = await Edition.PostAsync(service, file);

        Assert.Equal((422, "urn:ledger:problem:edition-selection", events), (refused.Status, refused.State.Text("type"), await service.CountAsync()));
        Assert.StartsWith("Line 1 of the file says that it is a selection of the years 2017 to 2024", refused.State.Text("detail"), StringComparison.Ordinal);
        Assert.Equal(422, (await Edition.PostAsync(service, file, "2025-02-04&whole=true")).Status);
        Assert.Equal(400, (await Edition.PostAsync(service, file, "2025-02-04&whole=true&selection=true")).Status);
        var taken = await Edition.PostAsync(service, file, "2025-02-04&selection=true");
        Assert.Equal((0, 0, 2), (taken.Count("delisted"), taken.Count("created"), taken.Count("unchanged")));
        Assert.Equal(20, await BestAsync(service, "FJI", "kestrel-9", taken));
        Assert.Equal(12, (await service.AskAsync("/v1/countries/TCD/fleet/kestrel-9", taken.Count("position"))).Long("estimate.onOrder"));
    }

    [Fact]
    public async Task A_selection_adds_orders_and_lets_numbers_grow_beside_what_was_known()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "4", years: "2021; 2022"), Register.Row("Kazakhstan", delivered: "5"), Register.Row("Tajikistan", delivered: "0",
            years: "")), "2024-03-18");

        var selection = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "6", years: "2022; 2023"), Register.Row("Kazakhstan", ordered: "2", delivered: "2", years: "2022"),
            Register.Row("Uzbekistan", delivered: "7")), "2025-03-18&selection=true");

        // Its numbers have no marks: of a selection that says nothing.
        Assert.Equal(200, (await Edition.SendAsync(service.Reporter, System.Text.Encoding.UTF8.GetBytes(Register.Of(Register.Row(orderedFlag: ""))), "2025-04-18&selection=true", "wait=60")).Status);
        Assert.Equal(["grown", "unchanged", "new"], selection.Rows.Select(x => x.Text("status")!));
        Assert.Equal(0, selection.Count("delisted"));
        foreach (var (code, asOf, best) in ((string, string, long)[])[("KGZ", "2022-12-31", 4), ("KGZ", "2023-12-31", 6), ("KAZ", "2023-12-31", 5), ("UZB", "2023-12-31", 7)])
        {
            Assert.Equal((code, asOf, best), (code, asOf, await BestAsync(service, code, "bayraktar-tb2", selection, asOf)));
        }
    }

    [Fact]
    public async Task A_file_that_does_not_say_its_scope_and_lacks_every_order_under_way_looks_like_a_selection()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(), Register.Row("Kazakhstan", delivered: "0", years: "")), "2024-03-18");
        var lacking = Register.Of(Register.Row(delivered: "5"), Register.Row("Uzbekistan"));

        var refused = await Edition.PostAsync(service, lacking, "2025-03-18");

        Assert.Equal((422, "urn:ledger:problem:edition-selection"), (refused.Status, refused.State.Text("type")));
        Assert.Equal(1, (await Edition.PostAsync(service, lacking, "2025-03-18&whole=true")).Count("delisted"));
    }

    [Fact]
    public async Task Two_weapons_of_one_name_are_two_platforms()
    {
        await using var service = await Service.StartAsync();

        var edition = await Edition.PostAsync(service, RegisterCasesTests.Read("sipri_homonyms.csv"));

        Assert.Equal((0, 24), (await HeadlineAsync(service, "TUV", edition), await HeadlineAsync(service, "NRU", edition)));
        Assert.Equal(["gnat-combat-aircraft", "gnat", "osprey-warship", "osprey"], edition.Rows.Select(x => x.Text("platform")!));
        Assert.Equal(("combatAircraft", 40), ((await service.AskAsync("/v1/platforms/gnat-combat-aircraft", edition.Count("position"))).Text("category"),
            await BestAsync(service, "TUV", "gnat-combat-aircraft", edition)));
        Assert.Equal(("warship", 1), ((await service.AskAsync("/v1/platforms/osprey-warship")).Text("category"), await BestAsync(service, "NRU", "osprey-warship", edition)));
    }

    [Fact]
    public async Task The_plain_name_stays_with_the_weapon_that_had_it_first()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(designation: "Owl", description: "frigate"), Register.Row("Kazakhstan", designation: "Wren", description: "teapot")), "2024-03-18");

        var second = await Edition.PostAsync(service, Register.Of(Register.Row(designation: "Owl", description: "frigate"), Register.Row("Uzbekistan", designation: "Owl", description: "UAV"),
            Register.Row("Tajikistan", designation: "Owl", description: "UAV"), Register.Row("Kazakhstan", designation: "Wren", description: "teapot"), Register.Row("Turkmenistan",
                designation: "Wren", description: "UAV")), "2025-03-18");

        Assert.Equal(["owl", "owl-uav", "owl-uav", "wren", "wren-uav"], second.Rows.Select(x => x.Text("platform")!));
        Assert.Equal(["unchanged", "new", "new", "unchanged", "new"], second.Rows.Select(x => x.Text("status")!));
        // When only the other is left, the name is still not its own.
        var third = await Edition.PostAsync(service, Register.Of(Register.Row("Uzbekistan", designation: "Owl", description: "UAV")), "2026-03-18");
        Assert.Equal(("owl-uav", "unchanged"), (third.Rows[0].Text("platform"), third.Rows[0].Text("status")));
    }

    [Fact]
    public async Task A_designation_that_is_described_anew_as_a_whole_keeps_its_platform_and_drones_and_helicopters_are_one_family()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(designation: "Owl", description: "trainer aircraft"), Register.Row("Kazakhstan", designation: "Owl", description: "trainer aircraft"),
            Register.Row(designation: "Wren", description: "UAV"), Register.Row("Kazakhstan", designation: "Wren", description: "armed UAV"), Register.Row("Uzbekistan", designation: "Wren",
                description: "UAV"),
            Register.Row(designation: "Lark", description: "ASW helicopter"), Register.Row("Kazakhstan", designation: "Lark", description: "helicopter")), "2024-03-18");

        var second = await Edition.PostAsync(service, Register.Of(Register.Row(designation: "Owl", description: "fighter aircraft"), Register.Row("Kazakhstan", designation: "Owl",
            description: "fighter aircraft"),
            Register.Row(designation: "Wren", description: "armed UAV"), Register.Row("Kazakhstan", designation: "Wren", description: "armed UAV"), Register.Row("Uzbekistan", designation: "Wren",
                description: "UAV"),
            Register.Row(designation: "Lark", description: "helicopter"), Register.Row("Kazakhstan", designation: "Lark", description: "helicopter")), "2025-03-18");

        Assert.All(second.Rows, x => Assert.Equal("unchanged", x.Text("status")));
        Assert.Equal(["owl", "owl", "wren", "wren", "wren", "lark", "lark"], second.Rows.Select(x => x.Text("platform")!));
        Assert.Equal("combatAircraft", (await service.AskAsync("/v1/platforms/owl", second.Count("position"))).Text("category"));
    }

    [Fact]
    public async Task A_broken_record_leaves_the_order_that_it_may_be_as_it_was()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, RegisterCasesTests.Read("broken_1_sound.csv"));

        var second = await Edition.PostAsync(service, RegisterCasesTests.Read("broken_2_cut_record.csv"));

        Assert.Equal((1, 0, 1), (second.Count("broken"), second.Count("delisted"), second.Count("undecided")));
        Assert.Equal(("WSM", "isr.kestrel-9.2019"), (second.Of("undecided")[0].Text("recipient"), second.Of("undecided")[0].Text("deal")));
        Assert.Contains("broken", Assert.Single(second.Summary.Items("warnings")).GetString(), StringComparison.Ordinal);
        Assert.Equal((7, 76), (await BestAsync(service, "WSM", "kestrel-9", second), await BestAsync(service, "TON", "otter-4", second)));
    }

    [Fact]
    public async Task A_record_of_which_nothing_can_be_read_leaves_every_order_that_found_no_partner()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(), Register.Row("Kazakhstan"), Register.Row("Uzbekistan")), "2024-03-18");

        var second = await Edition.PostAsync(service, Register.Of(Register.Row(), "and nothing else,,"), "2025-03-18");

        Assert.Equal((0, 2), (second.Count("delisted"), second.Count("undecided")));
        Assert.Equal(4, await BestAsync(service, "UZB", "bayraktar-tb2", second));
    }

    [Fact]
    public async Task Orders_are_recognised_by_what_they_say_and_not_by_their_place()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, RegisterCasesTests.Read("sipri_pairs_1.csv"));

        var second = await Edition.PostAsync(service, RegisterCasesTests.Read("sipri_pairs_2.csv"));

        Assert.Equal([("changed", "deu.otter-4.2020.2"), ("changed", "deu.otter-4.2020")], second.Rows.Select(x => (x.Text("status")!, x.Text("deal")!)));
        var deals = (await service.AskAsync("/v1/deals?recipient=TON", second.Count("position"))).Items();
        Assert.Equal([("deu.otter-4.2020", 25), ("deu.otter-4.2020.2", 173)], deals.Select(x => (x.Text("deal")!, x.Long("delivered.best"))));
        Assert.All((await service.AskAsync("/v1/reports?feed=urn:sipri:trade-register&kind=contract", second.Count("position"))).Items().TakeLast(2),
            x => Assert.True(x.GetProperty("licensedProduction").GetBoolean()));
    }

    [Fact]
    public async Task Designations_that_a_spreadsheet_wrote_are_broken_records_and_no_platforms()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, RegisterCasesTests.Read("sipri_excel_1_sound.csv"));

        var second = await Edition.PostAsync(service, RegisterCasesTests.Read("sipri_excel_2_resaved.csv"));

        Assert.Equal((422, "noRows"), (second.Status, second.State.Items("errors")[0].Text("code")));
        var mixed = await Edition.PostAsync(service, string.Join('\n', System.Text.Encoding.UTF8.GetString(RegisterCasesTests.Read("sipri_excel_2_resaved.csv")).TrimEnd(), Register.Row()));
        Assert.Equal((2, 0, 2), (mixed.Count("broken"), mixed.Count("delisted"), mixed.Count("undecided")));
    }

    [Fact]
    public async Task A_copy_that_lost_its_marks_is_refused_or_keeps_those_of_the_edition_before()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(yearFlag: "?", deliveredFlag: "?"), Register.Row("Kazakhstan", deliveredFlag: "?"), Register.Row("Uzbekistan")), "2024-03-18");
        var lost = Register.Of(Register.Row(orderedFlag: ""), Register.Row("Kazakhstan", orderedFlag: "", delivered: "5"), Register.Row("Uzbekistan", orderedFlag: ""));

        var refused = await Edition.PostAsync(service, lost, "2025-03-18");

        Assert.Equal((422, "urn:ledger:problem:edition-flags-lost", "?flags"), (refused.Status, refused.State.Text("type"), refused.State.Items("errors")[0].Text("pointer")));
        var inherited = await Edition.PostAsync(service, lost, "2025-03-18&flags=inherit");
        Assert.Equal(["unchanged", "grown", "unchanged"], inherited.Rows.Select(x => x.Text("status")!));
        var said = (await service.AskAsync("/v1/reports?feed=urn:sipri:trade-register&kind=delivery&recipient=KAZ", inherited.Count("position"))).Items();
        Assert.Equal([("about", 4), ("exact", 5)], said.Select(x => (x.Text("quantity.qualifier")!, x.Long("quantity.n"))));
    }

    [Fact]
    public async Task What_was_selected_and_is_not_ordered_is_a_plan_until_it_is()
    {
        await using var service = await Service.StartAsync();
        string Row(string comments) => Register.Row(delivered: "0", years: "", comments: comments);
        var first = await Edition.PostAsync(service, Register.Of(Row("Selected 2023 but not yet ordered by end-2023; for the navy")), "2024-03-18");
        Assert.Equal((0, 6), (await OnOrderAsync(service, first, "onOrder"), await OnOrderAsync(service, first, "announced")));

        var second = await Edition.PostAsync(service, Register.Of(Row("Incl 2 selected but not yet ordered; produced under licence in Kyrgyzstan")), "2026-03-18");

        Assert.Equal(("changed", 6), (second.Rows[0].Text("status"), await OnOrderAsync(service, second, "onOrder")));
        var deal = (await service.AskAsync("/v1/countries/KGZ/fleet/bayraktar-tb2", second.Count("position"))).Items("evidence");
        Assert.Equal([("announcement", "superseded"), ("contract", null)], deal.Select(x => (x.Text("kind")!, x.Text("setAside"))));
    }

    internal static async Task<long> BestAsync(Service service, string code, string platform, Edition edition, string asOf = "2026-11-01") =>
        (await service.AskAsync($"/v1/countries/{code}/fleet/{platform}?asOf={asOf}", edition.Count("position"))).Long("estimate.best");

    private static async Task<long> OnOrderAsync(Service service, Edition edition, string member) =>
        (await service.AskAsync("/v1/countries/KGZ/fleet/bayraktar-tb2?asOf=2026-11-01", edition.Count("position"))).Long($"estimate.{member}");

    private static async Task<long> HeadlineAsync(Service service, string code, Edition edition) =>
        (await service.AskAsync($"/v1/countries/{code}/fleet?asOf=2026-11-01", edition.Count("position"))).Long("headline.best");
}
