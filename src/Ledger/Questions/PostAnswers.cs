using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>What the answers to single posts say of evidence and estimates.</summary>
public sealed partial class PostAnswers(
    Sources sources, SimilarReports similar, CatalogueReader catalogue, TimeProvider clock, ILogger<PostAnswers> logger) : IPostAnswers
{
    /// <summary>What was recorded is recorded: whatever goes wrong with what the answer says beside it, the post has its answer.</summary>
    public async Task<Action<Utf8JsonWriter>> OfRecordedAsync(RecordedReport report, Caller caller)
    {
        if (IsWithdrawal(report))
        {
            return writer => SimilarReport.Write(writer, [], caller);
        }

        Understanding? understanding = null;
        IReadOnlyList<SimilarReport>? found = null;
        try
        {
            var row = ListedReport.RowOf(report, report.Position, report.RecordedAt);
            understanding = Understanding.Of(catalogue.At(report.Position), row.Platform, row.PlatformName);
            found = await similar.OfAsync(row).WaitAsync(Limits.SimilarPatience);
        }
        catch (Exception fault)
        {
            NotFound(report.EventId, fault);
        }

        return writer =>
        {
            understanding?.Write(writer);
            SimilarReport.Write(writer, found, caller);
        };
    }

    /// <summary>A withdrawal takes back what another report says, and counts as nothing itself.</summary>
    private static bool IsWithdrawal(RecordedReport report) => report.Kind is ReportKind.Retraction or ReportKind.Delisting;

    [LoggerMessage(LogLevel.Warning, "Similar reports of {EventId} could not be looked for; the answer to its post says so.")]
    private partial void NotFound(Guid eventId, Exception fault);

    public async Task<Action<Utf8JsonWriter>> OfDryRunAsync(RecordedReport report, Caller caller, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(new ClockParameters(), null, cancellation);
        var next = ListedReport.RowOf(report, basis.Position + 1, clock.GetUtcNow());
        var before = await sources.Evidence.OfHoldingAsync(
            next.Recipient, basis.Catalogue.Find(next.Platform), basis.Knowledge, cancellation);
        // It may have been recorded before, also meanwhile.
        var after = before.Reports.Any(x => x.EventId == report.EventId) ? before
            : before with { Reports = [.. before.Reports, next.Evidence] };
        var clocks = basis.Clocks with { KnownAt = next.Evidence.Position };
        var effect = after.Effects(clocks).First(x => x.EventId == report.EventId);
        var found = await SimilarAsync(report.EventId, after, caller, cancellation);
        var understanding = IsWithdrawal(report) ? null : Understanding.Of(basis.Catalogue, next.Platform, next.PlatformName);
        return writer =>
        {
            understanding?.Write(writer);
            EvidenceLine.WriteEffect(writer, effect);
            SimilarReport.Write(writer, found, caller);
            if (MaySeeEstimates(caller))
            {
                writer.WriteStartObject("estimate");
                JsonShapes.WriteEstimate(writer, before.Estimate(clocks), "before");
                JsonShapes.WriteEstimate(writer, after.Estimate(clocks), "after");
                writer.WriteEndObject();
            }
        };
    }

    /// <summary>An estimate rests on the reports of all feeds: it is shown to whoever may read, or may post to all of them
    /// (decision 0026).</summary>
    private static bool MaySeeEstimates(Caller caller) => caller.Has(Scopes.Read) || caller.Feeds.Contains(Caller.AllFeeds);

    private async Task<IReadOnlyList<SimilarReport>> SimilarAsync(
        Guid told, HoldingEvidence holding, Caller caller, CancellationToken cancellation)
    {
        var retellings = Retellings.Of(told, holding.Reports, holding.Platform.Items);
        var found = new List<SimilarReport>();
        await foreach (var (named, stored) in sources.Reports.AtAsync(retellings, x => x.Report.Position, cancellation))
        {
            var one = new SimilarReport(
                named.Report, named.Said, stored.Data.GetProperty("feed").GetString()!, stored.Data.GetProperty("id").GetString()!);
            if (one.MayBeSeenBy(caller))
            {
                found.Add(one);
            }

            if (found.Count == Limits.SimilarReports)
            {
                break;
            }
        }

        return found;
    }
}
