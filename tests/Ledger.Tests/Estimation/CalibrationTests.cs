using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Tests.Estimation;

/// <summary>What the later edition says of the same order, whichever way it says it.</summary>
public class CalibrationTests
{
    private static readonly EditionPair Pair = new("urn:example:register", new(2024, 3, 1), new(2026, 3, 1));

    private static EvidenceRecord Said(long position, string id, long n, int edition = 2024) => new()
    {
        Position = position,
        EventId = CaseReport.EventIdOf(id),
        Kind = ReportKind.Delivery,
        RecordedAt = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero),
        Published = new(edition, 3, 1),
        Occurred = new(new(2010, 1, 1), new(2010, 7, 2), new(2010, 12, 31)),
        Publisher = "A register",
        Supplier = "TUR",
        Deal = "d1",
        Quantity = Quantity.Of("exact", n),
        Grade = new('B', '2'),
    };

    private static EvidenceRecord Naming(long position, ReportKind kind, string id, string? successor = null) => Said(position, $"{kind} {id}", 0, 2026) with
    {
        Kind = kind,
        Deal = null,
        Target = CaseReport.EventIdOf(id),
        Successor = successor is null ? null : CaseReport.EventIdOf(successor),
    };

    /// <summary>Adds up one recipient; the reports from position 100 on are not of the feed.</summary>
    private static Calibration Of(params EvidenceRecord[][] holdings)
    {
        var calibration = new Calibration();
        calibration.Add(
            [.. holdings.Select((x, i) => new HoldingEvidence("KGZ", Platform.Unknown($"platform-{i}"), x))], Pair,
            holdings.SelectMany(x => x).Select(x => x.Position).Where(x => x < 100).ToHashSet(), new Clocks(new(2026, 6, 1), 1_000, null, Method.Two));
        return calibration;
    }

    private static string Line(Calibration calibration)
    {
        var counts = Assert.Single(calibration.Revisions).Value;
        return $"{counts.Figures} {counts.Revised} {counts.Inside} {counts.Continued} {counts.Dropped}";
    }

    [Fact]
    public void What_still_stands_is_its_own_later_figure_whatever_others_made_of_it()
    {
        Assert.Equal("1 0 1 0 0", Line(Of([Said(1, "a", 5)])));
        Assert.Equal("1 0 1 0 0", Line(Of([Said(1, "a", 5), Said(100, "elsewhere", 9, 2025) with { Supersedes = [CaseReport.EventIdOf("a")] }])));
    }

    [Fact]
    public void What_is_superseded_has_the_figure_of_the_last_that_replaced_it_and_was_not_retracted()
    {
        var second = Said(2, "b", 6, 2025) with { Supersedes = [CaseReport.EventIdOf("a")] };
        var third = Said(3, "c", 5, 2026) with { Supersedes = [CaseReport.EventIdOf("b")] };
        Assert.Equal("1 1 0 0 0", Line(Of([Said(1, "a", 5), second])));
        Assert.Equal("1 0 1 0 0", Line(Of([Said(1, "a", 5), second, third])));
        Assert.Equal("1 0 1 0 0", Line(Of([Said(1, "a", 5), second, third, Naming(4, ReportKind.Retraction, "b")])));
        Assert.Equal("1 0 1 0 0", Line(Of([Said(1, "a", 5), second, Naming(4, ReportKind.Retraction, "b")])));
    }

    [Fact]
    public void What_is_delisted_has_the_figure_of_its_successor_and_without_one_is_dropped()
    {
        Assert.Equal("0 0 0 0 1", Line(Of([Said(1, "a", 5), Naming(2, ReportKind.Delisting, "a")])));
        // A retracted delisting took nothing away.
        Assert.Equal("1 0 1 0 0", Line(Of([Said(1, "a", 5), Naming(2, ReportKind.Delisting, "a"), Naming(3, ReportKind.Retraction, "Delisting a")])));
        // The successor stands under another platform and deal.
        var renamed = Said(3, "b", 7, 2026) with { Deal = "d2" };
        Assert.Equal("1 1 0 0 0", Line(Of([Said(1, "a", 5), Naming(2, ReportKind.Delisting, "a", "b")], [renamed])));
        Assert.Equal("0 0 0 0 1", Line(Of([Said(1, "a", 5), Naming(2, ReportKind.Delisting, "a", "b")])));
    }

    [Fact]
    public void What_grew_by_later_deliveries_speaks_of_another_time()
    {
        var grown = Said(2, "b", 9, 2026) with
        {
            Supersedes = [CaseReport.EventIdOf("a")],
            Occurred = new(new(2010, 1, 1), new(2017, 7, 2), new(2024, 12, 31)),
        };
        Assert.Equal("0 0 0 1 0", Line(Of([Said(1, "a", 5), grown])));
    }

    [Fact]
    public void An_order_that_the_earlier_edition_had_under_another_name_was_not_missing()
    {
        static EvidenceRecord In2023(EvidenceRecord report) => report with { Occurred = new(new(2023, 1, 1), new(2023, 7, 2), new(2023, 12, 31)) };
        var found = Of(
            [In2023(Said(1, "a", 5)), Naming(2, ReportKind.Delisting, "a", "b")], [In2023(Said(3, "b", 7, 2026)) with { Deal = "d2" }],
            [In2023(Said(4, "new", 2, 2026)) with { Deal = "d3" }], [In2023(Said(100, "not of the register", 4, 2026)) with { Deal = "d4" }]);
        Assert.Equal(new MissingCounts(2, 1, 9, 2), Assert.Single(found.Missing).Value);
    }
}
