using System.Globalization;
using System.Text.Json;
using CsCheck;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Tests.Estimation;

/// <summary>What method 2 promises beyond what holds for every method.</summary>
public class MethodTwoLawTests
{
    private const int Holdings = 1_000;

    private static readonly JsonSerializerOptions s_fields = new() { IncludeFields = true };

    private static readonly Gen<EstimationCase> Two = RandomHoldings.All.Where(x => x.Method == 2);

    // Of credible, closed running totals: Known limits names what doubt does, and what is open may be closed later.
    [Fact]
    public void Best_of_a_deal_of_running_totals_never_falls_over_time_unless_it_is_conflicted() => Two.Sample(holding =>
    {
        var evidence = holding.Reports.Where(x => x.Kind is "delivery" or "contract" or "milestone" && x.Lot is null && x.Cancelled is null)
            .Select(x => (x with { Supersedes = null }).ToEvidence()).Where(x => x.Grade.Credible && x.Quantity.Read(holding.Items, AboutBand.Plain).Hi is not null
                && x.Milestone is null or Milestone.UnitsCompleted).ToArray();
        var before = new Dictionary<(string, string?), DealEstimate>();
        foreach (var asOf in Days())
        {
            foreach (var deal in Estimator.Estimate(evidence, holding.Asked(asOf), holding.Items).Deals)
            {
                Assert.True(!before.TryGetValue((deal.Supplier, deal.Deal), out var last) || deal.Best >= last.Best || deal.Conflicted,
                    $"{deal.Deal} fell from {last?.Best} to {deal.Best} at {asOf:O}");
                before[(deal.Supplier, deal.Deal)] = deal;
            }
        }
    }, iter: Holdings, print: Print);

    [Fact]
    public void A_doubtful_report_moves_neither_low_nor_conflicted_and_a_lot_neither() =>
        Gen.Select(Two, RandomHoldings.AloneOfAnyLot.Where(x => !x.ToEvidence().Grade.Credible)).Sample((holding, doubtful) =>
        {
            var evidence = Array.ConvertAll(holding.Reports, report => report.ToEvidence());
            foreach (var asOf in Days())
            {
                var without = Estimator.Estimate(evidence, holding.Asked(asOf), holding.Items);
                var with = Estimator.Estimate([.. evidence, doubtful.ToEvidence()], holding.Asked(asOf), holding.Items);
                Assert.Equal((asOf, without.Low, without.Conflicted), (asOf, with.Low, with.Conflicted));
            }
        }, iter: Holdings, print: x => $"{Print(x.Item1)}\nand\n{JsonSerializer.Serialize(x.Item2, EstimationCase.Json)}");

    [Fact]
    public void Doubt_lowers_no_high() =>
        Gen.Select(Two, RandomHoldings.AloneOfAnyLot.Where(x => !x.ToEvidence().Grade.Credible)).Sample((holding, doubtful) =>
        {
            var evidence = holding.Reports.Select(report => report.ToEvidence()).Where(report => report.Grade.Credible || report.Target is not null).ToArray();
            foreach (var asOf in Days())
            {
                var without = Estimator.Estimate(evidence, holding.Asked(asOf), holding.Items);
                var with = Estimator.Estimate([.. evidence, doubtful.ToEvidence()], holding.Asked(asOf), holding.Items);
                Assert.True(with.High is null || with.High >= without.High, $"{asOf:O}: {without.High} to {with.High}");
            }
        }, iter: Holdings, print: x => $"{Print(x.Item1)}\nand\n{JsonSerializer.Serialize(x.Item2, EstimationCase.Json)}");

    /// <summary>What came, by day: at most one arrival a day.</summary>
    private static readonly Gen<(int Day, long Units)[]> Course = Gen.Select(Gen.Int[0, 1_500], Gen.Long[1, 40]).Array[1, 8]
        .Select(x => x.DistinctBy(one => one.Item1).OrderBy(one => one.Item1).Select(one => (one.Item1, one.Item2)).ToArray());

    /// <summary>When a reporter speaks of the total: up to which day, how long before that its window begins, how vaguely, how wrong an
    /// estimate within the vagueness, and how long after it is said.</summary>
    private static readonly Gen<(int Until, int Window, string Qualifier, double Off, int After)[]> Told =
        Gen.Select(Gen.Int[0, 1_800], Gen.Int[0, 700], Gen.OneOf("exact", "atLeast", "upTo", "about", "range"), Gen.Double[-1, 1], Gen.Int[0, 3_000]).Array[1, 8];

    // A truthful history: each total is true at the end of its window, each lot is an arrival, each inventory a day's stock.
    [Fact]
    public void Honest_reports_of_a_known_course_of_deliveries_never_conflict() => Gen.Select(Course, Told, Gen.Bool, Gen.Int[0, 1_800]).Sample((course, told, lots, counted) =>
    {
        long TrueAt(int day) => course.Where(x => x.Day <= day).Sum(x => x.Units);
        var reports = told.Select((x, i) => Honest(i, x, TrueAt(x.Until))).ToList();
        if (lots)
        {
            reports.AddRange(course.Select((x, i) => Said(100 + i, "delivery", x.Day, x.Day, 30, new CaseQuantity("exact", x.Units, null, null, null, null))
                with
            { Lot = string.Create(CultureInfo.InvariantCulture, $"lot-{i}") }));
        }

        reports.Add(Said(200, "observation", counted, counted, 10, new CaseQuantity("exact", TrueAt(counted), null, null, null, null)) with { Setting = "inventory" });
        var evidence = reports.Select(x => x.ToEvidence()).ToArray();
        for (var day = 0; day < 2_400; day += 60)
        {
            var estimate = Estimator.Estimate(evidence, new Clocks(DayOf(day), long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown);
            Assert.False(estimate.Conflicted, $"{DayOf(day):O}: {JsonSerializer.Serialize(estimate)}");
        }
    }, iter: Holdings, print: x => JsonSerializer.Serialize(x, s_fields));

    private static CaseReport Honest(int index, (int Until, int Window, string Qualifier, double Off, int After) told, long units)
    {
        // As far off as the qualifier allows: the truth lies within what it says (§2).
        long n = told.Qualifier switch
        {
            "exact" => units,
            "atLeast" => (long)(units * (1 - Math.Abs(told.Off))),
            "upTo" => units + (long)(Math.Abs(told.Off) * 20),
            _ => Math.Max(1, (long)Math.Round(units * (1 + (0.15 * told.Off)))),
        };
        var quantity = told.Qualifier == "range" ? new CaseQuantity("range", null, Math.Min(units, n), units, Math.Max(units, n), null)
            : units == 0 ? new CaseQuantity("exact", 0, null, null, null, null)
            : new CaseQuantity(told.Qualifier, n, null, null, null, null);
        var report = Said(index, "delivery", told.Until - told.Window, told.Until, told.After, quantity);
        var (lo, _, hi) = Read(report);
        return lo <= units && (hi is null || hi >= units) ? report
            : report with { Quantity = new CaseQuantity("exact", units, null, null, null, null) };
    }

    private static Interval Read(CaseReport report) => Estimator.Estimate([report.ToEvidence()], new Clocks(DayOf(9_000), long.MaxValue, null, Method.Two), ItemsPerSystem.Unknown) is var x
        ? new Interval(x.Low, x.Best, x.High) : default;

    private static CaseReport Said(int index, string kind, int from, int until, int after, CaseQuantity quantity) => new(
        string.Create(CultureInfo.InvariantCulture, $"r{index}"), kind, index + 1, new DateTimeOffset(DayOf(until + after), new TimeOnly(12, 0), TimeSpan.Zero),
        new CaseSource("A paper", DayOf(until + after).ToString("O", CultureInfo.InvariantCulture)))
    {
        Supplier = kind == "observation" ? null : "TUR",
        Deal = kind == "observation" ? null : "d1",
        Grade = "B2",
        Quantity = quantity,
        Occurred = from == until ? $"{DayOf(until):O}" : $"{DayOf(from):O}/{DayOf(until):O}",
    };

    private static DateOnly DayOf(int day) => new DateOnly(2010, 1, 1).AddDays(day);

    private static string Print(EstimationCase holding) => JsonSerializer.Serialize(holding, EstimationCase.Json);

    private static IEnumerable<DateOnly> Days()
    {
        for (var day = new DateOnly(2019, 2, 1); day.Year < 2025; day = day.AddMonths(5))
        {
            yield return day;
        }
    }
}
