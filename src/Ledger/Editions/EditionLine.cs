using System.Text.Json;
using Ledger.Facts;
using Ledger.Reports;
using NpgsqlTypes;

namespace Ledger.Editions;

/// <summary>What became of a line of an import, or will.</summary>
public static class LineStatus
{
    /// <summary>Compared, and not recorded yet.</summary>
    public const string Pending = "pending";

    /// <summary>The history or a rule refused its reports; none of them was recorded.</summary>
    public const string Refused = "refused";

    public const string New = "new", Changed = "changed", Unchanged = "unchanged", Delisted = "delisted", Defined = "defined",
        Unresolved = "unresolved", Broken = "broken";

    /// <summary>Every word of it.</summary>
    public static readonly IReadOnlyList<string> All = [Pending, New, Changed, Unchanged, Delisted, Defined, Unresolved, Broken, Refused];
}

/// <summary>A line of an import's answer as the comparison left it: a record of the file, or whatever else was found.</summary>
/// <param name="Line">Of the file, from 1; null for what is no record of it.</param>
/// <param name="Finding">What it is to the edition before: a word of <see cref="LineStatus"/>, and its status once it is recorded.</param>
public sealed record EditionLine(int? Line, string Finding)
{
    public string? Recipient { get; init; }

    public string? Deal { get; init; }

    /// <summary>Slug of a weapon that comes into the catalogue.</summary>
    public string? Platform { get; init; }

    /// <summary>Of that weapon; or the name that nothing resolves.</summary>
    public string? Name { get; init; }

    public string? Category { get; init; }

    /// <summary>What nothing resolves: country or description.</summary>
    public string? What { get; init; }

    /// <summary>As what it was taken.</summary>
    public string? TakenAs { get; init; }

    /// <summary>The problem (RFC 9457) of a broken record.</summary>
    public string? Problem { get; init; }

    /// <summary>What it will post; empty where there is nothing to record.</summary>
    public IReadOnlyList<ReportToPost> Posts { get; init; } = [];

    /// <summary>The columns of its table that <see cref="Values"/> fills, in its order.</summary>
    public const string Columns =
        "edition, n, line, status, finding, recipient, deal, platform, name, category, what, taken_as, problem, "
        + "reports, created, existing, to_post";

    /// <summary>The row of this line.</summary>
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

/// <summary>What a line will post: a report in the form in which it would be posted over HTTP, or a platform that it defines.</summary>
/// <param name="Kind">A kind of report; null for a platform.</param>
/// <param name="EventId">Of the report, known before it is recorded since its identity is; null for a platform.</param>
public sealed record ReportToPost(string? Kind, Guid? EventId, JsonElement Body)
{
    public static ReportToPost Of(Report report) => new(Vocabulary.WordNames.Of(report.Kind), Identity.EventId(report.Feed!, report.Id!),
        JsonSerializer.SerializeToElement(report, report.GetType(), StoredJson.Options));

    public static ReportToPost Of(PlatformDefined platform) => new(null, null, JsonSerializer.SerializeToElement(platform, StoredJson.Options));
}
