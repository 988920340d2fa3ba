using System.Text.Json;
using CsCheck;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Questions;

namespace Ledger.Tests.Estimation;

/// <summary>What holds for every comparison, whatever was said.</summary>
public class ChangesLawTests
{
    private static readonly string[] Platforms = ["alpha", "beta"];

    [Fact]
    public void Changes_add_up_to_the_difference_of_the_fleets_and_list_nothing_that_is_as_it_was() => Holds((before, earlier, after, later, changes) =>
    {
        Assert.Equal(Sum(after, later).Low - Sum(before, earlier).Low, changes.Sum(x => x.After.Low - x.Before.Low));
        Assert.Equal(Sum(after, later).Best - Sum(before, earlier).Best, changes.Sum(x => x.After.Best - x.Before.Best));
        Assert.Equal(Highs(after, later) - Highs(before, earlier), changes.Sum(x => (x.After.High ?? 0) - (x.Before.High ?? 0)));
        Assert.All(changes, x => Assert.NotEqual(x.Before, x.After));
        Assert.Equal(changes.Select(x => x.Platform.Slug).Order(StringComparer.Ordinal).Distinct(), changes.Select(x => x.Platform.Slug));
    });

    [Fact]
    public void No_holding_changes_without_a_report_or_a_word_of_the_catalogue_that_did_it() => Holds((_, _, _, _, changes) =>
        Assert.All(changes, x => Assert.True(x.Catalogue || x.Reports.Count > 0)));

    [Fact]
    public void A_new_report_that_is_not_listed_and_names_no_other_plays_no_part() => Holds((before, _, after, later, changes) =>
    {
        foreach (var change in changes.Where(x => !x.Catalogue))
        {
            var known = before.SingleOrDefault(x => x.Platform.Slug == change.Platform.Slug)?.Reports.Select(x => x.EventId).ToHashSet() ?? [];
            var holding = after.Single(x => x.Platform.Slug == change.Platform.Slug);
            var rest = holding.Reports.Where(x => known.Contains(x.EventId) || change.Reports.Contains(x.EventId) || x.Target is not null || x.Supersedes.Count > 0).ToList();
            var estimate = (holding with { Reports = rest }).Estimate(later.Clocks);
            Assert.Equal((change.After.Low, change.After.Best, change.After.High), (estimate.Low, estimate.Best, estimate.High));
        }
    });

    [Fact]
    public void Every_report_that_is_listed_is_visible_on_a_side_and_they_are_in_order() => Holds((before, earlier, after, later, changes) =>
    {
        var positions = before.Concat(after).SelectMany(x => x.Reports).DistinctBy(x => x.EventId).ToDictionary(x => x.EventId, x => x.Position);
        var visible = before.SelectMany(x => Estimator.EffectsOf(x.Reports, earlier.Clocks))
            .Concat(after.SelectMany(x => Estimator.EffectsOf(x.Reports, later.Clocks))).Select(x => x.EventId).ToHashSet();
        foreach (var change in changes)
        {
            Assert.All(change.Reports, x => Assert.Contains(x, visible));
            Assert.Equal(change.Reports.Select(x => positions[x]).Order().Distinct(), change.Reports.Select(x => positions[x]));
        }
    });

    private static long Highs(IReadOnlyList<HoldingEvidence> holdings, Basis basis) =>
        holdings.Sum(holding => holding.Estimate(basis.Clocks).High ?? 0);

    private static Total Sum(IReadOnlyList<HoldingEvidence> holdings, Basis basis) =>
        holdings.Aggregate(default(Total), (total, holding) => total.With(holding.Estimate(basis.Clocks)));

    /// <summary>Two random holdings of one recipient; the two sides differ in what was known, in what was reported, in a factor, or in
    /// an alias that puts one holding's reports into the other.</summary>
    private static void Holds(Action<IReadOnlyList<HoldingEvidence>, Basis, IReadOnlyList<HoldingEvidence>, Basis, List<Change>> law) =>
        Gen.Select(RandomHoldings.All, RandomHoldings.All, Gen.Int[0, 24], Gen.Int[0, 24], Gen.Int[0, 3]).Sample((alpha, beta, one, other, how) =>
        {
            var evidence = new[] { alpha, beta }.Select((x, i) => x.Reports.Select(report => report.ToEvidence() with { Publisher = $"{i}" }).ToList()).ToArray();
            // Event ids and positions of the two must differ.
            evidence[1] = [.. evidence[1].Select(x => x with
            {
                EventId = Other(x.EventId),
                Supersedes = [.. x.Supersedes.Select(Other)],
                Target = x.Target is { } target ? Other(target) : null,
            })];
            var query = alpha.Queries[0];
            var was = new Basis
            {
                AsOf = query.AsOf,
                Position = Math.Min(one, other) * 2,
                ReportedBy = query.ReportedBy,
                Method = alpha.Asked(query.AsOf).Method,
                LedgerEnd = 100,
                Catalogue = Catalogue(alpha.ItemsPerSystem),
            };
            var now = how switch
            {
                0 => was with { Position = Math.Max(one, other) * 2 },
                1 => was with { Position = 60, Catalogue = Catalogue(alpha.ItemsPerSystem, new PlatformAliasAdded("alpha", "Beta", "beta")) },
                2 => was with
                {
                    Position = 60,
                    Catalogue = Catalogue(alpha.ItemsPerSystem, new PlatformDefined("alpha", "Alpha", "missile", "expendable", "military", null, null, beta.ItemsPerSystem)),
                },
                _ => was with { Position = 60, ReportedBy = alpha.Queries[1].ReportedBy },
            };
            if (how == 3)
            {
                was = was with { Position = 60, ReportedBy = new DateOnly(2020, 1, 1) };
            }

            var (before, after) = (Group(evidence, was), Group(evidence, now));
            law(before, was, after, now, Changes.Between(new(before, was.Clocks, was.Catalogue.Find), new(after, now.Clocks, now.Catalogue.Find)));
        }, iter: 1_500, print: x => JsonSerializer.Serialize(x.Item1, EstimationCase.Json) + "\nand\n" + JsonSerializer.Serialize(x.Item2, EstimationCase.Json) + $"\n{x.Item3} {x.Item4} {x.Item5}");

    private static Guid Other(Guid id)
    {
        var bytes = id.ToByteArray();
        bytes[0] ^= 1;
        return new Guid(bytes);
    }

    /// <summary>Defined before every report; what is said of it later is said after every one of the earlier side.</summary>
    private static CatalogueAt Catalogue(int[]? items, params object[] later) => CatalogueAt.Fold(
        later.Prepend(new PlatformDefined("alpha", "Alpha", "uav", "durable", "military", null, null, items)).Select((x, i) => new CatalogueEntry(i == 0 ? 0 : 50 + i, i + 1, x, "A")));

    private static List<HoldingEvidence> Group(List<EvidenceRecord>[] evidence, Basis basis) =>
    [
        .. evidence.SelectMany((reports, i) => reports.Select((x, n) => (Slug: basis.Catalogue.Resolve(Platforms[i]), Report: x with { Position = (2 * (n + 1)) + i })))
            .Where(x => x.Report.Position <= basis.Position).GroupBy(x => x.Slug).OrderBy(x => x.Key, StringComparer.Ordinal)
            .Select(x => new HoldingEvidence("KGZ", basis.Catalogue.Find(x.Key), [.. x.Select(y => y.Report).OrderBy(y => y.Position)])),
    ];
}
