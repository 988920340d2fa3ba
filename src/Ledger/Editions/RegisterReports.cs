using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Editions;

/// <summary>Makes the reports of a row of a trade register: one contract (an announcement, where the weapon was selected and is not
/// ordered), and one delivery of the whole deal. Pure.</summary>
/// <param name="published">The edition's day.</param>
/// <param name="file">Number of the file among those of its day, from 1.</param>
public sealed partial class RegisterReports(DateOnly published, int file)
{
    /// <summary>The feed of every edition's reports.</summary>
    public const string Feed = "urn:sipri:trade-register";

    /// <summary>The last part of the id of a contract or announcement, and of a deal's newest total.</summary>
    public const string ContractName = "contract", DeliveryName = "delivery";

    private readonly Source _source = new() { Publisher = "SIPRI", Published = Rfc3339.Text(published) };

    /// <summary>What the ids of an edition's reports begin with: from the second file of a day on a number follows the day, so that a
    /// row of the right file is never taken for the one that was withdrawn.</summary>
    public static string PrefixOf(DateOnly published, int file) =>
        string.Create(CultureInfo.InvariantCulture, $"{Rfc3339.Text(published)}{(file == 1 ? "" : $".{file}")}/");

    /// <summary>What the ids of the reports of a file by year hold, and no others.</summary>
    private const string LotPart = "/lot-";

    /// <summary>The last part of the id of the delivery of one year.</summary>
    public static string LotName(string year) => $"{LotPart[1..]}{year}";

    /// <summary>The last part of the id of what a whole edition says of the delivery of one year.</summary>
    public static string CopyName(string year) => $"{DeliveryName}-in-{year}";

    /// <summary>True for the id of a report of a file by year.</summary>
    public static bool IsOfYears(string id) => id.Contains(LotPart, StringComparison.Ordinal);

    /// <summary>True for the id of a report of an edition; false for one that was posted to the feed directly.</summary>
    public static bool IsOfEdition(string id, DateOnly published) =>
        Prefix().Match(id) is { Success: true } match && match.Groups[1].Value == Rfc3339.Text(published);

    /// <summary>The contract of a row, with the register's comments as its note; an announcement where they say that the weapon was
    /// selected and is not ordered.</summary>
    /// <param name="row">The row.</param>
    /// <param name="order">Whose it is.</param>
    public Report ContractOf(RegisterRow row, OrderOf order)
    {
        var quantity = row.Ordered is { } ordered
            ? QuantityOf(ordered, row.OrderedIsUncertain) : new StatedQuantity { Qualifier = WordNames.Of(Qualifier.Some) };
        var occurred = row.YearIsUncertain ? row.YearOfOrder + "?" : row.YearOfOrder;
        var note = row.Comments.Length == 0 ? null : row.Comments;
        Report report = row.Delivered == 0 && Selected().IsMatch(row.Comments)
            ? new Announcement { Stage = "plan" }
            : new Contract
            {
                Condition = ConditionOf(row.Status),
                LicensedProduction = row.Comments.Split(';').Any(x => Licensed().IsMatch(x) && !Unlicensed().IsMatch(x)) ? true : null,
            };
        return Of(report, order, ContractName) with
        {
            Quantity = quantity,
            Occurred = occurred,
            Grade = GradeOf(row.OrderedIsUncertain),
            Note = note,
        };
    }

    /// <summary>The delivery of a row: the units delivered so far. It is zero only where it supersedes an earlier delivery.</summary>
    public Delivery DeliveryOf(RegisterRow row, OrderOf order) => DeliveryOf(
        order, DeliveryName, row.Delivered, row.DeliveredIsUncertain && row.Delivered > 0, row.FirstDelivery, row.LastDelivery,
        ConditionOf(row.Status), GradeOf(row.DeliveredIsUncertain));

    /// <summary>A total, or the delivery of a year, that stood under another name, under the name of today.</summary>
    public Delivery CopyOf(HeldDelivery total, OrderOf order, string name) => DeliveryOf(
        order, name, total.Delivered, total.IsUncertain, total.First, total.Last, total.Condition, GradeOf(total.IsUncertain));

    /// <summary>The delivery of one year.</summary>
    public Delivery LotOf(YearRow row, OrderOf order) => DeliveryOf(
        order, LotName(row.DeliveryYear), row.Delivered, row.DeliveredIsUncertain, row.DeliveryYear, row.DeliveryYear,
        ConditionOf(row.Status), GradeOf(row.DeliveredIsUncertain)) with
    {
        Lot = row.DeliveryYear,
        Occurred = row.DeliveryYearIsUncertain ? row.DeliveryYear + "?" : row.DeliveryYear,
        Reference = row.Number,
    };

    /// <summary>The delisting of a report that the edition no longer lists.</summary>
    /// <param name="report">The report.</param>
    /// <param name="order">Its order.</param>
    /// <param name="name">The last part of the report's id, or what stands for it.</param>
    /// <param name="successor">Id of the report under which the order is listed now; null where it is not.</param>
    public Delisting DelistingOf(Guid report, HeldOrder order, string name, string? successor) => new()
    {
        Id = IdOf(order.Recipient, order.Deal, $"{name}-delisted"),
        Feed = Feed,
        Target = report.ToString(),
        Edition = $"SIPRI trade register {_source.Published}",
        Successor = successor,
        Source = _source,
    };

    /// <summary>The retraction of a report that an edition recorded. It has no day of publication: it corrects the ledger's own mistake, so
    /// it counts from the edition's day on.</summary>
    /// <param name="eventId">Of the report.</param>
    /// <param name="id">Id of the report.</param>
    /// <param name="reason">Why the edition is withdrawn.</param>
    /// <param name="reporter">Name of the key that withdraws it.</param>
    public static Retraction RetractionOf(Guid eventId, string id, string reason, string reporter) => new()
    {
        Id = Fitting($"{id}-withdrawn"),
        Feed = Feed,
        Target = eventId.ToString(),
        Reason = reason,
        Source = new Source { Publisher = reporter },
    };

    /// <summary>Hash of a report's content without its edition and the platform's spelling: equal for two editions whose rows state the
    /// same.</summary>
    public static UInt128 ContentOf(Report report)
    {
        var own = report switch
        {
            Contract x => $"{x.Condition}{(x.LicensedProduction == true ? " licensed" : "")}",
            Delivery x => x.Condition,
            _ => report.Kind.ToString(),
        };
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{report.Quantity?.Qualifier}\n{report.Quantity?.N}\n{report.Occurred}\n{own}\n{report.Grade}\n{report.Note}");
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private string IdOf(string recipient, string deal, string name) => Fitting($"{PrefixOf(published, file)}{recipient}/{deal}/{name}");

    /// <summary>An id, of which a hash takes the place of the end where it would be too long.</summary>
    private static string Fitting(string id) => id.Length <= Limits.IdCharacters ? id
        : $"{id[..(Limits.IdCharacters - 17)]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 8))}";

    private Report Of(Report report, OrderOf order, string name) => report with
    {
        Id = IdOf(order.Recipient, order.Deal, name),
        Feed = Feed,
        Deal = order.Deal,
        Recipient = order.Recipient,
        Supplier = order.Supplier,
        Platform = order.Platform,
        Source = _source,
        Reference = order.Reference,
    };

    private Delivery DeliveryOf(OrderOf order, string name, long delivered, bool isUncertain, string? first, string? last,
        string? condition, string grade) => (Delivery)Of(
        new Delivery { Condition = condition }, order, name) with
        {
            Quantity = QuantityOf(delivered, isUncertain),
            Occurred = first == last ? first : $"{first}/{last}",
            Grade = grade,
        };

    private static StatedQuantity QuantityOf(long n, bool isUncertain) =>
        new() { Qualifier = WordNames.Of(isUncertain ? Qualifier.About : Qualifier.Exact), N = n };

    private static string GradeOf(bool isUncertain) => isUncertain ? "B3" : "B2";

    /// <summary>The condition that a status says; null for none that is known.</summary>
    internal static string? ConditionOf(string status) => status.ToLowerInvariant() switch
    {
        "new" => "new",
        "second hand" or "second-hand" => "secondHand",
        "second hand but modernized" or "second-hand but modernized" => "modernised",
        _ => null,
    };

    [GeneratedRegex(@"^(\d{4}-\d{2}-\d{2})(\.\d+)?/", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix();

    /// <summary>A remark that begins so: "Selected 2023 but contract not yet signed by end-2023".</summary>
    [GeneratedRegex(@"(^|;)\s*((possibly|probably) )?selected\b[^;]*\bnot\b[^;]*\b(order|sign)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Selected();

    [GeneratedRegex(@"\bunder\s+(\w+\s+)?licen[cs]e|\blicen[cs]ed? produc", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Licensed();

    /// <summary>Remarks that speak of a licence which is not there, or may not be.</summary>
    [GeneratedRegex(@"without|unlicen|planned|abandon|cancel|prior to|possibly|option",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Unlicensed();
}

/// <summary>Whose a report is.</summary>
/// <param name="Recipient">Code of the recipient.</param>
/// <param name="Supplier">Code of the supplier.</param>
/// <param name="Deal">Label of the deal.</param>
/// <param name="Platform">The platform's name, as the register writes it.</param>
/// <param name="Reference">The source's own number of the order; null where it is not known.</param>
public readonly record struct OrderOf(string Recipient, string Supplier, string Deal, string Platform, string? Reference);
