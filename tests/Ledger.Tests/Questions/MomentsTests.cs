using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Store;
using Ledger.Tests.Editions;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

public class MomentsTests
{
    private static string Shown(JsonElement moment) => $"{moment.Text("kind")} {moment.Long("firstPosition")}-{moment.Long("position")} "
        + (moment.Text("kind") == "catalogue" ? $"{moment.Long("platforms")}+{moment.Long("aliases")}" : $"{moment.Text("feed")} {moment.Long("reports")}");

    private static async Task<string[]> MomentsAsync(Service service, string query = "") =>
        [.. (await service.AskAsync($"/v1/moments?limit=1000{query}")).Items().Select(Shown)];

    private static async Task<long> PostAsync(Service service, string feed, int count = 1)
    {
        long last = 0;
        for (var i = 0; i < count; i++)
        {
            last = (await ReportBuilder.Report("KGZ", "aksungur", 3).With("feed", feed).PostAsync(service)).Position;
        }

        return last;
    }

    /// <summary>As if what was recorded from a position on had been recorded an hour later: nobody can turn the database's clock.</summary>
    private static Task<long> AnHourLaterAsync(Service service, long from) => service.ScalarAsync<long>(
        $"with moved as (update {TableNames.Schema}.evidence set recorded_at = recorded_at + interval '1 hour' where position >= $1 returning 1) select count(*) from moved", from);

    [Fact]
    public async Task The_catalogue_that_came_with_the_service_is_one_moment_and_each_post_to_it_another()
    {
        await using var service = await Service.StartAsync();
        var shipped = ShippedCatalogue.Read();
        var first = (await service.AskAsync("/v1/moments")).Items().Single();
        Assert.Equal(("catalogue", shipped.Count), (first.Text("kind"), first.Long("platforms")));
        Assert.Equal(await service.CountAsync(), first.Long("platforms") + first.Long("aliases"));
        Assert.Equal(await service.CountAsync(), first.Long("position") - first.Long("firstPosition") + 1);
        Assert.Equal(first.Text("time")![..10], first.Text("day"));

        var defined = await Service.PostAsync(service.Admin, "/v1/platforms",
            """{"platform":"stop-one","name":"Stop One","category":"uav","class":"durable","use":"military","aliases":["Halt One","Stay One"]}""");
        var aliased = await Service.PostAsync(service.Admin, "/v1/platforms/stop-one/aliases", """{"alias":"Wait One"}""");
        Assert.Equal([$"catalogue {defined.Position - 2}-{defined.Position} 1+2", $"catalogue {aliased.Position}-{aliased.Position} 0+1"], (await MomentsAsync(service))[1..]);
    }

    [Fact]
    public async Task Reports_of_one_feed_are_one_moment_until_nothing_comes_for_ten_minutes()
    {
        await using var service = await Service.StartAsync();
        var a1 = await PostAsync(service, "urn:example:a");
        var b1 = await PostAsync(service, "urn:example:b");
        var a3 = await PostAsync(service, "urn:example:a", 2);
        Assert.Equal([$"import {b1}-{b1} urn:example:b 1", $"import {a1}-{a3} urn:example:a 3"], (await MomentsAsync(service))[1..]);
        // What was known in the middle of a run, and in the middle of another.
        Assert.Equal([$"import {a1}-{a1} urn:example:a 1", $"import {b1}-{b1} urn:example:b 1"], (await MomentsAsync(service, $"&knownAt=@{b1}"))[1..]);
        Assert.Equal([$"import {b1}-{b1} urn:example:b 1", $"import {a1}-{b1 + 1} urn:example:a 2"], (await MomentsAsync(service, $"&knownAt=@{b1 + 1}"))[1..]);

        // The next goes on with the run that was read before; the one after it comes too late.
        var a4 = await PostAsync(service, "urn:example:a");
        Assert.Equal([$"import {b1}-{b1} urn:example:b 1", $"import {a1}-{a4} urn:example:a 4"], (await MomentsAsync(service))[1..]);
        var a5 = await PostAsync(service, "urn:example:a");
        Assert.Equal(1, await AnHourLaterAsync(service, a5));
        Assert.Equal([$"import {b1}-{b1} urn:example:b 1", $"import {a1}-{a4} urn:example:a 4", $"import {a5}-{a5} urn:example:a 1"], (await MomentsAsync(service))[1..]);
        Assert.Equal([$"import {b1}-{b1} urn:example:b 1", $"import {a1}-{a3} urn:example:a 3"], (await MomentsAsync(service, $"&knownAt=@{a3}"))[1..]);

        // A node that reads all at once tells the same as this one, which read bit by bit.
        await using var other = await service.AnotherNodeAsync();
        Assert.Equal(await MomentsAsync(service), await MomentsAsync(other));
        Assert.Equal(await MomentsAsync(service, $"&knownAt=@{b1}"), await MomentsAsync(other, $"&knownAt=@{b1}"));
    }

    [Fact]
    public async Task An_edition_is_a_moment_with_its_counts_and_its_reports_are_no_import_besides()
    {
        await using var service = await Service.StartAsync();
        var before = await PostAsync(service, "urn:example:a");
        var first = await Edition.PostAsync(service, Register.Of(Register.Row(), Register.Row(delivered: "", years: "?")), "2025-05-18");
        var second = await Edition.PostAsync(service, Register.Of(Register.Row()), "2026-05-18");
        var moments = (await service.AskAsync("/v1/moments?limit=1000")).Items();
        var editions = moments.Where(x => x.Text("kind") == "edition").ToArray();
        Assert.Equal([("2025-05-18", first.Count("position")), ("2026-05-18", second.Count("position"))], editions.Select(x => (x.Text("edition"), x.Long("position"))));
        foreach (var (edition, held) in editions.Zip([first, second]))
        {
            Assert.Equal((held.Count("new"), held.Count("changed"), held.Count("delisted"), held.State.Text("feed")),
                (edition.Long("new"), edition.Long("changed"), edition.Long("delisted"), edition.Text("feed")));
        }

        // What the first named for the first time came with it, and is no stop of its own.
        Assert.Equal([before + 1], editions[..1].Select(x => x.Long("firstPosition")));
        Assert.Single(moments, x => x.Text("kind") == "catalogue");
        Assert.Equal([$"import {before}-{before} urn:example:a 1"], moments.Where(x => x.Text("kind") == "import").Select(Shown));
        // Every report is in one moment, and every moment says how many.
        Assert.Equal(await service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.evidence"),
            moments.Where(x => x.Text("kind") != "catalogue").Sum(x => x.Long("reports")));
        await using var other = await service.AnotherNodeAsync();
        Assert.Equal(await MomentsAsync(service), await MomentsAsync(other));
        // Before its event the edition was an import under way.
        var under = (await service.AskAsync($"/v1/moments?limit=1000&knownAt=@{first.Count("position") - 1}")).Items();
        Assert.DoesNotContain(under, x => x.Text("kind") == "edition");
        Assert.Contains(under, x => x.Text("kind") == "import" && x.Text("feed") == first.State.Text("feed"));
    }

    /// <summary>What an edition defined came with it, and its withdrawal sets it back; what somebody else defined just before is theirs.</summary>
    [Fact]
    public async Task A_platform_that_is_posted_directly_before_an_edition_or_its_withdrawal_is_a_moment_of_its_own()
    {
        await using var service = await Service.StartAsync();
        Task<Answered> DefineAsync(string platform) => Service.PostAsync(service.Admin, "/v1/platforms",
            $$"""{"platform":"{{platform}}","name":"{{platform}}","category":"uav","class":"durable","use":"military"}""");
        var one = await DefineAsync("directly-one");
        var edition = await Edition.PostAsync(service, Register.Of(Register.Row(designation: "Ortolan")), "2025-05-18");
        var two = await DefineAsync("directly-two");
        var withdrawal = await Edition.WithdrawAsync(service, "2025-05-18");

        var moments = (await service.AskAsync("/v1/moments?limit=1000")).Items()[1..];

        Assert.Equal(
            [
                $"catalogue {one.Position}-{one.Position}", $"edition {one.Position + 1}-{edition.Count("position")}",
                $"catalogue {two.Position}-{two.Position}", $"withdrawal {two.Position + 1}-{withdrawal.Count("position")}",
            ], moments.Select(x => $"{x.Text("kind")} {x.Long("firstPosition")}-{x.Long("position")}"));
        // Each has definitions of its own between: what is tested is there.
        foreach (var (from, to) in new[] { (one.Position, edition.Count("position")), (two.Position, withdrawal.Count("position")) })
        {
            Assert.NotEqual(0, await service.ScalarAsync<long>(
                $"select count(*) from {TableNames.Schema}.mt_events where type = 'platform_defined' and seq_id > {from} and seq_id < {to}"));
        }
    }

    [Fact]
    public async Task Pages_make_one_list_and_the_validator_goes_with_the_next_event_of_any_kind()
    {
        await using var service = await Service.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await PostAsync(service, $"urn:example:{i}");
        }

        var whole = await MomentsAsync(service);
        Assert.Equal(6, whole.Length);
        var paged = new List<string>();
        for (var page = "/v1/moments?limit=2"; page is not null;)
        {
            var answer = await service.AskAsync(page);
            paged.AddRange(answer.Items().Select(Shown));
            page = answer.TryGetProperty("next", out var next) ? $"/v1/moments?limit=2&cursor={next}" : null;
            await PostAsync(service, "urn:example:later");
        }

        Assert.Equal(whole, paged);
        var tag = (await Service.GetAsync(service.Reader, "/v1/moments")).Headers.ETag!.ToString();
        Assert.Equal(304, (await service.Reader.SendAsync(HttpMethod.Get, "/v1/moments", ("If-None-Match", tag))).Status);
        await Service.PostAsync(service.Admin, "/v1/platforms/aksungur/aliases", """{"alias":"Sungur K"}""");
        var after = await Service.GetAsync(service.Reader, "/v1/moments");
        Assert.NotEqual(tag, after.Headers.ETag!.ToString());
        var edition = await Edition.PostAsync(service, Register.Of(Register.Row()), "2026-05-18");
        var last = await Service.GetAsync(service.Reader, "/v1/moments");
        Assert.NotEqual(after.Headers.ETag.ToString(), last.Headers.ETag!.ToString());
        Assert.Equal(edition.Count("position"), last.Json.Long("basis.position"));
    }
}
