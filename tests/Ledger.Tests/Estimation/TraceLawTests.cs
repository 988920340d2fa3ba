using System.Text.Json;
using CsCheck;
using Ledger.Estimation;

namespace Ledger.Tests.Estimation;

/// <summary>What is told of why a figure is what it is.</summary>
public class TraceLawTests
{
    [Fact]
    public void The_reports_that_decide_a_bound_give_it_alone() => Holds((holding, evidence, clocks) =>
    {
        var estimate = Estimator.Estimate(evidence, clocks, holding.Items);
        var trace = Estimator.TraceOf(evidence, clocks, holding.Items)!;
        HoldingEstimate Of(IReadOnlySet<Guid> some) => Estimator.Estimate([.. evidence.Where(x => some.Contains(x.EventId))], clocks, holding.Items);

        Assert.Equal((estimate.Low, estimate.Best, estimate.High), (Of(trace.Low).Low, Of(trace.Best).Best, Of(trace.High).High));
        var counting = Estimator.EffectsOf(evidence, clocks).Where(x => x.Exclusion is null or ExclusionReason.NotYet).Select(x => x.EventId).ToHashSet();
        Assert.All(trace.Low.Concat(trace.Best).Concat(trace.High), x => Assert.Contains(x, counting));
        // Nothing needs evidence to be nothing.
        Assert.True(estimate.Low > 0 || trace.Low.Count == 0);
    });

    [Fact]
    public void A_holding_is_conflicted_exactly_if_reports_clash() => Holds((holding, evidence, clocks) =>
    {
        var trace = Estimator.TraceOf(evidence, clocks, holding.Items)!;
        Assert.Equal(Estimator.Estimate(evidence, clocks, holding.Items).Conflicted, trace.Clashes.Count > 0);
        foreach (var clashing in trace.Clashes)
        {
            Assert.All(clashing, other => Assert.Contains(clashing.Key, trace.Clashes[other]));
            Assert.DoesNotContain(clashing.Key, clashing);
        }
    });

    [Fact]
    public void What_sets_a_report_aside_is_told_exactly_where_another_report_does() => Holds((_, evidence, clocks) =>
    {
        var effects = Estimator.EffectsOf(evidence, clocks).ToDictionary(x => x.EventId);
        foreach (var effect in effects.Values)
        {
            var isByAnother = effect.Exclusion is ExclusionReason.Retracted or ExclusionReason.Superseded or ExclusionReason.Delisted or ExclusionReason.SameOrigin;
            Assert.Equal(isByAnother, effect.SetAsideBy is not null);
            if (effect.SetAsideBy is { } by)
            {
                Assert.True(effects.ContainsKey(by) && by != effect.EventId);
                Assert.True(effect.Exclusion != ExclusionReason.SameOrigin || effects[by].Exclusion is null or ExclusionReason.NotYet);
            }
        }
    });

    private static void Holds(Action<EstimationCase, EvidenceRecord[], Clocks> law) => RandomHoldings.All.Sample(
        holding =>
        {
            var evidence = Array.ConvertAll(holding.Reports, report => report.ToEvidence());
            foreach (var query in holding.Queries)
            {
                law(holding, evidence, holding.Asked(query.AsOf, query.Position, query.ReportedBy));
            }
        },
        iter: 400,
        print: holding => JsonSerializer.Serialize(holding, EstimationCase.Json));
}
