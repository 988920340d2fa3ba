using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>What an order is recognised by from one edition to the next.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Supplier">Code of the supplier.</param>
/// <param name="Designation">Slug of the designation, with aliases resolved.</param>
/// <param name="Category">Category of its platform.</param>
/// <param name="YearOfOrder">Four digits; null where it is not known.</param>
/// <param name="Ordered">Units; null: not known.</param>
/// <param name="Delivered">Units.</param>
/// <param name="Years">First and last year of delivery; null where nothing was delivered.</param>
/// <param name="Remarks">Hash of the remarks; 0 where there are none.</param>
/// <param name="Platform">Slug of its platform.</param>
/// <param name="Marks">Marks of doubt and condition, as a text: they only break ties.</param>
/// <param name="IsOfYears">Only deliveries of single years are known of it: what was ordered is not.</param>
public sealed record OrderContent(
    string Recipient, string Supplier, string Designation, Category Category, string? YearOfOrder, long? Ordered, long Delivered,
    string? Years, UInt128 Remarks, string Platform, string Marks, bool IsOfYears = false)
{
    /// <summary>The same number ordered and delivered, of which one is known.</summary>
    public bool SharesNumbers(OrderContent other) => Delivered == other.Delivered
        && (IsOfYears || other.IsOfYears ? Delivered > 0 : Ordered == other.Ordered && (Ordered is not null || Delivered > 0));

    /// <summary>The same years of delivery. That nothing was delivered to either says nothing.</summary>
    public bool SharesYears(OrderContent other) => Years is not null && Years == other.Years;

    /// <summary>The same remarks. That neither has any says nothing.</summary>
    public bool SharesRemarks(OrderContent other) => Remarks != 0 && Remarks == other.Remarks;

    /// <summary>How many of numbers, years of delivery and remarks two orders share: 0–3.</summary>
    public int Evidence(OrderContent other) =>
        (SharesNumbers(other) ? 1 : 0) + (SharesYears(other) ? 1 : 0) + (SharesRemarks(other) ? 1 : 0);

    /// <summary>Years between the orders; null where one is not known.</summary>
    public int? YearsApart(OrderContent other) => YearOfOrder is { } one && other.YearOfOrder is { } two
        ? Math.Abs(int.Parse(one, CultureInfo.InvariantCulture) - int.Parse(two, CultureInfo.InvariantCulture)) : null;

    /// <summary>How much of number ordered, number delivered, years, remarks and year of order two orders share: 0–5.</summary>
    public int Shared(OrderContent other) => (Ordered == other.Ordered ? 1 : 0) + (Delivered == other.Delivered ? 1 : 0)
        + (Years == other.Years ? 1 : 0) + (Remarks == other.Remarks ? 1 : 0) + (YearOfOrder == other.YearOfOrder ? 1 : 0);

    /// <summary>The content as a text by which ties are broken, so that no place in a file decides.</summary>
    public string Text => string.Create(CultureInfo.InvariantCulture,
        $"{Recipient}\n{Supplier}\n{Designation}\n{YearOfOrder}\n{Ordered}\n"
        + $"{Delivered}\n{Years}\n{Remarks:x32}\n{Platform}\n{Marks}");

    /// <summary><see cref="Marks"/> of an order.</summary>
    public static string MarksOf(bool year, bool ordered, bool delivered, string? condition) =>
        $"{(year ? '?' : '.')}{(ordered ? '?' : '.')}{(delivered ? '?' : '.')}{condition}";

    /// <summary>Years of delivery as a text; null where nothing was delivered.</summary>
    public static string? YearsOf(string? first, string? last) => first is null ? null : $"{first}/{last}";

    /// <summary>Hash of remarks; 0 for none.</summary>
    public static UInt128 HashOf(string? remarks) => string.IsNullOrWhiteSpace(remarks) ? 0
        : BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(remarks.Trim())));
}
