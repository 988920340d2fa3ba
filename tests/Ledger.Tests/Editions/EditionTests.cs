using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;

namespace Ledger.Tests.Editions;

/// <summary>Editions as reports: each is held against the one before, and only what differs is said.</summary>
public sealed class EditionTests
{
    private const string First = "2024-03-18";
    private const string Second = "2026-05-18";

    [Fact]
    public async Task A_row_becomes_a_contract_and_a_delivery_of_one_deal()
    {
        await using var service = await Service.StartAsync();

        var edition = await Edition.PostAsync(service, Register.Exported("18 Mar 2024",
            Register.Row(yearFlag: "?", deliveredFlag: "?", status: "Second hand but modernized")));

        Assert.Equal((202, "new", "KGZ", "tur.bayraktar-tb2.2021", 2),
            (edition.Status, Text(edition.Rows[0], "status"), Text(edition.Rows[0], "recipient"), Text(edition.Rows[0], "deal"), edition.Rows[0].Items("reports").Length));
        var reports = (await service.AskAsync("/v1/reports?feed=urn:sipri:trade-register", edition.Count("position"))).Items();
        Assert.Equal(2, reports.Length);
        ReportBodies.Same(JsonElement.Parse("""
            {"qualifier":"about","n":6}
            """), reports[0].GetProperty("quantity"));
        Assert.Equal(("contract", "2024-03-18/KGZ/tur.bayraktar-tb2.2021/contract", "2021?", "B3", "modernised", "A remark", "SIPRI", First),
            (Text(reports[0], "kind"), Text(reports[0], "id"), Text(reports[0], "occurred"), Text(reports[0], "grade"), Text(reports[0], "condition"), Text(reports[0], "note"),
                reports[0].Text("source.publisher"), reports[0].Text("source.published")));
        Assert.Equal(("delivery", "2021/2022", "B3", "about", 4),
            (Text(reports[1], "kind"), Text(reports[1], "occurred"), Text(reports[1], "grade"), reports[1].Text("quantity.qualifier"), reports[1].Long("quantity.n")));
    }

    [Fact]
    public async Task What_is_not_yet_known_is_some_and_what_is_not_yet_delivered_is_no_report()
    {
        await using var service = await Service.StartAsync();

        var edition = await Edition.PostAsync(service, Register.Of(Register.Row(ordered: "", orderedFlag: "", delivered: "0", years: "")), First);

        var report = (await service.AskAsync("/v1/reports?feed=urn:sipri:trade-register", edition.Count("position"))).Items().Single();
        Assert.Equal(("contract", "some", "B2"), (Text(report, "kind"), report.Text("quantity.qualifier"), Text(report, "grade")));
    }

    [Fact]
    public async Task The_next_edition_says_only_what_differs_and_each_day_keeps_its_own_numbers()
    {
        await using var service = await Service.StartAsync();
        string[] before =
        [
            Register.Row("Kyrgyzstan", delivered: "3"), Register.Row("Kazakhstan", delivered: "5"), Register.Row("Tajikistan", delivered: "7"), Register.Row("Uzbekistan", delivered: "9"),
            Register.Row("Turkmenistan", "Turkey", designation: "Bayraktar TB2", delivered: "2"), Register.Row("Soviet Union", delivered: "1"),
        ];
        string[] after =
        [
            Register.Row("Kyrgyzstan", delivered: "4"), Register.Row("Kazakhstan", delivered: "5"), Register.Row("Tajikistan", delivered: "0", years: ""),
            Register.Row("Turkmenistan", "Turkiye", designation: "Bayraktar TB-2", delivered: "2"), Register.Row("Soviet Union", delivered: "1", comments: "Another remark"),
            Register.Row("Hezbollah (Lebanon)*", delivered: "6", comments: "Its own remark"),
        ];

        var first = await Edition.PostAsync(service, Register.Of(before), First);
        var second = await Edition.PostAsync(service, Register.Of(after), Second);

        Assert.Equal((6, 0, 0, 0), (first.Count("new"), first.Count("changed"), first.Count("unchanged"), first.Count("delisted")));
        // The changed remark changes the contract that carries it.
        Assert.Equal(["grown", "unchanged", "changed", "unchanged", "changed", "new"], second.Rows.Select(x => Text(x, "status")));
        Assert.Equal("UZB", Text(Assert.Single(second.Of("delisted")), "recipient"));
        foreach (var (code, then, now) in ((string, long, long)[])[("KGZ", 3, 4), ("KAZ", 5, 5), ("TJK", 7, 0), ("UZB", 9, 0), ("TKM", 2, 2), ("SUN", 1, 1), ("x-hezbollah", 0, 6)])
        {
            Assert.Equal((code, now), (code, await BestAsync(service, code, Second, second)));
            Assert.Equal((code, then), (code, code == "x-hezbollah" ? 0 : await BestAsync(service, code, First, second)));
        }

        var delisted = (await service.AskAsync("/v1/countries/UZB/fleet/bayraktar-tb2", second.Count("position"))).Items("evidence");
        Assert.Equal(["delisted", "delisted", null, null], delisted.Select(x => x.Text("setAside")));
    }

    [Fact]
    public async Task An_edition_sent_again_records_nothing_and_says_the_same()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "3"), Register.Row("Uzbekistan")), First);
        var file = Register.Of(Register.Row(delivered: "4"), Register.Row("Kazakhstan"));
        var once = await Edition.PostAsync(service, file, Second);
        var events = await service.CountAsync();

        var again = await Edition.PostAsync(service, file, Second);

        Assert.Equal((events, 200), (await service.CountAsync(), again.Status));
        ReportBodies.Same(once.State, again.State);
        Assert.Equal(2, (await service.AskAsync("/v1/editions")).Items().Length);
    }

    [Fact]
    public async Task Orders_of_equal_name_and_year_stay_apart_and_find_themselves_again_in_any_order()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "1"), Register.Row(delivered: "2"), Register.Row(delivered: "3")), First);

        var second = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "3"), Register.Row(delivered: "5"), Register.Row(delivered: "1"),
            Register.Row(delivered: "7")), Second);

        Assert.Equal(
            [("unchanged", "tur.bayraktar-tb2.2021.3"), ("grown", "tur.bayraktar-tb2.2021.2"), ("unchanged", "tur.bayraktar-tb2.2021"), ("new", "tur.bayraktar-tb2.2021.4")],
            second.Rows.Select(x => (Text(x, "status"), Text(x, "deal"))));
        Assert.Equal(16, await BestAsync(service, "KGZ", Second, second));
        Assert.Equal(6, await BestAsync(service, "KGZ", First, second));
    }

    [Fact]
    public async Task A_row_that_vanished_and_came_back_counts_as_each_edition_said()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(), Register.Row("Kazakhstan")), "2022-03-01");
        await Edition.PostAsync(service, Register.Of(Register.Row("Kazakhstan")), "2023-03-01");

        var third = await Edition.PostAsync(service, Register.Of(Register.Row(delivered: "5"), Register.Row("Kazakhstan")), "2024-03-01");

        Assert.Equal(new long[] { 4, 0, 5 }, new[]
        {
            await BestAsync(service, "KGZ", "2022-03-01", third), await BestAsync(service, "KGZ", "2023-03-01", third), await BestAsync(service, "KGZ", "2024-03-01", third),
        });
    }

    [Fact]
    public async Task An_alias_given_between_two_editions_makes_no_new_deal()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(designation: "Owl 3", delivered: "3")), First);
        Assert.Equal(201, (await Service.PostAsync(service.Admin, "/v1/platforms", """{"platform":"night-owl","name":"Night Owl","category":"uav","class":"durable","use":"military"}""")).Status);
        Assert.Equal(409, (await Service.PostAsync(service.Admin, "/v1/platforms/night-owl/aliases", """{"alias":"Owl 3"}""")).Status);
        Assert.Equal(201, (await Service.PostAsync(service.Admin, "/v1/platforms/owl-3/aliases", """{"alias":"Owl-III"}""")).Status);

        var second = await Edition.PostAsync(service, Register.Of(Register.Row(designation: "OWL III", delivered: "3")), Second);

        Assert.Equal(("unchanged", "tur.owl-3.2021"), (Text(second.Rows[0], "status"), Text(second.Rows[0], "deal")));
    }

    [Fact]
    public async Task A_weapon_that_the_catalogue_does_not_know_is_what_its_description_says_it_is()
    {
        await using var service = await Service.StartAsync();

        var edition = await Edition.PostAsync(service, Register.Of(Register.Row(designation: "Stinger-9", description: "portable SAM"),
            Register.Row(designation: "Wagon", description: "tank"),
            Register.Row("Ruritania", designation: "Oddity", description: "teapot")), First);

        Assert.Equal([("stinger-9", "missile"), ("wagon", "battleTank")], edition.Of("defined").Select(x => (Text(x, "platform"), Text(x, "category"))));
        Assert.Equal([("country", "Ruritania", "x-ruritania"), ("description", "teapot", "other")],
            edition.Of("unresolved").Select(x => (Text(x, "what"), Text(x, "name"), Text(x, "as"))));
        Assert.Equal("expendable", (await service.AskAsync("/v1/platforms/stinger-9", edition.Count("position"))).Text("class"));
        Assert.Equal(4, await BestAsync(service, "x-ruritania", First, edition, "oddity"));
    }

    [Fact]
    public async Task Broken_records_are_named_and_all_that_is_sound_is_imported()
    {
        await using var service = await Service.StartAsync();

        var edition = await Edition.PostAsync(service, Register.Of(Register.Row(), Register.Row(comments: "cut\nin two"),
            Register.Row("Kazakhstan", ordered: "many"), Register.Row("Uzbekistan")), First);

        Assert.Equal([(2, "new"), (3, "broken"), (5, "broken"), (6, "new")], edition.Rows.Select(x => (x.GetProperty("line").GetInt32(), Text(x, "status"))));
        Assert.Equal(422, edition.Rows[1].GetProperty("problem").GetProperty("status").GetInt32());
        Assert.Equal((2, 2, 4), (edition.Count("rows"), edition.Count("broken"), edition.Count("lines")));
    }

    [Fact]
    public async Task A_jump_in_the_share_of_flagged_numbers_is_warned_of()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row(orderedFlag: ""), Register.Row("Kazakhstan", orderedFlag: "")), First);

        var second = await Edition.PostAsync(service, Register.Of(Register.Row(orderedFlag: "?", deliveredFlag: "?"), Register.Row("Kazakhstan", orderedFlag: "?")), Second);

        Assert.Equal((0.75, 0), (second.Summary.GetProperty("flaggedShare").GetDouble(), second.Summary.GetProperty("flaggedShareBefore").GetDouble()));
        Assert.Contains("marked as uncertain", Assert.Single(second.Summary.Items("warnings")).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_an_edition_is_refused_as_a_whole_and_records_nothing()
    {
        await using var service = await Service.StartAsync();
        await Edition.PostAsync(service, Register.Of(Register.Row()), Second);
        var events = await service.CountAsync();

        var older = await Edition.PostAsync(service, Register.Of(Register.Row()), First);
        var otherDay = await Edition.PostAsync(service, Register.Exported("19 May 2026", Register.Row()), "2026-05-20");
        var noDay = await Edition.PostAsync(service, Register.Of(Register.Row()));
        var noRegister = await Edition.PostAsync(service, "a,b\n1,2\n", "2026-06-01");
        var badDay = await Edition.PostAsync(service, Register.Of(Register.Row()), "2026-02-30");

        Assert.Equal([409, 422, 422, 422, 400], new[] { older, otherDay, noDay, noRegister, badDay }.Select(x => x.Status));
        Assert.EndsWith(":older-edition", older.Problem.Text("type"), StringComparison.Ordinal);
        Assert.Equal(events, await service.CountAsync());
    }

    [Fact]
    public async Task A_file_that_would_rewrite_or_wipe_an_edition_is_refused_and_records_nothing()
    {
        await using var service = await Service.StartAsync();
        string[] rows = [.. Enumerable.Range(0, 300).Select(x => Register.Row(designation: $"Owl {x}"))];
        await Edition.PostAsync(service, Register.Of(rows), First);
        var events = await service.CountAsync();

        // The day is said and done: the same rows in any order are that edition, others are not.
        var again = await Edition.PostAsync(service, Register.Of([.. rows.Reverse()]), First);
        Assert.Equal((200, "done", events), (again.Status, again.Word, await service.CountAsync()));
        Assert.Equal(await service.ScalarAsync<long>("select seq_id from ledger.mt_events where type = 'edition_imported'"), again.Count("position"));
        foreach (var other in (string[][])[[.. rows[..299]], [.. rows[..299], Register.Row(designation: "Owl 299", delivered: "5")], [.. rows, Register.Row()]])
        {
            var rewriting = await Edition.PostAsync(service, Register.Of(other), First);
            Assert.Equal((409, true), (rewriting.Status, rewriting.Problem.Text("type")!.EndsWith(":edition-held", StringComparison.Ordinal)));
        }

        // Cut: it would delist what it lacks.
        var cut = await Edition.PostAsync(service, Register.Of(rows[..150]), Second);
        Assert.Equal((202, "failed", 422, "?whole"), (cut.Status, cut.Word, cut.Problem.Long("status"), cut.Problem.Items("errors")[0].Text("pointer")));
        Assert.Contains("lacks 150 of the 300 orders", cut.Problem.Text("detail"), StringComparison.Ordinal);
        foreach (var (nothing, day) in new[] { (Register.Header + "\n", Second), (Register.Of("a,b"), Second), (Register.Of(rows), "2999-01-01") })
        {
            Assert.Equal(422, (await Edition.PostAsync(service, nothing, day)).Status);
        }

        Assert.Equal(events, await service.CountAsync());
        var whole = await Edition.PostAsync(service, Register.Of(rows[..150]), Second + "&whole=true");
        Assert.Equal((202, 150, "sipri-2026-05-18-2"), (whole.Status, whole.Count("delisted"), whole.Id));
        var repeated = await Edition.PostAsync(service, Register.Of(rows[..150]), Second);
        Assert.Equal((200, whole.Id), (repeated.Status, repeated.Id));
        // Which is what the failed one can no longer be.
        Assert.Equal(409, (await Service.PostAsync(service.Admin, $"/v1/editions/{cut.Id}/retry", "")).Status);
        Assert.Equal(0, await service.ScalarAsync<long>("select count(*) from ledger.editions where file is not null"));
    }

    [Fact]
    public async Task A_key_without_the_feed_cannot_import_an_edition()
    {
        await using var service = await Service.StartAsync();
        var made = await Service.PostAsync(service.Admin, "/v1/keys", """{"name":"desk","scopes":["report"],"feeds":["urn:example:press"]}""");
        using var client = service.Client(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", made.Json.Text("secret"));

        Assert.Equal(403, (await Edition.SendAsync(client, System.Text.Encoding.UTF8.GetBytes(Register.Of(Register.Row())), First)).Status);
    }

    [Fact]
    public async Task Posts_of_one_file_at_once_are_one_import()
    {
        await using var service = await Service.StartAsync();
        var file = Register.Of([.. Enumerable.Range(0, 1_500).Select(x => Register.Row(designation: $"Owl {x}"))]);

        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Edition.PostAsync(service, file, First)));

        Assert.Equal([200, 200, 200, 202], all.Select(x => x.Status).Order());
        Assert.All(all, x => Assert.Equal((3_000, "done"), (x.Count("created"), x.Word)));
        Assert.Single((await service.AskAsync("/v1/editions")).Items());
    }

    private static async Task<long> BestAsync(Service service, string code, string reportedBy, Edition after, string platform = "bayraktar-tb2") =>
        (await service.AskAsync($"/v1/countries/{code}/fleet/{platform}?asOf=2026-12-31&reportedBy={reportedBy}", after.Count("position"))).Long("estimate.best");

    private static string? Text(JsonElement x, string name) => x.TryGetProperty(name, out var value) ? value.GetString() : null;
}
