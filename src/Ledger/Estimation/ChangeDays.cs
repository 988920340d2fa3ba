using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The days on which an estimate can change. Most rules compare the day in question only with the earliest, middle and latest day
/// of a report's window and with the earliest day of an order's <c>due</c>. By method 2 an estimate also moves on every day on which units
/// are under way: within the window of a running total (METHOD.md §3, the climb), and while a line runs at a declared rate (§4).</summary>
internal sealed class ChangeDays
{
    private readonly DateOnly[] _days;
    private readonly (DateOnly From, DateOnly To)[] _moving;

    /// <param name="claims">The reports that an estimate reads.</param>
    /// <param name="method">The method.</param>
    public ChangeDays(List<Claim> claims, Method method)
    {
        var days = new SortedSet<DateOnly>();
        var moving = new List<(DateOnly From, DateOnly To)>();
        var isRated = claims.Exists(claim => claim.Report is { Milestone: Milestone.RateDeclared, RateAYear: not null });
        foreach (var claim in claims)
        {
            var when = claim.When;
            days.UnionWith([when.Earliest, when.Middle, when.Latest, claim.Report.Due?.Earliest ?? when.Latest]);
            if (method.TotalsClimb && claim is { AddsUnits: true, Points: true, Report.Lot: null } && when.Earliest < when.Latest
                && !when.HasOpenStart)
            {
                moving.Add((when.Earliest, when.Latest));
            }

            if (method.LinesRun && isRated && claim.Report.Milestone == Milestone.ProductionStarted)
            {
                moving.Add((when.Earliest, DateOnly.MaxValue));
            }
        }

        _days = [.. days];
        _moving = [.. moving];
    }

    /// <summary>Whether the estimates of two days are certainly the same.</summary>
    public bool AreAlike(DateOnly one, DateOnly other) => AlikeAs(one) == AlikeAs(other);

    /// <summary>The days, in order.</summary>
    public IReadOnlyList<DateOnly> Days => _days;

    /// <summary>On how many ways units are on the day before a day and on the day after it.</summary>
    public int CountAcross(DateOnly day) => _moving.Count(way => way.From < day && day < way.To);

    /// <summary>A number that two days share only if their estimates are certainly the same.</summary>
    public int AlikeAs(DateOnly day) =>
        Array.Exists(_moving, way => way.From <= day && day <= way.To) ? day.DayNumber : -1 - CountReached(day);

    /// <summary>How many of the days are not after a day.</summary>
    private int CountReached(DateOnly day)
    {
        var at = Array.BinarySearch(_days, day);
        return at >= 0 ? at + 1 : ~at;
    }
}
