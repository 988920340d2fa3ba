namespace Ledger.Estimation;

/// <summary>The days of a range on which an estimate turns. Between two of them low and high stay what they were on the earlier one, and
/// best goes straight from one to the other, up to the rounding of what is under way.</summary>
/// <param name="Moves">The days on which low or high is not what it was on the day before.</param>
/// <param name="Bends">The days after which best goes on at another pace, the first and the last day too.</param>
/// <param name="Since">The day from which on they are complete: later than the first one where there were too many to search
/// for.</param>
public sealed record Turns(IReadOnlyCollection<DateOnly> Moves, IReadOnlyCollection<DateOnly> Bends, DateOnly Since);
