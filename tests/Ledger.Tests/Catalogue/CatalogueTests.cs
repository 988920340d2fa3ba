using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Store;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Ledger.Vocabulary;

namespace Ledger.Tests.Catalogue;

public sealed class CatalogueTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Fact]
    public async Task A_platform_is_defined_found_again_redefined_and_keeps_its_aliases()
    {
        var body = Definition("kestrel", """{"aliases":["Kestrel Mk I","K-1"],"itemsPerSystem":[2,3,4],"maker":"Works","origin":"GBR"}""");
        var defined = await DefineAsync(body);
        Assert.Equal(201, defined.Status);
        Assert.Equal("/v1/platforms/kestrel", defined.Headers.Location?.ToString());
        Assert.Equal(["Kestrel Mk I", "K-1"], AliasesOf(defined.Json));

        var again = await DefineAsync(body);
        Assert.Equal((200, defined.Position), (again.Status, again.Position));
        ReportBodies.Same(defined.Json, again.Json);

        var redefined = await DefineAsync(Definition("kestrel", """{"category":"armedUav","aliases":["Windhover","k 1"]}"""));
        Assert.Equal(201, redefined.Status);
        Assert.Equal("armedUav", redefined.Json.GetProperty("category").GetString());
        Assert.Equal(JsonValueKind.Null, redefined.Json.GetProperty("maker").ValueKind);
        Assert.Equal(["Kestrel Mk I", "K-1", "Windhover"], AliasesOf(redefined.Json));
        var asked = await _service.AskAsync("/v1/platforms/windhover", redefined.Position);
        Assert.Equal("kestrel", asked.GetProperty("platform").GetString());
    }

    [Fact]
    public async Task An_alias_is_added_once_and_means_one_platform()
    {
        await DefineAsync(Definition("merlin"));
        await DefineAsync(Definition("hobby"));

        var added = await AliasAsync("merlin", "Merlin II");
        Assert.Equal(201, added.Status);
        foreach (var same in new[] { "Merlin II", "merlin-ii", "MERLIN  II!", "merlin" })
        {
            Assert.Equal(200, (await AliasAsync("merlin", same)).Status);
        }

        foreach (var taken in new[] { "Merlin II", "Merlin" })
        {
            var refused = await AliasAsync("hobby", taken);
            Assert.Equal(409, refused.Status);
            Assert.Equal([("/alias", "nameTaken")], refused.Errors);
        }

        var define = await DefineAsync(Definition("hobby", """{"aliases":["free","merlin ii"]}"""));
        Assert.Equal(409, define.Status);
        Assert.Equal([("/aliases/1", "nameTaken")], define.Errors);
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, "/v1/platforms/free")).Status);
        Assert.Equal([("/platform", "nameTaken")], (await DefineAsync(Definition("merlin-ii"))).Errors);
        Assert.Equal(404, (await AliasAsync("nobody-defined-this", "x")).Status);
        Assert.Equal(404, (await AliasAsync("merlin-ii", "x")).Status);
    }

    [Theory]
    [InlineData("""{"platform":null,"name":null,"category":null,"class":null,"use":null}""", "/platform required; /name required; /category required; /class required; /use required")]
    [InlineData("""{"platform":"Not A Slug"}""", "/platform slug")]
    [InlineData("""{"name":"","category":"bird","class":"forever","use":"play"}""", "/name text; /category vocabulary; /class vocabulary; /use vocabulary")]
    [InlineData("""{"origin":"XXX","maker":""}""", "/maker text; /origin country")]
    [InlineData("""{"itemsPerSystem":[1,2]}""", "/itemsPerSystem itemsPerSystem")]
    [InlineData("""{"itemsPerSystem":[3,2,4]}""", "/itemsPerSystem itemsPerSystem")]
    [InlineData("""{"itemsPerSystem":[0,1,1001]}""", "/itemsPerSystem itemsPerSystem")]
    [InlineData("""{"aliases":[null,"?","a\nb"]}""", "/aliases/0 required; /aliases/1 platform; /aliases/2 platform")]
    public async Task A_definition_that_makes_no_sense_is_refused(string patch, string broken)
    {
        var before = await _service.CountAsync();
        var answer = await DefineAsync(Definition("senseless", patch));

        Assert.Equal(422, answer.Status);
        Assert.Equal(broken, string.Join("; ", answer.Errors.Select(x => $"{x.Pointer} {x.Code}")));
        Assert.Equal(before, await _service.CountAsync());
    }

    [Fact]
    public async Task Definitions_and_aliases_posted_at_once_are_all_there_and_none_is_doubled()
    {
        await DefineAsync(Definition("busy"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(x => AliasAsync("busy", $"Busy {x / 2}"))
            .Concat(Enumerable.Range(0, 12).Select(x => DefineAsync(Definition($"busy-bird-{x / 3}")))));

        Assert.Equal(12 + 4, answers.Count(x => x.Status == 201));
        Assert.Equal(12 + 8, answers.Count(x => x.Status == 200));
        Assert.Equal(12, AliasesOf(await _service.AskAsync("/v1/platforms/busy", answers.Max(x => x.Position))).Count);
        Assert.Equal(12, await _service.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where type = 'platform_alias_added' and data ->> 'platform' = 'busy'"));
    }

    [Fact]
    public async Task An_alias_regroups_at_once_and_no_past_answer_changes()
    {
        var first = await _service.ReportAsync("deliveries", ReportBodies.Delivery("regroup-1", "x-regroup", "Old Name", 2).ToJsonString());
        var second = await _service.ReportAsync("deliveries", ReportBodies.Delivery("regroup-2", "x-regroup", "new-name", 3).ToJsonString());
        var past = $"/v1/countries/x-regroup/fleet?asOf=2026-01-01&method=1&knownAt=@{second.Position}";
        var before = await Service.GetAsync(_service.Reader, past);
        Assert.Equal(["new-name", "old-name"], HoldingsOf(before.Json));
        var holding = await Service.GetAsync(_service.Reader, $"/v1/countries/x-regroup/fleet/old-name?asOf=2026-01-01&method=1&knownAt=@{first.Position}");

        await DefineAsync(Definition("new-name"));
        var alias = await AliasAsync("new-name", "Old Name");

        var now = await _service.AskAsync("/v1/countries/x-regroup/fleet?asOf=2026-01-01", alias.Position);
        Assert.Equal(["new-name"], HoldingsOf(now));
        Assert.Equal(2, (await _service.AskAsync("/v1/countries/x-regroup/fleet/Old%20Name?asOf=2026-01-01")).GetProperty("evidence").GetArrayLength());
        Assert.Equal(before.Body, (await Service.GetAsync(_service.Reader, past)).Body);
        Assert.Equal(holding.Body, (await Service.GetAsync(_service.Reader, $"/v1/countries/x-regroup/fleet/old-name?asOf=2026-01-01&method=1&knownAt=@{first.Position}")).Body);
    }

    [Fact]
    public async Task A_new_factor_counts_at_once_and_no_past_answer_changes()
    {
        await DefineAsync(Definition("factored", """{"itemsPerSystem":[2,2,2]}"""));
        var report = await _service.ReportAsync("deliveries",
            ReportBodies.Put(ReportBodies.Delivery("factored", "x-factor", "factored"), """{"quantity":{"n":3,"unit":"system"},"grade":"A1"}""").ToJsonString());
        var past = $"/v1/countries/x-factor/fleet/factored?asOf=2026-01-01&method=1&knownAt=@{report.Position}";
        var before = await _service.AskAsync(past, report.Position);
        Assert.Equal(6, before.GetProperty("estimate").GetProperty("best").GetInt64());

        var changed = await DefineAsync(Definition("factored", """{"itemsPerSystem":[4,5,6]}"""));

        var now = (await _service.AskAsync("/v1/countries/x-factor/fleet/factored?asOf=2026-01-01", changed.Position)).GetProperty("estimate");
        Assert.Equal((12, 15, 18), (now.GetProperty("low").GetInt64(), now.GetProperty("best").GetInt64(), now.GetProperty("high").GetInt64()));
        ReportBodies.Same(before, await _service.AskAsync(past));
    }

    [Fact]
    public async Task The_shipped_catalogue_is_posted_once_and_an_administrators_word_survives_a_restart()
    {
        await using var first = await Service.StartAsync();
        var shipped = await first.CountAsync();
        var slug = ShippedCatalogue.Read()[0].Platform!;
        var changed = await Service.PostAsync(first.Admin, "/v1/platforms", Definition(slug, """{"category":"missile"}"""));
        Assert.Equal(201, changed.Status);

        await using var second = await Service.StartOnAsync(first.ConnectionString);

        Assert.Equal(shipped + 1, await second.CountAsync());
        Assert.Equal("missile", (await second.AskAsync($"/v1/platforms/{slug}")).GetProperty("category").GetString());
        Assert.Equal(shipped, await second.ScalarAsync<long>($"select count(*) from {TableNames.Schema}.mt_events where user_name = 'ledger'"));
    }

    [Fact]
    public void Every_shipped_definition_obeys_the_rules_and_no_name_is_given_twice()
    {
        var rules = new PlatformRules();
        var platforms = ShippedCatalogue.Read();

        Assert.All(platforms, x => Assert.True(rules.Validate(x).IsValid, $"{x.Platform}: {rules.Validate(x)}"));
        var names = platforms.SelectMany(x => (x.Aliases ?? []).Select(alias => Slug.OfPlatform(alias)!).Where(alias => alias != x.Platform).Distinct().Append(x.Platform!)).ToList();
        Assert.Empty(names.GroupBy(x => x).Where(x => x.Count() > 1).Select(x => x.Key));
    }

    private Task<Answered> DefineAsync(string body) => Service.PostAsync(_service.Admin, "/v1/platforms", body);

    private Task<Answered> AliasAsync(string platform, string alias) => Service.PostAsync(_service.Admin, $"/v1/platforms/{platform}/aliases", new { alias });

    private static string Definition(string platform, string patch = "{}") => ReportBodies.Put(
        ReportBodies.Parse($$"""{"platform":"{{platform}}","name":"The {{platform}}","category":"uav","class":"durable","use":"military"}"""), patch).ToJsonString();

    private static List<string?> AliasesOf(JsonElement platform) => [.. platform.GetProperty("aliases").EnumerateArray().Select(x => x.GetString())];

    private static IEnumerable<string?> HoldingsOf(JsonElement fleet) => fleet.GetProperty("holdings").EnumerateArray().Select(x => x.GetProperty("platform").GetString());
}
