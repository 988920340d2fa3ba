using System.Globalization;
using Ledger.Facts;

namespace Ledger.Editions;

/// <summary>A row with what its names mean.</summary>
/// <param name="Row">The row.</param>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Supplier">Code of the supplier.</param>
/// <param name="Platform">The platform.</param>
public sealed record ResolvedRow(RegisterRow Row, string Recipient, string Supplier, RegisterPlatform Platform);

/// <summary>A row with its order in the edition before, and what it says that is new.</summary>
/// <param name="Row">The row.</param>
/// <param name="Finding">What became of the order, of <see cref="LineStatus"/>.</param>
/// <param name="Deal">Label of its deal.</param>
/// <param name="Reports">The reports to post, in order; none where nothing changed.</param>
public sealed record ComparedRow(ResolvedRow Row, string Finding, string Deal, IReadOnlyList<Report> Reports);

/// <summary>Difference of an edition from the one before. Pure.</summary>
/// <param name="before">The state of the ledger before the edition.</param>
/// <param name="reports">Makes the edition's reports.</param>
/// <param name="published">The edition's day.</param>
/// <param name="isSelection">The file is a selection: it adds and lets grow, and neither delists nor lowers.</param>
/// <param name="inheritsFlags">A number equal to the edition before's keeps its mark of doubt.</param>
public sealed class EditionDifference(
    EditionBefore before, RegisterReports reports, DateOnly published, bool isSelection, bool inheritsFlags)
{
    private readonly DealLabels _labels = new(before);

    /// <summary>Compares rows with the orders that they continue.</summary>
    /// <param name="rows">The rows, in the order of the file.</param>
    /// <param name="held">The order that each continues; null where it is new.</param>
    public IReadOnlyList<ComparedRow> Compare(IReadOnlyList<ResolvedRow> rows, IReadOnlyList<HeldOrder?> held)
    {
        // New labels are given in the order of what the rows say, so that no place in the file decides which of two gets which.
        var order = Enumerable.Range(0, rows.Count)
            .OrderBy(i => held[i] is null).ThenBy(i => TextOf(rows[i].Row), StringComparer.Ordinal);
        var compared = new ComparedRow[rows.Count];
        foreach (var i in order)
        {
            compared[i] = held[i] is { } known ? Compare(rows[i], known) : New(rows[i]);
        }

        return compared;
    }

    /// <summary>The delistings of an order that the edition lists no more.</summary>
    public IReadOnlyList<Report> DelistingsOf(HeldOrder order) =>
        [.. order.StandingBy(published).Select(x => reports.DelistingOf(x.EventId, order, x.Name, successor: null))];

    private ComparedRow New(ResolvedRow row)
    {
        var order = NewOrder(row, reference: null);
        var posts = new List<Report> { reports.ContractOf(row.Row, order) };
        if (row.Row.Delivered > 0)
        {
            posts.Add(reports.DeliveryOf(row.Row, order));
        }

        return new ComparedRow(row, LineStatus.New, order.Deal, posts);
    }

    private ComparedRow Compare(ResolvedRow resolved, HeldOrder held)
    {
        var row = inheritsFlags ? Inherit(resolved.Row, held) : resolved.Row;
        if (isSelection)
        {
            return Extend(resolved with { Row = row }, held);
        }

        if ((resolved.Recipient, resolved.Supplier, resolved.Platform.Slug) != (held.Recipient, held.Supplier, held.Platform))
        {
            return Rename(resolved with { Row = row }, held);
        }

        var order = new OrderOf(held.Recipient, held.Supplier, held.Deal, resolved.Platform.Name, held.Reference);
        var posts = new List<Report>(2);
        if (ChangeOf(reports.ContractOf(row, order), held) is { } ordered)
        {
            posts.Add(ordered);
        }

        if (TotalOf(row, order, held) is { } delivered)
        {
            posts.Add(delivered);
        }

        var finding = row.YearOfOrder != held.YearOfOrder && held.YearOfOrder is not null ? LineStatus.Moved
            : posts.Count == 0 ? LineStatus.Unchanged
            : row.Delivered > held.Delivered ? LineStatus.Grown : LineStatus.Changed;
        return new ComparedRow(resolved, finding, held.Deal, posts);
    }

    /// <summary>An order under another platform, supplier or recipient is a new deal: it begins with copies of the totals that today's
    /// merely extends, and the delistings of what stood under the old name name what stands for it now.</summary>
    private ComparedRow Rename(ResolvedRow resolved, HeldOrder held)
    {
        var row = resolved.Row;
        var order = NewOrder(resolved, held.Reference);
        var contract = reports.ContractOf(row, order);
        var posts = new List<Report> { contract };
        var successors = new Dictionary<Guid, string>();
        foreach (var total in held.Totals.Where(x => x.IsExtendedBy(row.Delivered, row.FirstDelivery, row.LastDelivery)))
        {
            var copy = reports.CopyOf(total, order, $"{RegisterReports.DeliveryName}-until-{total.Last}");
            posts.Add(copy);
            successors[total.EventId] = copy.Id!;
        }

        // Of whatever day: what stays under the old name would count beside the new.
        foreach (var (year, lot) in Contradicts(row, held.Lots.Values) ? [] : held.Lots.ToList())
        {
            var copy = reports.CopyOf(lot, order, RegisterReports.CopyName(year)) with { Lot = year };
            posts.Add(copy);
            successors[lot.EventId] = copy.Id!;
        }

        string now = contract.Id!;
        if (row.Delivered > 0)
        {
            var delivery = reports.DeliveryOf(row, order);
            posts.Add(delivery);
            now = delivery.Id!;
        }

        posts.AddRange(held.StandingBy(DateOnly.MaxValue).Select(x => reports.DelistingOf(x.EventId, held, x.Name,
            x.EventId == held.Contract?.EventId ? contract.Id : successors.GetValueOrDefault(x.EventId, now))));
        return new ComparedRow(resolved, LineStatus.Renamed, order.Deal, posts);
    }

    /// <summary>What a selection adds to an order: a greater number ordered, and a total that grew. Its years are those asked for, so the
    /// years known before are kept beside them.</summary>
    private ComparedRow Extend(ResolvedRow resolved, HeldOrder held)
    {
        var posts = new List<Report>(2);
        if ((resolved.Recipient, resolved.Supplier) == (held.Recipient, held.Supplier))
        {
            var order = new OrderOf(held.Recipient, held.Supplier, held.Deal, held.Name, held.Reference);
            var row = resolved.Row with
            {
                FirstDelivery = Earlier(resolved.Row.FirstDelivery, held.Total?.First),
                LastDelivery = Later(resolved.Row.LastDelivery, held.Total?.Last),
            };
            if (row.Ordered > (held.Ordered ?? -1) && ChangeOf(reports.ContractOf(row, order), held) is { } ordered)
            {
                posts.Add(ordered);
            }

            if (row.Delivered > held.Delivered && TotalOf(row, order, held) is { } delivered)
            {
                posts.Add(delivered);
            }
        }

        var finding = posts.Count == 0 ? LineStatus.Unchanged
            : posts.Exists(x => x is Delivery) ? LineStatus.Grown : LineStatus.Changed;
        return new ComparedRow(resolved, finding, held.Deal, posts);
    }

    private static Report? ChangeOf(Report contract, HeldOrder held) =>
        held.Contract is not { } before ? contract
        : RegisterReports.ContentOf(contract) == before.Content ? null
        : contract with { Supersedes = [before.EventId.ToString()] };

    /// <summary>The delivered total where it differs from the newest one, or contradicts the deliveries of single years. It supersedes
    /// every total that stands, except those that it merely extends, and the years that it contradicts.</summary>
    private Delivery? TotalOf(RegisterRow row, OrderOf order, HeldOrder held)
    {
        List<HeldDelivery> lots = isSelection ? [] : [.. held.LotsBy(published).Select(x => x.Value)];
        // No delivery is not reported, unless a delivery was reported before.
        if (row.Delivered == 0 && held.Totals.Count == 0 && lots.Count == 0)
        {
            return null;
        }

        var total = reports.DeliveryOf(row, order);
        var contradicted = Contradicts(row, lots) || row.Delivered < held.Delivered ? lots : [];
        var isSaid = held.Total?.Content == RegisterReports.ContentOf(total);
        if (isSaid && contradicted.Count == 0)
        {
            return null;
        }

        var superseded = held.Totals.Where(x => !x.IsExtendedBy(row.Delivered, row.FirstDelivery, row.LastDelivery))
            .Concat(contradicted).Select(x => x.EventId.ToString()).ToList();
        return superseded.Count == 0 ? total : total with { Supersedes = superseded };
    }

    /// <summary>Whether a row says less than single years do, or other years.</summary>
    private static bool Contradicts(RegisterRow row, IReadOnlyCollection<HeldDelivery> lots) => row.Delivered < lots.Sum(x => x.Delivered)
        || lots.Any(x => string.CompareOrdinal(x.First, row.FirstDelivery) < 0 || string.CompareOrdinal(x.Last, row.LastDelivery) > 0);

    private static RegisterRow Inherit(RegisterRow row, HeldOrder held) => row with
    {
        YearIsUncertain = row.YearIsUncertain || (row.YearOfOrder == held.YearOfOrder && held.YearIsUncertain),
        OrderedIsUncertain = row.OrderedIsUncertain || (row.Ordered is not null && row.Ordered == held.Ordered && held.OrderedIsUncertain),
        DeliveredIsUncertain = row.DeliveredIsUncertain || (row.Delivered == held.Delivered && held.Total?.IsUncertain == true),
    };

    private OrderOf NewOrder(ResolvedRow row, string? reference) => new(row.Recipient, row.Supplier,
        _labels.Next(row.Recipient, row.Supplier, row.Platform.Slug, row.Row.YearOfOrder), row.Platform.Name, reference);

    private static string TextOf(RegisterRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row.YearOfOrder}\n{row.Ordered:D7}\n{row.Delivered:D7}\n{row.FirstDelivery}\n{row.LastDelivery}\n{row.Comments}\n{row.Status}\n"
        + $"{row.Designation}\n{row.Description}\n{row.OrderedIsUncertain}{row.DeliveredIsUncertain}{row.YearIsUncertain}");

    private static string? Earlier(string? one, string? other) =>
        one is null || (other is not null && string.CompareOrdinal(other, one) < 0) ? other : one;

    private static string? Later(string? one, string? other) =>
        one is null || (other is not null && string.CompareOrdinal(other, one) > 0) ? other : one;
}
