namespace Ledger.Estimation;

/// <summary>Best of the running totals of deliveries or completed units (METHOD.md §3, the climb): it rises over the time in which the
/// units came. Built from all usable reports of the whole, whatever their dates; the credible and the doubtful apart.</summary>
/// <param name="Best">Units, the larger of the two heights; not yet clamped.</param>
/// <param name="Credible">Units, the height of the credible reports.</param>
/// <param name="TellsBest">Whether a usable report has begun.</param>
/// <param name="Points">Whether a credible report that points has begun.</param>
/// <param name="Reach">Units, where the credible reports are going.</param>
internal readonly record struct Climb(long Best, long Credible, bool TellsBest, bool Points, long Reach)
{
    /// <summary>The climb at a day.</summary>
    /// <param name="totals">All reports of the whole, raised by the lots as of that day.</param>
    /// <param name="asOf">The day.</param>
    public static Climb Of(List<Reading> totals, DateOnly asOf)
    {
        var day = asOf.DayNumber;
        var usable = totals.FindAll(total => total.Claim.Report.Grade.Usable);
        var sure = new Slope(usable.FindAll(total => total.Claim.Credible));
        var doubtful = new Slope(usable.FindAll(total => !total.Claim.Credible));
        var credible = sure.HeightAt(day);
        // Doubt fills the time of which nobody credible speaks.
        var doubt = sure.First is { } first
            ? Math.Min(first.Height, doubtful.HeightAt(Math.Min(day, first.OwnStart)))
            : doubtful.HeightAt(day);
        var best = Math.Max(credible, doubt);
        var points = usable.Exists(total => total is { Points: true, Claim.Credible: true } && HasBegun(total, asOf));
        return new Climb(best, credible, usable.Exists(total => HasBegun(total, asOf)), points,
            Math.Max(best, points ? Math.Max(credible, sure.NextAfter(day) ?? 0) : credible));
    }

    private static bool HasBegun(Reading total, DateOnly asOf)
    {
        var when = total.Claim.When;
        return (!total.Points ? when.Middle : when.HasOpenStart ? when.Latest : when.Earliest) <= asOf;
    }

    /// <summary>A report that points: its total is reached on its last day.</summary>
    private readonly record struct Step(Reading Total)
    {
        public int Day { get; } = Total.Claim.When.Latest.DayNumber;

        /// <summary>The day before its own first; of an open start, its day.</summary>
        public int OwnStart { get; } = Total.Claim.When.HasOpenStart
            ? Total.Claim.When.Latest.DayNumber
            : Total.Claim.When.Earliest.DayNumber - 1;

        public bool HasOpenStart => Total.Claim.When.HasOpenStart;

        /// <summary>Units; a later, smaller total of better rank has lowered it.</summary>
        public long Height { get; init; } = Total.Stated.Best;

        /// <summary>The last day before the units begin to come: also a later step's, if that begins sooner.</summary>
        public int Start { get; init; }
    }

    /// <summary>The way of one class of reports, in order of days, never falling.</summary>
    private sealed class Slope
    {
        private readonly List<Reading> _bounds;
        private readonly Step[] _steps;

        public Slope(List<Reading> totals)
        {
            _bounds = totals.FindAll(total => !total.Points);
            _steps = StepsOf(totals.FindAll(total => total.Points));
            var earliest = int.MaxValue;
            for (var i = _steps.Length - 1; i >= 0; i--)
            {
                var step = _steps[i];
                earliest = step.HasOpenStart ? earliest : Math.Min(earliest, step.OwnStart);
                _steps[i] = step with { Start = step.HasOpenStart ? step.Day : earliest };
            }
        }

        public Step? First => _steps.Length > 0 ? _steps[0] : null;

        /// <summary>The height of the next step whose day is after a day; null: there is none.</summary>
        public long? NextAfter(int day) => CountReached(day) is var reached && reached < _steps.Length ? _steps[reached].Height : null;

        public long HeightAt(int day)
        {
            var reached = CountReached(day);
            var (height, start) = reached > 0 ? (_steps[reached - 1].Height, _steps[reached - 1].Day) : (0, int.MinValue);
            if (reached < _steps.Length)
            {
                var next = _steps[reached];
                start = Math.Max(start, next.Start);
                if (day > start)
                {
                    height += Share(next.Height - height, day - start, next.Day - start);
                }
            }

            foreach (var bound in _bounds)
            {
                if (bound.Claim.When.Middle.DayNumber <= day)
                {
                    height = Math.Max(height, bound.Stated.Lo);
                }
            }

            return height;
        }

        /// <summary>In order of their days, of one day those of worse rank first. Where earlier steps are higher than a new one, that is
        /// left out if any of them ranks better; else they are lowered to it.</summary>
        private static Step[] StepsOf(List<Reading> totals)
        {
            totals.Sort((one, other) => one.Claim.When.Latest.CompareTo(other.Claim.When.Latest) is not 0 and var byDay
                ? byDay
                : Claim.CompareRank(other.Claim, one.Claim));
            var steps = new List<Step>(totals.Count);
            var levels = new Stack<Level>();
            foreach (var total in totals)
            {
                var step = new Step(total);
                var level = new Level(step.Height, steps.Count, total.Claim);
                if (levels.TakeWhile(higher => higher.Height > step.Height).Any(higher => Claim.CompareRank(higher.Best, total.Claim) < 0))
                {
                    continue;
                }

                while (levels.TryPeek(out var higher) && higher.Height > step.Height)
                {
                    levels.Pop();
                    level = level with { From = higher.From };
                }

                // No higher one ranks better, so the new one is the best-ranked of its level.
                levels.Push(level);
                steps.Add(step);
            }

            var kept = steps.ToArray();
            var until = kept.Length;
            foreach (var level in levels)
            {
                for (var i = level.From; i < until; i++)
                {
                    kept[i] = kept[i] with { Height = level.Height };
                }

                until = level.From;
            }

            return kept;
        }

        private int CountReached(int day)
        {
            var (low, high) = (0, _steps.Length);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_steps[middle].Day > day)
                {
                    high = middle;
                }
                else
                {
                    low = middle + 1;
                }
            }

            return low;
        }

        /// <summary>units × days / all, rounded half up. The product may exceed 64 bits.</summary>
        private static long Share(long units, int days, int all) => checked((long)((2 * (Int128)units * days + all) / (2 * (Int128)all)));

        /// <summary>Neighbouring steps of one height, and the best-ranked of them.</summary>
        private readonly record struct Level(long Height, int From, Claim Best);
    }
}
