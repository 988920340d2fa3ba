using System.Text.Json;
using Ledger.Facts;
using Ledger.Reports;
using NpgsqlTypes;

namespace Ledger.Editions;

/// <summary>Status of a line of an import, as in the API.</summary>
public static class LineStatus
{
    /// <summary>Compared, and not recorded yet.</summary>
    public const string Pending = "pending";

    /// <summary>Its reports broke a rule or contradict the ledger; none of them was recorded.</summary>
    public const string Refused = "refused";

    /// <summary>Findings of the comparison; the status once the line is recorded.</summary>
    public const string New = "new", Changed = "changed", Unchanged = "unchanged", Delisted = "delisted", Defined = "defined",
        Unresolved = "unresolved", Broken = "broken";

    /// <summary>More was delivered than the edition before said.</summary>
    public const string Grown = "grown";

    /// <summary>The year of order moved; it is the same order.</summary>
    public const string Moved = "moved";

    /// <summary>The order stood under another platform, supplier or recipient.</summary>
    public const string Renamed = "renamed";

    /// <summary>An order that no sound row continues, and that stays listed because a broken record may be it.</summary>
    public const string Undecided = "undecided";

    /// <summary>The delivery of a year that is not posted: a newer whole edition lists the order no more, lists fewer, or ends
    /// earlier.</summary>
    public const string Superseded = "superseded";

    /// <summary>The reports of an order are withdrawn.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>Every status.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Pending, New, Changed, Grown, Moved, Renamed, Unchanged, Delisted, Undecided, Superseded, Withdrawn, Defined, Unresolved, Broken,
        Refused,
    ];
}

/// <summary>A line of an import, as the comparison makes it: a record of the file, a delisting, a definition, or an unresolved
/// name.</summary>
/// <param name="Line">Line of the file, from 1; null where it is not a record of the file.</param>
/// <param name="Finding">Result of the comparison: of <see cref="LineStatus"/>, and its status once it is recorded.</param>
public sealed record EditionLine(int? Line, string Finding)
{
    /// <summary>Code of the recipient.</summary>
    public string? Recipient { get; init; }

    /// <summary>Label of the deal.</summary>
    public string? Deal { get; init; }

    /// <summary>Slug of the order's platform, or of one that the line defines.</summary>
    public string? Platform { get; init; }

    /// <summary>Name of that platform; or the unresolved name.</summary>
    public string? Name { get; init; }

    /// <summary>Category of that platform.</summary>
    public string? Category { get; init; }

    /// <summary>Kind of the unresolved name, country or description; or why the delivery of a year is not posted.</summary>
    public string? What { get; init; }

    /// <summary>The code or category that is used for the unresolved name.</summary>
    public string? TakenAs { get; init; }

    /// <summary>The problem (RFC 9457) of a broken record.</summary>
    public string? Problem { get; init; }

    /// <summary>What the line will post; empty where there is nothing to record.</summary>
    public IReadOnlyList<ReportToPost> Posts { get; init; } = [];

    /// <summary>The columns of the table that <see cref="Values"/> fills, in its order.</summary>
    public const string Columns =
        "edition, n, line, status, finding, recipient, deal, platform, name, category, what, taken_as, problem, "
        + "reports, created, existing, to_post";

    /// <summary>The row of this line, in the order of <see cref="Columns"/>.</summary>
    /// <param name="edition">Number of the import.</param>
    /// <param name="n">Number of the line, from 1.</param>
    public IEnumerable<(object? Value, NpgsqlDbType Type)> Values(long edition, int n)
    {
        yield return (edition, NpgsqlDbType.Bigint);
        yield return (n, NpgsqlDbType.Integer);
        yield return (Line, NpgsqlDbType.Integer);
        yield return (Posts.Count > 0 ? LineStatus.Pending : Finding, NpgsqlDbType.Text);
        foreach (var text in (string?[])[Finding, Recipient, Deal, Platform, Name, Category, What, TakenAs, Problem])
        {
            yield return (text, NpgsqlDbType.Text);
        }

        var reports = Posts.Where(x => x.EventId is not null).Select(x => x.EventId!.Value).ToArray();
        yield return (reports.Length == 0 ? null : reports, NpgsqlDbType.Array | NpgsqlDbType.Uuid);
        yield return (0, NpgsqlDbType.Integer);
        yield return (0, NpgsqlDbType.Integer);
        yield return (Posts.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(Posts, StoredJson.Options), NpgsqlDbType.Bytea);
    }
}

/// <summary>What a line will post: a report as it would be posted over HTTP, or the definition of a platform.</summary>
/// <param name="Kind">The kind of report; null for a platform.</param>
/// <param name="EventId">Event id of the report, which follows from its identity; null for a platform.</param>
/// <param name="Body">The report's, or the definition's, JSON.</param>
public sealed record ReportToPost(string? Kind, Guid? EventId, JsonElement Body)
{
    /// <summary>Of a report.</summary>
    public static ReportToPost Of(Report report) => new(Vocabulary.WordNames.Of(report.Kind), Identity.EventId(report.Feed!, report.Id!),
        JsonSerializer.SerializeToElement(report, report.GetType(), StoredJson.Options));

    /// <summary>Of a definition.</summary>
    public static ReportToPost Of(PlatformDefined platform) =>
        new(null, null, JsonSerializer.SerializeToElement(platform, StoredJson.Options));
}
