using System.Globalization;
using System.Text.Json;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>GET /v1/calibration: what the revisions between the editions that the ledger holds say of the bands, for each two editions that
/// follow one another. Every recipient is read once, some at a time; what is kept is a count for each kind of figure.</summary>
public sealed record CalibrationQuestion(ClockParameters Clocks) : IQuestion
{
    /// <summary>Decimal places of shares and widths.</summary>
    private const int Places = 4;

    private static readonly string[] Columns =
    [
        "feed", "earlier", "later", "category", "figures", "freshness", "n", "revised", "inside", "insideShare", "revisedInside",
        "revisedInsideShare", "width", "open", "continued", "dropped",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/calibration", "calibration",
        [.. ClockParameters.Names], (query, _) => new CalibrationQuestion(ClockParameters.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var basis = await sources.Bases.ResolveAsync(Clocks, null, cancellation);
        var held = await sources.Said.EditionsAsync(basis.Position, cancellation);
        var pairs = PairsOf(held.Select(x => (x.Edition.Feed, DayOf(x.Edition))), basis);
        // Without two editions no report says anything of the bands.
        var narrowed = await sources.Bases.NarrowAsync(basis, async () => pairs.Count == 0
            ? held.Select(x => x.Position).DefaultIfEmpty(0).Max()
            : Math.Max(held.Max(x => x.Position),
                await evidence.LastAffectingAsync(recipient: null, platform: null, basis.Knowledge, cancellation)), cancellation);
        return new Answer(narrowed, async () =>
        {
            var calibrated = await CalibrateAsync(pairs, basis, sources, cancellation);
            var lines = calibrated.SelectMany(x => LinesOf(x.Pair, x.Found)).ToList();
            return new AnswerBody(async (stream, _) =>
            {
                stream.Writer.WriteStartObject();
                JsonShapes.WriteBasis(stream.Writer, narrowed);
                stream.Writer.WriteStartArray("items");
                foreach (var line in lines)
                {
                    Write(stream.Writer, line);
                    await stream.FlushAsync();
                }

                stream.Writer.WriteEndArray();
                stream.Writer.WriteStartArray("missing");
                foreach (var (pair, found) in calibrated)
                {
                    WriteMissing(stream.Writer, pair, found);
                }

                stream.Writer.WriteEndArray();
                stream.Writer.WriteEndObject();
            }, csv => csv.WriteAsync(Columns, lines.ToAsyncEnumerable(), Write));
        });
    }

    private static DateOnly DayOf(EditionImported edition) =>
        DateOnly.ParseExact(edition.Published, "O", CultureInfo.InvariantCulture);

    /// <summary>The editions of each feed, two by two, that had come out by the clocks.</summary>
    private static List<EditionPair> PairsOf(IEnumerable<(string Feed, DateOnly Day)> held, Basis basis) =>
    [
        .. from edition in held
           where edition.Day <= basis.AsOf && !(edition.Day > basis.ReportedBy)
           group edition.Day by edition.Feed into feed
           orderby feed.Key
           let days = feed.Distinct().Order().ToList()
           from pair in days.Zip(days.Skip(1))
           select new EditionPair(feed.Key, pair.First, pair.Second),
    ];

    private static async Task<IReadOnlyList<(EditionPair Pair, Calibration Found)>> CalibrateAsync(
        List<EditionPair> pairs, Basis basis, Sources sources, CancellationToken cancellation)
    {
        var found = pairs.ConvertAll(pair => (Pair: pair, Found: new Calibration()));
        if (found.Count == 0)
        {
            return found;
        }

        var evidence = sources.Evidence;
        foreach (var some in (await evidence.RecipientsAsync(basis.Position, cancellation)).Chunk(ByRecipient.RecipientsPerRead))
        {
            var holdings = await evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation);
            var ofFeeds = new Dictionary<string, IReadOnlySet<long>>(StringComparer.Ordinal);
            foreach (var feed in pairs.Select(x => x.Feed).Distinct(StringComparer.Ordinal))
            {
                ofFeeds.Add(feed, await sources.Said.PositionsOfFeedAsync(some, feed, basis.Position, cancellation));
            }

            foreach (var recipient in holdings.GroupBy(x => x.Recipient, StringComparer.Ordinal))
            {
                List<HoldingEvidence> own = [.. recipient];
                foreach (var (pair, calibration) in found)
                {
                    calibration.Add(own, pair, ofFeeds[pair.Feed], basis.Clocks);
                }
            }
        }

        return found;
    }

    /// <summary>The lines of a pair: of all categories, then of each; of each all figures, then flagged and exact ones; of each all ages,
    /// then recent and older. None without a figure.</summary>
    private static IEnumerable<Line> LinesOf(EditionPair pair, Calibration found) =>
        from category in found.Revisions.Keys.Select(x => (Category?)x.Category).Distinct().Prepend(null)
        from flagged in (bool?[])[null, true, false]
        from recent in (bool?[])[null, true, false]
        let counts = found.Revisions.Where(x => (category is null || x.Key.Category == category)
            && (flagged is null || x.Key.Flagged == flagged) && (recent is null || x.Key.Recent == recent)).ToList()
        where counts.Count > 0
        select new Line(pair, category, flagged, recent, counts.Aggregate(default(RevisionCounts), (sum, x) => sum + x.Value));

    private static void Write(Utf8JsonWriter writer, Line line)
    {
        var counts = line.Counts;
        writer.WriteStartObject();
        WritePair(writer, line.Pair);
        writer.WriteString("category", line.Category is { } category ? WordNames.Of(category) : null);
        writer.WriteString("figures", line.Flagged is { } flagged ? flagged ? "flagged" : "exact" : null);
        writer.WriteString("freshness", line.Recent is { } recent ? recent ? "recent" : "older" : null);
        writer.WriteNumber("n", counts.Figures);
        writer.WriteNumber("revised", counts.Revised);
        writer.WriteNumber("inside", counts.Inside);
        WriteShare(writer, "insideShare", counts.Inside, counts.Figures);
        writer.WriteNumber("revisedInside", counts.RevisedInside);
        WriteShare(writer, "revisedInsideShare", counts.RevisedInside, counts.Revised);
        WriteShare(writer, "width", counts.Widths, counts.Figures - counts.Open);
        writer.WriteNumber("open", counts.Open);
        writer.WriteNumber("continued", counts.Continued);
        writer.WriteNumber("dropped", counts.Dropped);
        writer.WriteEndObject();
    }

    private static void WriteMissing(Utf8JsonWriter writer, EditionPair pair, Calibration found)
    {
        var all = found.Missing.Values.Aggregate(default(MissingCounts), (sum, x) => sum + x);
        foreach (var (category, counts) in found.Missing.Select(x => ((Category?)x.Key, x.Value)).Prepend((null, all)))
        {
            writer.WriteStartObject();
            WritePair(writer, pair);
            writer.WriteNumber("year", pair.LastYear);
            writer.WriteString("category", category is { } one ? WordNames.Of(one) : null);
            writer.WriteNumber("deals", counts.Deals);
            writer.WriteNumber("missingDeals", counts.MissingDeals);
            WriteShare(writer, "missingDealsShare", counts.MissingDeals, counts.Deals);
            writer.WriteNumber("units", counts.Units);
            writer.WriteNumber("missingUnits", counts.MissingUnits);
            WriteShare(writer, "missingUnitsShare", counts.MissingUnits, counts.Units);
            writer.WriteEndObject();
        }
    }

    private static void WritePair(Utf8JsonWriter writer, EditionPair pair)
    {
        writer.WriteString("feed", pair.Feed);
        writer.WriteString("earlier", Rfc3339.Text(pair.Earlier));
        writer.WriteString("later", Rfc3339.Text(pair.Later));
    }

    /// <summary>A quotient, rounded; null where it is of nothing.</summary>
    private static void WriteShare(Utf8JsonWriter writer, string name, decimal some, long all)
    {
        if (all == 0)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteNumber(name, Math.Round(some / all, Places));
        }
    }

    /// <summary>One line; a part of its key that is null stands for all.</summary>
    private sealed record Line(EditionPair Pair, Category? Category, bool? Flagged, bool? Recent, RevisionCounts Counts);
}
