using Ledger.Vocabulary;

namespace Ledger.Estimation;

/// <summary>The reports of one recipient and platform that count, with what they say whatever the day of the estimate is: the estimates of
/// many days share it.</summary>
internal sealed class HoldingReports
{
    private readonly Dictionary<DateOnly, Books> _books = [];
    private readonly Lazy<HoldingReports> _credible;

    /// <param name="counting">The reports that count.</param>
    /// <param name="onLoan">The reports of units on loan.</param>
    /// <param name="method">The method.</param>
    public HoldingReports(List<Claim> counting, List<Claim> onLoan, Method method)
    {
        (Counting, OnLoan, Method) = (counting, onLoan, method);
        Deals = Deals.Of(counting);
        Observations = counting.FindAll(claim => claim.Report.Kind == ReportKind.Observation);
        Losses = [.. counting.Where(claim => claim.Report.Kind == ReportKind.Loss).OrderBy(loss => loss.When.Latest)];
        _credible = new Lazy<HoldingReports>(() => counting.TrueForAll(claim => claim.Credible)
            ? this
            : new HoldingReports(counting.FindAll(claim => claim.Credible), [], method));
    }

    public List<Claim> Counting { get; }

    public List<Claim> OnLoan { get; }

    public Method Method { get; }

    public Deals Deals { get; }

    public List<Claim> Observations { get; }

    /// <summary>The losses, in order of their last days.</summary>
    public List<Claim> Losses { get; }

    /// <summary>The credible reports that count alone; itself where no doubtful one counts.</summary>
    public HoldingReports Credible => _credible.Value;

    /// <summary>The books of a day, whatever the day of the estimate is. Inventories are held against those of their own days, and are many
    /// in a holding that is counted often: they are worked out once.</summary>
    public Books BooksAt(DateOnly day)
    {
        if (!_books.TryGetValue(day, out var books))
        {
            books = Books.Of(Deals.Total(Deals.At(day, Method), Method).Units, Pooling.Count(Losses, day, Method));
            _books.Add(day, books = Method.StockCountsWriteOff ? books.InOrder() : books);
        }

        return books;
    }
}
