using Ledger.Catalogue;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>The orders that broken records may be, by those of their first cells that can be read. Such an order is left as it was: that
/// its record is broken does not say that the source lists it no more.</summary>
public sealed class BrokenOrders
{
    private readonly List<(string? Recipient, string? Supplier, string? Designation, string? Year)> _records;

    /// <param name="broken">The broken records.</param>
    /// <param name="names">Resolves names of countries.</param>
    /// <param name="catalogue">Resolves names of platforms.</param>
    public BrokenOrders(IEnumerable<BrokenRecord> broken, ResolvedNames names, CatalogueAt catalogue) => _records =
    [
        .. broken.Select(x => (
            x.Recipient is { } recipient ? names.CodeOf(recipient) : null, x.Supplier is { } supplier ? names.CodeOf(supplier) : null,
            x.Designation is { } name && Slug.OfPlatform(name) is { } slug ? catalogue.Resolve(slug) : null, x.YearOfOrder)).Distinct(),
    ];

    /// <summary>Whether a broken record may be an order. One of which nothing can be read may be any.</summary>
    public bool MayBe(HeldOrder order) => _records.Exists(x =>
        (x.Recipient is null || x.Recipient == order.Recipient) && (x.Supplier is null || x.Supplier == order.Supplier)
        && (x.Designation is null || x.Designation == order.Designation)
        // Where the designation is known, the year may have moved.
        && (x.Designation is not null || x.Year is null || order.YearOfOrder is null || x.Year == order.YearOfOrder));
}
