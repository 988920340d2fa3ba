using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Tests.Estimation;

/// <summary>What a senior analyst would not sign by method 1: each as it was published, and what method 2 makes of it.</summary>
public class RealCasesTests
{
    private static readonly ItemsPerSystem s_one = ItemsPerSystem.Unknown;

    [Fact]
    public void A_total_that_a_later_edition_extends_does_not_undo_what_had_come_before()
    {
        // K-9 howitzers from South Korea to Poland, as the editions of 2024 and 2026 list them.
        EvidenceRecord[] editions =
        [
            Of("ordered", "contract", "2022~", 212, "2024-03-18"), Of("2024", "delivery", "2022/2023", 72, "2024-03-18"),
            Of("2026", "delivery", "2022/2025", 212, "2026-05-18"),
        ];
        var then = At(editions, "2023-12-31");
        Assert.Equal((72, 72, 72), (then.Low, then.Best, (int)Math.Min(then.High ?? 0, 72)));
        Assert.False(then.Conflicted);
        Assert.Equal(212, At(editions, "2025-12-31").Best);
        // Between the two it has come little by little.
        Assert.InRange(At(editions, "2024-12-31").Best, 130, 155);
    }

    [Fact]
    public void Many_years_of_deliveries_do_not_come_on_one_day()
    {
        // Su-30MK of India, made from 2005 to 2021.
        EvidenceRecord[] register = [Of("all", "delivery", "2005/2021", 140, "2024-03-18")];
        Assert.Equal((0, 140), (At(register, "2013-07-01", Method.One).Best, At(register, "2013-07-03", Method.One).Best));
        var before = 0L;
        for (var year = 2005; year <= 2021; year++)
        {
            var best = At(register, $"{year}-12-31").Best;
            Assert.InRange(best - before, 8, 9);
            before = best;
        }

        Assert.Equal(140, before);
    }

    [Theory]
    [InlineData("productionStarted", 0)]
    [InlineData("firstUnit", 1)]
    public void A_line_that_works_is_not_at_most_zero(string milestone, long least)
    {
        EvidenceRecord[] line = [Of("line", "milestone", "2023-05", null, "2023-06-01") with { Milestone = WordNames.Parse<Milestone>(milestone) }];
        Assert.Equal(0, At(line, "2024-01-01", Method.One).High);
        var works = At(line, "2024-01-01");
        Assert.Equal((least, null), (works.Low, works.High));
    }

    [Fact]
    public void An_inventory_of_fewer_than_came_is_believed_and_marked()
    {
        EvidenceRecord[] counted =
        [
            Of("came", "delivery", "2018", 30, "2019-01-10"),
            Of("counted", "observation", "2022-03-01", 20, "2022-03-05") with { Inventory = true },
        ];
        Assert.Equal((30, 30), (At(counted, "2023-01-01", Method.One).Low, At(counted, "2023-01-01", Method.One).Best));
        var stock = At(counted, "2023-01-01");
        Assert.Equal((20, 20, true), (stock.Low, stock.Best, stock.Conflicted));
        Assert.Equal(30, At(counted, "2021-01-01").Best);
    }

    [Fact]
    public void What_was_seen_of_two_systems_is_no_longer_on_order()
    {
        EvidenceRecord[] systems =
        [
            Of("ordered", "contract", "2020", 2, "2020-06-01") with { Quantity = Quantity.Of("exact", 2, null, null, null, "system") },
            Of("seen", "observation", "2021-08-31", 6, "2021-09-01"),
        ];
        var six = new ItemsPerSystem(6, 6, 6);
        Assert.Equal(12, At(systems, "2022-01-01", Method.One, six).OnOrder);
        var estimate = At(systems, "2022-01-01", Method.Two, six);
        Assert.Equal((6, 6, 6), (estimate.Low, estimate.Best, estimate.OnOrder));
    }

    [Fact]
    public void An_upgrade_of_what_was_there_adds_nothing()
    {
        EvidenceRecord[] upgraded =
        [
            Of("came", "delivery", "2015", 10, "2016-01-01"),
            Of("upgraded", "delivery", "2022", 10, "2023-01-01") with { Deal = "upgrade", Role = Role.Upgrade },
        ];
        var fleet = At(upgraded, "2024-01-01");
        Assert.Equal((10, 10, 10L), (fleet.Low, fleet.Best, fleet.High));
    }

    [Fact]
    public void What_a_publisher_stops_listing_is_told_beside_a_zero_that_is_no_knowledge()
    {
        EvidenceRecord[] listed = [Of("all", "delivery", "2016/2018", 105, "2024-03-18")];
        EvidenceRecord delisting = Of("gone", "delisting", null, null, "2026-05-18") with { Target = CaseReport.EventIdOf("all") };
        var gone = At([.. listed, delisting], "2026-06-01");
        Assert.Equal((0, 0L), (gone.Low, gone.Best));
        Assert.Equal(new Interval(105, 105, 105), gone.Delisted);
        Assert.Contains("None listed now. 105 stood until A register stopped listing them on 18 May 2026", Words.Of(gone), StringComparison.Ordinal);
        // An order that stands under another name is not missing.
        Assert.Equal(Interval.None, At([.. listed, delisting with { Successor = Guid.NewGuid() }], "2026-06-01").Delisted);
    }

    private static HoldingEstimate At(EvidenceRecord[] reports, string day, Method? method = null, ItemsPerSystem? items = null) => Estimator.Estimate(
        [.. reports.Select((x, i) => x with { Position = i + 1 })], new Clocks(DayOf(day), long.MaxValue, null, method ?? Method.Two), items ?? s_one);

    private static EvidenceRecord Of(string id, string kind, string? occurred, long? n, string published) => new CaseReport(id, kind, 1,
        new DateTimeOffset(DayOf(published), new TimeOnly(12, 0), TimeSpan.Zero), new CaseSource("A register", published))
    {
        Deal = kind is "observation" or "delisting" ? null : "deal",
        Supplier = kind is "observation" or "delisting" ? null : "KOR",
        Grade = "B2",
        Quantity = n is null ? null : new CaseQuantity("exact", n, null, null, null, null),
        Occurred = occurred,
        Milestone = kind == "milestone" ? "firstUnit" : null,
    }.ToEvidence();

    private static DateOnly DayOf(string day) => DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture);
}
