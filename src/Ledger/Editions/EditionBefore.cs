using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ledger.Catalogue;
using Ledger.Evidence;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Key of an order across editions: resolved names, so that a new spelling is not a new deal. Orders with equal keys are
/// distinguished by an ordinal.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Supplier">Code of the supplier.</param>
/// <param name="Platform">Slug, with aliases resolved.</param>
/// <param name="Year">Year of the order, four digits.</param>
public readonly record struct OrderKey(string Recipient, string Supplier, string Platform, string Year);

/// <summary>A report that earlier editions left in the ledger.</summary>
/// <param name="EventId">Of the report.</param>
/// <param name="Content">Hash of its content: <see cref="RegisterReports.ContentOf"/>.</param>
public sealed record Stated(Guid EventId, UInt128 Content);

/// <summary>A deal as earlier editions left it in the ledger.</summary>
public sealed class StatedDeal(string deal, int ordinal)
{
    /// <summary>Label of the deal.</summary>
    public string Deal { get; } = deal;

    /// <summary>From 1, among deals of equal key.</summary>
    public int Ordinal { get; } = ordinal;

    /// <summary>Null where none was stated, or it was delisted.</summary>
    public Stated? Contract { get; set; }

    /// <summary>Null where none was stated, or it was delisted.</summary>
    public Stated? Delivery { get; set; }

    /// <summary>True where a report of it is not delisted.</summary>
    public bool IsListed => Contract is not null || Delivery is not null;
}

/// <summary>State of the ledger before an edition: each order as earlier editions last stated it. Takes some hundred bytes an
/// order.</summary>
public sealed partial class EditionBefore
{
    /// <summary>Characters of the platform in a label: of 120 those left beside supplier, year and ordinal.</summary>
    private const int PlatformCharacters = 50;

    private readonly Dictionary<OrderKey, List<StatedDeal>> _orders = [];
    private readonly Dictionary<OrderKey, string> _bases = [];
    private readonly HashSet<DateOnly> _days = [];

    /// <summary>The day of the newest edition of which the ledger has any report; null where there is none.</summary>
    public DateOnly? Newest => _days.Count == 0 ? null : _days.Max();

    /// <summary>The newest edition before a day of which the ledger has any report.</summary>
    public DateOnly? NewestBefore(DateOnly published) => _days.Where(x => x < published).Select(x => (DateOnly?)x).Max();

    /// <summary>The listed deals by key.</summary>
    public IEnumerable<(OrderKey Key, IReadOnlyList<StatedDeal> Deals)> Orders =>
        _orders.Select(x => (x.Key, (IReadOnlyList<StatedDeal>)x.Value));

    /// <summary>The listed deals of equal key, by ordinal.</summary>
    public List<StatedDeal> Of(OrderKey key) => _orders.GetValueOrDefault(key) ?? [];

    /// <summary>The label under which orders with a key are recorded. An alias that was added later does not change it.</summary>
    public string BaseOf(OrderKey key) => _bases.GetValueOrDefault(key) ?? LabelOf(key);

    /// <summary>Reads every report of the feed, in order of position.</summary>
    /// <param name="evidence">Reads the rows of the feed and their stored JSON.</param>
    /// <param name="catalogue">Resolves names of platforms.</param>
    /// <param name="published">The day of the edition that is to be compared. Later editions only count for <see cref="Newest"/>.</param>
    /// <param name="position">The position up to which to read.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static async Task<EditionBefore> ReadAsync(
        EvidenceReader evidence, CatalogueAt catalogue, DateOnly published, long position, CancellationToken cancellation)
    {
        var before = new EditionBefore();
        var reports = new Dictionary<Guid, (StatedDeal Deal, ReportKind Kind)>();
        await foreach (var (row, data) in evidence.OfFeedAsync(RegisterReports.Feed, position, cancellation))
        {
            var (day, kind, id) = (row.Evidence.Published!.Value, row.Evidence.Kind, row.Evidence.EventId);
            if (Read(kind, data) is not { } report || !RegisterReports.IsOfEdition(report.Id!, Rfc3339.Text(day)))
            {
                continue;
            }

            before._days.Add(day);
            if (kind is ReportKind.Delisting)
            {
                if (day < published && row.Evidence.Target is { } named && reports.TryGetValue(named, out var target))
                {
                    Set(target.Deal, target.Kind, null);
                }

                continue;
            }

            if (DealName().Match(report.Deal ?? "") is not { Success: true } name)
            {
                continue;
            }

            var key = new OrderKey(row.Recipient, row.Evidence.Supplier, catalogue.Resolve(row.Platform), name.Groups["year"].Value);
            before._bases.TryAdd(key, name.Groups["base"].Value);
            if (day < published)
            {
                var ordinal = name.Groups["n"] is { Success: true } n ? int.Parse(n.Value, CultureInfo.InvariantCulture) : 1;
                var deal = before.FindOrAdd(key, report.Deal!, ordinal);
                Set(deal, kind, new Stated(id, RegisterReports.ContentOf(report)));
                reports[id] = (deal, kind);
            }
        }

        before.RemoveDelisted();
        return before;
    }

    private static Report? Read(ReportKind kind, byte[] data) => kind switch
    {
        ReportKind.Contract => JsonSerializer.Deserialize<Contract>(data, StoredJson.Options),
        ReportKind.Delivery => JsonSerializer.Deserialize<Delivery>(data, StoredJson.Options),
        ReportKind.Delisting => JsonSerializer.Deserialize<Delisting>(data, StoredJson.Options),
        _ => null,
    };

    private StatedDeal FindOrAdd(OrderKey key, string name, int ordinal)
    {
        if (!_orders.TryGetValue(key, out var deals))
        {
            _orders[key] = deals = [];
        }

        var deal = deals.Find(x => x.Deal == name);
        if (deal is null)
        {
            deals.Add(deal = new StatedDeal(name, ordinal));
        }

        return deal;
    }

    private static void Set(StatedDeal deal, ReportKind kind, Stated? stated)
    {
        if (kind is ReportKind.Contract)
        {
            deal.Contract = stated;
        }
        else
        {
            deal.Delivery = stated;
        }
    }

    /// <summary>Removes deals that are no longer listed, and sorts the others by ordinal.</summary>
    private void RemoveDelisted()
    {
        foreach (var (key, deals) in _orders)
        {
            deals.RemoveAll(x => !x.IsListed);
            deals.Sort((one, other) => one.Ordinal.CompareTo(other.Ordinal));
            if (deals.Count == 0)
            {
                _orders.Remove(key);
            }
        }
    }

    /// <summary>supplier.platform.year, in the characters of a label. A platform that does not fit into them gets a hash of its slug, so
    /// that no two platforms share a label.</summary>
    private static string LabelOf(OrderKey key)
    {
        var platform = RegisterNames.AsciiSlug(key.Platform);
        if (platform != key.Platform || platform.Length > PlatformCharacters)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Platform)).AsSpan(0, 4));
            platform = $"{platform[..Math.Min(platform.Length, PlatformCharacters)].TrimEnd('-')}-{hash}".TrimStart('-');
        }

        return $"{key.Supplier.ToLowerInvariant()}.{platform}.{key.Year}";
    }

    [GeneratedRegex(@"^(?<base>.+\.(?<year>[0-9]{4}))(\.(?<n>[0-9]{1,6}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DealName();
}
