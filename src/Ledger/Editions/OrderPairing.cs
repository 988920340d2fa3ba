using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Which order of the edition before a row of an edition continues: decided by content, never by place in the file. Pure. Four
/// passes, each over what those before it left: orders of one recipient, supplier and designation; of one recipient and supplier; of one
/// recipient and designation; of one supplier and designation. In each the likeliest pair goes first.</summary>
public static class OrderPairing
{
    /// <summary>Two orders of one recipient, supplier and designation may be the same if their years of order are so far apart, and they
    /// share one thing: numbers, years of delivery or remarks. Two of these are enough at any distance.</summary>
    private const int YearsMoved = 1;

    /// <summary>Where it is the numbers that they share, so far apart: an order is dated anew when it is signed.</summary>
    private const int NumbersMoved = 2;

    /// <summary>Two designations are alike if they share so much of their pairs of letters (Dice's coefficient).</summary>
    private const double LikeName = 0.5;

    private static readonly Func<OrderContent, (string, string, string)>[] Passes =
    [
        x => (x.Recipient, x.Supplier, x.Designation), x => (x.Recipient, x.Supplier, ""),
        x => (x.Recipient, "", x.Designation), x => ("", x.Supplier, x.Designation),
    ];

    /// <summary>Pairs orders.</summary>
    /// <param name="before">The orders of the edition before.</param>
    /// <param name="now">The orders of this edition.</param>
    /// <param name="isReserved">Orders before that a broken record may be: only the first pass takes them, and only for a row that shares
    /// something with them.</param>
    /// <param name="isSelection">Absence says nothing, so that no order is sought under another recipient or supplier.</param>
    /// <returns>For each order of this edition, the index of the order before; -1 where it is new.</returns>
    public static int[] Of(
        IReadOnlyList<OrderContent> before, IReadOnlyList<OrderContent> now, Func<int, bool> isReserved, bool isSelection)
    {
        var partners = Enumerable.Repeat(-1, now.Count).ToArray();
        var isTaken = new bool[before.Count];
        for (var pass = 0; pass < (isSelection ? 2 : Passes.Length); pass++)
        {
            Pair(pass, before, now, isReserved, partners, isTaken);
        }

        return partners;
    }

    private static void Pair(int pass, IReadOnlyList<OrderContent> before, IReadOnlyList<OrderContent> now, Func<int, bool> isReserved,
        int[] partners, bool[] isTaken)
    {
        var keyOf = Passes[pass];
        var left = new Dictionary<(string, string, string), List<int>>();
        for (var i = 0; i < before.Count; i++)
        {
            if (!isTaken[i] && (pass == 0 || !isReserved(i)))
            {
                Add(left, keyOf(before[i]), i);
            }
        }

        var rows = new Dictionary<(string, string, string), List<int>>();
        for (var i = 0; i < now.Count; i++)
        {
            if (partners[i] < 0 && left.ContainsKey(keyOf(now[i])))
            {
                Add(rows, keyOf(now[i]), i);
            }
        }

        foreach (var (key, of) in rows)
        {
            foreach (var (old, row) in Likeliest(left[key], of, before, now,
                pass > 0 ? (o, r) => MayBeTheSame(before[o], now[r])
                    : (o, r) => MayContinue(before[o], now[r]) && (!isReserved(o) || before[o].Evidence(now[r]) > 0)))
            {
                if (!isTaken[old] && partners[row] < 0)
                {
                    isTaken[old] = true;
                    partners[row] = old;
                }
            }
        }
    }

    private static void Add(Dictionary<(string, string, string), List<int>> groups, (string, string, string) key, int index)
    {
        if (!groups.TryGetValue(key, out var group))
        {
            groups[key] = group = [];
        }

        group.Add(index);
    }

    /// <summary>The admissible pairs, the likeliest first: of one platform, by how much they share, then by how near their numbers
    /// delivered are; ties by content.</summary>
    private static IEnumerable<(int Old, int Row)> Likeliest(List<int> old, List<int> rows, IReadOnlyList<OrderContent> before,
        IReadOnlyList<OrderContent> now, Func<int, int, bool> isAdmissible)
    {
        var pairs = from o in old
                    from r in rows
                    where isAdmissible(o, r)
                    select (Old: o, Row: r);
        return old.Count == 1 && rows.Count == 1 ? pairs : pairs
            .OrderByDescending(x => before[x.Old].Platform == now[x.Row].Platform)
            .ThenByDescending(x => before[x.Old].Shared(now[x.Row]))
            .ThenByDescending(x => before[x.Old].Marks == now[x.Row].Marks)
            .ThenBy(x => Math.Abs(Math.Log((1.0 + before[x.Old].Delivered) / (1.0 + now[x.Row].Delivered))))
            .ThenBy(x => before[x.Old].Text, StringComparer.Ordinal).ThenBy(x => now[x.Row].Text, StringComparer.Ordinal);
    }

    /// <summary>For orders of one recipient, supplier and designation.</summary>
    private static bool MayContinue(OrderContent old, OrderContent row)
    {
        var shared = old.Evidence(row);
        // Of an order that is known by years alone there is nothing else to know it by.
        if (old.YearsApart(row) == 0 && !old.IsOfYears)
        {
            return true;
        }

        return shared >= 2 || (shared == 1 && old.YearsApart(row) <= (old.SharesNumbers(row) ? NumbersMoved : YearsMoved));
    }

    /// <summary>For orders of which recipient, supplier or designation differs.</summary>
    private static bool MayBeTheSame(OrderContent old, OrderContent row)
    {
        var (numbers, years, remarks) = (old.SharesNumbers(row), old.SharesYears(row), old.SharesRemarks(row));
        return !(old.YearsApart(row) > 1) && ((numbers && years && remarks) || (IsSameKind(old.Category, row.Category)
            && ((numbers && (years || remarks || (old.Designation != row.Designation && IsLike(old, row))))
                || (years && remarks && IsLike(old, row)))));
    }

    /// <summary>Whether two categories are of one kind of weapon: drones, armed or not, are.</summary>
    internal static bool IsSameKind(Category one, Category other) =>
        one == other || (one is Category.Uav or Category.ArmedUav && other is Category.Uav or Category.ArmedUav);

    /// <summary>Whether two designations are alike: one is part of the other, or half of their pairs of letters are the same.</summary>
    private static bool IsLike(OrderContent old, OrderContent row) => IsLike(old.Designation, row.Designation);

    /// <summary>Whether two designations, as slugs, are alike.</summary>
    internal static bool IsLike(string designation, string otherDesignation)
    {
        var one = designation.Replace("-", "", StringComparison.Ordinal);
        var other = otherDesignation.Replace("-", "", StringComparison.Ordinal);
        if (one.Length < 3 || other.Length < 3)
        {
            return one == other;
        }

        var (first, second) = (PairsOf(one), PairsOf(other));
        return one.Contains(other, StringComparison.Ordinal) || other.Contains(one, StringComparison.Ordinal)
            || 2.0 * first.Intersect(second).Count() / (first.Count + second.Count) >= LikeName;
    }

    private static HashSet<(char, char)> PairsOf(string text) => [.. text.Zip(text.Skip(1))];
}
