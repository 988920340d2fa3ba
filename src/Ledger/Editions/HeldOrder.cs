using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>A report that earlier editions left in the ledger.</summary>
/// <param name="EventId">Of the report.</param>
/// <param name="Content">Hash of its content: <see cref="RegisterReports.ContentOf"/>.</param>
public sealed record Stated(Guid EventId, UInt128 Content);

/// <summary>A delivered total, or the delivery of one year, that stands: neither superseded, nor delisted, nor retracted.</summary>
/// <param name="EventId">Of the report.</param>
/// <param name="Content">Hash of its content.</param>
/// <param name="Delivered">Units.</param>
/// <param name="IsUncertain">The number is marked as uncertain.</param>
/// <param name="First">The first year of delivery, four digits; null where nothing was delivered.</param>
/// <param name="Last">The last year of delivery.</param>
/// <param name="Condition">new, secondHand or modernised; null where it is not said.</param>
/// <param name="Day">The day of the edition that said it.</param>
public sealed record HeldDelivery(
    Guid EventId, UInt128 Content, long Delivered, bool IsUncertain, string? First, string? Last, string? Condition, DateOnly Day)
{
    /// <summary>Whether a later total of the same deal merely extends this one, which then stays true by its day: deliveries went on after
    /// its last year, and of those up to it nothing was taken back.</summary>
    public bool IsExtendedBy(long delivered, string? first, string? last) => delivered > 0 && Delivered <= delivered && First == first
        && string.CompareOrdinal(Last, last) < 0;
}

/// <summary>An order as earlier editions left it in the ledger: a deal of the feed.</summary>
public sealed class HeldOrder(string recipient, string supplier, string deal)
{
    /// <summary>Code of the recipient.</summary>
    public string Recipient { get; } = recipient;

    /// <summary>Code of the supplier.</summary>
    public string Supplier { get; } = supplier;

    /// <summary>Label of the deal.</summary>
    public string Deal { get; } = deal;

    /// <summary>The platform as it was posted last, in the register's words.</summary>
    public string Name { get; set; } = "";

    /// <summary>Slug of the platform, with aliases resolved.</summary>
    public string Platform { get; set; } = "";

    /// <summary>Slug of the designation, with aliases resolved: <see cref="Platform"/>, unless the designation has two platforms.</summary>
    public string Designation { get; set; } = "";

    /// <summary>The contract or announcement; null where none stands.</summary>
    public Stated? Contract { get; set; }

    /// <summary>Year of the order, four digits; null where only deliveries are known.</summary>
    public string? YearOfOrder { get; set; }

    /// <summary>The year is marked as uncertain.</summary>
    public bool YearIsUncertain { get; set; }

    /// <summary>Units ordered; null: not known.</summary>
    public long? Ordered { get; set; }

    /// <summary>The number ordered is marked as uncertain.</summary>
    public bool OrderedIsUncertain { get; set; }

    /// <summary>new, secondHand or modernised; null where it is not said.</summary>
    public string? Condition { get; set; }

    /// <summary>Hash of the remarks (<see cref="OrderContent.HashOf"/>).</summary>
    public UInt128 Remarks { get; set; }

    /// <summary>The source's own number of the order; null where none is known.</summary>
    public string? Reference { get; set; }

    /// <summary>The totals that stand, in the order in which they were recorded: the last one is what the newest edition states.</summary>
    public List<HeldDelivery> Totals { get; } = [];

    /// <summary>The deliveries of single years that stand, by year.</summary>
    public SortedDictionary<string, HeldDelivery> Lots { get; } = new(StringComparer.Ordinal);

    /// <summary>The total as the newest edition states it; null where none stands.</summary>
    public HeldDelivery? Total => Totals.Count == 0 ? null : Totals[^1];

    /// <summary>Units delivered, by the newest edition.</summary>
    public long Delivered => Total?.Delivered ?? 0;

    /// <summary>True where a report of it stands that an edition of whole orders made.</summary>
    public bool IsListed => Contract is not null || Totals.Count > 0;

    /// <summary>The deliveries of single years that an edition of a day may take back: what a newer one says is not for it to
    /// judge.</summary>
    public IEnumerable<KeyValuePair<string, HeldDelivery>> LotsBy(DateOnly day) => Lots.Where(x => x.Value.Day <= day);

    /// <summary>Every report of it that stands and that an edition of a day may take back, with the last part of the id by which that is
    /// said.</summary>
    public IEnumerable<(Guid EventId, string Name)> StandingBy(DateOnly day)
    {
        if (Contract is { } contract)
        {
            yield return (contract.EventId, RegisterReports.ContractName);
        }

        for (var i = 0; i < Totals.Count; i++)
        {
            yield return (Totals[i].EventId,
                i == Totals.Count - 1 ? RegisterReports.DeliveryName : $"{RegisterReports.DeliveryName}-{i + 1}");
        }

        foreach (var (year, lot) in LotsBy(day))
        {
            yield return (lot.EventId, RegisterReports.CopyName(year));
        }
    }

    /// <summary>What the order is recognised by.</summary>
    /// <param name="categoryOf">The category of a platform.</param>
    public OrderContent Content(Func<string, Category> categoryOf)
    {
        var marks = OrderContent.MarksOf(YearIsUncertain, OrderedIsUncertain, Total?.IsUncertain == true, Condition);
        var content = new OrderContent(Recipient, Supplier, Designation, categoryOf(Platform), YearOfOrder, Ordered, Delivered,
            OrderContent.YearsOf(Total?.First, Total?.Last), Remarks, Platform, marks);
        return IsListed ? content : content with
        {
            Delivered = Lots.Values.Sum(x => x.Delivered),
            Years = OrderContent.YearsOf(Lots.Keys.FirstOrDefault()?[..4], Lots.Keys.LastOrDefault()?[..4]),
            IsOfYears = true,
        };
    }
}
