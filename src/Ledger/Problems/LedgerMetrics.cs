using System.Diagnostics.Metrics;

namespace Ledger.Problems;

/// <summary>The metrics of one service. The meter comes from the service's own factory: two services in one process, as in tests, are
/// measured apart. (The exporter drops a second meter of the same name.)</summary>
public sealed class LedgerMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "ledger";

    private readonly Meter _meter;
    private readonly Counter<long> _recorded;
    private readonly Counter<long> _existing;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _query;

    public LedgerMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _recorded = _meter.CreateCounter<long>("ledger.reports.recorded", "{report}", "Reports recorded, by kind.");
        _existing = _meter.CreateCounter<long>("ledger.reports.existing", "{report}", "Posts of a report that was there already, by kind.");
        _refused = _meter.CreateCounter<long>("ledger.reports.refused", "{report}", "Reports refused, by reason.");
        _failed = _meter.CreateCounter<long>("ledger.auth.failed", "{attempt}", "Presented keys that opened nothing, by reason.");
        _query = _meter.CreateHistogram("ledger.query.duration", "s", "Time to answer a query, by question and status.",
            advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
            });
    }

    /// <summary>Counts a report whose transaction is committed.</summary>
    /// <param name="kind">The kind of report.</param>
    /// <param name="created">False where the report existed before.</param>
    public void ReportRecorded(string kind, bool created) =>
        (created ? _recorded : _existing).Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>Counts the problem of a refused report, once, however many places handle the problem.</summary>
    public void ReportRefused(ProblemException problem)
    {
        if (!problem.IsCounted)
        {
            problem.IsCounted = true;
            _refused.Add(1, new KeyValuePair<string, object?>("reason", problem.Kind.Slug));
        }
    }

    /// <summary>Counts a presented key that was not accepted.</summary>
    public void AttemptFailed(string why) => _failed.Add(1, new KeyValuePair<string, object?>("reason", why));

    /// <summary>Records the duration of a query.</summary>
    public void Queried(string question, int status, TimeSpan took) => _query.Record(took.TotalSeconds,
        new KeyValuePair<string, object?>("question", question), new KeyValuePair<string, object?>("status", status));

    /// <summary>Publishes the difference between this node's clock and the database's, in seconds.</summary>
    public void ObserveClock(Func<double> seconds) =>
        _meter.CreateObservableGauge("ledger.clock.offset", seconds, "s", "This node's clock less the database's.");

    /// <summary>Publishes the counts of the read model's audit.</summary>
    public void ObserveCompleteness(Func<(long Verified, long Missing, long Surplus)> counted)
    {
        _meter.CreateObservableGauge("ledger.completeness.verified.position", () => counted().Verified, "{position}",
            "Up to here every report was looked for in the read model.");
        _meter.CreateObservableGauge("ledger.completeness.missing", () => counted().Missing, "{report}",
            "Reports that the read model lacks.");
        _meter.CreateObservableGauge("ledger.completeness.surplus", () => counted().Surplus, "{row}",
            "Rows of the read model without a report.");
    }

    /// <summary>Publishes what the memory of answers holds, in bytes, and how often it had an answer.</summary>
    public void ObserveAnswers(Func<(long Bytes, long Kept, long Made)> counted)
    {
        _meter.CreateObservableGauge("ledger.answers.memory", () => counted().Bytes, "By", "Bytes of the answers that are kept.");
        _meter.CreateObservableCounter("ledger.answers.kept", () => counted().Kept, "{answer}", "Answers that were sent from memory.");
        _meter.CreateObservableCounter("ledger.answers.made", () => counted().Made, "{answer}", "Answers that were made.");
    }
}
