using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The reports of one recipient and platform that count, with what they say whatever the day of the estimate is: the estimates of
/// many days share it.</summary>
internal sealed class HoldingReports
{
    private readonly Dictionary<DateOnly, Books> _books = [];
    private readonly Lazy<HoldingReports> _credible;
    private readonly List<Claim> _lost;
    private readonly ChangeDays? _lostOn;
    private Losses? _lastLosses;
    private EvidenceCounts? _evidence;

    /// <param name="counting">The reports that count.</param>
    /// <param name="onLoan">The reports of units on loan.</param>
    /// <param name="method">The method.</param>
    /// <param name="manyDays">Whether it will be estimated on many days, in their order.</param>
    public HoldingReports(List<Claim> counting, List<Claim> onLoan, Method method, bool manyDays = false)
    {
        (Counting, OnLoan, Method) = (counting, onLoan, method);
        Deals = Deals.Of(counting, manyDays);
        Observations = counting.FindAll(claim => claim.Report.Kind == ReportKind.Observation);
        _lost = [.. counting.Where(claim => claim.Report.Kind == ReportKind.Loss).OrderBy(loss => loss.When.Latest)];
        _lostOn = manyDays ? new ChangeDays(_lost, method) : null;
        _credible = new Lazy<HoldingReports>(() => counting.TrueForAll(claim => claim.Credible)
            ? this
            : new HoldingReports(counting.FindAll(claim => claim.Credible), [], method, manyDays));
    }

    public List<Claim> Counting { get; }

    public List<Claim> OnLoan { get; }

    public Method Method { get; }

    public Deals Deals { get; }

    public List<Claim> Observations { get; }

    /// <summary>What goes with the estimate of any day.</summary>
    public EvidenceCounts Evidence => _evidence ??= EvidenceCounts.Of(Counting);

    /// <summary>The credible reports that count alone; itself where no doubtful one counts.</summary>
    public HoldingReports Credible => _credible.Value;

    /// <summary>The losses as of a day; the last ones again where nothing has changed between the two days.</summary>
    public Losses LossesAt(DateOnly day)
    {
        if (_lostOn is null || _lastLosses is null || !_lostOn.AreAlike(_lastLosses.AsOf, day))
        {
            _lastLosses = new Losses(_lost, day, Method);
        }

        return _lastLosses;
    }

    /// <summary>The books of a day, whatever the day of the estimate is. Inventories are held against those of their own days, and are many
    /// in a holding that is counted often: they are worked out once.</summary>
    public Books BooksAt(DateOnly day)
    {
        if (!_books.TryGetValue(day, out var books))
        {
            books = Books.Of(Deals.Total(Deals.At(day, Method), Method).Units, Pooling.Count(_lost, day, Method));
            _books.Add(day, books = Method.StockCountsWriteOff ? books.InOrder() : books);
        }

        return books;
    }
}
