using System.Text.Json;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public sealed class CountryTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Fact]
    public void Every_state_of_today_and_those_that_are_no_more_have_a_code_and_a_name_of_their_own()
    {
        Assert.Equal(249 + 8, Country.States.Count);
        Assert.All(Country.States, x => Assert.Matches("^[A-Z]{3}$", x.Key));
        Assert.All(Country.Others, x => Assert.True(x.Key.StartsWith("x-", StringComparison.Ordinal) && Country.IsCode(x.Key), x.Key));
        Assert.Equal(Country.States.Count, Country.States.Values.Distinct().Count());
        Assert.All(Country.States.Concat(Country.Others), x => Assert.True(MemberRules.WhyNotText(x.Value, Limits.NameCharacters, false) is null, x.Key));
        Assert.All(Country.Renamed, x => Assert.True(!Country.IsCode(x.Key) && Country.IsCode(x.Value), x.Key));
    }

    [Theory]
    [InlineData("TUR", "Turkey")]
    [InlineData("CIV", "Côte d’Ivoire")]
    [InlineData("ESH", "Western Sahara")]
    [InlineData("SUN", "Soviet Union")]
    [InlineData("YMD", "South Yemen")]
    [InlineData("x-unknown", "Unknown")]
    [InlineData("x-nato", "NATO")]
    [InlineData("x-hezbollah", "Hezbollah")]
    [InlineData("x-kosovo", "Kosovo")]
    [InlineData("x-north-yemen", "North Yemen")]
    [InlineData("x-nobody-knows-them", "Nobody knows them")]
    public void A_code_has_its_name(string code, string name) => Assert.Equal(name, Country.NameOf(code));

    [Theory]
    [InlineData("USA", "the United States")]
    [InlineData("NLD", "the Netherlands")]
    [InlineData("CAF", "the Central African Republic")]
    [InlineData("x-houthi-rebels", "the Houthi rebels")]
    [InlineData("KGZ", "Kyrgyzstan")]
    [InlineData("x-unita", "UNITA")]
    public void A_name_in_a_sentence_has_the_article_that_it_takes(string code, string name) => Assert.Equal(name, Country.InSentence(code));

    [Theory]
    [InlineData("ZAR", "COD")]
    [InlineData("BUR", "MMR")]
    [InlineData("TMP", "TLS")]
    [InlineData("RHO", "ZWE")]
    [InlineData("ROM", "ROU")]
    [InlineData("XKX", "x-kosovo")]
    [InlineData("XKK", "x-kosovo")]
    [InlineData("UNK", "x-kosovo")]
    [InlineData("DHY", "BEN")]
    public async Task A_code_that_was_only_renamed_is_refused_with_the_one_to_write(string code, string now)
    {
        var posted = await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBodies.Put(ReportBodies.Least("deliveries"), $$"""{"supplier":"{{code}}"}""").ToJsonString());
        Assert.Equal((422, "/supplier", "country"), (posted.Status, posted.Errors.Single().Pointer, posted.Errors.Single().Code));
        Assert.Contains($"{code} is written {now} here.", posted.Body, StringComparison.Ordinal);
        var asked = await Service.GetAsync(_service.Reader, $"/v1/deals?supplier={code}");
        Assert.Equal(400, asked.Status);
        Assert.Contains($"{code} is written {now} here.", asked.Body, StringComparison.Ordinal);
        var fleet = await Service.GetAsync(_service.Reader, $"/v1/countries/{code}/fleet");
        Assert.Equal(404, fleet.Status);
        Assert.Contains($"{code} is written {now} here.", fleet.Body, StringComparison.Ordinal);
    }

    /// <summary>No library resolves all of them: .NET 10 on Debian says Turkey, Node 20 Türkiye; country-list and i18n-iso-countries know no Soviet Union.</summary>
    [Theory]
    [InlineData("TR", "TUR")]
    [InlineData("tr", "TUR")]
    [InlineData("tur", "TUR")]
    [InlineData("XK", "x-kosovo")]
    [InlineData("zar", "COD")]
    [InlineData("X-NATO", "x-nato")]
    [InlineData("Turkey", "TUR")]
    [InlineData("Türkiye", "TUR")]
    [InlineData("TURKIYE", "TUR")]
    [InlineData("the United States", "USA")]
    [InlineData("USSR", "SUN")]
    [InlineData("East Germany (GDR)", "DDR")]
    [InlineData("Bosnia and Herzegovina", "BIH")]
    [InlineData("Cote dIvoire", "CIV")]
    [InlineData("Saint Lucia", "LCA")]
    [InlineData("Hezbollah", "x-hezbollah")]
    [InlineData("Korea", "KOR (South Korea) or PRK (North Korea)")]
    public async Task Another_code_or_a_name_is_refused_with_the_code_to_write(string given, string code)
    {
        var sentence = $"{given} is written {code} here.";
        var body = ReportBodies.Put(ReportBodies.Least("deliveries"), JsonSerializer.Serialize(new { recipient = given }));
        var posted = await Service.PostAsync(_service.Reporter, "/v1/deliveries", body.ToJsonString());
        Assert.Equal((422, "/recipient", "country"), (posted.Status, posted.Errors.Single().Pointer, posted.Errors.Single().Code));
        Assert.Contains(sentence, posted.Json.Items("errors").Single().Text("detail"), StringComparison.Ordinal);
        var asked = await Service.GetAsync(_service.Reader, $"/v1/flows?supplier={Uri.EscapeDataString(given)}");
        Assert.Contains(sentence, asked.Json.Items("errors").Single().Text("detail"), StringComparison.Ordinal);
        var fleet = await Service.GetAsync(_service.Reader, $"/v1/countries/{Uri.EscapeDataString(given)}/fleet");
        Assert.Equal(404, fleet.Status);
        Assert.Contains(sentence, fleet.Json.Text("detail"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Atlantis")]
    [InlineData("QQ")]
    [InlineData("")]
    [InlineData("x-Bad")]
    public void What_nobody_knows_is_told_what_a_code_is(string given)
    {
        Assert.Empty(Country.MeantBy(given));
        Assert.StartsWith("A code is", Country.Advice(given), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_state_has_a_name_in_the_list_of_countries_and_in_posts()
    {
        foreach (var (code, name) in new[] { ("x-kosovo", "Kosovo"), ("x-hezbollah", "Hezbollah"), ("x-north-yemen", "North Yemen"), ("x-some-rebels", "Some rebels") })
        {
            var posted = await ReportBuilder.Report(code, "orlan-10", 2).PostAsync(_service);
            Assert.Equal(name, posted.Json.Text("recipientName"));
            var countries = await _service.AskAsync("/v1/countries?ended=true", posted.Position);
            Assert.Equal(name, countries.Items().Single(x => x.Text("recipient") == code).Text("name"));
        }
    }

    [Theory]
    [InlineData("Burma", "MMR")]
    [InlineData("DR Congo", "COD")]
    [InlineData("Turkiye", "TUR")]
    [InlineData("Zaire", "COD")]
    [InlineData("Soviet Union", "SUN")]
    [InlineData("East Germany (GDR)", "DDR")]
    [InlineData("South Yemen", "YMD")]
    public async Task Search_knows_the_older_and_other_names(string name, string code)
    {
        var found = await _service.AskAsync($"/v1/search?q={Uri.EscapeDataString(name)}");
        Assert.Equal(code, found.Items().First(x => x.Text("kind") == "country").Text("recipient"));
    }

    [Fact]
    public async Task A_runtime_without_ICU_serves_the_same_words_names_slugs_and_order()
    {
        // Of its own: other tests tell the shared one of other recipients.
        await using var service = await Service.StartAsync();
        var folder = Directory.CreateTempSubdirectory("ledger-invariant-").FullName;
        EmbeddedPostgres.Scratch.Chmod("755", folder);
        try
        {
            // As in an image without ICU, and without time zones.
            var environment = new Dictionary<string, string> { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1", ["TZDIR"] = "/nowhere", ["TZ"] = "" };
            await using var program = await RunningProgram.StartAsync(folder, environment);
            Assert.DoesNotContain("libicu", program.Libraries, StringComparison.Ordinal);
            using var reader = program.Reader();
            Assert.Equal((await service.AskAsync("/v1/vocabulary")).GetRawText(), (await Service.GetAsync(reader, "/v1/vocabulary")).Json.GetRawText());

            // Composed and decomposed, marks in either order, ligatures, scripts with and without case, and what other orders would sort differently.
            string[] platforms = ["Cafe\u0301 1", "CAFÉ 2", "a\u0302\u0323 3", "Ångström", "Zulu", "äther", "Żubr", "İHA", "ﬁlm", "Кыргыз Й", "ΣΊΣΥΦΟΣ", "\u0958\u0928", "한글", "ÆRØ", "co-op", "coop"];
            (HttpClient Reporter, HttpClient Reader)[] both = [(service.Reporter, service.Reader), (program.Client, reader)];
            var answers = new List<string[]>();
            foreach (var (reporter, asking) in both)
            {
                var last = 0L;
                foreach (var (platform, i) in platforms.Select((x, i) => (x, i)))
                {
                    var recipient = i % 3 == 0 ? "x-unknown" : i % 3 == 1 ? "CIV" : "YUG";
                    var answer = await Service.PostAsync(reporter, "/v1/deliveries",
                ReportBodies.Put(ReportBodies.Delivery($"invariant-{i}", recipient), JsonSerializer.Serialize(new { platform })).ToJsonString());
                    Assert.True(answer.Status == 201, answer.Body);
                    last = answer.Position;
                }

                answers.Add(
                [
                    .. await OfAsync(asking, $"/v1/countries?atLeast={last}", x => $"{x.Text("recipient")} {x.Text("name")}"),
                    .. await OfAsync(asking, "/v1/countries/CIV/fleet", x => $"{x.Text("platform")} {x.Text("name")}", "holdings"),
                    .. await OfAsync(asking, "/v1/countries/x-unknown/fleet", x => $"{x.Text("platform")} {x.Text("name")}", "holdings"),
                    .. await OfAsync(asking, "/v1/deals?recipient=YUG", x => $"{x.Text("recipient")} {x.Text("platform")}"),
                ]);
            }

            Assert.Contains(answers[0], x => x.StartsWith("café-1 ", StringComparison.Ordinal));
            Assert.Equal(answers[0], answers[1]);
        }
        finally
        {
            await RunningProgram.DeleteAsync(folder);
        }
    }

    private static async Task<string[]> OfAsync(HttpClient client, string path, Func<JsonElement, string> line, string items = "items")
    {
        var answer = await Service.GetAsync(client, path);
        Assert.True(answer.Status == 200, answer.Body);
        return [.. answer.Json.Items(items).Select(line)];
    }
}
