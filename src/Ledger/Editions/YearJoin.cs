using System.Globalization;
using Ledger.Catalogue;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Which order of a whole edition the lines of one number are: by that number where the order has it, else by recipient,
/// supplier, kind, year of order, sum and years. The likeliest goes first, ties by content. Pure.</summary>
/// <param name="from">The first year of the file's range; null where it has none.</param>
public sealed class YearJoin(int? from)
{
    /// <summary>Joins orders.</summary>
    /// <returns>For each, the order that it is; null where it is none.</returns>
    public HeldOrder?[] Of(IReadOnlyList<YearOrder> orders, IReadOnlyList<HeldOrder> held, CatalogueAt catalogue)
    {
        var joined = new HeldOrder?[orders.Count];
        var numbered = held.Where(x => x.Reference is not null).GroupBy(x => (x.Recipient, x.Reference))
            .ToDictionary(x => x.Key, x => x.First());
        var taken = new HashSet<HeldOrder>();
        for (var i = 0; i < orders.Count; i++)
        {
            if (numbered.TryGetValue((orders[i].Recipient, orders[i].Number), out var same) && taken.Add(same))
            {
                joined[i] = same;
            }
        }

        var groups = held.Where(x => x.Reference is null).ToLookup(x => (x.Recipient, x.Supplier));
        var pairs = from i in Enumerable.Range(0, orders.Count)
                    where joined[i] is null
                    from x in groups[(orders[i].Recipient, orders[i].Supplier)]
                    let likeness = LikenessOf(orders[i], x, catalogue.Find(x.Platform).Category)
                    where likeness > 0
                    orderby likeness descending, orders[i].Number, x.Deal
                    select (I: i, Held: x);
        foreach (var (i, order) in pairs)
        {
            if (joined[i] is null && taken.Add(order))
            {
                joined[i] = order;
            }
        }

        return joined;
    }

    /// <summary>How much an order is like one of a whole edition; 0: it is not the same.</summary>
    private int LikenessOf(YearOrder order, HeldOrder held, Category category)
    {
        if (held.Total is not { First: { } first, Last: { } last } total || held.YearOfOrder is not { } ordered
            || !IsSameKind(order.Category, category))
        {
            return 0;
        }

        var apart = Math.Abs(Year(order.YearOfOrder) - Year(ordered));
        // Of an order that began before the range, the file has only the rest.
        var began = Year(first) < from;
        var sum = began ? order.Delivered < total.Delivered : order.Delivered == total.Delivered;
        // The sum up to the end of what the edition knew, where deliveries went on.
        var sumThen = !began && total.Delivered
            == order.Rows.Where(x => string.CompareOrdinal(x.DeliveryYear, last) <= 0).Sum(x => x.Delivered);
        var years = (began || order.First == first) && order.Last == last;
        var isNamed = order.Designation == held.Designation;
        var isAlike = isNamed || OrderPairing.IsLike(order.Designation, held.Designation);
        var isSame = apart <= 1 && ((sum && years && !began) || (isAlike && (sum || sumThen || years)))
            || (isNamed && apart == 0 && string.CompareOrdinal(order.First, last) <= 0 && string.CompareOrdinal(order.Last, first) >= 0);
        return !isSame ? 0 : 1 + (sum ? 8 : sumThen ? 6 : 0) + (years ? 6 : 0) + (isNamed ? 5 : isAlike ? 3 : 0) + (apart == 0 ? 4 : 0);
    }

    private static bool IsSameKind(Category one, Category other) => OrderPairing.IsSameKind(one, other)
        || (one is Category.AttackHelicopter or Category.Other && other is Category.AttackHelicopter or Category.Other);

    private static int Year(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
