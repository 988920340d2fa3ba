using System.Text.Json;
using Ledger.Tests.Audit;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Editions;

/// <summary>Editions one after the other: what grew stands beside what was, what moved or was renamed is the same order, what was wrong is withdrawn.</summary>
public sealed class LaterEditionsTests
{
    [Fact]
    public async Task A_total_that_grew_stands_beside_the_old_one_and_any_other_change_replaces_it()
    {
        await using var service = await Service.StartAsync();
        string Row(string delivered, string years) => Register.Row(ordered: "20", delivered: delivered, years: years);
        await Edition.PostAsync(service, Register.Of(Row("4", "2021; 2022")), "2023-03-18");
        var second = await Edition.PostAsync(service, Register.Of(Row("9", "2021; 2023")), "2024-03-18");
        var third = await Edition.PostAsync(service, Register.Of(Row("12", "2021; 2024")), "2025-03-18");
        Assert.Equal(("grown", "grown"), (second.Rows[0].Text("status"), third.Rows[0].Text("status")));
        Assert.Equal([4, 9, 12], await BestsAsync(service, third, "2022-12-31", "2023-12-31", "2024-12-31"));

        // Fewer than was said of 2023, and other years: only what that total still extends stays.
        var fourth = await Edition.PostAsync(service, Register.Of(Row("8", "2021; 2025")), "2026-03-18");

        Assert.Equal("changed", fourth.Rows[0].Text("status"));
        Assert.Equal([4, 8], await BestsAsync(service, fourth, "2022-12-31", "2025-12-31"));
        Assert.Equal(12, (await service.AskAsync("/v1/countries/KGZ/fleet/bayraktar-tb2?asOf=2024-12-31&reportedBy=2025-03-18")).Long("estimate.best"));
        var none = await Edition.PostAsync(service, Register.Of(Row("0", "")), "2026-04-18");
        Assert.Equal([0, 0], await BestsAsync(service, none, "2022-12-31", "2025-12-31"));
    }

    [Fact]
    public async Task An_order_whose_year_moved_is_the_same_and_its_label_is_never_given_to_another()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(year: "2021", delivered: "4")), "2024-03-18");

        var second = await Edition.PostAsync(service, Register.Of(Register.Row(year: "2020", delivered: "4"), Register.Row(year: "2021", ordered: "30", delivered: "7", years: "2023", comments: "")),
            "2025-03-18");

        Assert.Equal([("moved", "tur.bayraktar-tb2.2021"), ("new", "tur.bayraktar-tb2.2021.2")], second.Rows.Select(x => (x.Text("status")!, x.Text("deal")!)));
        Assert.Equal((1, 0), (second.Count("moved"), second.Count("delisted")));
        Assert.Equal([11], await BestsAsync(service, second, "2025-12-31"));
    }

    [Fact]
    public async Task An_order_under_another_name_supplier_or_recipient_begins_with_what_it_was_and_its_old_reports_name_the_new()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(
            Register.Row(designation: "Owl", delivered: "4", years: "2021; 2022", comments: "For the coast"), Register.Row("Kazakhstan", "Israel", designation: "Wren", delivered: "5",
                comments: "For the desert"),
            Register.Row("Libya GNC", designation: "Lark", delivered: "3", comments: "For the west"), Register.Row("Uzbekistan", designation: "Finch", ordered: "9", delivered: "9",
                comments: "Of old")), "2023-03-18");

        var second = await Edition.PostAsync(service, Register.Of(
            Register.Row(designation: "Owl-2", ordered: "6", delivered: "4", years: "2021; 2022", comments: "For the coast"), Register.Row("Kazakhstan", "Turkiye", designation: "Wren",
                delivered: "5", comments: "For the desert"),
            Register.Row("Libya", designation: "Lark", delivered: "3", comments: "For the west"),
            // Nothing is the same: another order.
            Register.Row("Uzbekistan", designation: "Finch-2", ordered: "8", delivered: "2", years: "2023", comments: "New")), "2025-03-18");

        Assert.Equal(["renamed", "renamed", "renamed", "new"], second.Rows.Select(x => x.Text("status")!));
        Assert.Equal((3, 1), (second.Count("renamed"), second.Count("delisted")));
        foreach (var (code, platform, best) in ((string, string, long)[])[("KGZ", "owl", 0), ("KGZ", "owl-2", 4), ("KAZ", "wren", 5), ("x-libya-gnc", "lark", 0), ("LBY", "lark", 3), ("UZB", "finch",
            0), ("UZB", "finch-2", 2)])
        {
            Assert.Equal((code, platform, best), (code, platform, await EditionCasesTests.BestAsync(service, code, platform, second)));
        }

        // A rename is no loss: nothing of it is "once listed".
        Assert.Equal((0, 9), ((await service.AskAsync("/v1/countries/KGZ/fleet/owl")).Long("estimate.delisted.best"),
            (await service.AskAsync("/v1/countries/UZB/fleet/finch")).Long("estimate.delisted.best")));
        var changes = (await service.AskAsync("/v1/countries/KGZ/changes?axis=reported&from=2023-03-18&to=2025-03-18")).Items();
        Assert.Contains("renamed", changes.Single(x => x.Text("platform") == "owl").Items("reports").Select(x => x.Text("did")));

        // Renamed and grown at once: what was said of the past stays under the new name.
        var third = await Edition.PostAsync(service, Register.Of(
            Register.Row(designation: "Owl-3", ordered: "6", delivered: "4", years: "2021; 2022", comments: "For the coast"), Register.Row("Kazakhstan", "Turkiye", designation: "Wren",
                delivered: "5", comments: "For the desert"),
            Register.Row("Libya", designation: "Lark", delivered: "3", comments: "For the west"), Register.Row("Uzbekistan", designation: "Finch-2", ordered: "8", delivered: "8",
                years: "2023; 2025", comments: "New")), "2026-03-18");
        Assert.Equal(["renamed", "unchanged", "unchanged", "grown"], third.Rows.Select(x => x.Text("status")!));
        Assert.Equal((2, 8), (await EditionCasesTests.BestAsync(service, "UZB", "finch-2", third, "2023-12-31"), await EditionCasesTests.BestAsync(service, "UZB", "finch-2", third, "2025-12-31")));
    }

    [Fact]
    public async Task The_order_of_the_lines_of_a_file_changes_nothing()
    {
        string[] first = [.. Enumerable.Range(0, 40).Select(x => Register.Row(x % 3 == 0 ? "Kazakhstan" : "Kyrgyzstan", year: $"{2015 + (x % 4)}", ordered: $"{5 + (x % 7)}",
            designation: $"Owl {x % 5}",
            delivered: $"{1 + (x % 6)}", years: $"{2019 + (x % 3)}; {2022 + (x % 2)}", comments: x % 4 == 0 ? "" : $"Remark {x % 9}"))];
        string[] second = [.. Enumerable.Range(3, 45).Select(x => Register.Row(x % 3 == 0 ? "Kazakhstan" : "Kyrgyzstan", year: $"{2015 + ((x + (x % 11 == 0 ? 1 : 0)) % 4)}", ordered: $"{5 + (x % 7)}",
            designation: x % 8 == 0 ? $"Owl {x % 5}B" : $"Owl {x % 5}", delivered: $"{1 + (x % 6) + (x % 5 == 0 ? 2 : 0)}", years: $"{2019 + (x % 3)}; {2022 + (x % 2) + (x % 5 == 0 ? 2 : 0)}",
                comments: x % 4 == 0 ? "" : $"Remark {x % 9}"))];

        var straight = await SaidAsync(first, second);
        var shuffled = await SaidAsync([.. Shuffled(first)], [.. Shuffled(second)]);

        Assert.Equal(straight, shuffled);
    }

    [Fact]
    public async Task A_wrong_edition_is_withdrawn_and_the_right_one_of_the_same_day_comes_in()
    {
        await using var service = await Service.StartAsync();
        var first = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "3"), Register.Row("Kazakhstan", designation: "Wren", description: "trainer aircraft"),
            Register.Row("Uzbekistan")), "2024-03-18");
        var before = await FleetsAsync(service, first.Count("position"));
        var wrong = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "6", years: "2021; 2023"), Register.Row("Kazakhstan", designation: "Wren", description: "fighter aircraft"),
            Register.Row("Tajikistan", designation: "Owl", description: "UAV")), "2026-05-18");
        Assert.NotEqual(before, await FleetsAsync(service, wrong.Count("position")));
        Assert.Equal(409, (await Edition.WithdrawAsync(service, "2024-03-18")).Status);
        Assert.Equal(404, (await Edition.WithdrawAsync(service, "2025-01-01")).Status);

        var withdrawn = await Edition.WithdrawAsync(service, "2026-05-18", "It was of another database.");

        Assert.Equal((202, "done", "withdrawal", "It was of another database."), (withdrawn.Status, withdrawn.Word, withdrawn.State.Text("kind"), withdrawn.State.Text("reason")));
        Assert.Equal(before, await FleetsAsync(service, withdrawn.Count("position")));
        Assert.Equal("other", (await service.AskAsync("/v1/platforms/wren")).Text("category"));
        Assert.True((await service.AskAsync($"/v1/editions/{wrong.Id}")).GetProperty("withdrawn").GetBoolean());
        // Asked again, after the answer was lost: the same job.
        Assert.Equal((200, withdrawn.Id), ((await Edition.WithdrawAsync(service, "2026-05-18")).Status, (await Edition.WithdrawAsync(service, "2026-05-18")).Id));
        Assert.Equal(422, (await Edition.WithdrawAsync(service, "2026-05-18", "Two\nlines")).Status);
        // Nothing is deleted.
        Assert.Equal(6, (await service.AskAsync($"/v1/countries/KGZ/fleet/bayraktar-tb2?asOf=2026-06-01&knownAt=@{wrong.Count("position")}")).Long("estimate.best"));

        var right = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "4", years: "2021; 2023"), Register.Row("Kazakhstan", designation: "Wren", description: "trainer aircraft"),
            Register.Row("Uzbekistan")), "2026-05-18");

        Assert.Equal(["grown", "unchanged", "unchanged"], right.Rows.Select(x => x.Text("status")!));
        Assert.StartsWith("2026-05-18.2/", (await service.AskAsync("/v1/reports?feed=urn:sipri:trade-register&recipient=KGZ&limit=1000", right.Count("position"))).Items()[^1].Text("id"),
            StringComparison.Ordinal);
        Assert.Equal(4, await EditionCasesTests.BestAsync(service, "KGZ", "bayraktar-tb2", right));
        Assert.Contains("withdrawal", (await service.AskAsync("/v1/moments")).Items().Select(x => x.Text("kind")));
        Assert.Equal(0, (await ReplayTests.ReplayAsync(service)).Differences);
    }

    private static async Task<string> SaidAsync(string[] first, string[] second)
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(first), "2024-03-18");
        var edition = await Edition.PostAsync(service, Register.Of(second), "2026-05-18");
        return string.Join('\n', edition.Lines.Select(x => $"{x.Text("finding")} {x.Text("recipient")} {x.Text("deal")}").Order(StringComparer.Ordinal)) + await FleetsAsync(service,
            edition.Count("position"));
    }

    private static IEnumerable<string> Shuffled(string[] rows)
    {
        var random = new Random(20261127);
        return rows.OrderBy(_ => random.Next());
    }

    private static async Task<string> FleetsAsync(Service service, long position)
    {
        var said = new List<string>();
        foreach (var code in (string[])["KGZ", "KAZ", "UZB", "TJK"])
        {
            foreach (var asOf in (string[])["2022-12-31", "2026-11-01"])
            {
                var fleet = await service.AskAsync($"/v1/countries/{code}/fleet?asOf={asOf}", position);
                said.AddRange(fleet.Items("holdings").Where(x => x.Long("estimate.best") > 0 || x.Long("estimate.onOrder") > 0)
                    .Select(x => JsonSerializer.Serialize(new { code, asOf, p = x.Text("platform"), c = x.Text("category"), b = x.Long("estimate.best"), o = x.Long("estimate.onOrder") })));
            }
        }

        return string.Join('\n', said);
    }

    private static async Task<IReadOnlyList<long>> BestsAsync(Service service, Edition edition, params string[] days)
    {
        var bests = new List<long>();
        foreach (var day in days)
        {
            bests.Add(await EditionCasesTests.BestAsync(service, "KGZ", "bayraktar-tb2", edition, day));
        }

        return bests;
    }
}
