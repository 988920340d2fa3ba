using Ledger.Catalogue;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>The lines of one number of a register in its 17-column form: an order, as far as its deliveries lie within the range of the
/// file.</summary>
/// <param name="Number">SIPRI's own number of the order.</param>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Supplier">Code of the supplier.</param>
/// <param name="Designation">Slug of the designation, with aliases resolved.</param>
/// <param name="Category">Category that the description decides.</param>
/// <param name="YearOfOrder">Four digits.</param>
/// <param name="Delivered">Units, over all lines.</param>
/// <param name="First">The first year of delivery.</param>
/// <param name="Last">The last year of delivery.</param>
/// <param name="Rows">The lines by year.</param>
public sealed record YearOrder(string Number, string Recipient, string Supplier, string Designation, Category Category, string YearOfOrder,
    long Delivered, string First, string Last, IReadOnlyList<YearRow> Rows)
{
    /// <summary>Of the lines of one number, ordered by year.</summary>
    public static YearOrder Of(IReadOnlyList<YearRow> rows, ResolvedNames names, CatalogueAt catalogue) => new(
        rows[0].Number, names.CodeOf(rows[0].Recipient), names.CodeOf(rows[0].Supplier),
        catalogue.Resolve(Slug.OfPlatform(rows[0].Designation) ?? ""), RegisterNames.CategoryOf(rows[0].Description) ?? Category.Other,
        rows[0].YearOfOrder, rows.Sum(x => x.Delivered), rows[0].DeliveryYear, rows[^1].DeliveryYear, rows);
}
