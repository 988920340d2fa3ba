namespace Ledger.Editions;

/// <summary>One row of a SIPRI trade register: an order, and its deliveries so far.</summary>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Recipient">English name, as the register spells it.</param>
/// <param name="Supplier">English name, as the register spells it.</param>
/// <param name="Designation">Name of the weapon.</param>
/// <param name="Description">Kind of the weapon.</param>
/// <param name="YearOfOrder">Four digits.</param>
/// <param name="YearIsUncertain">The year has a question mark.</param>
/// <param name="Ordered">Units; null: not yet known.</param>
/// <param name="OrderedIsUncertain">The number has a question mark.</param>
/// <param name="Delivered">Units; 0: nothing yet.</param>
/// <param name="DeliveredIsUncertain">The number has a question mark.</param>
/// <param name="FirstDelivery">Year, four digits; null where nothing was delivered.</param>
/// <param name="LastDelivery">Year, four digits; null where nothing was delivered.</param>
/// <param name="Status">New, Second hand, Second hand but modernized.</param>
/// <param name="Comments">The source's comments; empty where there are none.</param>
public sealed record RegisterRow(
    int Line, string Recipient, string Supplier, string Designation, string Description,
    string YearOfOrder, bool YearIsUncertain, long? Ordered, bool OrderedIsUncertain,
    long Delivered, bool DeliveredIsUncertain, string? FirstDelivery, string? LastDelivery, string Status, string Comments)
{
    /// <summary>SHA-256, in hex, of the content of rows, independent of their order and of the file's encoding.</summary>
    public static string DigestOf(IEnumerable<RegisterRow> rows) => RowDigest.Of(rows.Select(x => x with { Line = 0 }));
}

/// <summary>A record that is not a valid row.</summary>
/// <param name="Line">Its first line of the file, from 1.</param>
/// <param name="LastLine">Its last line; the first one, unless the record spans several.</param>
/// <param name="Column">The column at fault; null where the whole record is.</param>
/// <param name="Why">A sentence for the caller.</param>
public sealed record BrokenRecord(int Line, int LastLine, string? Column, string Why)
{
    /// <summary>The recipient, as the register spells it; null where it cannot be read with certainty.</summary>
    public string? Recipient { get; init; }

    /// <summary>The supplier, as the register spells it; null where it cannot be read with certainty.</summary>
    public string? Supplier { get; init; }

    /// <summary>The year of order, four digits; null where it cannot be read with certainty.</summary>
    public string? YearOfOrder { get; init; }

    /// <summary>The name of the weapon; null where it cannot be read with certainty, or is damaged.</summary>
    public string? Designation { get; init; }
}
