using System.Threading.Channels;
using Ledger.Access;
using Ledger.Catalogue;
using Ledger.Fleets;
using Ledger.Hosting;
using Ledger.Reports;
using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Editions;

/// <summary>Takes in a whole edition: held against the newest one before, only what differs is recorded, as reports. Cut off anywhere and
/// sent again it comes to the same reports, since it is always held against what earlier editions said, never against its own beginnings.</summary>
public sealed class ImportEdition(
    NpgsqlDataSource database, CatalogueReader catalogue, CatalogueWriter catalogueWriter, Clocks clocks, EditionsHeld editions, Recorder recorder,
    TimeProvider clock, LedgerMetrics metrics, ILogger<ImportEdition> log)
{
    /// <summary>Serialises the imports of one feed, over all nodes: an edition is compared with what stands still.</summary>
    private const string OneAtATime = $"select pg_try_advisory_lock(hashtext('{RegisterReports.Feed}'))";

    /// <summary>A share of flagged numbers that jumps by more than this, from one edition to the next, is more likely lost flags than a
    /// source that has become so much surer: between two sound editions two years apart it moved by a hundredth.</summary>
    private const double FlagsJump = 0.1;

    /// <summary>An edition that lacks more of the one before than this share, and more than <see cref="Lacking"/> orders, is more likely a file that
    /// was cut: between two sound editions two years apart a twentieth went.</summary>
    private const double LackingShare = 0.1;

    private const int Lacking = 100;

    /// <summary>Compares and records. What would refuse the edition as a whole is thrown before <paramref name="begin"/> is called.</summary>
    /// <param name="published">The edition's day as the caller says; null: the file says it.</param>
    /// <param name="whole">The caller says that it is the whole edition, however much it lacks of the one before.</param>
    /// <param name="begin">Opens the answer.</param>
    /// <exception cref="ProblemException">409: older than the newest edition held, or another file of an edition that is held; 422: no register, no
    /// day, one that is still to come, no sound row, or far fewer of them than before; 503: busy.</exception>
    public async Task RunAsync(
        ReadOnlyMemory<byte> bytes, DateOnly? published, bool whole, Caller caller, Func<AnswerSpill> begin, CancellationToken cancellation)
    {
        var file = RegisterFile.Open(bytes);
        var day = DayOf(file, published);
        // A day ahead of ours it is already somewhere. Further on, every edition that comes until then would be older than this one.
        if (day > DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1))
        {
            throw Refused("?published", "future", $"An edition of {Times.Text(day)} is still to come.");
        }

        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using (var command = new NpgsqlCommand(OneAtATime, connection))
        {
            if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
            {
                throw new ProblemException(Problems.Unavailable, "Another edition of this feed is being imported. Send this one when it is done.")
                {
                    RetryAfter = 30,
                };
            }
        }

        try
        {
            await RunAloneAsync(file, day, whole, caller, begin, cancellation);
        }
        finally
        {
            // The connection goes back to the pool, which would keep the lock.
            await using var command = new NpgsqlCommand("select pg_advisory_unlock_all()", connection);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    private static ProblemException Refused(string pointer, string code, string detail) =>
        new(Problems.Invalid, detail) { Errors = [new ProblemError(pointer, code, detail)] };

    private static DateOnly DayOf(RegisterFile file, DateOnly? published)
    {
        if (file.Generated is { } generated && published is { } said && generated != said)
        {
            var detail = $"The file says that its data were generated on {Times.Text(generated)}; published says {Times.Text(said)}.";
            throw new ProblemException(Problems.Invalid, detail) { Errors = [new ProblemError("?published", "otherDay", detail)] };
        }

        const string missing = "The file does not say when its data were generated: say published=YYYY-MM-DD.";
        return published ?? file.Generated
            ?? throw new ProblemException(Problems.Invalid, missing) { Errors = [new ProblemError("?published", "required", missing)] };
    }

    private async Task RunAloneAsync(
        RegisterFile file, DateOnly published, bool whole, Caller caller, Func<AnswerSpill> begin, CancellationToken cancellation)
    {
        var rows = new List<RegisterRow>();
        var broken = new List<BrokenRecord>();
        foreach (var (row, fault) in file.Read())
        {
            if (row is not null) { rows.Add(row); }
            else { broken.Add(fault!); }
        }

        if (rows.Count == 0)
        {
            throw Refused("", "noRows", $"The file has no sound row, and {broken.Count} that are broken.");
        }

        var settled = await clocks.EndAsync(cancellation);
        var held = await editions.ListAsync(cancellation);
        var digest = RegisterRow.DigestOf(rows);
        var known = held.FirstOrDefault(x => x.Published == Times.Text(published))?.Digest;
        if (known is not null && known != digest)
        {
            throw new ProblemException(Problems.EditionHeld, $"The edition of {Times.Text(published)} was taken in to its end, and its rows said something "
                + "else than those of this file. What was stored stays: the next edition corrects it, under its own day.");
        }

        var words = await catalogue.LatestAsync(cancellation);
        var before = await EditionBefore.ReadAsync(database, words, published, settled, cancellation);
        if (before.Newest > published)
        {
            throw new ProblemException(Problems.OlderEdition,
                $"The ledger holds the edition of {Times.Text(before.Newest.Value)}. One of {Times.Text(published)} cannot be compared with it any more.");
        }

        var unresolved = new SortedSet<(string What, string Name, string As)>();
        var keyed = rows.ConvertAll(row => (row, KeyOf(row, words, unresolved)));
        var reports = new RegisterReports(published, caller);
        var difference = EditionDifference.Of(keyed, before, reports);
        var listed = before.Orders.Sum(x => x.Deals.Count);
        // An edition that is held already was found whole when it came.
        if (!whole && known is null && difference.Delisted.Count > Lacking && difference.Delisted.Count > listed * LackingShare)
        {
            throw Refused("?whole", "lacking", $"The file lacks {difference.Delisted.Count} of the {listed} orders of the edition before, and would delist "
                + "them: it may have been cut. Nothing was recorded. If it is the whole edition, say whole=true.");
        }

        await using var answers = begin();
        using var answer = new EditionAnswer(answers);
        await DefineAsync(rows, words, caller, answer);
        await AnswerAsync(difference, broken, reports, answer, cancellation);
        foreach (var name in unresolved)
        {
            await answer.UnresolvedAsync(name.What, name.Name, name.As);
        }

        var edition = answer.EditionOf(published, rows, difference.Delisted.Count, broken.Count, digest);
        // Only what is whole is an edition: a line that the database would not take is to be sent again.
        if (answer.Faults == 0)
        {
            answer.Reached(await editions.AddAsync(edition, caller.Reporter));
        }

        await answer.CompleteAsync(edition, EditionsHeld.Before(held, published), FlagsJump, Unfinished(held, before, published));
        await answers.CompleteAsync();
    }

    /// <summary>The day of an edition that was begun before this one, and never came to its end.</summary>
    private static DateOnly? Unfinished(IReadOnlyList<EditionImported> held, EditionBefore before, DateOnly published) =>
        before.NewestBefore(published) is { } begun && held.All(x => x.Published != Times.Text(begun)) ? begun : null;

    private static OrderKey KeyOf(RegisterRow row, CatalogueAt words, SortedSet<(string, string, string)> unresolved)
    {
        string CodeOf(string name)
        {
            var code = RegisterNames.CodeOf(name, out var known);
            if (!known)
            {
                unresolved.Add(("country", name, code));
            }

            return code;
        }

        if (RegisterNames.CategoryOf(row.Description) is null)
        {
            unresolved.Add(("description", row.Description, Words.Of(Category.Other)));
        }

        var slug = Slug.OfPlatform(row.Designation) ?? "";
        return new OrderKey(CodeOf(row.Recipient), CodeOf(row.Supplier), words.Resolve(slug), row.YearOfOrder);
    }

    /// <summary>Weapons that the catalogue does not know come into it with what their description says they are; those of which it says
    /// nothing more than "other" stay provisional. Before their reports, so that no answer ever has them without it.</summary>
    private async Task DefineAsync(List<RegisterRow> rows, CatalogueAt words, Caller caller, EditionAnswer answer)
    {
        var found = new Dictionary<string, PlatformDefined>(StringComparer.Ordinal);
        foreach (var row in rows)
        {
            if (Slug.OfPlatform(row.Designation) is { } slug && !words.Knows(slug)
                && RegisterNames.CategoryOf(row.Description) is { } category && category is not Category.Other)
            {
                var used = category is Category.Missile or Category.LoiteringMunition ? PlatformClass.Expendable : PlatformClass.Durable;
                found.TryAdd(slug, new PlatformDefined(slug, row.Designation, Words.Of(category), Words.Of(used), "military", null, null, null));
            }
        }

        IReadOnlyList<PlatformDefined> defined = [];
        await catalogueWriter.AppendAsync(now => defined = [.. found.Values.Where(x => !now.Knows(x.Platform))], caller.Reporter);
        foreach (var platform in defined)
        {
            await answer.DefinedAsync(platform);
        }
    }

    /// <summary>Records row by row, a row whole or not at all, many under way at once; answers in the order of the file, delistings last.</summary>
    private async Task AnswerAsync(
        EditionDifference difference, List<BrokenRecord> broken, RegisterReports reports, EditionAnswer answer, CancellationToken cancellation)
    {
        var underWay = Channel.CreateBounded<Func<Task>>(new BoundedChannelOptions(Limits.ImportLinesUnderWay) { SingleReader = true, SingleWriter = true });
        var writing = WriteAsync(underWay);
        try
        {
            using var faults = broken.GetEnumerator();
            var fault = faults.MoveNext() ? faults.Current : null;
            foreach (var row in difference.Rows)
            {
                for (; fault?.Line < row.Row.Line; fault = faults.MoveNext() ? faults.Current : null)
                {
                    var line = fault;
                    await underWay.Writer.WriteAsync(() => answer.BrokenAsync(line), cancellation);
                }

                var recorded = await RecordAsync(() => [.. EditionDifference.ReportsOf(row, reports).Select(reports.PostedOf)], cancellation);
                await underWay.Writer.WriteAsync(async () => await answer.RowAsync(row, await recorded), cancellation);
            }

            for (; fault is not null; fault = faults.MoveNext() ? faults.Current : null)
            {
                var line = fault;
                await underWay.Writer.WriteAsync(() => answer.BrokenAsync(line), cancellation);
            }

            foreach (var (key, deal) in difference.Delisted)
            {
                var recorded = await RecordAsync(() => DelistingsOf(deal, key, reports), cancellation);
                await underWay.Writer.WriteAsync(async () => await answer.DelistedAsync(key, deal, await recorded), cancellation);
            }

            underWay.Writer.TryComplete();
        }
        catch (Exception cut)
        {
            // What was recorded stays; the missing last line tells the client that the rest was not.
            underWay.Writer.TryComplete(cut);
        }

        await writing;
    }

    private static IReadOnlyList<Posted> DelistingsOf(StatedDeal deal, OrderKey key, RegisterReports reports) =>
    [
        .. deal.Contract is { } contract ? [reports.DelistingOf(contract, key.Recipient, deal.Deal, "contract")] : Array.Empty<Posted>(),
        .. deal.Delivery is { } delivery ? [reports.DelistingOf(delivery, key.Recipient, deal.Deal, "delivery")] : Array.Empty<Posted>(),
    ];

    /// <summary>Gives the reports of a row their place in the queue. The task ends when they are recorded, or with why they are not.</summary>
    private async ValueTask<Task<RowOutcome>> RecordAsync(Func<IReadOnlyList<Posted>> make, CancellationToken cancellation)
    {
        try
        {
            var posted = make();
            return posted.Count == 0 ? Task.FromResult(new RowOutcome([], null))
                : FinishAsync(await recorder.EnqueueAsync(posted, null, cancellation));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Task.FromResult(new RowOutcome([], Failed(fault)));
        }
    }

    private async Task<RowOutcome> FinishAsync(Task<IReadOnlyList<Recorded>> recorded)
    {
        try
        {
            return new RowOutcome(await recorded, null);
        }
        catch (Exception fault)
        {
            return new RowOutcome([], Failed(fault));
        }
    }

    private ProblemException Failed(Exception fault)
    {
        var problem = Refusals.ProblemOf(fault);
        if (problem.Kind == Problems.Fault)
        {
            LogFault(log, fault);
        }

        metrics.ReportRefused(problem);
        return problem;
    }

    private static async Task WriteAsync(Channel<Func<Task>> underWay)
    {
        try
        {
            await foreach (var answer in underWay.Reader.ReadAllAsync())
            {
                await answer();
            }
        }
        catch (Exception fault)
        {
            // Nobody takes answers any more: whoever makes them must not wait for room.
            underWay.Writer.TryComplete(fault);
            throw;
        }
    }

    private static readonly Action<ILogger, Exception?> LogFault =
        LoggerMessage.Define(LogLevel.Error, new EventId(1, "EditionFault"), "A row of an edition failed, and should not have.");
}

/// <summary>What became of a row's reports.</summary>
/// <param name="Recorded">Those that the ledger holds now; empty where the row says nothing new.</param>
/// <param name="Refusal">Why none of them was recorded.</param>
public sealed record RowOutcome(IReadOnlyList<Recorded> Recorded, ProblemException? Refusal);
