using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>What a report states about one number; a running total is raised by the lots that came after it (METHOD.md §3,
/// count).</summary>
/// <param name="Claim">The report.</param>
/// <param name="Stated">Its interval, raised.</param>
/// <param name="Points">Whether it points at a number; raising does not change that.</param>
/// <param name="ClashHi">Hi where a contradiction is looked for: a doubtful lot hides none. Null is open.</param>
/// <param name="Part">What is closed of its hi; null where that was open before it was raised.</param>
/// <param name="Most">How far it lowers low as a loss: its hi, or its best where that was open.</param>
internal readonly record struct Reading(Claim Claim, Interval Stated, bool Points, long? ClashHi, long? Part, long Most)
{
    public static Reading Of(Claim claim) => Of(claim, claim.Stated, claim.Points);

    /// <summary>A report that is read as something else than its quantity.</summary>
    public static Reading Of(Claim claim, Interval stated, bool points) =>
        new(claim, stated, points, stated.Hi, stated.Hi, stated.Hi ?? stated.Best);

    /// <summary>A running total raised by lots.</summary>
    /// <param name="after">The sum of the lots that began after it.</param>
    /// <param name="perhapsAfter">The sum of those that may have come after it.</param>
    /// <param name="best">Best of the lots that began after it, as far as they make this report larger.</param>
    /// <param name="clashHigh">High of the lots that may have come after it, as far as they explain a contradiction; null is
    /// open.</param>
    public Reading RaisedBy(Pool after, Pool perhapsAfter, long best, long? clashHigh) => this with
    {
        Stated = new Interval(Stated.Lo + after.Low, Stated.Best + best, Stated.Hi + perhapsAfter.High),
        ClashHi = Stated.Hi + clashHigh,
        Part = Part + perhapsAfter.Part,
        Most = Most + perhapsAfter.Most,
    };
}
