using System.Text.Json;
using Ledger.Tests.Harness;
using Ledger.Vocabulary;

namespace Ledger.Tests.Questions;

public class SearchTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private static string Shown(JsonElement found) => found.Text("kind") switch
    {
        "country" => $"country {found.Text("recipient")}",
        "platform" => $"platform {found.Text("platform")}",
        "deal" => $"deal {found.Text("recipient")} {found.Text("supplier")} {found.Text("deal")}",
        _ => $"publisher {found.Text("publisher")}",
    };

    private async Task<JsonElement[]> SearchAsync(string sought, string also = "") =>
        (await _service.AskAsync($"/v1/search?q={Uri.EscapeDataString(sought)}{also}")).Items();

    [Theory]
    [InlineData("Burma", "country MMR", "Burma")]
    [InlineData("DR Congo", "country COD", "DR Congo")]
    [InlineData("Turkiye", "country TUR", "Türkiye")]
    [InlineData("Zaire", "country COD", "Zaire")]
    [InlineData("Zaïre", "country COD", "Zaire")]
    [InlineData("soviet union", "country SUN", "Soviet Union")]
    [InlineData("East Germany (GDR)", "country DDR", "East Germany (GDR)")]
    [InlineData("South Yemen", "country YMD", "South Yemen")]
    [InlineData("Ivory Coast", "country CIV", "Ivory Coast")]
    [InlineData("cote divoire", "country CIV", "Côte d’Ivoire")]
    [InlineData("KGZ", "country KGZ", "KGZ")]
    [InlineData("Kirgizstan", "country KGZ", "Kirgizstan")]
    [InlineData("Kyrgistan", "country KGZ", "Kyrgyzstan")]
    [InlineData("uzbek", "country UZB", "Uzbekistan")]
    [InlineData("hizbollah", "country x-hezbollah", "Hizbollah")]
    [InlineData("TB2", "platform bayraktar-tb2", "TB2")]
    [InlineData("bairaktar tb2", "platform bayraktar-tb2", "Bayraktar TB2")]
    [InlineData("akıncı", "platform bayraktar-akinci", "Akinci")]
    [InlineData("Элерон", "platform eleron-3", "Элерон-3")]
    public async Task A_country_or_platform_is_found_under_any_of_its_names(string sought, string first, string matched)
    {
        var found = (await SearchAsync(sought))[0];
        Assert.Equal((first, matched), (Shown(found), found.Text("matched")));
        Assert.Equal(found.Text("kind") == "country" ? Country.NameOf(found.Text("recipient")!) : (await _service.AskAsync($"/v1/platforms/{found.Text("platform")}")).Text("name"),
            found.Text("name"));
    }

    [Fact]
    public async Task Every_country_is_found_by_its_name_and_by_each_of_its_other_names()
    {
        Assert.All(Country.AlsoKnownAs, x => Assert.True(Country.States.ContainsKey(x.Key) || Country.Others.ContainsKey(x.Key), x.Key));
        foreach (var (code, name) in Country.States.Concat(Country.Others).Concat(
            Country.AlsoKnownAs.SelectMany(x => x.Value.Select(name => KeyValuePair.Create(x.Key, name)))))
        {
            Assert.Contains(await SearchAsync(name, "&limit=3"), x => Shown(x) == $"country {code}" && x.Text("matched") is { Length: > 0 });
        }
    }

    [Fact]
    public async Task What_only_reports_name_is_found_from_its_report_on_and_not_before()
    {
        Assert.Empty(await SearchAsync("Falkenauge"));
        var posted = await ReportBuilder.Report("x-falkenauge-militia", "Falkenauge Mk 7", 3).With("deal", "deu.falkenauge.2024").With("supplier", "DEU")
            .With("source.publisher", "Falkenauge Nachrichten").PostAsync(_service);
        var found = await SearchAsync("falkenauge", $"&atLeast={posted.Position}");
        Assert.Equal(["country x-falkenauge-militia", "deal x-falkenauge-militia DEU deu.falkenauge.2024", "platform falkenauge-mk-7", "publisher Falkenauge Nachrichten"],
            found.Select(Shown).Order(StringComparer.Ordinal));
        Assert.Equal("platform", (await SearchAsync("falkenauge mk 7"))[0].Text("kind"));
        Assert.Equal("Falkenauge Mk 7", found.Single(x => x.Text("kind") == "platform").Text("name"));
        var deal = found.Single(x => x.Text("kind") == "deal");
        Assert.Equal(("Falkenauge militia", "Germany", "Falkenauge Mk 7 from Germany"), (deal.Text("recipientName"), deal.Text("supplierName"), deal.Text("name")));
        // The addresses lead somewhere.
        await _service.AskAsync("/v1/platforms/falkenauge-mk-7");
        await _service.AskAsync("/v1/countries/x-falkenauge-militia/fleet");
        await _service.AskAsync("/v1/deals/x-falkenauge-militia/DEU/deu.falkenauge.2024");

        Assert.Empty(await SearchAsync("falkenauge", $"&knownAt=@{posted.Position - 1}"));
        Assert.Equal(4, (await SearchAsync("falkenauge", $"&knownAt=@{posted.Position}")).Length);
        Assert.Equal("platform falkenauge-mk-7", Shown((await SearchAsync("Falkenouge Mk 7")).Single()));
        // Once the catalogue defines it, it has the catalogue's name, and what was known before keeps its own.
        var defined = await Service.PostAsync(_service.Admin, "/v1/platforms", """{"platform":"falkenauge-mk-7","name":"Sperberauge 7","category":"uav","class":"durable","use":"military"}""");
        Assert.Equal("Sperberauge 7", (await SearchAsync("falkenauge mk 7", $"&atLeast={defined.Position}"))[0].Text("name"));
        Assert.Equal("platform falkenauge-mk-7", Shown((await SearchAsync("sperberauge")).Single(x => x.Text("kind") == "platform")));
        Assert.Equal("Falkenauge Mk 7", (await SearchAsync("falkenauge mk 7", $"&knownAt=@{posted.Position}"))[0].Text("name"));
    }

    [Fact]
    public async Task The_same_deal_of_two_recipients_is_found_twice_and_a_name_that_is_used_again_once()
    {
        foreach (var recipient in (string[])["KAZ", "TJK", "KAZ"])
        {
            await ReportBuilder.Report(recipient, "aksungur", 3).With("deal", "zz-twice").With("source.publisher", "Twice Daily").PostAsync(_service);
            await _service.AskAsync("/v1/search?q=warm");
        }

        Assert.Equal(["deal KAZ TUR zz-twice", "deal TJK TUR zz-twice"], (await SearchAsync("zz-twice")).Select(Shown));
        Assert.Equal(["publisher Twice Daily"], (await SearchAsync("twice daily")).Select(Shown));
        // A node that has read nothing yet finds the same.
        await using var other = await _service.AnotherNodeAsync();
        Assert.Equal((await _service.AskAsync("/v1/search?q=twice")).GetRawText(), (await other.AskAsync("/v1/search?q=twice")).GetRawText());
    }

    [Fact]
    public async Task The_best_come_first_and_the_limit_keeps_them()
    {
        var all = await SearchAsync("a", "&limit=100");
        Assert.True(all.Length > 20, $"{all.Length}");
        Assert.Equal(20, (await SearchAsync("a")).Length);
        Assert.Equal(all[..7].Select(Shown), (await SearchAsync("a", "&limit=7")).Select(Shown));
        Assert.Equal("country IRN", Shown((await SearchAsync("Iran"))[0]));
        Assert.Equal("country IRQ", Shown((await SearchAsync("Iraq"))[0]));
    }

    [Fact]
    public async Task The_validator_goes_with_a_new_name_and_stays_with_a_report_that_has_none()
    {
        await ReportBuilder.Report("KGZ", "aksungur", 3).PostAsync(_service);
        async Task<string> TagAsync(long position) =>
            (await Service.GetAsync(_service.Reader, $"/v1/search?q=tag&asOf=2026-01-01&atLeast={position}")).Headers.ETag!.ToString();
        var before = await TagAsync(0);
        var same = await ReportBuilder.Report("KGZ", "aksungur", 4).PostAsync(_service);
        Assert.Equal(before, await TagAsync(same.Position));
        var other = await ReportBuilder.Report("KGZ", "aksungur", 4).With("source.publisher", "Tag und Nacht").PostAsync(_service);
        Assert.NotEqual(before, await TagAsync(other.Position));
    }

    [Theory]
    [InlineData("", "?q")]
    [InlineData("?q=", "?q")]
    [InlineData("?q=%2D%2D", "?q")]
    [InlineData("?q=%F0%9F%98%80", "?q")]
    [InlineData("?q=a&limit=0", "?limit")]
    [InlineData("?q=a&limit=1001", "?limit")]
    [InlineData("?q=a&cursor=x", "?cursor")]
    public async Task A_search_for_nothing_is_refused(string query, string place)
    {
        var answer = await Service.GetAsync(_service.Reader, $"/v1/search{query}");
        Assert.Equal((400, place), (answer.Status, answer.Errors.Single().Pointer));
    }

    [Fact]
    public async Task A_long_text_is_refused_and_one_of_the_longest_is_looked_for()
    {
        Assert.Empty(await SearchAsync(new string('q', 200)));
        Assert.Equal(400, (await Service.GetAsync(_service.Reader, $"/v1/search?q={new string('q', 201)}")).Status);
    }
}
