namespace Ledger.Estimation;

/// <summary>An order that should have come.</summary>
/// <param name="Since">The first day on which it was overdue.</param>
/// <param name="Usual">What is usual, where no contract says when it is due; null: its own due.</param>
public sealed record Overdue(DateOnly Since, UsualTime? Usual)
{
    /// <summary>Whether only the usual time can say that a deal is overdue: an order of a known day, without due, of which nothing came.
    /// What is undivided is no order.</summary>
    public static bool DependsOnUsual(DealEstimate deal) =>
        deal is { Deal: not null, Due: null, OnOrder: > 0, Best: 0, OrderedWhen: not null };

    /// <summary>Whether a deal is overdue at a day: something is outstanding after the last day on which it was due; or, without due,
    /// nothing came for longer than usual. Null: it is not.</summary>
    /// <param name="deal">The deal at that day.</param>
    /// <param name="asOf">The day.</param>
    /// <param name="usual">The usual time of its category; null: nothing is usual.</param>
    public static Overdue? Of(DealEstimate deal, DateOnly asOf, UsualTime? usual)
    {
        if (deal is { OnOrder: > 0, Due: { } due })
        {
            return due.Latest < asOf ? new Overdue(due.Latest.AddDays(1), null) : null;
        }

        return usual is { } time && DependsOnUsual(deal) && asOf.DayNumber - deal.OrderedWhen!.Value.Latest.DayNumber > time.Days
            ? new Overdue(deal.OrderedWhen.Value.Latest.AddDays(time.Days + 1), usual) : null;
    }
}
