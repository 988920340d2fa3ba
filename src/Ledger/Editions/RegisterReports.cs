using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>What a row of a trade register says, as reports: one contract, and one delivery of the whole deal. Pure.</summary>
/// <param name="published">The edition's day.</param>
public sealed class RegisterReports(DateOnly published)
{
    /// <summary>The feed of every edition's reports.</summary>
    public const string Feed = "urn:sipri:trade-register";

    private readonly Source _source = new() { Publisher = "SIPRI", Published = Rfc3339.Text(published) };

    /// <summary>The id of an edition's report: the edition, the deal and its recipient, and the kind.</summary>
    public static string IdOf(string published, string recipient, string deal, string kind) => $"{published}/{recipient}/{deal}/{kind}";

    /// <summary>True for an id that an edition gave, rather than somebody who posts to the feed by hand.</summary>
    public static bool IsOfEdition(string id, string published) => id.StartsWith(published + "/", StringComparison.Ordinal);

    /// <summary>The order. The register's remarks on a row go with it.</summary>
    public Contract ContractOf(RegisterRow row, string recipient, string supplier, string deal) => new()
    {
        Id = IdOf(_source.Published!, recipient, deal, "contract"),
        Feed = Feed,
        Deal = deal,
        Recipient = recipient,
        Supplier = supplier,
        Platform = row.Designation,
        Quantity = row.Ordered is { } ordered ? Said(ordered, row.OrderedIsUncertain) : new StatedQuantity { Qualifier = WordNames.Of(Qualifier.Some) },
        Occurred = row.YearIsUncertain ? row.YearOfOrder + "?" : row.YearOfOrder,
        Condition = ConditionOf(row.Status),
        Source = _source,
        Grade = GradeOf(row.OrderedIsUncertain),
        Note = row.Comments.Length == 0 ? null : row.Comments,
    };

    /// <summary>What was delivered of it so far. Exactly none is said only where a delivery that was reported before is taken back.</summary>
    public Delivery DeliveryOf(RegisterRow row, string recipient, string supplier, string deal) => new()
    {
        Id = IdOf(_source.Published!, recipient, deal, "delivery"),
        Feed = Feed,
        Deal = deal,
        Recipient = recipient,
        Supplier = supplier,
        Platform = row.Designation,
        Quantity = Said(row.Delivered, row.DeliveredIsUncertain && row.Delivered > 0),
        Occurred = row.FirstDelivery == row.LastDelivery ? row.FirstDelivery : $"{row.FirstDelivery}/{row.LastDelivery}",
        Condition = ConditionOf(row.Status),
        Source = _source,
        Grade = GradeOf(row.DeliveredIsUncertain),
    };

    /// <summary>That the edition no longer lists a report.</summary>
    public Delisting DelistingOf(Stated report, string recipient, string deal, string kind) => new()
    {
        Id = IdOf(_source.Published!, recipient, deal, $"{kind}-delisted"),
        Feed = Feed,
        Target = report.EventId.ToString(),
        Edition = $"SIPRI trade register {_source.Published}",
        Source = _source,
    };

    /// <summary>What a report says, less when and of which platform's spelling: equal for two editions that say the same of a row.</summary>
    public static UInt128 SaidBy(Report report)
    {
        var condition = report switch { Contract x => x.Condition, Delivery x => x.Condition, _ => null };
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{report.Quantity?.Qualifier}\n{report.Quantity?.N}\n{report.Occurred}\n{condition}\n{report.Grade}\n{report.Note}");
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static StatedQuantity Said(long n, bool isUncertain) =>
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
