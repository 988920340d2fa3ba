using Ledger.Estimation;

namespace Ledger.Questions;

/// <summary>The position of the last event that affects an answer: the end of its basis, and so what its ETag rests on. Every holding that the
/// answer counts affects it by its last report and by the catalogue's last word about its platform; one that it leaves out, by the catalogue's
/// last word alone, which may be what left it out; and before a recipient's first report there was no such recipient. Lists that do not read all
/// their holdings ask for the same of the read model (<see cref="Evidence.EvidenceReader.LastAffectingAsync"/>).</summary>
public static class LastAffecting
{
    /// <summary>Of an answer about holdings.</summary>
    /// <param name="holdings">All of the recipient, or of the platform.</param>
    /// <param name="counts">Those that the answer counts; null: all.</param>
    /// <param name="least">What affects it in any case.</param>
    /// <returns>0 where nothing does.</returns>
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
