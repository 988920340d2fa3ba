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

/// <summary>What a replay has compared.</summary>
/// <param name="Position">Up to which it replayed.</param>
/// <param name="Events">Events that were read and refolded.</param>
/// <param name="Rows">Rows of evidence that the events make, each compared with the table's.</param>
/// <param name="Items">Items of answers that were compared, by what they are.</param>
/// <param name="Differences">How many of all these differ.</param>
/// <param name="First">The first difference, in words; null where there is none.</param>
public sealed record Replayed(
    long Position, long Events, long Rows, IReadOnlyDictionary<string, long> Items, long Differences, string? First, TimeSpan Took);

/// <summary>Refolds everything from the events, and compares it with what is kept and with what is served.</summary>
/// <remarks>
/// Two passes, both in bounded memory, at one position, so that the service goes on meanwhile. The first reads every event in
/// order, folds the catalogue, and compares the row that each report makes with the one that the table has: nothing missing, nothing
/// more, nothing else. The second takes recipient by recipient: reads its events again, makes its evidence and estimates without the
/// table, and compares them with the answers of the service. So a fault of the projection is found in the first, one of the questions
/// (an alias applied wrongly, a row read wrongly) in the second.
/// </remarks>
public sealed class Replay(NpgsqlDataSource database, StoredEvents events, IAnswers answers)
{
    private const int Batch = 2_000;

    /// <summary>Countries asked for at once: each of them costs what its reports cost.</summary>
    private const int Countries = 20;

    /// <summary>What is compared of each recipient, beside its line among the countries.</summary>
    private static readonly IReadOnlyList<Part> Parts =
    [
        new("holdings", "holdings", (code, asked) => new($"/v1/countries/{code}/fleet?{asked.Query}", null,
                _ => new FleetQuestion(code, new FleetFilter(), asked.Clocks)),
            item => item.GetProperty("platform").GetString()!,
            it => it.Holdings.Select(x => (x.Platform.Slug, Written(w => FleetQuestion.WriteHolding(w, x.Platform, x.Estimate(it.Clocks)))))),
        new("deals", "items", (code, asked) => new($"/v1/deals?recipient={code}&{asked.Query}", Limits.PageMost,
                page => new DealsQuestion(code, null, null, null, asked.Clocks, page)),
            KeyOfDeal,
            it => it.Holdings.SelectMany(x => DealsQuestion.LinesOf(x, it.Clocks)).Select(x => (x.Key, Written(w => DealsQuestion.Write(w, x))))),
    ];

    private static readonly string CompareSql = Compare();

    private readonly List<CatalogueEntry> _catalogue = [];
    private readonly SortedSet<string> _recipients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _items = new(StringComparer.Ordinal);
    private long _events;
    private long _rows;
    private long _differences;
    private string? _first;

    /// <summary>Replays up to the ledger's end of this moment. A read model that has not used every event up to there differs.</summary>
    /// <param name="asOf">The day at which estimates are compared.</param>
    public async Task<Replayed> RunAsync(DateOnly asOf, IProgress<Progress> progress, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        await using var command = database.CreateCommand(LedgerEnd.Sql);
        var position = (long)(await command.ExecuteScalarAsync(cancellation))!;
        await CompareRowsAsync(position, progress, cancellation);
        var basis = new Basis { AsOf = asOf, Position = position, LedgerEnd = position, Catalogue = CatalogueAt.Fold(_catalogue), Pinned = true };
        await CompareAnswersAsync(basis, progress, cancellation);
        return new Replayed(position, _events, _rows, _items, _differences, _first, Stopwatch.GetElapsedTime(started));
    }

    private async Task CompareRowsAsync(long position, IProgress<Progress> progress, CancellationToken cancellation)
    {
        for (long at = 0; at < position;)
        {
            var batch = await events.ReadAsync(at, position, Batch, cancellation);
            foreach (var written in batch)
            {
                if (CatalogueEntry.Of(written) is { } entry)
                {
                    _catalogue.Add(entry);
                }
                else if (written.Type != EventTypes.EditionImported && EventTypes.KindOf(written.Type) is null)
                {
                    Differ(1, $"The event at {written.Position} is of the type {written.Type}, which this program does not know.");
                }
            }

            foreach (var (written, report) in batch.Where(x => x.Report is not null).Select(x => (x, x.Report!)))
            {
                _recipients.Add(report.Recipient!);
                if (!written.Stream.StartsWith($"{report.Recipient}/", StringComparison.Ordinal))
                {
                    Differ(1, $"The event at {written.Position} is of {report.Recipient} and stands in the stream {written.Stream}.");
                }
            }

            var rows = EvidenceRow.Of(batch);

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
        var asked = new Asked(
            string.Create(CultureInfo.InvariantCulture, $"asOf={basis.AsOf:O}&method={Estimator.Method}&knownAt=@{basis.Position}"),
            new ClockParameters { AsOf = basis.AsOf, NamesMethod = true, Position = basis.Position });
        var countries = await ItemsAsync(new($"/v1/countries?{asked.Query}", Countries, page => new CountriesQuestion(asked.Clocks, page)), "items",
            x => x.GetProperty("recipient").GetString()!, cancellation);
        var flows = new List<Flow>();
        var done = 0;
        foreach (var recipient in _recipients)
        {
            var refolded = await RefoldAsync(recipient, basis, cancellation);
            var line = Written(w => CountriesQuestion.Write(w, CountriesQuestion.LineOf(recipient, refolded.Holdings, basis.Clocks)));
            CompareOne("countries", "/v1/countries", recipient, line, countries);
            foreach (var part in Parts)
            {
                var question = part.Question(recipient, asked);
                var path = question.Address;
                var answered = await ItemsAsync(question, part.Items, part.Key, cancellation);
                foreach (var (key, made) in part.Make(refolded))
                {
                    CompareOne(part.Name, path, key, made, answered);
                }

                TooMany(path, answered);
            }

            flows.AddRange(Flows.Deliveries(refolded.Holdings, default, basis.Clocks));
            flows.AddRange(Flows.Onward(refolded.Holdings, default, basis.Clocks));
            progress.Report(new Progress("answers", ++done, _recipients.Count));
        }

        TooMany("/v1/countries", countries);
        await CompareFlowsAsync(flows, asked, cancellation);
    }

    /// <summary>The flows of all years. What was passed on stands among its receiver's, and follows from the events of who passed it on:
    /// so they are compared together, at the end.</summary>
    private async Task CompareFlowsAsync(List<Flow> flows, Asked asked, CancellationToken cancellation)
    {
        const string Path = "/v1/flows";
        var answered = await ItemsAsync(new($"{Path}?{asked.Query}", Limits.PageMost,
                page => new FlowsQuestion(default, null, null, null, asked.Clocks, page)), "items",
            x => ByRecipient.Key([.. Names(x, "recipient", "supplier", "category", "kind")]), cancellation);
        foreach (var flow in flows)
        {
            CompareOne("flows", Path, FlowsQuestion.KeyOf(flow), Written(w => FlowsQuestion.Write(w, flow)), answered);
        }

        TooMany(Path, answered);
    }

    private static string KeyOfDeal(JsonElement item) => ByRecipient.Key([.. Names(item, "recipient", "supplier", "deal", "platform")]);

    private static IEnumerable<string> Names(JsonElement item, params IEnumerable<string> members) => members.Select(x => item.GetProperty(x).GetString()!);

    /// <summary>The holdings of one recipient, made from its events alone.</summary>
    private async Task<Refolded> RefoldAsync(string recipient, Basis basis, CancellationToken cancellation)
    {
        var holdings = new SortedDictionary<string, (List<EvidenceRecord> Reports, string? Name)>(StringComparer.Ordinal);
        await foreach (var written in events.OfRecipientAsync(recipient, basis.Position, cancellation))
        {
            if (written.Report is { } report)
            {
                var slug = basis.Catalogue.Resolve(report.Platform!);
                var (reports, name) = holdings.TryGetValue(slug, out var known) ? known : ([], null);
                reports.Add(EvidenceRow.Of(written.AsWritten(report), report).Evidence);
                holdings[slug] = (reports, name ?? report.PlatformName);
            }
        }

        return new Refolded([.. holdings.Select(x =>
            new HoldingEvidence(recipient, basis.Catalogue.Find(x.Key).Named(x.Value.Name), x.Value.Reports))], basis.Clocks);
    }

    /// <summary>The items of an answer by their key, of all its pages.</summary>
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

    /// <summary>Compares one item, and takes it out of the answer.</summary>
    private void CompareOne(string name, string path, string key, string made, Dictionary<string, string> answered)
    {
        _items[name] = _items.GetValueOrDefault(name) + 1;
        if (!answered.Remove(key, out var answer))
        {
            Differ(1, $"{path} lacks {key}, of which the events make {made}");
        }
        else if (answer != made)
        {
            Differ(1, $"{path} says of {key}: {answer}; the events make {made}");
        }
    }

    private void TooMany(string path, Dictionary<string, string> left)
    {
        if (left.Count > 0)
        {
            Differ(left.Count, $"{path} has {left.Keys.Min(StringComparer.Ordinal)}, of which there is no event.");
        }
    }

    private void Differ(long count, string what)
    {
        _differences += count;
        _first ??= what;
    }

    private static string RowDifference(long position, string? made, string? kept)
    {
        if (kept is null || made is null)
        {
            return kept is null ? $"The report at {position} has no row of evidence; it makes {made}"
                : $"There is a row of evidence at {position} and no report: {kept}";
        }

        var (one, other) = (JsonElement.Parse(made), JsonElement.Parse(kept));
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

    /// <summary>Both sides by position, whole rows: the database compares, with its own types, and tells of the first that differ.</summary>
    private static string Compare()
    {
        string Parameter(int i) => string.Create(CultureInfo.InvariantCulture, $"${i + 1}");
        var columns = EvidenceColumns.All.Count;
        return $"""
            with made({EvidenceColumns.Names}) as ({EvidenceColumns.Rows(Parameter)}),
            kept as (select {EvidenceColumns.Names} from {TableNames.Evidence}
                     where position > {Parameter(columns)} and position <= {Parameter(columns + 1)})
            select count(*) over (), coalesce(made.position, kept.position), to_jsonb(made)::text, to_jsonb(kept)::text
            from made full join kept on kept.position = made.position where made is distinct from kept order by 2 limit 1
            """;
    }

    /// <summary>What the events alone make of one recipient.</summary>
    private sealed record Refolded(IReadOnlyList<HoldingEvidence> Holdings, Clocks Clocks);

    /// <summary>The clocks of every question, as a query and as they are resolved.</summary>
    private sealed record Asked(string Query, ClockParameters Clocks);

    /// <summary>One kind of answer that is compared: where it is served, its items, and what the events make of them.</summary>
    private sealed record Part(string Name, string Items, Func<string, Asked, AskedQuestion> Question, Func<JsonElement, string> Key,
        Func<Refolded, IEnumerable<(string Key, string Json)>> Make);
}
