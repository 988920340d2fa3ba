using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>A report that may tell the same as a posted one, as the answer to the post names it.</summary>
public sealed record SimilarReport(EvidenceRecord Report, SaidWhen Said, string Feed, string Id)
{
    /// <summary>Whether a caller may be told of it: with the scope <c>read</c> of every report, else of those in its own feeds
    /// (decision 0026).</summary>
    public bool MayBeSeenBy(Caller caller) => caller.Has(Scopes.Read) || caller.MayPostTo(Feed);

    /// <summary>The member <c>similar</c>.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="similar">What was found; null: it could not be looked for.</param>
    /// <param name="caller">Who is told of it.</param>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<SimilarReport>? similar, Caller caller)
    {
        if (similar is null)
        {
            writer.WriteNull("similar");
            return;
        }

        writer.WriteStartArray("similar");
        foreach (var one in similar.Where(x => x.MayBeSeenBy(caller)).Take(Limits.SimilarReports))
        {
            writer.WriteStartObject();
            writer.WriteString("eventId", one.Report.EventId);
            writer.WriteString("id", one.Id);
            writer.WriteString("feed", one.Feed);
            writer.WriteString("publisher", one.Report.Publisher);
            writer.WriteString("reportedDay", Rfc3339.Text(one.Said.Reported));
            JsonShapes.WriteWindow(writer, "window", one.Said.Window);
            writer.WriteString("deal", one.Report.Deal);
            writer.WriteString("lot", one.Report.Lot);
            JsonShapes.WriteCountry(writer, "supplier", one.Report.Supplier);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

/// <summary>Finds the similar reports of recorded ones. Posts whose answers wait at the same time share one round trip: the recorder
/// commits many together, and they come here together.</summary>
public sealed class SimilarReports(NeighbourReader neighbours, CatalogueReader catalogue)
{
    private readonly Lock _gathering = new();
    private List<Asked> _waiting = [];
    private bool _isAsking;

    private sealed record Asked(EvidenceRow Row)
    {
        public TaskCompletionSource<IReadOnlyList<SimilarReport>> Found { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>The similar reports, the newest reported first, as the ledger stood at the report's own position: so the answer to a post
    /// that is sent again is the first one.</summary>
    /// <param name="row">The row of a report that this node has just recorded or found, so that its catalogue reaches as far.</param>
    public Task<IReadOnlyList<SimilarReport>> OfAsync(EvidenceRow row)
    {
        var asked = new Asked(row);
        lock (_gathering)
        {
            _waiting.Add(asked);
            if (_isAsking)
            {
                return asked.Found.Task;
            }

            _isAsking = true;
        }

        _ = AskAllAsync();
        return asked.Found.Task;
    }

    private static IReadOnlyList<SimilarReport> Of(EvidenceRow row, IReadOnlyList<Neighbour> near, CatalogueAt at)
    {
        var named = near.ToDictionary(x => x.Report.EventId);
        return [.. Retellings.Of(row.Evidence.EventId, [.. near.Select(x => x.Report)], at.Find(row.Platform).Items)
            .Select(x => new SimilarReport(x.Report, x.Said, named[x.Report.EventId].Feed, named[x.Report.EventId].Id ?? ""))];
    }

    private Knowledge KnowledgeOf(EvidenceRow row) => new(row.Evidence.Position, catalogue.At(row.Evidence.Position));

    private async Task AskAllAsync()
    {
        while (true)
        {
            List<Asked> together;
            lock (_gathering)
            {
                if (_waiting.Count == 0)
                {
                    _isAsking = false;
                    return;
                }

                together = _waiting[..Math.Min(_waiting.Count, Limits.SimilarTogether)];
                _waiting = _waiting[together.Count..];
            }

            try
            {
                var asked = together.ConvertAll(x => (x.Row, Knowledge: KnowledgeOf(x.Row)));
                using var patience = new CancellationTokenSource(Limits.SimilarPatience);
                var near = await neighbours.OfEachAsync(asked, patience.Token);
                for (var i = 0; i < together.Count; i++)
                {
                    together[i].Found.TrySetResult(Of(together[i].Row, near[i], asked[i].Knowledge.Catalogue));
                }
            }
            catch (Exception fault)
            {
                // Each has its answer or the fault: what was recorded is recorded, and found when it is posted again.
                together.ForEach(x => x.Found.TrySetException(fault));
            }
        }
    }
}
