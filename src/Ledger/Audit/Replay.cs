using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ledger.Catalogue;
using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Store;
using Ledger.Web;
using Npgsql;

namespace Ledger.Audit;

/// <summary>Result of a replay.</summary>
/// <param name="Position">The position up to which it replayed.</param>
/// <param name="Events">Number of events that were read and folded again.</param>
/// <param name="Rows">Number of rows of evidence that follow from the events, each compared with the table's.</param>
/// <param name="Items">Number of compared items of answers, by kind.</param>
/// <param name="Differences">Number of rows and items that differ.</param>
/// <param name="First">The first difference, as a sentence; null where there is none.</param>
/// <param name="Took">How long it took.</param>
public sealed record Replayed(
    long Position, long Events, long Rows, IReadOnlyDictionary<string, long> Items, long Differences, string? First, TimeSpan Took);

/// <summary>Folds everything from the events again, and compares it with the read model and with the answers that are served.</summary>
/// <remarks>
/// Two passes in bounded memory, both up to one position, so that the service may run meanwhile. The first reads every event in order,
/// folds the catalogue, and compares the row that each report makes with the table's row: none missing, none in excess, none different.
/// The second goes recipient by recipient: it reads the events again, makes evidence and estimates without the table, and compares them
/// with the answers. So the first finds faults of the projection, the second those of the questions, such as a wrongly applied alias.
/// </remarks>
public sealed class Replay(NpgsqlDataSource database, StoredEvents events, IAnswers answers)
{
    private const int Batch = 2_000;

    /// <summary>The answers that are compared for each recipient, beside its line among the countries.</summary>
    private static readonly IReadOnlyList<Part> Parts =
    [
        new("holdings", "holdings",
            (code, at) => new($"/v1/countries/{code}/fleet?{at.Query}", null, _ => new FleetQuestion(code, new FleetFilter(), at.Clocks)),
            item => item.GetProperty("platform").GetString()!,
            refolded => refolded.Holdings.Select(x =>
                (x.Platform.Slug, Written(w => FleetQuestion.WriteHolding(w, x.Platform, x.Estimate(refolded.Clocks)))))),
        new("deals", "items",
            (code, at) => new($"/v1/deals?recipient={code}&{at.Query}", Limits.PageMost,
                page => new DealsQuestion(code, null, null, null, at.Clocks, page)),
            KeyOfDeal,
            refolded => refolded.Holdings.SelectMany(x => DealsQuestion.LinesOf(x, refolded.Clocks))
                .Select(x => (x.Key, Written(w => DealsQuestion.Write(w, x))))),
    ];

    private static readonly string CompareSql = Compare();

    private readonly List<CatalogueEntry> _catalogue = [];
    private readonly SortedSet<string> _recipients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _items = new(StringComparer.Ordinal);
    private long _events;
    private long _rows;
    private long _differences;
    private string? _first;

    /// <summary>Replays up to the present end of the ledger.</summary>
    /// <param name="asOf">The day at which estimates are compared.</param>
    /// <param name="progress">Its progress.</param>
    /// <param name="cancellation">Cancels it.</param>
    public async Task<Replayed> RunAsync(DateOnly asOf, IProgress<Progress> progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        await using var command = database.CreateCommand(LedgerEnd.Sql);
        var position = (long)(await command.ExecuteScalarAsync(cancellation))!;
        await CompareRowsAsync(position, progress, cancellation);
        var basis = new Basis
        {
            Method = Method.Default,
            AsOf = asOf, Position = position, LedgerEnd = position, Catalogue = CatalogueAt.Fold(_catalogue), Pinned = true,
        };
        await CompareAnswersAsync(basis, progress, cancellation);
        return new Replayed(position, _events, _rows, _items, _differences, _first, Stopwatch.GetElapsedTime(started));
    }

    private async Task CompareRowsAsync(long position, IProgress<Progress> progress, CancellationToken cancellation)
    {
        var moved = new MovedReports();
        for (long at = 0; at < position;)
        {
            var batch = await events.ReadAsync(at, position, Batch, cancellation);
            foreach (var stored in batch)
            {
                if (CatalogueEntry.Of(stored) is { } entry)
                {
                    _catalogue.Add(entry);
                }
                else if (stored.Type is not (EventTypes.EditionImported or EventTypes.EditionWithdrawn)
                    && EventTypes.KindOf(stored.Type) is null)
                {
                    Differ(1, $"The event at {stored.Position} is of the type {stored.Type}, which this program does not know.");
                }
            }

            var rows = EvidenceRow.Of(batch, moved);
            var streams = batch.ToDictionary(x => x.Position, x => x.Stream);
            foreach (var row in rows)
            {
                _recipients.Add(row.Recipient);
                if (streams[row.Evidence.Position] is var stream && !stream.StartsWith($"{row.Recipient}/", StringComparison.Ordinal))
                {
                    Differ(1, $"The event at {row.Evidence.Position} is of {row.Recipient} and stands in the stream {stream}.");
                }
            }

            var upTo = batch.Count == Batch ? batch[^1].Position : position;
            await CompareRowsAsync(rows, at, upTo, cancellation);
            _events += batch.Count;
            _rows += rows.Count;
            at = upTo;
            progress.Report(new Progress("events and rows", at, position));
        }
    }

    private async Task CompareRowsAsync(List<EvidenceRow> rows, long after, long upTo, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(CompareSql);
        foreach (var column in EvidenceColumns.Values(rows))
        {
            command.Parameters.AddWithValue(column);
        }

        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(upTo);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (await reader.ReadAsync(cancellation))
        {
            string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
            Differ(reader.GetInt64(0), RowDifference(reader.GetInt64(1), Text(2), Text(3)));
        }
    }

    private async Task CompareAnswersAsync(Basis basis, IProgress<Progress> progress, CancellationToken cancellation)
    {
        var at = new PointInTime(
            string.Create(CultureInfo.InvariantCulture, $"asOf={basis.AsOf:O}&method={basis.Method.Number}&knownAt=@{basis.Position}"),
            new ClockParameters { AsOf = basis.AsOf, Method = basis.Method, NamesMethod = true, Position = basis.Position });
        var all = new CountriesQuestion(new TotalFilter(), Ended: true, TrendFrom: null, at.Clocks, new PageRequest(Limits.PageMost));
        var countries = await ItemsAsync(
            new($"/v1/countries?ended=true&{at.Query}", Limits.PageMost, page => all with { Page = page }), "items",
            x => x.GetProperty("recipient").GetString()!, cancellation);
        var flows = new List<Flow>();
        var done = 0;
        foreach (var recipient in _recipients)
        {
            var refolded = await RefoldAsync(recipient, basis, cancellation);
            var line = Written(w => CountriesQuestion.Write(w, all.LineOf(recipient, refolded.Holdings, basis.Clocks)));
            CompareOne("countries", "/v1/countries", recipient, line, countries);
            foreach (var part in Parts)
            {
                var question = part.Question(recipient, at);
                var path = question.Address;
                var served = await ItemsAsync(question, part.Items, part.Key, cancellation);
                foreach (var (key, made) in part.Make(refolded))
                {
                    CompareOne(part.Name, path, key, made, served);
                }

                CompareRest(path, served);
            }

            flows.AddRange(Flows.Deliveries(refolded.Holdings, default, basis.Clocks));
            flows.AddRange(Flows.Onward(refolded.Holdings, default, basis.Clocks));
            progress.Report(new Progress("answers", ++done, _recipients.Count));
        }

        CompareRest("/v1/countries", countries);
        await CompareFlowsAsync(flows, at, cancellation);
    }

    /// <summary>Compares the flows of all years and recipients together: an onward transfer is among the flows of its receiver, but follows
    /// from the events of the country that passed it on.</summary>
    private async Task CompareFlowsAsync(List<Flow> flows, PointInTime at, CancellationToken cancellation)
    {
        const string Path = "/v1/flows";
        var served = await ItemsAsync(
            new($"{Path}?{at.Query}", Limits.PageMost, page => new FlowsQuestion(default, null, null, null, at.Clocks, page)), "items",
            x => ByRecipient.Key([.. Names(x, "recipient", "supplier", "category", "kind")]), cancellation);
        foreach (var flow in flows)
        {
            CompareOne("flows", Path, FlowsQuestion.KeyOf(flow), Written(w => FlowsQuestion.Write(w, flow)), served);
        }

        CompareRest(Path, served);
    }

    private static string KeyOfDeal(JsonElement item) => ByRecipient.Key([.. Names(item, "recipient", "supplier", "deal", "platform")]);

    private static IEnumerable<string> Names(JsonElement item, params IEnumerable<string> members) =>
        members.Select(x => item.GetProperty(x).GetString()!);

    /// <summary>The holdings of one recipient, folded from its events alone.</summary>
    private async Task<Refolded> RefoldAsync(string recipient, Basis basis, CancellationToken cancellation)
    {
        var moved = new MovedReports();
        var holdings = new SortedDictionary<string, (List<EvidenceRecord> Reports, string? Name)>(StringComparer.Ordinal);
        await foreach (var stored in events.OfRecipientAsync(recipient, basis.Position, cancellation))
        {
            if (moved.Read(stored) is { } report)
            {
                var slug = basis.Catalogue.Resolve(report.Platform!);
                var (reports, name) = holdings.TryGetValue(slug, out var holding) ? holding : ([], null);
                reports.Add(EvidenceRow.Of(stored.AsWritten(report), report).Evidence);
                holdings[slug] = (reports, name ?? report.PlatformName);
            }
        }

        return new Refolded([.. holdings.Select(x =>
            new HoldingEvidence(recipient, basis.Catalogue.Find(x.Key).Named(x.Value.Name), x.Value.Reports))], basis.Clocks);
    }

    /// <summary>The items of an answer, of all its pages, as JSON by key.</summary>
    private async Task<Dictionary<string, string>> ItemsAsync(
        AskedQuestion question, string items, Func<JsonElement, string> key, CancellationToken cancellation)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        await foreach (var page in answers.PagesAsync(question, cancellation))
        {
            foreach (var item in page.GetProperty(items).EnumerateArray())
            {
                all.Add(key(item), item.GetRawText());
            }
        }

        return all;
    }

    /// <summary>Compares one item that the events make with the served one, and removes that from <paramref name="served"/>.</summary>
    private void CompareOne(string name, string path, string key, string made, Dictionary<string, string> served)
    {
        _items[name] = _items.GetValueOrDefault(name) + 1;
        if (!served.Remove(key, out var item))
        {
            Differ(1, $"{path} lacks {key}, of which the events make {made}");
        }
        else if (item != made)
        {
            Differ(1, $"{path} says of {key}: {item}; the events make {made}");
        }
    }

    /// <summary>Whatever is left of the served items after the comparison is in excess.</summary>
    private void CompareRest(string path, Dictionary<string, string> served)
    {
        if (served.Count > 0)
        {
            Differ(served.Count, $"{path} has {served.Keys.Min(StringComparer.Ordinal)}, of which there is no event.");
        }
    }

    private void Differ(long count, string description)
    {
        _differences += count;
        _first ??= description;
    }

    private static string RowDifference(long position, string? made, string? stored)
    {
        if (stored is null || made is null)
        {
            return stored is null ? $"The report at {position} has no row of evidence; it makes {made}"
                : $"There is a row of evidence at {position} and no report: {stored}";
        }

        var (one, other) = (JsonElement.Parse(made), JsonElement.Parse(stored));
        return $"The row of evidence at {position} says " + string.Join(", ", one.EnumerateObject()
            .Where(x => x.Value.GetRawText() != other.GetProperty(x.Name).GetRawText())
            .Select(x => $"{x.Name} {other.GetProperty(x.Name).GetRawText()}, the event makes {x.Value.GetRawText()}")) + ".";
    }

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Json.Writing))
        {
            write(writer);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>SQL that compares whole rows by position in the database, with its own types; returns the number of differences and the
    /// first.</summary>
    private static string Compare()
    {
        string Parameter(int i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}");
        var columns = EvidenceColumns.All.Count;
        return $"""
            with made({EvidenceColumns.Names}) as ({EvidenceColumns.Rows(Parameter)}),
            stored as (select {EvidenceColumns.Names} from {TableNames.Evidence}
                       where position > {Parameter(columns)} and position <= {Parameter(columns + 1)})
            select count(*) over (), coalesce(made.position, stored.position), to_jsonb(made)::text, to_jsonb(stored)::text
            from made full join stored on stored.position = made.position where made is distinct from stored order by 2 limit 1
            """;
    }

    /// <summary>The holdings of one recipient, folded from its events alone.</summary>
    private sealed record Refolded(IReadOnlyList<HoldingEvidence> Holdings, Clocks Clocks);

    /// <summary>The three clocks of every question of the replay: as a query string, and as parsed parameters.</summary>
    private sealed record PointInTime(string Query, ClockParameters Clocks);

    /// <summary>One kind of answer that is compared: its question, the member with its items and their key, and the items as they follow
    /// from the events.</summary>
    private sealed record Part(string Name, string Items, Func<string, PointInTime, AskedQuestion> Question, Func<JsonElement, string> Key,
        Func<Refolded, IEnumerable<(string Key, string Json)>> Make);
}
