namespace Ledger.Editions;

/// <summary>One row of a trade register in its 17-column form: what was delivered of an order in one year.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Number">SIPRI's own number of the order.</param>
/// <param name="Supplier">English name, as the register spells it.</param>
/// <param name="Recipient">English name, as the register spells it.</param>
/// <param name="Designation">Name of the weapon, often in other words than the 16-column form's.</param>
/// <param name="Description">Kind of the weapon.</param>
/// <param name="Armament">The register's category: Aircraft, Missiles, …</param>
/// <param name="YearOfOrder">Four digits.</param>
/// <param name="YearIsUncertain">The year of order is an estimate.</param>
/// <param name="Delivered">Units delivered in that year.</param>
/// <param name="DeliveredIsUncertain">The number is an estimate.</param>
/// <param name="DeliveryYear">Four digits.</param>
/// <param name="DeliveryYearIsUncertain">The year of delivery is an estimate.</param>
/// <param name="Status">New, Second hand, Second hand but modernized.</param>
/// <param name="LocalProduction">Yes or No, as the register spells it.</param>
public sealed record YearRow(
    int Line, string Number, string Supplier, string Recipient, string Designation, string Description, string Armament,
    string YearOfOrder, bool YearIsUncertain, long Delivered, bool DeliveredIsUncertain,
    string DeliveryYear, bool DeliveryYearIsUncertain, string Status, string LocalProduction)
{
    /// <summary>SHA-256, in hex, of the content of rows, independent of their order and of the file's encoding.</summary>
    public static string DigestOf(IEnumerable<YearRow> rows) => RowDigest.Of(rows.Select(x => x with { Line = 0 }));
}
