using Ledger.Questions;

namespace Ledger.Export;

/// <summary>The resolved clocks of tables.</summary>
/// <param name="Read">By which the rows are read.</param>
/// <param name="Named">As the files name it: without a knownAt, the position of the last event that affects any table, so that a file
/// stays the same while nothing does.</param>
internal sealed record ExportBasis(Basis Read, Basis Named)
{
    /// <summary>Resolves clocks.</summary>
    /// <exception cref="Problems.ProblemException">400 or 503, as for every question.</exception>
    public static async Task<ExportBasis> ResolveAsync(Sources sources, ClockParameters clocks, CancellationToken cancellation)
    {
        var read = await sources.Bases.ResolveAsync(clocks, null, cancellation);
        var named = await sources.Bases.NarrowAsync(read, async () =>
        {
            var editions = await sources.Runs.EditionsAsync(read.Position, cancellation);
            return Math.Max(await sources.Evidence.LastAffectingAsync(recipient: null, platform: null, read.Knowledge, cancellation),
                editions is [.., var last] ? last.Position : 0);
        }, cancellation);
        return new ExportBasis(read, named);
    }
}
