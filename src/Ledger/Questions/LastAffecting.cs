using Ledger.Estimation;

namespace Ledger.Questions;

/// <summary>The position of the last event that affects an answer, which becomes the position of its basis and part of its ETag. A holding
/// that the answer counts affects it by its last report and by the last change of its platform. A holding that the answer leaves out
/// affects it by the last change of its platform, which may be the reason. The first report affects it, since before it the recipient was
/// unknown. Lists that do not read all their holdings query the read model instead
/// (<see cref="Evidence.EvidenceReader.LastAffectingAsync"/>).</summary>
public static class LastAffecting
{
    /// <summary>The position for an answer about holdings.</summary>
    /// <param name="holdings">All holdings of the recipient, or of the platform.</param>
    /// <param name="counts">Whether the answer counts a holding; null: all.</param>
    /// <param name="least">The position of an event that affects the answer in any case.</param>
    /// <returns>0 where no event affects it.</returns>
    public static long Of(IEnumerable<HoldingEvidence> holdings, Func<HoldingEvidence, bool>? counts = null, long least = 0)
    {
        var (last, first) = (least, long.MaxValue);
        foreach (var holding in holdings)
        {
            last = Math.Max(last, counts?.Invoke(holding) == false ? holding.Platform.ChangedAt : holding.LastEvent);
            first = Math.Min(first, holding.Reports.Count > 0 ? holding.Reports[0].Position : long.MaxValue);
        }

        return first == long.MaxValue ? last : Math.Max(last, first);
    }
}
