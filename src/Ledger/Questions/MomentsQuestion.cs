using System.Globalization;
using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/moments: when the ledger learned something, each with the position at which it is known: the stops of a time machine.
/// Ordered by position.</summary>
public sealed record MomentsQuestion(ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Columns =
    [
        "kind", "day", "time", "position", "began", "firstPosition", "feed", "reports", "edition", "reason", "new", "changed", "delisted",
        "grown", "moved", "renamed", "platforms", "aliases",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/moments", "moments",
        [.. ClockParameters.Names, .. PageRequest.Parameters],
        (query, _) => new MomentsQuestion(ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var after = Page.After is not { } key ? 0 : Digits.TryParse(key, out var position) ? position : throw Cursor.Bad();
        var editions = await sources.Runs.EditionsAsync(basis.LedgerEnd, cancellation);
        var narrowed = await sources.Bases.NarrowAsync(basis, async () => Math.Max(
            await sources.Evidence.LastAffectingAsync(recipient: null, platform: null, basis.Knowledge, cancellation),
            editions is [.., var last] ? last.Position : 0), cancellation);
        return Answer.List(narrowed, Columns, Write, async () =>
        {
            var runs = await sources.Runs.AtAsync(basis.Position, basis.LedgerEnd, editions, cancellation);
            var moments = MomentsOf(runs, basis.Catalogue.Changes)
                .Where(x => x.Position > after).OrderBy(x => x.Position).Take(Page.Limit + 1).ToList();
            return (moments.Take(Page.Limit), Page.NextKey(moments, x => x.Position.ToString(CultureInfo.InvariantCulture)));
        });
    }

    /// <summary>The runs and the changes of the catalogue. The platforms that an edition named for the first time came with it, just before
    /// its first report, and a withdrawal sets them back just before its own: they are no stop of their own. What somebody else defined
    /// just then is one.</summary>
    internal static IEnumerable<Moment> MomentsOf(IReadOnlyList<ReportRun> runs, IReadOnlyList<CatalogueChange> changes)
    {
        var ending = changes.ToDictionary(x => x.Position);
        var moments = new List<Moment>();
        foreach (var run in runs)
        {
            var whole = run;
            while (run.End is not null && ending.TryGetValue(whole.First - 1, out var named) && named.Feed == run.Feed)
            {
                ending.Remove(named.Position);
                whole = whole with { First = named.First, Began = named.RecordedAt };
            }

            moments.Add(new Moment(whole.Position, whole, null));
        }

        return moments.Concat(ending.Values.Select(x => new Moment(x.Position, null, x)));
    }

    private static void Write(Utf8JsonWriter writer, Moment moment)
    {
        writer.WriteStartObject();
        if (moment.Run is { } run)
        {
            var kind = run.End is null ? "import" : run.End.Withdrawn is null ? "edition" : "withdrawal";
            WriteTime(writer, kind, run.Began, run.First, run.Ended, run.Position);
            writer.WriteString("feed", run.Feed);
            writer.WriteNumber("reports", run.Reports);
            if (run.End?.Withdrawn is { } withdrawn)
            {
                writer.WriteString("edition", withdrawn.Published);
                writer.WriteString("reason", withdrawn.Reason);
            }

            if (run.End?.Imported is { } edition)
            {
                writer.WriteString("edition", edition.Published);
                writer.WriteNumber("new", edition.New);
                writer.WriteNumber("changed", edition.Changed);
                writer.WriteNumber("delisted", edition.Delisted);
                foreach (var (name, count) in ((string, int?)[])
                    [("grown", edition.Grown), ("moved", edition.Moved), ("renamed", edition.Renamed)])
                {
                    if (count is { } known)
                    {
                        writer.WriteNumber(name, known);
                    }
                }
            }
        }
        else if (moment.Change is { } change)
        {
            WriteTime(writer, "catalogue", change.RecordedAt, change.First, change.RecordedAt, change.Position);
            writer.WriteNumber("platforms", change.Platforms);
            writer.WriteNumber("aliases", change.Aliases);
        }

        writer.WriteEndObject();
    }

    private static void WriteTime(
        Utf8JsonWriter writer, string kind, DateTimeOffset began, long first, DateTimeOffset ended, long last)
    {
        writer.WriteString("kind", kind);
        writer.WriteString("day", Rfc3339.Text(DateOnly.FromDateTime(ended.UtcDateTime)));
        writer.WriteString("time", Rfc3339.Text(ended));
        writer.WriteNumber("position", last);
        writer.WriteString("began", Rfc3339.Text(began));
        writer.WriteNumber("firstPosition", first);
    }

    /// <summary>Either a run of reports or a change of the catalogue.</summary>
    internal sealed record Moment(long Position, ReportRun? Run, CatalogueChange? Change);
}
