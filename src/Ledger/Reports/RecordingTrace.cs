using System.Diagnostics;

namespace Ledger.Reports;

/// <summary>The tracing spans of recording.</summary>
public static class RecordingTrace
{
    /// <summary>Name of the source of these spans.</summary>
    public const string SourceName = "ledger";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Adds a span of a transaction to the traces of the requests whose reports it recorded: one span for each request, however
    /// many reports it has.</summary>
    /// <param name="appended">The recorded positions, each with the trace of its request.</param>
    /// <param name="started">When the transaction began.</param>
    /// <param name="ended">When it was committed.</param>
    public static void Appended(IEnumerable<(ActivityContext Trace, long Position)> appended, DateTimeOffset started, DateTimeOffset ended)
    {
        if (!Source.HasListeners())
        {
            return;
        }

        foreach (var trace in appended.GroupBy(x => x.Trace))
        {
            using var span = Source.StartActivity("append", ActivityKind.Internal, trace.Key, startTime: started);
            span?.SetTag("ledger.events", trace.Count());
            span?.SetTag("ledger.position.first", trace.Min(x => x.Position));
            span?.SetTag("ledger.position.last", trace.Max(x => x.Position));
            span?.SetEndTime(ended.UtcDateTime);
        }
    }
}
