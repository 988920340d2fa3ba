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

/// <summary>What makes rows of different editions the same order: resolved names, so that a new spelling is not a new deal. Orders that agree
/// in all of it are told apart by an ordinal.</summary>
public readonly record struct OrderKey(string Recipient, string Supplier, string Platform, string Year);

/// <summary>A report as the edition before left it.</summary>
public sealed record Stated(Guid EventId, UInt128 Said);

/// <summary>A deal as the edition before left it.</summary>
public sealed class StatedDeal(string deal, int ordinal)
{
    public string Deal { get; } = deal;

    /// <summary>From 1, among deals of equal key.</summary>
    public int Ordinal { get; } = ordinal;

    /// <summary>Null where none was stated, or it was delisted.</summary>
    public Stated? Contract { get; set; }

    /// <summary>Null where none was stated, or it was delisted.</summary>
    public Stated? Delivery { get; set; }

    public bool IsListed => Contract is not null || Delivery is not null;
}

/// <summary>What the ledger holds of the editions before one: each order as it was last stated. Some hundred bytes an order.</summary>
public sealed partial class EditionBefore
{
    /// <summary>Of a label's 120, what is left beside the supplier, the year and an ordinal.</summary>
    private const int PlatformCharacters = 50;

    private readonly Dictionary<OrderKey, List<StatedDeal>> _orders = [];
    private readonly Dictionary<OrderKey, string> _bases = [];
    private readonly HashSet<DateOnly> _days = [];

    /// <summary>The day of the newest edition that the ledger holds any report of; null where there is none.</summary>
    public DateOnly? Newest => _days.Count == 0 ? null : _days.Max();

    /// <summary>The newest edition before a day that the ledger holds any report of.</summary>
    public DateOnly? NewestBefore(DateOnly published) => _days.Where(x => x < published).Select(x => (DateOnly?)x).Max();

    /// <summary>The listed deals by key.</summary>
    public IEnumerable<(OrderKey Key, IReadOnlyList<StatedDeal> Deals)> Orders => _orders.Select(x => (x.Key, (IReadOnlyList<StatedDeal>)x.Value));

    /// <summary>The listed deals of equal key, by ordinal.</summary>
    public List<StatedDeal> Of(OrderKey key) => _orders.GetValueOrDefault(key) ?? [];

    /// <summary>The label under which orders of a key stand in the ledger; an alias given since does not change it.</summary>
    public string BaseOf(OrderKey key) => _bases.GetValueOrDefault(key) ?? LabelOf(key);

    /// <summary>Reads every report of the feed up to an edition's day, in order of position.</summary>
    /// <param name="published">The day of the edition that is to be compared.</param>
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
                var deal = before.Take(key, report.Deal!, name.Groups["n"] is { Success: true } n ? int.Parse(n.Value, CultureInfo.InvariantCulture) : 1);
                Set(deal, kind, new Stated(id, RegisterReports.SaidBy(report)));
                reports[id] = (deal, kind);
            }
        }

        before.Tidy();
        return before;
    }

    private static Report? Read(ReportKind kind, byte[] data) => kind switch
    {
        ReportKind.Contract => JsonSerializer.Deserialize<Contract>(data, StoredJson.Options),
        ReportKind.Delivery => JsonSerializer.Deserialize<Delivery>(data, StoredJson.Options),
        ReportKind.Delisting => JsonSerializer.Deserialize<Delisting>(data, StoredJson.Options),
        _ => null,
    };

    private StatedDeal Take(OrderKey key, string name, int ordinal)
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

    /// <summary>Keeps what is still listed, by ordinal.</summary>
    private void Tidy()
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

    /// <summary>supplier.platform.year, in the letters that a label may have. A name that does not fit into them gets a mark of its own, so
    /// that no two platforms share a label.</summary>
    private static string LabelOf(OrderKey key)
    {
        var platform = RegisterNames.AsciiSlug(key.Platform);
        if (platform != key.Platform || platform.Length > PlatformCharacters)
        {
            var mark = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.Platform)).AsSpan(0, 4));
            platform = $"{platform[..Math.Min(platform.Length, PlatformCharacters)].TrimEnd('-')}-{mark}".TrimStart('-');
        }

        return $"{key.Supplier.ToLowerInvariant()}.{platform}.{key.Year}";
    }

    [GeneratedRegex(@"^(?<base>.+\.(?<year>[0-9]{4}))(\.(?<n>[0-9]{1,6}))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex DealName();
}
