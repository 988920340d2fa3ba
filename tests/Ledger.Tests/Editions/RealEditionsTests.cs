using System.Globalization;
using System.Text;
using System.Text.Json;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Editions;

/// <summary>Both real editions, loaded once. They are not ours to keep here: where they are absent these tests are skipped.</summary>
public sealed class RealEditions : IAsyncLifetime
{
    public static readonly IReadOnlyList<string> Days = ["2024-03-18", "2026-05-18"];

    /// <summary>Where the data are; null where they are absent.</summary>
    internal static readonly string? Folder = FindFolder();

    /// <summary>Null where the data are absent.</summary>
    internal Loaded? Both { get; private set; }

    internal sealed record Loaded(Service Service, IReadOnlyList<Edition> Editions, IReadOnlyList<IReadOnlyList<string[]>> Files, long Position);

    public async ValueTask InitializeAsync()
    {
        if (Folder is null)
        {
            return;
        }

        var service = await Service.StartAsync();
        var editions = new List<Edition>();
        foreach (var day in Days)
        {
            editions.Add(await Edition.PostAsync(service, await File.ReadAllBytesAsync(Path.Combine(Folder, $"trade-register-{day}.csv"))));
        }

        Both = new Loaded(service, editions, [.. Days.Select(ReadByHand)], editions[^1].Count("position"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Both is not null)
        {
            await Both.Service.DisposeAsync();
        }
    }

    internal Loaded OrSkip()
    {
        Assert.SkipWhen(Both is null, "The real trade registers are not here: ../shared/data/sipri, seen from the project.");
        return Both;
    }

    /// <summary>The sound rows, read by nothing of ours: lines of sixteen cells, of which none here is quoted over a line's end.</summary>
    private static IReadOnlyList<string[]> ReadByHand(string day)
    {
        var text = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(File.ReadAllBytes(Path.Combine(Folder!, $"trade-register-{day}.csv")));
        var rows = new List<string[]>();
        foreach (var (line, i) in text.Split('\n').Select((x, i) => (x.TrimEnd('\r'), i)).SkipWhile(x => !x.Item1.StartsWith("Recipient,", StringComparison.Ordinal)).Skip(1))
        {
            var (cells, cell, quoted) = (new List<string>(), new StringBuilder(), false);
            foreach (var c in line)
            {
                if (c == '"') { quoted = !quoted; }
                else if (c == ',' && !quoted) { cells.Add(cell.ToString()); cell.Clear(); }
                else { cell.Append(c); }
            }

            if (cells.Count == 15)
            {
                rows.Add([(i + 1).ToString(CultureInfo.InvariantCulture), .. cells]);
            }
        }

        return rows;
    }

    private static string? FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ledger.sln")))
            {
                var data = Path.Combine(folder.FullName, "..", "shared", "data", "sipri");
                return Directory.Exists(data) ? data : null;
            }
        }

        return null;
    }
}

public sealed class RealEditionsTests(RealEditions real) : IClassFixture<RealEditions>
{
    [Fact]
    public void Every_row_that_is_sound_is_imported_and_every_record_that_is_not_is_named()
    {
        var both = real.OrSkip();

        Assert.Equal((29_054, 2), (both.Editions[0].Count("rows"), both.Editions[0].Count("broken")));
        Assert.Equal((29_916, 0), (both.Editions[1].Count("rows"), both.Editions[1].Count("broken")));
        Assert.All(both.Editions, x => Assert.Equal(x.Count("broken"), x.Count("refused")));
        Assert.All(both.Editions, x => Assert.Empty(x.Of("unresolved")));
        Assert.Equal(both.Files.Select(x => x.Count), both.Editions.Select(x => (int)x.Count("rows")));
    }

    [Fact]
    public async Task For_every_recipient_and_platform_best_at_each_editions_day_is_the_sum_of_what_that_edition_delivered()
    {
        var both = real.OrSkip();
        for (var i = 0; i < RealEditions.Days.Count; i++)
        {
            var recipients = both.Editions[i].Rows.Where(x => x.Text("recipient") is not null).ToDictionary(x => x.GetProperty("line").ToString(), x => x.Text("recipient")!);
            var platforms = both.Editions[i].Rows.Where(x => x.Text("platform") is not null).ToDictionary(x => x.GetProperty("line").ToString(), x => x.Text("platform")!);
            var expected = new Dictionary<(string, string), long>();
            foreach (var row in both.Files[i])
            {
                var holding = (recipients[row[0]], platforms[row[0]]);
                expected[holding] = expected.GetValueOrDefault(holding) + long.Parse(row[9], CultureInfo.InvariantCulture);
            }

            var served = new Dictionary<(string, string), long>();
            foreach (var code in recipients.Values.Distinct())
            {
                var fleet = await both.Service.AskAsync($"/v1/countries/{code}/fleet?asOf=2026-12-31&reportedBy={RealEditions.Days[i]}", both.Position);
                foreach (var holding in fleet.Items("holdings"))
                {
                    served.Add((code, holding.Text("platform")!), holding.Long("estimate.best"));
                }
            }

            Assert.True(expected.Count > 19_000, $"{expected.Count}");
            Assert.Empty(expected.Where(x => served.GetValueOrDefault(x.Key, -1) != x.Value).Select(x => (x, served.GetValueOrDefault(x.Key, -1))));
            Assert.DoesNotContain(served, x => x.Value != 0 && !expected.ContainsKey(x.Key));
        }
    }

    [Fact]
    public async Task What_the_later_edition_lets_grow_is_no_less_on_any_day_that_the_earlier_spoke_of()
    {
        var both = real.OrSkip();
        async Task<Dictionary<(string, string, string), long>> DealsAsync(string reportedBy)
        {
            var deals = new Dictionary<(string, string, string), long>();
            for (string? next = null, first = ""; first is not null; first = next)
            {
                var page = await both.Service.AskAsync($"/v1/deals?asOf=2023-12-31&reportedBy={reportedBy}&limit=1000{(next is null ? "" : $"&cursor={next}")}", next is null ? both.Position : 0);
                foreach (var deal in page.Items().Where(x => x.Text("deal") is not null))
                {
                    deals[(deal.Text("recipient")!, deal.Text("supplier")!, deal.Text("deal")!)] = deal.Long("delivered.best");
                }

                next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
            }

            return deals;
        }

        var (then, now) = (await DealsAsync(RealEditions.Days[0]), await DealsAsync(RealEditions.Days[1]));
        Dictionary<(string, string), string[]> RowsOf(int i)
        {
            var byLine = both.Files[i].ToDictionary(x => x[0]);
            return both.Editions[i].Rows.Where(x => x.Text("deal") is not null).ToDictionary(x => (x.Text("recipient")!, x.Text("deal")!), x => byLine[x.GetProperty("line").ToString()]);
        }

        // Only grew: more, from the same year on, and until later. One whose years were all changed says that the earlier edition was wrong.
        var (before, after) = (RowsOf(0), RowsOf(1));
        var grown = both.Editions[1].Of("grown").Select(x => (x.Text("recipient")!, x.Text("deal")!))
            .Where(x => before[x][11].Split("; ") is var old && after[x][11].Split("; ") is var years && old.Min() == years.Min() && string.CompareOrdinal(old.Max(), years.Max()) < 0).ToHashSet();
        var said = then.Where(x => x.Value > 0 && grown.Contains((x.Key.Item1, x.Key.Item3))).ToList();

        Assert.True(said.Count > 250, $"{said.Count}");
        Assert.Empty(said.Where(x => now.GetValueOrDefault(x.Key) < x.Value).Select(x => (x, now.GetValueOrDefault(x.Key))));
    }

    [Fact]
    public async Task The_unmanned_headline_of_each_country_is_the_sum_of_the_rows_that_are_described_as_drones()
    {
        var both = real.OrSkip();
        for (var i = 0; i < RealEditions.Days.Count; i++)
        {
            var recipients = both.Editions[i].Rows.Where(x => x.Text("recipient") is not null).ToDictionary(x => x.GetProperty("line").ToString(), x => x.Text("recipient")!);
            // Ababil-T is overruled on purpose: sipri-overruled.json.
            var drones = both.Files[i].Where(x => x[8].Contains("drone", StringComparison.Ordinal) || x[8].Contains("UAV", StringComparison.Ordinal))
                .Where(x => !x[8].Contains("one-way", StringComparison.Ordinal) && x[7] != "Ababil-T")
                .GroupBy(x => recipients[x[0]]).ToDictionary(x => x.Key, x => x.Sum(row => long.Parse(row[9], CultureInfo.InvariantCulture)));
            Assert.True(drones.Count > 70, $"{drones.Count}");
            foreach (var code in recipients.Values.Distinct())
            {
                var fleet = await both.Service.AskAsync($"/v1/countries/{code}/fleet?asOf=2026-12-31&reportedBy={RealEditions.Days[i]}", both.Position);
                Assert.Equal((code, drones.GetValueOrDefault(code)), (code, fleet.Long("headline.best")));
            }
        }
    }

    [Fact]
    public void Orders_that_moved_or_were_renamed_are_told_as_such()
    {
        var both = real.OrSkip();

        Assert.True(both.Editions[1].Count("moved") + both.Editions[1].Count("renamed") >= 480, both.Editions[1].Summary.ToString());
    }

    [Fact]
    public async Task The_Kyrgyz_Bayraktars_are_four_and_were_three()
    {
        var both = real.OrSkip();

        Assert.Equal(4, (await both.Service.AskAsync("/v1/countries/KGZ/fleet/bayraktar-tb2?asOf=2026-06-01", both.Position)).Long("estimate.best"));
        Assert.Equal(3, (await both.Service.AskAsync("/v1/countries/KGZ/fleet/bayraktar-tb2?asOf=2026-06-01&reportedBy=2025-01-01", both.Position)).Long("estimate.best"));
    }

    [Fact]
    public async Task Changes_between_the_editions_name_exactly_the_holdings_that_differ_and_the_reports_that_did_it()
    {
        var both = real.OrSkip();
        var (first, second) = (RealEditions.Days[0], RealEditions.Days[1]);
        long listed = 0, sum = 0, difference = 0;
        foreach (var code in both.Editions.SelectMany(x => x.Rows).Where(x => x.Text("recipient") is not null).Select(x => x.Text("recipient")!).Distinct())
        {
            async Task<Dictionary<string, string>> FleetAsync(string day) =>
                (await both.Service.AskAsync($"/v1/countries/{code}/fleet?asOf=2026-12-31&reportedBy={day}", both.Position)).Items("holdings")
                .ToDictionary(x => x.Text("platform")!, x => Bounds(x.GetProperty("estimate")));
            var (before, after) = (await FleetAsync(first), await FleetAsync(second));
            const string none = "0, 0, 0";
            var differ = before.Keys.Union(after.Keys).Where(x => before.GetValueOrDefault(x, none) != after.GetValueOrDefault(x, none)).Order(StringComparer.Ordinal);

            var changes = (await both.Service.AskAsync($"/v1/countries/{code}/changes?axis=reported&from={first}&to={second}&asOf=2026-12-31&limit=1000")).Items();

            Assert.Equal(differ, changes.Select(x => x.Text("platform")!));
            Assert.All(changes, x =>
            {
                Assert.Equal((before.GetValueOrDefault(x.Text("platform")!, none), after.GetValueOrDefault(x.Text("platform")!, none)),
                    (Bounds(x.GetProperty("before")), Bounds(x.GetProperty("after"))));
                Assert.NotEmpty(x.Items("reports"));
            });
            listed += changes.Length;
            sum += changes.Sum(x => x.Long("after.best") - x.Long("before.best"));
            difference += after.Values.Sum(BestOf) - before.Values.Sum(BestOf);
        }

        Assert.True(listed > 1_000, $"{listed}");
        Assert.Equal(difference, sum);
        Assert.Equal(DeliveredIn(both.Files[1]) - DeliveredIn(both.Files[0]), sum);
    }

    [Fact]
    public async Task Flows_of_all_years_are_what_the_edition_delivered()
    {
        var both = real.OrSkip();
        long sum = 0;
        for (string? next = null, first = ""; first is not null; first = next)
        {
            var page = await both.Service.AskAsync($"/v1/flows?asOf=2026-12-31&limit=1000{(next is null ? "" : $"&cursor={next}")}", next is null ? both.Position : 0);
            sum += page.Items().Sum(x => x.Long("best"));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }

        Assert.Equal(DeliveredIn(both.Files[1]), sum);
    }

    /// <summary>METHOD.md, What method 2 was held against: that table was made of orders that were matched by content, so of more than the ledger pairs.</summary>
    [Theory]
    [InlineData(1, 99.2, 94.2, 97.4, 99.1)]
    [InlineData(2, 99.2, 96.9, 98.5, 98.9)]
    public async Task The_later_edition_lies_within_the_bands_of_the_earlier_as_often_as_the_method_says(int method, double all, double flaggedRecent, double exactRecent, double flaggedOlder)
    {
        var both = real.OrSkip();

        var calibration = await both.Service.AskAsync($"/v1/calibration?asOf=2026-06-01&method={method}", both.Position);

        var lines = calibration.Items().Where(x => x.Text("category") is null).ToDictionary(x => (x.Text("figures"), x.Text("freshness")));
        Assert.True(lines[(null, null)].Long("n") > 20_000, $"{lines[(null, null)]}");
        foreach (var (key, share) in new[] { ((null, null), all), (("flagged", "recent"), flaggedRecent), (("exact", "recent"), exactRecent), (("flagged", "older"), flaggedOlder) })
        {
            Assert.True(Math.Abs((lines[key].At("insideShare").GetDouble() * 100) - share) <= 1, $"{share} %: {lines[key]}");
        }
    }

    private static long DeliveredIn(IEnumerable<string[]> rows) => rows.Sum(x => long.Parse(x[9], CultureInfo.InvariantCulture));

    private static long BestOf(string bounds) => long.Parse(bounds.Split(", ")[1], CultureInfo.InvariantCulture);

    private static string Bounds(JsonElement estimate) => $"{estimate.GetProperty("low")}, {estimate.GetProperty("best")}, {estimate.GetProperty("high")}";
}

/// <summary>The file by years beside the whole edition of 2026: two readings of one number.</summary>
public sealed class RealYearsTests
{
    [Fact]
    public async Task The_file_by_years_changes_no_total_where_both_agree_and_gives_flows_by_year()
    {
        Assert.SkipWhen(RealEditions.Folder is null, "The real trade registers are not here: ../shared/data/sipri, seen from the project.");
        await using var service = await Service.StartAsync();
        var whole = await Edition.PostAsync(service, await File.ReadAllBytesAsync(Path.Combine(RealEditions.Folder, "trade-register-2026-05-18.csv"), TestContext.Current.CancellationToken));
        var codes = whole.Rows.Select(x => x.Text("recipient")).OfType<string>().Distinct().ToList();
        var before = await BestsAsync(service, codes, whole.Count("position"));

        var years = await Edition.PostAsync(service, await File.ReadAllBytesAsync(Path.Combine(RealEditions.Folder, "by-year-2000-2030-generated-2025-01-03.csv"),
            TestContext.Current.CancellationToken));

        Assert.Equal("done", years.Word);
        var joined = years.Rows.Where(x => x.Text("finding") == "new").Select(x => x.Text("platform")).ToList();
        Assert.True(joined.Count > 14_000, years.Summary.ToString());
        var after = await BestsAsync(service, codes, years.Count("position"));
        Assert.Equal(before.Count, after.Count);
        Assert.Empty(before.Where(x => after.GetValueOrDefault(x.Key) != x.Value).Select(x => (x, after.GetValueOrDefault(x.Key))));
        Assert.True((await service.AskAsync("/v1/flows?from=2015&to=2015&recipient=IND&limit=1000")).Items().Length > 5);
    }

    private static async Task<Dictionary<(string, string), long>> BestsAsync(Service service, IEnumerable<string> codes, long position)
    {
        var bests = new Dictionary<(string, string), long>();
        foreach (var code in codes)
        {
            foreach (var holding in (await service.AskAsync($"/v1/countries/{code}/fleet?asOf=2026-12-31", position)).Items("holdings"))
            {
                bests[(code, holding.Text("platform")!)] = holding.Long("estimate.best");
            }
        }

        return bests;
    }
}
