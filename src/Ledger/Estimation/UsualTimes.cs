using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>How long nine in ten of some orders took, at most, from order to first delivery.</summary>
/// <param name="Orders">How many orders it was read from.</param>
/// <param name="Days">Days: nine in ten of them took no longer.</param>
public readonly record struct UsualTime(int Orders, int Days);

/// <summary>How long orders usually take from order to first delivery, category by category. An order is a named deal with a standing
/// contract and a delivery or completion, both with a date, both over by the latest of their windows. Pure.</summary>
public sealed class UsualTimes
{
    /// <summary>Orders of a category of which fewer say nothing.</summary>
    public const int FewestOrders = 20;

    private readonly Dictionary<Category, List<int>> _days = [];
    private readonly Dictionary<Category, UsualTime?> _known = [];

    /// <summary>Adds the orders of a holding.</summary>
    public void Add(HoldingEvidence holding, Clocks clocks)
    {
        var days = holding.DaysFromOrder(clocks);
        if (days.Count == 0)
        {
            return;
        }

        if (!_days.TryGetValue(holding.Platform.Category, out var all))
        {
            _days.Add(holding.Platform.Category, all = []);
        }

        all.AddRange(days);
        _known.Remove(holding.Platform.Category);
    }

    /// <summary>The usual time of a category; null where there are too few orders.</summary>
    public UsualTime? Of(Category category)
    {
        if (!_known.TryGetValue(category, out var usual))
        {
            _known.Add(category, usual = _days.TryGetValue(category, out var days) && days.Count >= FewestOrders
                ? new UsualTime(days.Count, NineInTen(days)) : null);
        }

        return usual;
    }

    /// <summary>The least time that at least nine in ten did not exceed.</summary>
    private static int NineInTen(List<int> days)
    {
        days.Sort();
        return days[(((9 * days.Count) + 9) / 10) - 1];
    }
}
