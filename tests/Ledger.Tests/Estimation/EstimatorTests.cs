using System.Diagnostics;
using System.Text.Json;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Tests.Estimation;

public class EstimatorTests
{
    private static readonly DateOnly AsOf = new(2023, 1, 1);

    [Fact]
    public void Every_visible_report_says_for_which_bounds_it_counts_or_why_it_does_not()
    {
        EvidenceRecord[] reports =
        [
            Delivery(1, "past", 3) with { Occurred = Day(2022, 6, 1) },
            Delivery(2, "perhaps past", 4) with { Occurred = new Window(new(2022, 1, 1), new(2022, 12, 31), new(2023, 12, 31)) },
            Delivery(3, "to come", 5) with { Occurred = Day(2023, 6, 1) },
            Delivery(4, "unjudged", 3) with { Occurred = Day(2022, 6, 1), Grade = Grade.Unjudged },
            Delivery(5, "wrong", 30),
            Delivery(6, "old", 2),
            Delivery(7, "new", 3) with { Supersedes = [CaseReport.EventIdOf("old")] },
            Delivery(8, "improbable", 3) with { Grade = new('A', '5') },
            Delivery(9, "on trial", 3) with { Role = Role.Trial },
            Delivery(10, "no longer listed", 3),
            Naming(11, ReportKind.Retraction, "wrong"),
            Naming(12, ReportKind.Delisting, "no longer listed"),
            Delivery(13, "not known yet", 3),
        ];
        var standings = Estimator.EffectsOf(reports, new Clocks(AsOf, 12, null, Method.Two));
        Assert.Equal(
            [
                "1 LBH", "2 -BH", "3 --- NotYet", "4 -BH", "5 --- Retracted", "6 --- Superseded", "7 LBH", "8 --- Improbable", "9 --- Role",
                "10 --- Delisted", "11 ---", "12 ---",
            ],
            standings.Select(Line));
    }

    [Fact]
    public void An_estimate_names_what_it_rests_on()
    {
        EvidenceRecord[] reports =
        [
            Delivery(1, "a", 3) with { Origin = "minister", Published = new(2022, 2, 1), Occurred = Day(2021, 5, 1) },
            Delivery(2, "b", 3) with { Publisher = "Another paper", Origin = "minister", Published = new(2022, 3, 1), Lot = "l1" },
            Delivery(3, "c", 3) with { Publisher = "A paper", Published = new(2022, 1, 1), Grade = new('A', '6') },
            Delivery(4, "d", 3) with { Publisher = "A third", Published = new(2022, 9, 1), Grade = new('A', '5') },
        ];
        var estimate = Estimator.Estimate(reports, new Clocks(AsOf, long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown);
        Assert.Equal((3, 2, 2), (estimate.Reports, estimate.Origins, estimate.Publishers));
        Assert.Equal(new Grade('B', '2'), estimate.BestGrade);
        Assert.Equal(new DateOnly(2022, 3, 1), estimate.NewestReported);
        Assert.Equal(new DateOnly(2021, 5, 1), estimate.OldestDelivery);

        var nothing = Estimator.Estimate([], new Clocks(AsOf, long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown);
        Assert.Equal((0, 0, 0), (nothing.Reports, nothing.Origins, nothing.Publishers));
        Assert.Null(nothing.BestGrade);
        Assert.Null(nothing.NewestReported);
        Assert.Null(nothing.OldestDelivery);
        Assert.Empty(nothing.Deals);
    }

    [Fact]
    public void Each_deal_says_what_was_ordered_what_came_and_what_was_cancelled()
    {
        EvidenceRecord[] reports =
        [
            Contract(1, "TUR", "d1", 12) with { Occurred = Day(2020, 1, 1) },
            Delivery(2, "b", 5) with { Occurred = Day(2021, 1, 1) },
            Contract(3, "CHN", "d2", 4) with { Occurred = Day(2020, 1, 1) },
            Contract(4, "CHN", "d2", 0) with { Occurred = Day(2021, 1, 1), Cancelled = true },
            Delivery(5, "u", 6) with { Deal = null, Occurred = Day(2022, 1, 1) },
        ];
        var estimate = Estimator.Estimate(reports, new Clocks(AsOf, long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown);
        Assert.Equal(["CHN d2", "TUR d1", "TUR "], estimate.Deals.Select(deal => $"{deal.Supplier} {deal.Deal}"));
        var (cancelled, running, undivided) = (estimate.Deals[0], estimate.Deals[1], estimate.Deals[2]);
        Assert.True(cancelled is { Cancelled: true, OnOrder: 0, Best: 0 });
        Assert.True(running is { Cancelled: false, OnOrder: 7, Low: 5, Best: 5, High: 12 });
        Assert.Equal(new Interval(12, 12, 12), running.Ordered);
        Assert.Equal(new Interval(5, 5, 5), running.Delivered);
        Assert.Equal(new Interval(0, 0, 0), running.Produced);
        Assert.Equal(6, undivided.Best);
        Assert.Equal((6, 6), (estimate.Best, estimate.OnOrder));
    }

    [Fact]
    public void What_nobody_known_delivered_is_a_flow_only_beyond_what_the_known_did()
    {
        EvidenceRecord[] reports =
        [
            Delivery(1, "a", 4),
            Delivery(2, "b", 5) with { Deal = null },
            Delivery(3, "c", 2) with { Supplier = "CHN" },
            Delivery(4, "d", 9) with { Supplier = "x-unknown", Deal = null },
        ];
        var delivered = Estimator.UnitsBySupplier(reports, new Clocks(AsOf, long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown);
        Assert.Equal(["CHN 2", "TUR 5", "x-unknown 2"], delivered.Select(flow => $"{flow.Key} {flow.Value.Best}"));
    }

    [Fact]
    public void A_circle_of_reports_that_replace_each_other_ends()
    {
        EvidenceRecord[] reports =
        [
            Delivery(1, "a", 4) with { Supersedes = [CaseReport.EventIdOf("b")] },
            Delivery(2, "b", 5) with { Supersedes = [CaseReport.EventIdOf("a"), CaseReport.EventIdOf("b")] },
        ];
        Assert.Equal(0, Estimator.Estimate(reports, new Clocks(AsOf, long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown).Best);
    }

    [Fact]
    public void The_largest_numbers_add_up()
    {
        var most = Quantity.Of("about", Quantity.Limit, unit: "system");
        var reports = Enumerable.Range(1, 1_000)
            .Select(at => Delivery(at, $"r{at}", 0) with { Quantity = most, Lot = at % 3 == 0 ? null : $"l{at}" }).ToArray();
        var estimate = Estimator.Estimate(reports, new Clocks(AsOf, long.MaxValue, null, Method.Two), new ItemsPerSystem(1000, 1000, 1000));
        Assert.Equal(667 * 1_250_000_000L, estimate.High);
    }

    [Fact]
    public void A_factor_out_of_bounds_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Estimator.Estimate([], new Clocks(AsOf, long.MaxValue, null, Method.Two), new ItemsPerSystem(0, 0, 0)));

    [Fact]
    public void Evidence_reads_back_as_it_was_stored()
    {
        var report = Contract(7, "TUR", "d1", 3) with
        {
            Published = new(2022, 1, 1),
            Occurred = new Window(new(2021, 1, 1), new(2021, 7, 2), new(2021, 12, 31)),
            Due = Day(2023, 1, 1),
            Quantity = Quantity.Of("range", low: 1, best: 2, high: 4, unit: "system", text: "up to four"),
            Supersedes = [CaseReport.EventIdOf("a")],
        };
        var stored = JsonSerializer.Serialize(report);
        var read = JsonSerializer.Deserialize<EvidenceRecord>(stored)!;
        Assert.Equal(report with { Supersedes = read.Supersedes }, read);
        Assert.Equal(report.Supersedes, read.Supersedes);
    }

    [Fact]
    public void A_country_of_five_thousand_reports_is_estimated_while_nobody_waits()
    {
        ReportKind[] kinds = [ReportKind.Delivery, ReportKind.Delivery, ReportKind.Contract, ReportKind.Loss, ReportKind.Observation];
        var reportsOfOne = Enumerable.Range(1, 17).Select(at => Delivery(at, $"r{at}", at % 7) with
        {
            Kind = kinds[at % kinds.Length],
            Lot = at % 3 == 0 ? $"l{at}" : null,
            Occurred = Day(2000 + at, 1, 1),
        }).ToArray();
        var country = Enumerable.Repeat(reportsOfOne, 300).ToList();
        Assert.All(country, Estimate);
        var begun = Stopwatch.GetTimestamp();
        foreach (var reports in country)
        {
            Estimate(reports);
        }
        // A few milliseconds on any machine; the bound only catches a change of order.
        Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(1));
        TestContext.Current.TestOutputHelper?.WriteLine($"{Stopwatch.GetElapsedTime(begun)}");
    }

    [Fact]
    public void Holdings_add_up_by_category_and_the_headline_is_durable_unmanned_aircraft()
    {
        var three = Estimator.Estimate([Delivery(1, "a", 3)], new Clocks(AsOf, long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown);
        var open = Estimator.Estimate([Delivery(1, "a", 1) with { Quantity = default }], new Clocks(AsOf, long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown);
        var fleet = FleetTotals.Of(
        [
            (Platform(Category.Missile, PlatformClass.Expendable), three),
            (Platform(Category.ArmedUav, PlatformClass.Durable), three),
            (Platform(Category.Uav, PlatformClass.Durable), three),
            (Platform(Category.Uav, PlatformClass.Durable, "civil"), three),
            (Platform(Category.ArmedUav, PlatformClass.Durable), open),
            (Platform(Category.Uav, PlatformClass.Expendable), open),
            (Platform(Category.LoiteringMunition, PlatformClass.Expendable), three),
        ],
        Method.Two);
        Assert.Equal((7, 7, 7, 3, 1), Counts(fleet.Headline));
        Assert.Null(fleet.Headline.High);
        Assert.Equal(
            [
                new(Category.Uav, PlatformClass.Durable, false), new(Category.Uav, PlatformClass.Durable, true),
                new(Category.Uav, PlatformClass.Expendable, false), new(Category.ArmedUav, PlatformClass.Durable, false),
                new(Category.LoiteringMunition, PlatformClass.Expendable, false), new TotalKey(Category.Missile, PlatformClass.Expendable, false),
            ],
            fleet.ByCategory.Keys);
        Assert.Equal((4, 4, 4, 2, 1), Counts(fleet.ByCategory[new(Category.ArmedUav, PlatformClass.Durable, false)]));
        Assert.Equal(3, fleet.ByCategory[new(Category.Uav, PlatformClass.Durable, true)].High);
        Assert.Equal(0, FleetTotals.Of([], Method.Two).Headline.High);
        (long, long, long, int, int) Counts(Total x) => (x.Low, x.Best, x.ClosedHigh, x.Holdings, x.OpenHoldings);
    }

    private static Platform Platform(Category category, PlatformClass platformClass, string use = "military") => new(
        new PlatformDefined("p", "P", WordNames.Of(category), WordNames.Of(platformClass), use, null, null, null),
        [], 0, null, Provisional: false);

    private static void Estimate(EvidenceRecord[] reports) => Estimator.Estimate(reports, new Clocks(AsOf, long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown);

    private static EvidenceRecord Delivery(long position, string id, long n) => new()
    {
        Position = position,
        EventId = CaseReport.EventIdOf(id),
        Kind = ReportKind.Delivery,
        RecordedAt = new(2022, 1, 1, 12, 0, 0, TimeSpan.Zero),
        Publisher = "A paper",
        Supplier = "TUR",
        Deal = "d1",
        Quantity = Quantity.Of("exact", n),
        Grade = new('B', '2'),
    };

    private static EvidenceRecord Contract(long position, string supplier, string deal, long n) =>
        Delivery(position, $"contract {position}", n) with { Kind = ReportKind.Contract, Supplier = supplier, Deal = deal };

    private static EvidenceRecord Naming(long position, ReportKind kind, string id) =>
        Delivery(position, $"{kind} {id}", 0) with { Kind = kind, Target = CaseReport.EventIdOf(id) };

    private static Window Day(int year, int month, int day) => Window.Of(new(year, month, day));

    private static string Line(ReportEffect standing)
    {
        var bounds = (standing.Low ? "L" : "-") + (standing.Best ? "B" : "-") + (standing.High ? "H" : "-");
        return $"{standing.Position} {bounds} {standing.Exclusion}".TrimEnd();
    }
}
