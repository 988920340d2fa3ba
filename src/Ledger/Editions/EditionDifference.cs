using System.Globalization;
using Ledger.Facts;

namespace Ledger.Editions;

/// <summary>A row with its order in the edition before.</summary>
/// <param name="Row">The row.</param>
/// <param name="Key">Its key.</param>
/// <param name="Before">The order as the edition before left it; null where it is new.</param>
/// <param name="Deal">Label of its deal.</param>
public sealed record ComparedRow(RegisterRow Row, OrderKey Key, StatedDeal? Before, string Deal);

/// <summary>Difference of an edition from the one before. Pure.</summary>
/// <param name="Rows">The rows in the order of the file.</param>
/// <param name="Delisted">The deals that the edition before lists and this one lacks.</param>
public sealed record EditionDifference(IReadOnlyList<ComparedRow> Rows, IReadOnlyList<(OrderKey Key, StatedDeal Deal)> Delisted)
{
    /// <summary>Finds each row's order in the edition before. Among orders with equal keys, those with equal content are paired first, the
    /// others in their order.</summary>
    /// <param name="rows">The rows with their keys, in the order of the file.</param>
    /// <param name="before">The state of the ledger before the edition.</param>
    /// <param name="reports">Makes the edition's reports.</param>
    public static EditionDifference Of(IReadOnlyList<(RegisterRow Row, OrderKey Key)> rows, EditionBefore before, RegisterReports reports)
    {
        var compared = new Dictionary<int, ComparedRow>(rows.Count);
        var delisted = new List<(OrderKey, StatedDeal)>();
        var listed = new HashSet<OrderKey>();
        foreach (var group in rows.GroupBy(x => x.Key))
        {
            listed.Add(group.Key);
            var left = before.Of(group.Key).ToList();
            var names = left.Select(x => x.Deal).ToHashSet(StringComparer.Ordinal);
            var rest = new List<RegisterRow>();
            foreach (var (row, _) in group)
            {
                if (left.Find(x => IsUnchanged(row, x, reports)) is { } same)
                {
                    left.Remove(same);
                    compared[row.Line] = new ComparedRow(row, group.Key, same, same.Deal);
                }
                else
                {
                    rest.Add(row);
                }
            }

            for (var i = 0; i < rest.Count; i++)
            {
                compared[rest[i].Line] = i < left.Count
                    ? new ComparedRow(rest[i], group.Key, left[i], left[i].Deal)
                    : new ComparedRow(rest[i], group.Key, null, NextName(before.BaseOf(group.Key), names));
            }

            delisted.AddRange(left.Skip(rest.Count).Select(x => (group.Key, x)));
        }

        delisted.AddRange(before.Orders.Where(x => !listed.Contains(x.Key)).SelectMany(x => x.Deals.Select(deal => (x.Key, deal))));
        return new EditionDifference([.. rows.Select(x => compared[x.Row.Line])], delisted);
    }

    /// <summary>The reports of a row that differ from the edition before, each superseding the earlier one; none where nothing
    /// changed.</summary>
    public static IEnumerable<Report> ReportsOf(ComparedRow row, RegisterReports reports)
    {
        var contract = reports.ContractOf(row.Row, row.Key.Recipient, row.Key.Supplier, row.Deal);
        if (ChangeOf(contract, row.Before?.Contract) is { } ordered)
        {
            yield return ordered;
        }

        // No delivery is not reported, unless a delivery was reported before.
        if (row.Row.Delivered > 0 || row.Before?.Delivery is not null)
        {
            var delivery = reports.DeliveryOf(row.Row, row.Key.Recipient, row.Key.Supplier, row.Deal);
            if (ChangeOf(delivery, row.Before?.Delivery) is { } delivered)
            {
                yield return delivered;
            }
        }
    }

    private static Report? ChangeOf(Report report, Stated? before) =>
        before is null ? report
        : RegisterReports.ContentOf(report) == before.Content ? null
        : report with { Supersedes = [before.EventId.ToString()] };

    private static bool IsUnchanged(RegisterRow row, StatedDeal deal, RegisterReports reports) =>
        !ReportsOf(new ComparedRow(row, default, deal, deal.Deal), reports).Any();

    private static string NextName(string label, HashSet<string> taken)
    {
        for (var n = 1; ; n++)
        {
            var name = n == 1 ? label : string.Create(CultureInfo.InvariantCulture, $"{label}.{n}");
            if (taken.Add(name))
            {
                return name;
            }
        }
    }
}
