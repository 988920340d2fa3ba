using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Problems;

namespace Ledger.Editions;

/// <summary>Compares a register in its 17-column form: its lines of one number are one order, each line the delivery of one year. They join
/// the order of a whole edition that they are, so that its totals and these deliveries are two readings of one number.</summary>
public sealed class YearsComparison(FeedReader evidence)
{
    /// <summary>Why a delivery is not posted, as the line says it: the order is listed no more, with less, or with an earlier
    /// end.</summary>
    private const string IsDelisted = "delisted", IsFewer = "fewer", EndsEarlier = "endsEarlier";

    /// <summary>Compares the file.</summary>
    /// <exception cref="ProblemException">409: a newer edition of this form is held; 422: a selection of countries, or lost
    /// marks.</exception>
    internal async Task<ComparedEdition> CompareAsync(BegunPart part, RegisterFile file, IReadOnlyList<HeldEdition> held,
        CatalogueAt catalogue, long end, CancellationToken cancellation)
    {
        var (rows, broken) = file.ReadYears();
        var counted = EditionCounts.Of(part.Request, rows);
        var wholes = held.Where(x => x.Form is RegisterForm.Orders && x.Edition.Selection != true).Select(x => x.Day).Order().ToList();
        // The newest that is not newer than the file, else the oldest that is.
        var joined = wholes.FindLast(x => x <= part.Published) is { Year: > 1 } day ? day : wholes.FirstOrDefault();
        var until = joined > part.Published ? joined : part.Published;
        var before = await EditionBefore.ReadAsync(evidence, catalogue, until, end, cancellation);
        var newest = wholes.Count > 0 && wholes[^1] > until
            ? await EditionBefore.ReadAsync(evidence, catalogue, wholes[^1], end, cancellation) : null;
        var days = before.Days(RegisterForm.Years);
        if (days.Any(x => x > part.Published))
        {
            throw EditionResponse.Older(part.Published, days.Max());
        }

        var heldBefore = EditionsHeld.Before(held, RegisterForm.Years, part.Published);
        EditionChecks.Refuse(part.Request, file.Scope, counted, heldBefore);
        counted = EditionChecks.WithMarks(part.Request, counted, heldBefore);
        var begun = days.Where(x => x < part.Published).Select(x => (DateOnly?)x).Max();
        var unfinished = begun is { } earlier && held.All(x => x.Day != earlier || x.Form is not RegisterForm.Years) ? begun : null;
        // The oldest edition that is newer than the file is itself the one that may list an order no more.
        newest ??= joined > part.Published ? before : null;
        return new ComparedEdition(LinesOf(part, file.Scope, rows, broken, before, newest, catalogue), counted, unfinished);
    }

    private static IEnumerable<EditionLine> LinesOf(BegunPart part, RegisterScope scope, List<YearRow> rows, List<BrokenRecord> broken,
        EditionBefore before, EditionBefore? newest, CatalogueAt catalogue)
    {
        var names = new ResolvedNames();
        var orders = rows.GroupBy(x => x.Number)
            .Select(x => YearOrder.Of([.. x.OrderBy(row => row.DeliveryYear, StringComparer.Ordinal)], names, catalogue)).ToList();
        var join = new YearJoin(scope.From);
        var joined = join.Of(orders, [.. before.Orders], catalogue);
        if (newest is not null && newest != before)
        {
            // What only a newer edition lists is that order.
            var left = Enumerable.Range(0, orders.Count).Where(i => joined[i] is null).ToList();
            var known = joined.Where(x => x is not null).Select(x => (x!.Recipient, x.Deal)).ToHashSet();
            var found = join.Of(left.ConvertAll(i => orders[i]),
                [.. newest.Listed.Where(x => !known.Contains((x.Recipient, x.Deal)))], catalogue);
            for (var i = 0; i < left.Count; i++)
            {
                joined[left[i]] = found[i];
            }
        }

        var latest = newest?.Listed.ToDictionary(x => (x.Recipient, x.Supplier, x.Deal));
        var alone = Enumerable.Range(0, orders.Count).Where(i => joined[i] is null && newest is null).ToList();
        var platforms = RegisterPlatforms.Of(alone.SelectMany(i => orders[i].Rows).Select(x => (x.Designation, x.Description)), catalogue,
            before.Platforms, isWhole: false);
        var reports = new RegisterReports(part.Published, part.Request.File);
        var lines = new List<EditionLine>(rows.Count);
        var given = new HashSet<(string, string)>();
        var said = new HashSet<(string Recipient, string Deal, string Year)>();
        for (var i = 0; i < orders.Count; i++)
        {
            var (order, at) = (orders[i], joined[i]);
            var listed = at is null ? null : latest?.GetValueOrDefault((at.Recipient, at.Supplier, at.Deal));
            var why = newest is null ? null : at is null || listed is null ? IsDelisted : WhyNot(order, at, listed);
            var of = why is not null && at is null ? default : at is not null
                ? new OrderOf(at.Recipient, at.Supplier, at.Deal, at.Name, order.Number)
                : NewOrder(order, names.PlatformOf(platforms, order.Rows[0].Designation, order.Rows[0].Description), before, given);
            foreach (var row in order.Rows)
            {
                lines.Add(LineOf(part.Request, row, order, of, at, why, reports));
                said.Add((order.Recipient, of.Deal ?? "", row.DeliveryYear));
            }
        }

        var lost = part.Request.IsSelection || broken.Count > 0 ? []
            : before.Orders.SelectMany(x => x.Lots.Select(lot => (Order: x, Lot: lot)))
                .Where(x => IsWithin(scope, x.Lot.Key)
                    && !said.Contains((x.Order.Recipient, x.Order.Deal, x.Lot.Key)));
        return platforms.Defined.Select(EditionLines.OfDefinition)
            .Concat(EditionLines.InOrder(lines.OrderBy(x => x.Line), broken))
            .Concat(lost.Select(x => new EditionLine(null, LineStatus.Delisted)
            {
                Recipient = x.Order.Recipient, Deal = x.Order.Deal, Platform = x.Order.Platform,
                Posts = [ReportToPost.Of(reports.DelistingOf(
                    new Stated(x.Lot.Value.EventId, x.Lot.Value.Content), x.Order, RegisterReports.LotName(x.Lot.Key), null))],
            }))
            .Concat(names.Unresolved);
    }

    private static EditionLine LineOf(
        JobRequest request, YearRow row, YearOrder order, OrderOf of, HeldOrder? at, string? why, RegisterReports reports)
    {
        var line = new EditionLine(row.Line, LineStatus.New) { Recipient = order.Recipient, Deal = of.Deal, Platform = at?.Platform };
        if (why is not null)
        {
            return line with { Finding = LineStatus.Superseded, What = why };
        }

        var held = at?.Lots.GetValueOrDefault(row.DeliveryYear);
        if (request.InheritsFlags && held is { IsUncertain: true } && held.Delivered == row.Delivered)
        {
            row = row with { DeliveredIsUncertain = true };
        }

        var lot = reports.LotOf(row, of);
        if (held is null)
        {
            return line with { Posts = [ReportToPost.Of(lot)] };
        }

        // A selection lowers nothing.
        return held.Content == RegisterReports.ContentOf(lot) || (request.IsSelection
            && row.Delivered <= held.Delivered) ? line with { Finding = LineStatus.Unchanged } : line with
            {
                Finding = row.Delivered > held.Delivered ? LineStatus.Grown : LineStatus.Changed,
                Posts = [ReportToPost.Of(lot with { Supersedes = [held.EventId.ToString()] })],
            };
    }

    /// <summary>Why a newer whole edition overtakes what the file says of an order; null where it does not.</summary>
    private static string? WhyNot(YearOrder order, HeldOrder then, HeldOrder now) =>
        now.Delivered < order.Delivered || now.Delivered < then.Delivered ? IsFewer
        : string.CompareOrdinal(now.Total?.Last, order.Last) < 0 ? EndsEarlier : null;

    private static OrderOf NewOrder(
        YearOrder order, RegisterPlatform platform, EditionBefore before, HashSet<(string, string)> given)
    {
        var label = EditionDifference.LabelOf(order.Supplier, platform.Slug, order.YearOfOrder);
        for (var n = 1; ; n++)
        {
            var deal = n == 1 ? label : $"{label}.{n}";
            if (!before.IsTaken(order.Recipient, deal) && given.Add((order.Recipient, deal)))
            {
                return new OrderOf(order.Recipient, order.Supplier, deal, platform.Name, order.Number);
            }
        }
    }

    private static bool IsWithin(RegisterScope scope, string year) =>
        int.Parse(year.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture) is var y
        && !(y < scope.From) && !(y > scope.To) && scope is { Suppliers: null, Recipients: null };
}
