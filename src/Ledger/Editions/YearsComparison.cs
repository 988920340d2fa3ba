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
        var latest = newest?.Listed.ToDictionary(x => (x.Recipient, x.Supplier, x.Deal));
        HeldOrder? Now(HeldOrder? then) => then is null ? null : latest?.GetValueOrDefault((then.Recipient, then.Supplier, then.Deal));
        if (newest is not null && newest != before)
        {
            // What only a newer edition lists, or it lists under another name, is that order.
            var left = Enumerable.Range(0, orders.Count).Where(i => Now(joined[i]) is null).ToList();
            var known = joined.Select(Now).OfType<HeldOrder>().ToHashSet();
            var found = join.Of(left.ConvertAll(i => orders[i]), [.. newest.Listed.Where(x => !known.Contains(x))], catalogue);
            for (var i = 0; i < left.Count; i++)
            {
                joined[left[i]] = found[i] ?? joined[left[i]];
            }
        }

        var unjoined = Enumerable.Range(0, orders.Count).Where(i => joined[i] is null && newest is null);
        var platforms = RegisterPlatforms.Of(unjoined.SelectMany(i => orders[i].Rows).Select(x => (x.Designation, x.Description)),
            catalogue, before.Platforms, isWhole: false);
        var reports = new RegisterReports(part.Published, part.Request.File);
        var lines = new List<EditionLine>(rows.Count);
        var labels = new DealLabels(before);
        var said = new HashSet<(string Recipient, string Deal, string Year)>();
        for (var i = 0; i < orders.Count; i++)
        {
            var (order, at) = (orders[i], joined[i]);
            var why = newest is null ? null : Now(at) is { } now ? WhyNot(order, at!, now) : IsDelisted;
            var alone = at is null && why is null
                ? names.PlatformOf(platforms, order.Rows[0].Designation, order.Rows[0].Description) : null;
            var deal = at?.Deal ?? (alone is null ? null
                : labels.Next(order.Recipient, order.Supplier, alone.Slug, order.YearOfOrder));
            foreach (var row in order.Rows)
            {
                var line = new EditionLine(row.Line, LineStatus.Superseded)
                {
                    Recipient = order.Recipient, Deal = deal, Platform = at?.Platform ?? alone?.Slug, What = why,
                };
                lines.Add(why is not null ? line : Said(part.Request, line, row,
                    at?.Lots.GetValueOrDefault(row.DeliveryYear), new OrderOf(
                        order.Recipient, at?.Supplier ?? order.Supplier, deal!, at?.Name ?? alone!.Name, order.Number), reports));
                said.Add((order.Recipient, deal ?? "", row.DeliveryYear));
            }
        }

        var standing = before.Orders.SelectMany(x => x.LotsBy(part.Published).Select(lot => (Order: x, Year: lot.Key,
            Lot: lot.Value))).ToList();
        var lost = part.Request.IsSelection ? [] : standing.FindAll(x => IsWithin(scope, x.Year)
            && !said.Contains((x.Order.Recipient, x.Order.Deal, x.Year)));
        // Any of them may be what a broken record says.
        if (broken.Count == 0)
        {
            EditionChecks.RefuseCut(part.Request, lost.Count, standing.Count, "deliveries");
        }

        return platforms.Defined.Select(EditionLines.OfDefinition)
            .Concat(EditionLines.InOrder(lines.OrderBy(x => x.Line), broken))
            .Concat(lost.Select(x => new EditionLine(null, broken.Count > 0 ? LineStatus.Undecided : LineStatus.Delisted)
            {
                Recipient = x.Order.Recipient,
                Deal = x.Order.Deal,
                Platform = x.Order.Platform,
                Posts = broken.Count > 0 ? []
                    : [ReportToPost.Of(reports.DelistingOf(x.Lot.EventId, x.Order, RegisterReports.LotName(x.Year), null))],
            }))
            .Concat(names.Unresolved);
    }

    /// <summary>What a line says of a year, beside what was said before.</summary>
    private static EditionLine Said(
        JobRequest request, EditionLine line, YearRow row, HeldDelivery? held, OrderOf order, RegisterReports reports)
    {
        if (request.InheritsFlags && held is { IsUncertain: true } && held.Delivered == row.Delivered)
        {
            row = row with { DeliveredIsUncertain = true };
        }

        var lot = reports.LotOf(row, order);
        if (held is null)
        {
            return line with { Finding = LineStatus.New, Posts = [ReportToPost.Of(lot)] };
        }

        // A selection lowers nothing.
        if (held.Content == RegisterReports.ContentOf(lot) || (request.IsSelection && row.Delivered <= held.Delivered))
        {
            return line with { Finding = LineStatus.Unchanged };
        }

        return line with
        {
            Finding = row.Delivered > held.Delivered ? LineStatus.Grown : LineStatus.Changed,
            Posts = [ReportToPost.Of(lot with { Supersedes = [held.EventId.ToString()] })],
        };
    }

    /// <summary>Why a newer whole edition overtakes what the file says of an order; null where it does not.</summary>
    private static string? WhyNot(YearOrder order, HeldOrder then, HeldOrder now) =>
        now.Delivered < order.Delivered || now.Delivered < then.Delivered ? IsFewer
        : string.CompareOrdinal(now.Total?.Last, order.Last) < 0 ? EndsEarlier : null;

    private static bool IsWithin(RegisterScope scope, string year) =>
        int.Parse(year.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture) is var y
        && !(y < scope.From) && !(y > scope.To) && scope is { Suppliers: null, Recipients: null };
}
