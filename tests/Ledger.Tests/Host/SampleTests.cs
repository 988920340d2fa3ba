using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ledger.Host.Commands;
using Ledger.Tests.Harness;
using Ledger.Tests.Reports;

namespace Ledger.Tests.Host;

/// <summary>The sample that comes with the service can be checked by whoever reads it, and shows what it says that it shows.</summary>
public sealed partial class SampleTests(SampleTests.Loaded loaded) : IClassFixture<SampleTests.Loaded>
{
    private readonly Service _service = loaded.Service;

    /// <summary>A service that holds the sample alone.</summary>
    public sealed class Loaded : OneService
    {
        internal Import Import { get; private set; } = null!;

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            Import = await Import.PostAsync(Service.Reporter, File);
        }
    }

    private static string File
    {
        get
        {
            using var stream = typeof(DemoCommand).Assembly.GetManifestResourceStream("Ledger.Host.Samples.central-asia.ndjson")!;
            return new StreamReader(stream).ReadToEnd();
        }
    }

    private static IReadOnlyList<JsonElement> Lines { get; } = [.. File.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(x => JsonElement.Parse(x))];

    /// <summary>A member of a line, or null where it says nothing of it.</summary>
    private static string? Said(JsonElement line, string path) => path.Split('.')
        .Aggregate((JsonElement?)line, (at, step) => at is { } here && here.TryGetProperty(step, out var member) ? member : null)?.GetString();

    private static IEnumerable<string> Of(Func<JsonElement, bool> lines) => Lines.Where(lines).Select(x => x.Text("id")!);

    private async Task<JsonElement> EvidenceAsync(string holding, string id) =>
        (await _service.AskAsync($"/v1/countries/{holding}")).Items("evidence").Single(x => x.Text("id") == id);

    [Fact]
    public void Every_line_names_its_publisher_the_address_of_its_page_and_when_it_was_published()
    {
        Assert.Empty(Of(x => string.IsNullOrEmpty(Said(x, "source.publisher"))));
        Assert.Empty(Of(x => !Uri.TryCreate(Said(x, "source.url"), UriKind.Absolute, out var address) || !address.Scheme.StartsWith("http", StringComparison.Ordinal)));
        Assert.Empty(Of(x => Said(x, "source.published") is null));
        Assert.Equal(Lines.Count, Lines.Select(x => x.Text("id")).Distinct().Count());
    }

    [Fact]
    public void A_line_that_knows_no_day_of_publication_says_where_its_month_or_year_comes_from() =>
        Assert.Empty(Of(x => x.Text("source.published")!.Length < 10 && !Inferred().IsMatch(x.Text("note")!)));

    [Fact]
    public void Nothing_happened_after_the_page_that_tells_of_it() =>
        Assert.Empty(Of(x => x.Text("kind") is "delivery" or "observation" or "loss" && Year(x.Text("occurred")!.Split('/')[0]) > Year(x.Text("source.published")!)));

    private static int Year(string date) => date.StartsWith("..", StringComparison.Ordinal) ? 0 : int.Parse(date[..4], CultureInfo.InvariantCulture);

    [Fact]
    public void The_service_takes_every_line_and_finds_every_one_again()
    {
        Assert.DoesNotContain(loaded.Import.Lines, x => x.TryGetProperty("problem", out _));
        Assert.Equal((Lines.Count, 0), (loaded.Import.Count("created"), loaded.Import.Count("refused")));
    }

    [Fact]
    public async Task Every_platform_of_the_sample_is_in_the_catalogue()
    {
        var known = (await _service.AskAsync("/v1/platforms?limit=1000")).Items();
        Assert.Empty(known.Where(x => x.At("provisional").GetBoolean()).Select(x => x.Text("platform")));
    }

    [Fact]
    public async Task Kazakhstan_has_a_fleet_at_every_past_day_from_its_first_publication_on()
    {
        // The first pages that tell of a unit are of 2021; the first that tells of a wish, and with it the series, is of 2013.
        var bests = new List<long>();
        foreach (var year in Enumerable.Range(2019, 7))
        {
            bests.Add((await _service.AskAsync($"/v1/countries/KAZ/fleet?asOf={year}-12-31&reportedBy={year}-12-31")).Long("headline.best"));
        }

        Assert.Equal([0, 0, 4, 4, 4, 5, 5], bests);
        var series = (await _service.AskAsync("/v1/countries/KAZ/series?asOf=2022-06-30&reportedBy=2022-06-30&every=change")).Items();
        Assert.Equal(("2013-03-28", 0, 4), (series[0].Text("asOf"), series[0].Long("best"), series[^1].Long("best")));
    }

    [Fact]
    public async Task Every_country_of_the_sample_has_a_fleet_by_what_was_said_before_the_last_year()
    {
        foreach (var code in (string[])["KAZ", "KGZ", "TKM", "UZB"])
        {
            Assert.True((await _service.AskAsync($"/v1/countries/{code}/fleet?asOf=2023-12-31&reportedBy=2023-12-31")).Long("headline.best") > 0, code);
        }
    }

    [Theory]
    [InlineData("bayraktar-akinci", "akinci")]
    [InlineData("aksungur", "aksungur")]
    [InlineData("anka", "anka")]
    public async Task Of_one_statement_told_by_many_the_office_that_made_it_counts(string platform, string key)
    {
        var holding = await _service.AskAsync($"/v1/countries/KGZ/fleet/{platform}?asOf=2025-01-01");
        Assert.Equal((1, 1, 0), (holding.Long("estimate.low"), holding.Long("estimate.best"), holding.Long("estimate.onOrder")));
        string? SetAside(string who) => holding.Items("evidence").Single(x => x.Text("id") == $"kgz-{key}-2023-delivery-{who}").Text("setAside");
        Assert.Equal((null, "sameOrigin", "sameOrigin"), (SetAside("presidency"), SetAside("nachrichtde"), SetAside("thefree")));
    }

    [Fact]
    public async Task A_denial_counts_as_none_held_and_bounds_no_claim()
    {
        var holding = await _service.AskAsync("/v1/countries/TJK/fleet/bayraktar-tb2?asOf=2026-01-01");
        Assert.Equal((0, 0, JsonValueKind.Null), (holding.Long("estimate.low"), holding.Long("estimate.best"), holding.At("estimate.high").ValueKind));
        Assert.Equal(2, holding.Items("evidence").Count(x => Said(x, "setting") == "inventory" && x.Long("quantity.n") == 0));
        // A loss that is denied the same day widens what may be lost, and moves nothing else.
        var claimed = await _service.AskAsync("/v1/countries/KGZ/fleet/bayraktar-tb2?asOf=2026-06-01");
        Assert.Equal((0, 0, 1), (claimed.Long("estimate.lost.low"), claimed.Long("estimate.lost.best"), claimed.Long("estimate.lost.high")));
        Assert.Equal(["high"], (await EvidenceAsync("KGZ/fleet/bayraktar-tb2", "kgz-tb2-2024-crash-kloop")).Items("effective").Select(x => x.GetString()));
    }

    [Fact]
    public async Task Four_origins_without_a_model_are_four_observations_and_at_least_one_aircraft()
    {
        var holding = await _service.AskAsync("/v1/countries/TJK/fleet/unspecified-uav?asOf=2025-09-01");
        Assert.Equal(["CHN", "IRN", "RUS", "USA"], holding.Items("evidence").Where(x => x.Text("source.publisher") == "AsiaNews").Select(x => x.Text("supplier")).Order());
        Assert.All(holding.Items("evidence").Where(x => x.Text("source.publisher") == "AsiaNews"), x => Assert.Equal("Michael Hilliard, Oxus Society", x.Text("source.speaker")));
        Assert.Equal(1, holding.Long("estimate.low"));
    }

    [Fact]
    public async Task What_was_passed_on_raises_questions_and_civil_drones_are_in_no_headline()
    {
        var signals = (await _service.AskAsync("/v1/signals?to=RUS&kind=passedOn&asOf=2026-01-01")).Items();
        Assert.Equal([("KAZ", "unspecified-civil-uav"), ("KGZ", "dji-agras-t30")], signals.Select(x => (x.Text("recipient"), x.Text("platform"))).Order());
        var kept = await _service.AskAsync("/v1/countries/KGZ/fleet/dji-agras-t30?asOf=2026-01-01");
        Assert.Equal((0, 0, 14), (kept.Long("estimate.best"), kept.Long("estimate.high"), kept.Long("estimate.lost.best")));
        foreach (var code in (string[])["KAZ", "KGZ"])
        {
            var civil = (await _service.AskAsync($"/v1/countries/{code}/fleet?use=civil&asOf=2026-01-01")).Items("holdings");
            Assert.NotEmpty(civil);
            var headline = await _service.AskAsync($"/v1/countries/{code}/fleet?asOf=2026-01-01");
            Assert.Equal(headline.Long("headline.best"), headline.Items("holdings").Where(x => x.Text("class") == "durable").Sum(x => x.Long("estimate.best"))
                - civil.Sum(x => x.Long("estimate.best")));
        }
    }

    [Fact]
    public async Task The_licence_line_counts_the_russian_name_with_the_iranian_and_runs_beyond_what_was_counted()
    {
        var holding = await _service.AskAsync("/v1/countries/RUS/fleet/shahed-136?asOf=2026-01-01");
        Assert.Equal((4_500, JsonValueKind.Null), (holding.Long("estimate.low"), holding.At("estimate.high").ValueKind));
        Assert.Equal(["Geran-2", "Shahed-136"], Lines.Where(x => Said(x, "recipient") == "RUS").Select(x => x.Text("platform")).Distinct().Order());
        Assert.Equal(0, (await _service.AskAsync("/v1/countries/RUS/fleet?asOf=2026-01-01")).Long("headline.best"));
    }

    [GeneratedRegex(@"bears|[Mm]onth of publication|Italian version")]
    private static partial Regex Inferred();
}
