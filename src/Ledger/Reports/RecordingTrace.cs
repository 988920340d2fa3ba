using System.Diagnostics;

namespace Ledger.Reports;

/// <summary>The spans of recording.</summary>
public static class RecordingTrace
{
    /// <summary>Name of the source of these spans.</summary>
    public const string SourceName = "ledger";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Joins the traces of the requests whose reports one transaction recorded: a span for each distinct one, so that an import's thousand
    /// lines make one span, not a thousand.</summary>
    /// <param name="appended">The positions that were recorded, each with the trace that asked for it.</param>
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
