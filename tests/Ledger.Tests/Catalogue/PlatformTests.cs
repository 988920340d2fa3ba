using System.Text.Json;
using System.Text.Json.Nodes;
using Ledger.Catalogue;
using Ledger.Facts;
using Ledger.Tests.Harness;
using Ledger.Vocabulary;

namespace Ledger.Tests.Catalogue;

public class PlatformTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Fact]
    public async Task The_catalogue_lists_what_ships_with_it_and_what_only_reports_have_named()
    {
        var posted = await ReportBuilder.Report("KGZ", "Home Made Glider", 1).PostAsync(_service);
        var platforms = (await _service.AskAsync("/v1/platforms?limit=1000", posted.Position)).Items();
        foreach (var shipped in ShippedCatalogue.Read())
        {
            var listed = platforms.Single(x => x.Text("platform") == shipped.Platform);
            Assert.Equal((shipped.Name, shipped.Category, shipped.Class, shipped.Use, shipped.Maker, shipped.Origin),
                (listed.Text("name"), listed.Text("category"), listed.Text("class"), listed.Text("use"), listed.Text("maker"), listed.Text("origin")));
            Assert.False(listed.At("provisional").GetBoolean());
            Assert.Equal(shipped.Aliases ?? [], listed.Items("aliases").Select(x => x.GetString()));
            Assert.Equal(shipped.ItemsPerSystem ?? [], listed.At("itemsPerSystem").ValueKind == JsonValueKind.Null ? [] : listed.Items("itemsPerSystem").Select(x => x.GetInt32()));
        }

        var glider = platforms.Single(x => x.Text("platform") == "home-made-glider");
        Assert.True(glider.At("provisional").GetBoolean());
        Assert.Equal(("Home Made Glider", "other", "durable"), (glider.Text("name"), glider.Text("category"), glider.Text("class")));
        Assert.Equal(platforms.Length, platforms.Select(x => x.Text("platform")).Distinct().Count());
    }

    [Fact]
    public async Task A_platform_says_who_holds_one_under_whichever_name_it_was_reported()
    {
        await ReportBuilder.Report("UZB", "Bayraktar TB2", 3).PostAsync(_service);
        await ReportBuilder.Report("KAZ", "TB2", 2).PostAsync(_service);
        var last = await ReportBuilder.Report("UZB", "bayraktar-tb2", 5).PostAsync(_service);
        foreach (var name in (string[])["bayraktar-tb2", "TB2", "Bayraktar%20TB2"])
        {
            var platform = await _service.AskAsync($"/v1/platforms/{name}?asOf=2023-01-01", last.Position);
            Assert.Equal("bayraktar-tb2", platform.Text("platform"));
            Assert.Equal(["KAZ 2", "UZB 5"], platform.Items("holders").Select(x => $"{x.Text("recipient")} {x.Long("estimate.high")}"));
        }

        Assert.Empty((await _service.AskAsync("/v1/platforms/aladin")).Items("holders"));
    }

    [Fact]
    public async Task The_vocabulary_lists_every_word_that_a_report_may_use()
    {
        var vocabulary = await _service.AskAsync("/v1/vocabulary");
        var listed = vocabulary.EnumerateObject().Where(x => x.Value.ValueKind == JsonValueKind.Array && x.Name != "countries")
            .Select(x => x.Value.EnumerateArray().Select(word => word.GetString()!).ToArray()).ToList();
        foreach (var words in typeof(WordNames).GetFields().Where(x => x.FieldType == typeof(IReadOnlyList<string>)))
        {
            Assert.True(listed.Exists(x => x.SequenceEqual((IReadOnlyList<string>)words.GetValue(null)!)), $"{words.Name} is not listed.");
        }

        foreach (var (path, member, of) in ((string, string, string)[])[("observations", "setting", "settings"), ("deliveries", "role", "roles"), ("announcements", "stage", "stages"),
            ("contracts", "condition", "conditions"), ("milestones", "milestone", "milestones")])
        {
            foreach (var word in vocabulary.Items(of))
            {
                var report = ReportBuilder.Report("KGZ", "vocabulary", 1).With(member, word.GetString());
                await (word.GetString() == "rateDeclared" ? report.With("rate", new JsonObject { ["n"] = 3, ["per"] = "year" }) : report).PostAsync(_service, path);
            }
        }

        foreach (var unit in vocabulary.Items("units"))
        {
            await ReportBuilder.Report("KGZ", "vocabulary", 1).With("quantity.unit", unit.GetString()).PostAsync(_service);
        }

        foreach (var reliability in vocabulary.At("grades").Items("reliability"))
        {
            foreach (var credibility in vocabulary.At("grades").Items("credibility"))
            {
                await ReportBuilder.Report("KGZ", "vocabulary", 1).With("grade", reliability.Text("grade") + credibility.Text("grade")).PostAsync(_service);
            }
        }
    }

    [Fact]
    public async Task Every_country_of_ISO_3166_is_in_the_vocabulary()
    {
        var countries = (await _service.AskAsync("/v1/vocabulary")).Items("countries");
        Assert.True(countries.Length >= 249, $"{countries.Length} countries");
        var codes = countries.Select(x => x.Text("code")!).ToList();
        foreach (var code in (string[])["KGZ", "TUR", "TWN", "PSE", "SSD", "ATA", "x-kosovo"])
        {
            Assert.Contains(code, codes);
        }

        Assert.Equal(codes.Order(StringComparer.Ordinal), codes);
        Assert.All(countries, x => Assert.Matches("^([A-Z]{3}|x-[a-z0-9-]+)$", x.Text("code")));
        Assert.Equal("Kyrgyzstan", countries.Single(x => x.Text("code") == "KGZ").Text("name"));
    }
}
