using System.Text.Json;
using CsCheck;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Tests.Estimation;

/// <summary>What holds for the flows of every holding, whatever was said of it.</summary>
public class FlowLawTests
{
    private static readonly DateOnly AsOf = new(2022, 7, 1);

    [Fact]
    public void The_suppliers_deliveries_add_up_to_what_a_holding_is_without_losses_production_and_sightings() => Holds(5_000, (holding, evidence) =>
    {
        EvidenceRecord[] delivered = [.. evidence.Where(report => report.Kind is not (ReportKind.Loss or ReportKind.Observation or ReportKind.Milestone))];
        foreach (var asOf in Days())
        {
            var bySupplier = Estimator.UnitsBySupplier(delivered, holding.Asked(asOf), holding.Items);
            Assert.Equal(Estimator.Estimate(delivered, holding.Asked(asOf), holding.Items).Best, bySupplier.Values.Sum(units => units.Best));
        }
    });

    [Fact]
    public void Flows_of_all_years_are_what_was_delivered_and_those_of_adjacent_years_add_up() => Holds(2_000, (holding, evidence) =>
    {
        HoldingEvidence[] holdings = [Holding(holding, evidence)];
        var clocks = holding.Asked(AsOf);
        foreach (var flows in (Func<Years, IEnumerable<Flow>>[])[years => Flows.Deliveries(holdings, years, clocks), years => Flows.Onward(holdings, years, clocks)])
        {
            var all = Sums(flows(default));
            Flow[] parts = [.. flows(new Years(null, 2019)), .. flows(new Years(2020, 2020)), .. flows(new Years(2021, null))];
            // By method 2 a supplier's flow is never negative, though contradicting reports may make its total fall.
            if (holding.Method == 1)
            {
                Assert.Equal(all, Sums(parts));
            }

            Assert.Equal(all, Sums(flows(new Years(1, 9999))));
            Assert.All(parts, flow =>
            {
                Assert.True(flow.Units.Best != 0 || (holding.Method == 2 && flow.Units != Interval.None));
                Assert.True(flow.Units.Lo <= flow.Units.Best && !(flow.Units.Hi < flow.Units.Best));
                Assert.True(holding.Method == 1 || flow.Units.Lo >= 0 || flow.Supplier == "x-unknown");
            });
        }

        Assert.Equal(Estimator.UnitsBySupplier(evidence, holding.Asked(AsOf), holding.Items).Values.Sum(units => units.Best),
            Flows.Deliveries(holdings, default, clocks).Sum(flow => flow.Units.Best));
    });

    [Fact]
    public void What_was_passed_on_to_one_receiver_is_counted_as_losses_are() => Holds(2_000, (holding, evidence) =>
    {
        EvidenceRecord[] passedOn = [.. evidence.Select(report => report.Kind == ReportKind.Loss ? report with { To = "RUS" } : report)];
        foreach (var asOf in Days())
        {
            Assert.Equal(Estimator.Estimate(passedOn, holding.Asked(asOf), holding.Items).Lost,
                Estimator.PassedOnByReceiver(passedOn, holding.Asked(asOf), holding.Items).GetValueOrDefault("RUS", Interval.None));
        }
    });

    [Fact]
    public void No_estimate_depends_on_who_received_what_was_lost_nor_on_declared_rates() => Holds(1_000, (holding, evidence) =>
    {
        EvidenceRecord[] said = [.. evidence.Select(report => report with
        {
            To = report.Kind == ReportKind.Loss ? "RUS" : null,
            // Only a declared rate bounds a line, and that by method 2 alone.
            RateAYear = holding.Method == 1 || report.Milestone == Milestone.UnitsCompleted ? 1_000 : report.RateAYear,
        })];
        foreach (var asOf in Days())
        {
            Assert.Equal(JsonSerializer.Serialize(Estimator.Estimate(evidence, holding.Asked(asOf), holding.Items)),
                JsonSerializer.Serialize(Estimator.Estimate(said, holding.Asked(asOf), holding.Items)));
        }
    });

    [Fact]
    public void Every_question_to_an_analyst_has_reports_that_count_and_is_worded_as_a_question() => Holds(1_000, (holding, evidence) =>
    {
        EvidenceRecord[] said = [.. evidence.Select(report => report with { To = report.Kind == ReportKind.Loss ? "RUS" : null })];
        var counting = Estimator.EffectsOf(said, holding.Asked(AsOf)).Where(x => x.Low || x.Best || x.High).Select(x => x.EventId).ToHashSet();
        foreach (var signal in Signals.Of(Holding(holding, said), holding.Asked(AsOf), [new Embargo("TUR"), new Embargo("RUS")]))
        {
            Assert.EndsWith("?", signal.Question, StringComparison.Ordinal);
            Assert.NotEmpty(signal.Reports);
            Assert.All(signal.Reports, id => Assert.Contains(id, counting));
            Assert.True(0 <= signal.Units.Lo && signal.Units.Lo <= signal.Units.Best && (signal.Units.Hi ?? long.MaxValue) >= signal.Units.Best);
        }
    });

    private static IEnumerable<(string Key, long Best)> Sums(IEnumerable<Flow> flows) => flows.GroupBy(flow => $"{flow with { Units = default }}")
        .Select(same => (same.Key, Best: same.Sum(flow => flow.Units.Best))).Where(x => x.Best != 0).OrderBy(x => x.Key, StringComparer.Ordinal);

    private static HoldingEvidence Holding(EstimationCase holding, EvidenceRecord[] evidence) => new("KGZ",
        Platform.Unknown("kite") with { Definition = new("kite", "Kite", "uav", "durable", "military", null, null, holding.ItemsPerSystem) }, evidence);

    private static IEnumerable<DateOnly> Days()
    {
        for (var day = new DateOnly(2019, 2, 1); day.Year < 2024; day = day.AddMonths(9))
        {
            yield return day;
        }
    }

    private static void Holds(int holdings, Action<EstimationCase, EvidenceRecord[]> law) => RandomHoldings.All.Sample(
        holding => law(holding, Array.ConvertAll(holding.Reports, report => report.ToEvidence())),
        iter: holdings,
        print: holding => JsonSerializer.Serialize(holding, EstimationCase.Json));
}
