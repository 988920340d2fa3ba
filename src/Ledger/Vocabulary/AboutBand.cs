namespace Ledger.Vocabulary;

/// <summary>How far from n a source may be that says about n (METHOD.md §2). The bands are what the revisions of a real register between
/// two of its editions ask for; for other sources they are an assumption.</summary>
public enum AboutBand
{
    /// <summary>From three to five quarters of n.</summary>
    Plain = 0,

    /// <summary>From three fifths of n to its double: reported while the fact was hardly over. Fresh figures grow.</summary>
    Fresh = 1,

    /// <summary>From 17 twentieths to six fifths of n: reported when the fact was long over.</summary>
    Settled = 2,
}

/// <summary>The bands in numbers.</summary>
public static class AboutBands
{
    /// <summary>Up to this many days after the fact was over a figure is fresh: two years.</summary>
    public const int FreshUpTo = 731;

    /// <summary>After this many days it is settled: seven years.</summary>
    public const int PlainUpTo = 2_557;

    /// <summary>The band of a running total that was reported so many days after the fact was over; before that, negative.</summary>
    public static AboutBand OfAge(int days) => days switch
    {
        <= FreshUpTo => AboutBand.Fresh,
        <= PlainUpTo => AboutBand.Plain,
        _ => AboutBand.Settled,
    };

    /// <summary>The interval of about n, in whole units: at least 1, but about 0 is 0.</summary>
    public static Interval Around(this AboutBand band, long n) => n == 0 ? new(0, 0, 0) : band switch
    {
        AboutBand.Fresh => new(Math.Max(1, n * 3 / 5), n, 2 * n),
        AboutBand.Settled => new(Math.Max(1, n * 17 / 20), n, (n * 6 + 4) / 5),
        _ => new(Math.Max(1, n * 3 / 4), n, (n * 5 + 3) / 4),
    };
}
