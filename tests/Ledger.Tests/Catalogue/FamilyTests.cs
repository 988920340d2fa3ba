using System.Text.Json;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Catalogue;

/// <summary>Platforms that are variants of another.</summary>
public class FamilyTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private Task<Answered> DefineAsync(string platform, string? family = null, string name = "The one") => Service.PostAsync(_service.Admin, "/v1/platforms",
        JsonSerializer.Serialize(new { platform, name, category = "uav", @class = "durable", use = "military", family }));

    private async Task<string[]> VariantsAsync(string platform, string query = "") =>
        [.. (await _service.AskAsync($"/v1/platforms/{platform}{query}")).Items("variants").Select(x => $"{x.Text("platform")} {x.Text("name")}")];

    [Fact]
    public async Task A_variant_names_its_family_and_the_family_its_variants_as_they_were_known()
    {
        var head = await DefineAsync("heron-head", name: "Heron");
        Assert.Equal((201, null, null), (head.Status, head.Json.Text("family"), head.Json.Text("familyName")));
        var second = await DefineAsync("heron-b", "heron-head", "Heron B");
        Assert.Equal((201, "heron-head", "Heron"), (second.Status, second.Json.Text("family"), second.Json.Text("familyName")));
        Assert.Equal(200, (await DefineAsync("heron-b", "heron-head", "Heron B")).Status);
        var first = await DefineAsync("heron-a", "heron-head", "Heron A");

        Assert.Equal(["heron-a Heron A", "heron-b Heron B"], await VariantsAsync("heron-head"));
        Assert.Equal(["heron-b Heron B"], await VariantsAsync("heron-head", $"?knownAt=@{second.Position}"));
        Assert.Empty(await VariantsAsync("heron-a"));
        var variant = await _service.AskAsync("/v1/platforms/heron-a");
        Assert.Equal(("heron-head", "Heron"), (variant.Text("family"), variant.Text("familyName")));
        var listed = (await _service.AskAsync("/v1/platforms?q=heron-a&limit=1000")).Items().Single(x => x.Text("platform") == "heron-a");
        Assert.Equal(("heron-head", "Heron"), (listed.Text("family"), listed.Text("familyName")));
        Assert.Equal("heron-head", await _service.ScalarAsync<string>("select data ->> 'family' from ledger.mt_events where seq_id = $1", first.Position));

        // A definition without it takes it out again.
        Assert.Equal(201, (await DefineAsync("heron-a", null, "Heron A")).Status);
        Assert.Equal(["heron-b Heron B"], await VariantsAsync("heron-head"));
    }

    [Fact]
    public async Task A_family_is_a_platform_that_is_defined_and_no_variant_itself()
    {
        await DefineAsync("wren");
        await DefineAsync("wren-1", "wren");
        await Service.PostAsync(_service.Admin, "/v1/platforms/wren/aliases", """{"alias":"Zaunkönig"}""");
        await ReportBuilder.Report("KGZ", "wren-provisional", 1).PostAsync(_service);
        var before = await _service.CountAsync();
        foreach (var (platform, family, code) in new[]
        {
            ("wren-2", "wren-2", "family"), ("wren", "wren", "family"), ("wren-2", "nobody-defined-this", "family"), ("wren-2", "wren-provisional", "family"),
            ("wren-2", "wren-1", "family"), ("wren-2", "zaunkönig", "family"), ("wren", "aksungur", "family"), ("wren-2", "Not A Slug", "slug"), ("wren-2", "", "slug"),
        })
        {
            var refused = await DefineAsync(platform, family);
            Assert.True(refused.Status == 422, $"{platform} of {family}: {refused}");
            Assert.Equal([("/family", code)], refused.Errors);
        }

        Assert.Equal(before, await _service.CountAsync());
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, "/v1/platforms/wren-2")).Status);
    }

    /// <summary>A name of 200 characters may have a slug of 800 bytes: what reports can mean can be defined.</summary>
    [Fact]
    public async Task Every_slug_that_a_name_of_a_report_has_can_be_defined()
    {
        var name = new string('\ufdfa', 20);
        var posted = await ReportBuilder.Report("KGZ", name, 1).PostAsync(_service);
        var slug = posted.Json.At("understoodAs").Text("platform")!;
        Assert.True(slug.Length > 200, slug);

        var defined = await DefineAsync(slug);

        Assert.True(defined.Status == 201, defined.ToString());
    }

    [Fact]
    public async Task An_answer_about_a_platform_loses_its_validator_with_its_family_and_with_its_variants()
    {
        await DefineAsync("swift");
        await DefineAsync("swift-1", "swift");
        async Task<string> TagAsync(string platform) => (await Service.GetAsync(_service.Reader, $"/v1/platforms/{platform}?asOf=2026-01-01")).Headers.ETag!.ToString();
        var (head, variant) = (await TagAsync("swift"), await TagAsync("swift-1"));

        await DefineAsync("swift-unrelated");
        Assert.Equal((head, variant), (await TagAsync("swift"), await TagAsync("swift-1")));
        await DefineAsync("swift-1", "swift", "Renamed");
        Assert.NotEqual(head, head = await TagAsync("swift"));
        variant = await TagAsync("swift-1");
        await DefineAsync("swift", null, "Renamed too");
        Assert.NotEqual(variant, variant = await TagAsync("swift-1"));
        head = await TagAsync("swift");
        await DefineAsync("swift-1", null, "Renamed");
        Assert.NotEqual(head, await TagAsync("swift"));
    }

    [Fact]
    public async Task The_catalogue_is_filtered_as_search_finds_and_paged_as_it_is()
    {
        await ReportBuilder.Report("KGZ", "Quokka Üno", 1).PostAsync(_service);
        foreach (var name in (string[])["Quokka Mk 1", "Quokka Mk 2", "Quokka Mk 3"])
        {
            await DefineAsync(name.ToLowerInvariant().Replace(' ', '-'), name: name);
        }

        await Service.PostAsync(_service.Admin, "/v1/platforms/aksungur/aliases", """{"alias":"Quokka Grande"}""");
        async Task<string[]> FindAsync(string sought, string also = "") =>
            [.. (await _service.AskAsync($"/v1/platforms?q={Uri.EscapeDataString(sought)}{also}")).Items().Select(x => x.Text("platform")!)];
        Assert.Equal(["aksungur", "quokka-mk-1", "quokka-mk-2", "quokka-mk-3", "quokka-üno"], await FindAsync("QUOKA"));
        Assert.Equal(["quokka-üno"], await FindAsync("quokka uno"));
        Assert.Equal(["quokka-mk-2"], await FindAsync("quokka mk2"));
        Assert.Empty(await FindAsync("nobody is called so"));
        var paged = new List<string>();
        for (var page = "/v1/platforms?q=quokka&limit=2"; page is not null;)
        {
            var answer = await _service.AskAsync(page);
            paged.AddRange(answer.Items().Select(x => x.Text("platform")!));
            page = answer.TryGetProperty("next", out var next) ? $"/v1/platforms?q=quokka&limit=2&cursor={next}" : null;
        }

        Assert.Equal(await FindAsync("quokka"), paged);
        Assert.Equal(400, (await Service.GetAsync(_service.Reader, "/v1/platforms?q=--")).Status);
        // What the search finds is in the list.
        var found = (await _service.AskAsync("/v1/search?q=quokka&limit=100")).Items().Where(x => x.Text("kind") == "platform").Select(x => x.Text("platform")!);
        Assert.Equal(paged, found.Order(StringComparer.Ordinal));
    }
}
