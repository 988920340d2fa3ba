using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

/// <summary>One rule of slugs behind every door: reports, filters, paths, aliases, search.</summary>
public sealed class NamesTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    internal static string Case(string file) => File.ReadAllText(Path.Combine(TidyTests.Root, "tests", "Ledger.Tests", "Reports", "cases", file));

    [Fact]
    public async Task Compatible_characters_are_one_platform_and_other_vowels_and_look_alikes_are_others()
    {
        var import = await Import.PostAsync(_service.Reporter, Case("unicode_names.ndjson"));
        Assert.Equal(11, import.Count("created"));

        var fleet = await _service.AskAsync("/v1/countries/x-unicode-two/fleet", import.Count("position"));

        Assert.Equal(
            ["bayraktar-tb2 13", "bayraktar-тв2 11", "ch-4 5", "iha-7 15", "wing-loong-2 3", "नीत्र 10", "नेत्र 9"],
            fleet.Items("holdings").Select(x => $"{x.Text("platform")} {x.Long("estimate.best")}").Order(StringComparer.Ordinal));
    }

    /// <summary>slugify 1.6, @sindresorhus/slugify 3 and speakingurl 14 (npm) make wing-loong of it, which is another aircraft: nobody can work out our slugs, so every
    /// place takes names.</summary>
    [Theory]
    [InlineData("Wing Loong Ⅱ", "wing-loong-2")]
    [InlineData("ＷＩＮＧ\u200BＬＯＯＮＧ Ⅱ", "wing-loong-2")]
    [InlineData("Bayra\u00ADktar TB2²", "bayraktar-tb2")]
    [InlineData("BAYRAKTAR TB²™", "bayraktar-tb2")]
    public async Task Every_place_that_takes_a_platform_takes_any_spelling_of_its_name(string name, string slug)
    {
        var posted = await ReportBuilder.Report("KAZ", name, 3).PostAsync(_service);
        Assert.Equal(name, posted.Json.Text("platformName"));
        var (inPath, inQuery) = (Uri.EscapeDataString(name), Uri.EscapeDataString(name));

        Assert.Equal(slug, (await _service.AskAsync($"/v1/countries/KAZ/fleet/{inPath}", posted.Position)).Text("platform"));
        Assert.Equal(slug, (await _service.AskAsync($"/v1/platforms/{inPath}")).Text("platform"));
        Assert.Contains((await _service.AskAsync($"/v1/reports?recipient=KAZ&platform={inQuery}")).Items(), x => x.Text("eventId") == posted.Json.Text("eventId"));
        Assert.Equal(slug, (await _service.AskAsync($"/v1/countries/KAZ/fleet?platform={inQuery}")).Items("holdings").Single().Text("platform"));
        Assert.Equal(slug, (await _service.AskAsync($"/v1/search?q={inQuery}")).Items()[0].Text("platform"));
    }

    [Fact]
    public async Task An_alias_is_a_name_and_a_platform_is_named_by_any_spelling_where_it_gets_one()
    {
        async Task<Answered> DefineAsync(string slug) => await Service.PostAsync(_service.Admin, "/v1/platforms",
            new { platform = slug, name = "Şimşek Ⅱ", category = "uav", @class = "expendable", use = "military" });
        var refused = await DefineAsync("ŞİMŞEK Ⅱ");
        Assert.Equal((422, "/platform", "slug"), (refused.Status, refused.Errors.Single().Pointer, refused.Errors.Single().Code));
        Assert.Contains("write şimşek-ii", refused.Json.Items("errors").Single().Text("detail"), StringComparison.Ordinal);
        Assert.Equal(201, (await DefineAsync("şimşek-ii")).Status);

        var added = await Service.PostAsync(_service.Admin, $"/v1/platforms/{Uri.EscapeDataString("Şimşek-Ⅱ")}/aliases", new { alias = "HEDEF™ ²" });
        var again = await Service.PostAsync(_service.Admin, "/v1/platforms/şimşek-ii/aliases", new { alias = "hedef ²" });

        Assert.Equal((201, 200), (added.Status, again.Status));
        Assert.Equal("şimşek-ii", (await _service.AskAsync("/v1/platforms/HEDEF%202")).Text("platform"));
    }

    [Fact]
    public async Task A_name_whose_slug_would_be_too_long_is_refused_and_not_a_fault_of_the_index()
    {
        var long1 = new string('\uFDFA', 200);
        var posted = await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBuilder.Report("KAZ", long1, 3).ToJsonString());
        Assert.Equal((422, "/platform", "platform"), (posted.Status, posted.Errors.Single().Pointer, posted.Errors.Single().Code));
        Assert.Contains("slug", posted.Body, StringComparison.Ordinal);
        Assert.Equal(404, (await Service.GetAsync(_service.Reader, $"/v1/platforms/{Uri.EscapeDataString(new string('\uFDFA', 20))}")).Status);
    }
}
