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
            var bySupplier = Estimator.DeliveredBySupplier(delivered, asOf, long.MaxValue, null, holding.Items);
            Assert.Equal(Estimator.Estimate(delivered, asOf, long.MaxValue, null, holding.Items).Best, bySupplier.Values.Sum());
        }
    });

    [Fact]
    public void Flows_of_all_years_are_what_was_delivered_and_those_of_adjacent_years_add_up() => Holds(2_000, (holding, evidence) =>
    {
        HoldingEvidence[] holdings = [Holding(holding, evidence)];
        foreach (var flows in (Func<Years, IEnumerable<Flow>>[])[years => Flows.Deliveries(holdings, years, At(AsOf)), years => Flows.Onward(holdings, years, At(AsOf))])
        {
            var all = Sums(flows(default));
            Assert.Equal(all, Sums([.. flows(new Years(null, 2019)), .. flows(new Years(2020, 2020)), .. flows(new Years(2021, null))]));
            Assert.Equal(all, Sums(flows(new Years(1, 9999))));
            Assert.DoesNotContain(flows(new Years(2020, 2021)), flow => flow.Best == 0);
        }

        Assert.Equal(Estimator.DeliveredBySupplier(evidence, AsOf, long.MaxValue, null, holding.Items).Values.Sum(),
            Flows.Deliveries(holdings, default, At(AsOf)).Sum(flow => flow.Best));
    });

    [Fact]
    public void What_was_passed_on_to_one_receiver_is_counted_as_losses_are() => Holds(2_000, (holding, evidence) =>
    {
        EvidenceRecord[] passedOn = [.. evidence.Select(report => report.Kind == ReportKind.Loss ? report with { To = "RUS" } : report)];
        foreach (var asOf in Days())
        {
            Assert.Equal(Estimator.Estimate(passedOn, asOf, long.MaxValue, null, holding.Items).Lost.Best,
                Estimator.PassedOnByReceiver(passedOn, asOf, long.MaxValue, null, holding.Items).GetValueOrDefault("RUS"));
        }
    });

    [Fact]
    public void No_estimate_depends_on_who_received_what_was_lost_nor_on_declared_rates() => Holds(1_000, (holding, evidence) =>
    {
        EvidenceRecord[] said = [.. evidence.Select(report => report with
        {
            To = report.Kind == ReportKind.Loss ? "RUS" : null,
            RateAYear = report.Kind == ReportKind.Milestone ? 1_000 : null,
        })];
        foreach (var asOf in Days())
        {
            Assert.Equal(JsonSerializer.Serialize(Estimator.Estimate(evidence, asOf, long.MaxValue, null, holding.Items)),
                JsonSerializer.Serialize(Estimator.Estimate(said, asOf, long.MaxValue, null, holding.Items)));
        }
    });

    [Fact]
    public void Every_question_to_an_analyst_has_reports_that_count_and_is_worded_as_a_question() => Holds(1_000, (holding, evidence) =>
    {
        EvidenceRecord[] said = [.. evidence.Select(report => report with { To = report.Kind == ReportKind.Loss ? "RUS" : null })];
        var counting = Estimator.EffectsOf(said, AsOf, long.MaxValue, null).Where(x => x.Low || x.Best || x.High).Select(x => x.EventId).ToHashSet();
        foreach (var signal in Signals.Of(Holding(holding, said), At(AsOf), new HashSet<string> { "TUR", "RUS" }))
        {
            Assert.EndsWith("?", signal.Question, StringComparison.Ordinal);
            Assert.NotEmpty(signal.Reports);
            Assert.All(signal.Reports, id => Assert.Contains(id, counting));
            Assert.True(0 <= signal.Units.Lo && signal.Units.Lo <= signal.Units.Best && (signal.Units.Hi ?? long.MaxValue) >= signal.Units.Best);
        }
    });

    private static IEnumerable<(string Key, long Best)> Sums(IEnumerable<Flow> flows) => flows.GroupBy(flow => $"{flow with { Best = 0 }}")
        .Select(same => (same.Key, Best: same.Sum(flow => flow.Best))).Where(x => x.Best != 0).OrderBy(x => x.Key, StringComparer.Ordinal);

    private static HoldingEvidence Holding(EstimationCase holding, EvidenceRecord[] evidence) => new("KGZ",
        Platform.Unknown("kite") with { Definition = new("kite", "Kite", "uav", "durable", "military", null, null, holding.ItemsPerSystem) }, evidence);

    private static Clocks At(DateOnly asOf) => new(asOf, long.MaxValue, null);

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
