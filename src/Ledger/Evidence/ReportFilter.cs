using Ledger.Vocabulary;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Which reports are asked for; what is null filters nothing.</summary>
public sealed record ReportFilter
{
    /// <summary>Code.</summary>
    public string? Recipient { get; init; }

    /// <summary>Slug; reports posted under the platform's other names are of it too.</summary>
    public string? Platform { get; init; }

    /// <summary>Slug.</summary>
    public string? Deal { get; init; }

    public ReportKind? Kind { get; init; }

    public string? Publisher { get; init; }

    /// <summary>URI.</summary>
    public string? Feed { get; init; }

    public DateTimeOffset? RecordedFrom { get; init; }

    public DateTimeOffset? RecordedTo { get; init; }

    /// <summary>Only what sources had said by this day. A retraction without a day takes that of what it retracts: the ledger's own mistake is no
    /// news of a later day.</summary>
    public DateOnly? ReportedBy { get; init; }

    /// <summary>The conditions in SQL, with their parameters.</summary>
    /// <param name="command">Takes the parameters.</param>
    internal string Where(NpgsqlCommand command, Knowledge known)
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

        Add("position <= $", known.Position);
        Add("recipient = $", Recipient);
        Add("platform = any($)", Platform is null ? null : known.Catalogue.Find(Platform).Slugs.ToArray());
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
