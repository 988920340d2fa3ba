using Ledger.Hosting;
using Marten;

namespace Ledger.Catalogue;

/// <summary>Appends to the catalogue's stream, each time under the version that was decided on.</summary>
public sealed class CatalogueWriter(IDocumentStore store, CatalogueReader catalogue) : IDisposable
{
    /// <summary>One at a time, so that only other nodes can be first.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Decides on the newest catalogue and appends what is decided, all or nothing; decides again where another was first.</summary>
    /// <returns>The catalogue afterwards, and the position of the last event appended: null where nothing was to do.</returns>
    /// <exception cref="ProblemException">What <paramref name="decide"/> refuses.</exception>
    public async Task<(CatalogueAt Catalogue, long? Position)> AppendAsync(Func<CatalogueAt, IReadOnlyList<object>> decide, string by)
    {
        await _turn.WaitAsync();
        try
        {
            return await AttemptAsync(decide, by);
        }
        catch (Exception race) when (race is not ProblemException && DatabaseFault.IsRace(race))
        {
            throw DatabaseFault.Outrun();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task<(CatalogueAt Catalogue, long? Position)> AttemptAsync(Func<CatalogueAt, IReadOnlyList<object>> decide, string by)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = await catalogue.LatestAsync();
            var events = decide(before);
            if (events.Count == 0)
            {
                return (before, null);
            }

            try
            {
                await using var session = store.LightweightSession();
                var written = events.Select(x =>
                {
                    var wrapped = session.Events.BuildEvent(x);
                    wrapped.UserName = by;
                    return wrapped;
                }).ToArray();
                session.Events.Append(CatalogueReader.Stream, before.Version + events.Count, [.. written]);
                await session.SaveChangesAsync();
                return (await catalogue.LatestAsync(), written[^1].Sequence);
            }
            catch (Exception race) when (attempt < Limits.RecordAttempts && DatabaseFault.IsRace(race))
            {
            }
        }
    }
}
