using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>A filter of reports. A member that is null does not filter.</summary>
public sealed record ReportFilter
{
    /// <summary>Code of the recipient.</summary>
    public string? Recipient { get; init; }

    /// <summary>Slug of the platform. Reports posted under its other names match too.</summary>
    public string? Platform { get; init; }

    /// <summary>Slug of the deal.</summary>
    public string? Deal { get; init; }

    /// <summary>The kind of report.</summary>
    public ReportKind? Kind { get; init; }

    /// <summary>The publisher, exactly as posted.</summary>
    public string? Publisher { get; init; }

    /// <summary>URI of the feed.</summary>
    public string? Feed { get; init; }

    /// <summary>Recorded at this time or later.</summary>
    public DateTimeOffset? RecordedFrom { get; init; }

    /// <summary>Recorded at this time or earlier.</summary>
    public DateTimeOffset? RecordedTo { get; init; }

    /// <summary>Only reports whose reported day is not after this day. A retraction without a published day always matches: it has the
    /// reported day of its target (METHOD.md §1).</summary>
    public DateOnly? ReportedBy { get; init; }

    /// <summary>The conditions in SQL; adds their parameters to the command.</summary>
    internal string Where(NpgsqlCommand command, Knowledge knowledge)
    {
        var conditions = new List<string>();
        void Add(string condition, object? value)
        {
            if (value is not null)
            {
                command.Parameters.AddWithValue(value);
                conditions.Add(condition.Replace("$", $"${command.Parameters.Count}", StringComparison.Ordinal));
            }
        }

        Add("position <= $", knowledge.Position);
        Add("recipient = $", Recipient);
        Add("platform = any($)", Platform is null ? null : knowledge.Catalogue.Find(Platform).Slugs.ToArray());
        Add("deal = $", Deal);
        Add("kind = $", (short?)Kind);
        Add("publisher = $", Publisher);
        Add("feed = $", Feed);
        Add("recorded_at >= $", RecordedFrom);
        Add("recorded_at <= $", RecordedTo);
        Add("(coalesce(published, (recorded_at at time zone 'UTC')::date) <= $ or (published is null and kind = "
            + $"{(int)ReportKind.Retraction}))", ReportedBy);
        return string.Join(" and ", conditions);
    }
}
