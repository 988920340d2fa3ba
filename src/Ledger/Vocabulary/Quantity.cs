using System.Globalization;

namespace Ledger.Vocabulary;

/// <summary>How a source bounds its number. <see cref="Some"/> is 0, so that <c>default</c> claims least.</summary>
public enum Qualifier
{
    /// <summary>At least one, no upper bound.</summary>
    Some = 0,

    /// <summary>n and no other number.</summary>
    Exact = 1,

    /// <summary>n or more.</summary>
    AtLeast = 2,

    /// <summary>From none to n.</summary>
    UpTo = 3,

    /// <summary>Near n: within a band (<see cref="AboutBand"/>).</summary>
    About = 4,

    /// <summary>From low to high, of which one may be absent.</summary>
    Range = 5,
}

/// <summary>What a quantity counts.</summary>
public enum Unit
{
    /// <summary>One airframe, vehicle or round.</summary>
    Item = 0,

    /// <summary>A system of several items; the platform's factor says how many.</summary>
    System = 1,
}

/// <summary>A quantity as a source states it (DOMAIN.md, Fields of every report). Obeys the rules of <see cref="Check"/>.
/// <c>default</c> is some: at least one, no upper bound.</summary>
public readonly record struct Quantity
{
    /// <summary>The largest number that a quantity may state, in its unit.</summary>
    public const long Limit = 1_000_000;

    /// <summary>How the number is bounded.</summary>
    public Qualifier Qualifier { get; init; }

    /// <summary>0–1,000,000, in <see cref="Unit"/>: the number of exact, atLeast, upTo and about; null for the others.</summary>
    public long? N { get; init; }

    /// <summary>0–1,000,000, in <see cref="Unit"/>: the least of a range; absent means 0.</summary>
    public long? Low { get; init; }

    /// <summary>0–1,000,000, in <see cref="Unit"/>: the best reading of a range; absent means its middle,
    /// or its low where it is open.</summary>
    public long? Best { get; init; }

    /// <summary>0–1,000,000, in <see cref="Unit"/>: the most of a range; absent means open.</summary>
    public long? High { get; init; }

    /// <summary>What the numbers count.</summary>
    public Unit Unit { get; init; }

    /// <summary>The source's own wording.</summary>
    public string? Text { get; init; }

    /// <summary>The quantity in items (METHOD.md §2): [lo, best, hi], hi null where open.
    /// Bounds: n ≤ 1,000,000, about at most doubles it, a factor ≤ 1,000, so no bound exceeds 2 × 10⁹.</summary>
    /// <param name="items">The platform's factor.</param>
    /// <param name="about">The band of about.</param>
    public Interval Read(ItemsPerSystem items, AboutBand about = AboutBand.Plain) =>
        Unit == Unit.System ? Times(InUnits(about), items) : InUnits(about);

    /// <summary>Whether the quantity points at a number, rather than only bounding it (METHOD.md §2): exact, about and range point if
    /// their hi is closed after the factor is applied; a range that states its best always does.</summary>
    public bool Points(ItemsPerSystem items) => Qualifier switch
    {
        Qualifier.Exact or Qualifier.About => Read(items).Hi is not null,
        Qualifier.Range => Best is not null || Read(items).Hi is not null,
        _ => false,
    };

    /// <summary>The quantity that these members state; an absent qualifier is range if low or high is given, else exact if n is,
    /// else some (METHOD.md §2), an absent unit is item.</summary>
    /// <exception cref="ArgumentException">They break a rule of <see cref="Check"/>.</exception>
    public static Quantity Of(
        string? qualifier = null, long? n = null, long? low = null, long? best = null, long? high = null,
        string? unit = null, string? text = null)
    {
        foreach (var broken in Check(qualifier, n, low, best, high, unit))
        {
            throw new ArgumentException(broken.Detail, broken.Member);
        }

        return new Quantity
        {
            Qualifier = QualifierOf(qualifier, n, low, high) ?? Qualifier.Some,
            N = n,
            Low = low,
            Best = best,
            High = high,
            Unit = unit == "system" ? Unit.System : Unit.Item,
            Text = text,
        };
    }

    /// <summary>The rules that these members break, in the order qualifier, n, low, best, high, unit; none: they are a quantity.
    /// Codes: <c>unknownWord</c>, <c>outOfRange</c>, <c>missing</c>, <c>notOfQualifier</c>, <c>disordered</c>.</summary>
    public static IEnumerable<BrokenRule> Check(string? qualifier, long? n, long? low, long? best, long? high, string? unit)
    {
        var read = QualifierOf(qualifier, n, low, high);
        if (read is null)
        {
            yield return new("qualifier", "unknownWord", "A qualifier is one of exact, atLeast, upTo, about, some, range.");
        }

        foreach (var broken in CheckNumber("n", n, read, TakesN))
        {
            yield return broken;
        }

        if (n is null && read is { } word && TakesN(word))
        {
            yield return new("n", "missing", $"A quantity with the qualifier {qualifier ?? "exact"} needs n.");
        }

        foreach (var broken in CheckNumber("low", low, read, TakesBounds))
        {
            yield return broken;
        }

        foreach (var broken in CheckBest(qualifier, low, best, high, read))
        {
            yield return broken;
        }

        foreach (var broken in CheckNumber("high", high, read, TakesBounds))
        {
            yield return broken;
        }

        if (read == Qualifier.Range && low > high)
        {
            yield return new("high", "disordered", "A range needs low ≤ high.");
        }

        if (unit is not (null or "item" or "system"))
        {
            yield return new("unit", "unknownWord", "A unit is item or system.");
        }
    }

    private static IEnumerable<BrokenRule> CheckBest(string? qualifier, long? low, long? best, long? high, Qualifier? read)
    {
        // Without a qualifier a lone best would read as some; the broken rule is that it needs a low or a high.
        var lone = best is not null && low is null && high is null && (qualifier is null || read == Qualifier.Range);
        if (lone)
        {
            yield return new("best", "missing", "A best needs a low or a high.");
        }
        else if (read == Qualifier.Range && low is null && high is null)
        {
            yield return new("low", "missing", "A range needs a low or a high.");
        }

        foreach (var broken in CheckNumber("best", best, lone ? Qualifier.Range : read, TakesBounds))
        {
            yield return broken;
        }

        if (read == Qualifier.Range && (low > best || best > high))
        {
            yield return new("best", "disordered", "A range needs low ≤ best ≤ high.");
        }
    }

    private static IEnumerable<BrokenRule> CheckNumber(string member, long? number, Qualifier? read, Func<Qualifier, bool> takesIt)
    {
        if (number is < 0 or > Limit)
        {
            yield return new(member, "outOfRange", string.Create(CultureInfo.InvariantCulture, $"A number of units is 0–{Limit:N0}."));
        }

        if (number is not null && read is { } word && !takesIt(word))
        {
            yield return new(member, "notOfQualifier", $"A quantity with the qualifier {Word(word)} has no {member}.");
        }
    }

    private static bool TakesN(Qualifier qualifier) => qualifier is not (Qualifier.Some or Qualifier.Range);

    private static bool TakesBounds(Qualifier qualifier) => qualifier is Qualifier.Range;

    private static Qualifier? QualifierOf(string? qualifier, long? n, long? low, long? high) => qualifier switch
    {
        null when low is not null || high is not null => Qualifier.Range,
        null when n is not null => Qualifier.Exact,
        null or "some" => Qualifier.Some,
        "exact" => Qualifier.Exact,
        "atLeast" => Qualifier.AtLeast,
        "upTo" => Qualifier.UpTo,
        "about" => Qualifier.About,
        "range" => Qualifier.Range,
        _ => null,
    };

    private static string Word(Qualifier qualifier) => qualifier switch
    {
        Qualifier.Exact => "exact",
        Qualifier.AtLeast => "atLeast",
        Qualifier.UpTo => "upTo",
        Qualifier.About => "about",
        Qualifier.Range => "range",
        _ => "some",
    };

    private Interval InUnits(AboutBand about)
    {
        var n = N ?? 0;
        return Qualifier switch
        {
            Qualifier.Exact => new(n, n, n),
            Qualifier.AtLeast => new(n, n, null),
            Qualifier.UpTo => new(0, n, n),
            Qualifier.About => about.Around(n),
            Qualifier.Range => new(Low ?? 0, Best ?? MiddleOfRange(), High),
            _ => new(1, 1, null),
        };
    }

    private long MiddleOfRange() => High is { } high ? ((Low ?? 0) + high) / 2 : Low ?? 0;

    // 0 × open is 0: no systems have no items.
    private static Interval Times(Interval units, ItemsPerSystem items) =>
        new(units.Lo * items.Min, units.Best * items.Usual, units.Hi == 0 ? 0 : units.Hi * items.Max);
}
