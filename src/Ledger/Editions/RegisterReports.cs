using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Makes the reports of a row of a trade register: one contract, and one delivery of the whole deal. Pure.</summary>
/// <param name="published">The edition's day.</param>
public sealed class RegisterReports(DateOnly published)
{
    /// <summary>The feed of every edition's reports.</summary>
    public const string Feed = "urn:sipri:trade-register";

    private readonly Source _source = new() { Publisher = "SIPRI", Published = Rfc3339.Text(published) };

    /// <summary>The id of an edition's report: the edition's day, the recipient, the deal, and the kind.</summary>
    public static string IdOf(string published, string recipient, string deal, string kind) => $"{published}/{recipient}/{deal}/{kind}";

    /// <summary>True for the id of a report of an edition; false for one that was posted to the feed directly.</summary>
    public static bool IsOfEdition(string id, string published) => id.StartsWith(published + "/", StringComparison.Ordinal);

    /// <summary>The contract of a row, with the register's comments as its note.</summary>
    public Contract ContractOf(RegisterRow row, string recipient, string supplier, string deal) => new()
    {
        Id = IdOf(_source.Published!, recipient, deal, "contract"),
        Feed = Feed,
        Deal = deal,
        Recipient = recipient,
        Supplier = supplier,
        Platform = row.Designation,
        Quantity = row.Ordered is { } ordered
            ? QuantityOf(ordered, row.OrderedIsUncertain) : new StatedQuantity { Qualifier = WordNames.Of(Qualifier.Some) },
        Occurred = row.YearIsUncertain ? row.YearOfOrder + "?" : row.YearOfOrder,
        Condition = ConditionOf(row.Status),
        Source = _source,
        Grade = GradeOf(row.OrderedIsUncertain),
        Note = row.Comments.Length == 0 ? null : row.Comments,
    };

    /// <summary>The delivery of a row: the units delivered so far. It is zero only where it supersedes an earlier delivery.</summary>
    public Delivery DeliveryOf(RegisterRow row, string recipient, string supplier, string deal) => new()
    {
        Id = IdOf(_source.Published!, recipient, deal, "delivery"),
        Feed = Feed,
        Deal = deal,
        Recipient = recipient,
        Supplier = supplier,
        Platform = row.Designation,
        Quantity = QuantityOf(row.Delivered, row.DeliveredIsUncertain && row.Delivered > 0),
        Occurred = row.FirstDelivery == row.LastDelivery ? row.FirstDelivery : $"{row.FirstDelivery}/{row.LastDelivery}",
        Condition = ConditionOf(row.Status),
        Source = _source,
        Grade = GradeOf(row.DeliveredIsUncertain),
    };

    /// <summary>The delisting of a report that the edition no longer lists.</summary>
    public Delisting DelistingOf(Stated report, string recipient, string deal, string kind) => new()
    {
        Id = IdOf(_source.Published!, recipient, deal, $"{kind}-delisted"),
        Feed = Feed,
        Target = report.EventId.ToString(),
        Edition = $"SIPRI trade register {_source.Published}",
        Source = _source,
    };

    /// <summary>Hash of a report's content without its edition and the platform's spelling: equal for two editions whose rows state the
    /// same.</summary>
    public static UInt128 ContentOf(Report report)
    {
        var condition = report switch { Contract x => x.Condition, Delivery x => x.Condition, _ => null };
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{report.Quantity?.Qualifier}\n{report.Quantity?.N}\n{report.Occurred}\n{condition}\n{report.Grade}\n{report.Note}");
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static StatedQuantity QuantityOf(long n, bool isUncertain) =>
        new() { Qualifier = WordNames.Of(isUncertain ? Qualifier.About : Qualifier.Exact), N = n };

    private static string GradeOf(bool isUncertain) => isUncertain ? "B3" : "B2";

    private static string? ConditionOf(string status) => status.ToLowerInvariant() switch
    {
        "new" => "new",
        "second hand" or "second-hand" => "secondHand",
        "second hand but modernized" or "second-hand but modernized" => "modernised",
        _ => null,
    };
}
