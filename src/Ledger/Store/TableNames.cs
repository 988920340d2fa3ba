using Weasel.Postgresql;

namespace Ledger.Store;

/// <summary>Names of schemas and tables: Marten's and the rooms'. No other file of the program names Marten's tables. A table's columns are
/// defined in the room that owns it, which each summary names.</summary>
public static class TableNames
{
    /// <summary>Schema of the events and of everything derived from them.</summary>
    public const string Schema = "ledger";

    /// <summary>Schema of Wolverine's durable messages.</summary>
    public const string MessageSchema = "wolverine";

    /// <summary>Schema of the views for other people's dashboards. Export.</summary>
    public const string AnalyticsSchema = "analytics";

    /// <summary>Snapshots that the views show. Export.</summary>
    public const string Snapshots = $"{AnalyticsSchema}.snapshots";

    /// <summary>The role that may read those views and nothing else. <c>deploy/analyst.sql</c> makes it.</summary>
    public const string AnalystRole = "ledger_analyst";

    /// <summary>The ledger itself, one row an event. Marten's.</summary>
    internal const string Events = $"{Schema}.mt_events";

    /// <summary>Streams of events. Marten's.</summary>
    internal const string Streams = $"{Schema}.mt_streams";

    /// <summary>Progress of asynchronous projections (schema version 1). Marten's.</summary>
    internal const string Progression = $"{Schema}.mt_event_progression";

    /// <summary>The read model, one row a report. Evidence.</summary>
    public const string Evidence = $"{Schema}.evidence";

    /// <summary>The table that a rebuild fills, until it takes the place of <see cref="Evidence"/>. Evidence.</summary>
    public const string EvidenceNext = $"{Evidence}_next";

    /// <summary>Imports of editions. Editions.</summary>
    public const string Editions = $"{Schema}.editions";

    /// <summary>Lines of imports. Editions.</summary>
    public const string EditionLines = $"{Schema}.edition_lines";

    /// <summary>API keys. Access.</summary>
    public const string ApiKeys = $"{Schema}.api_keys";

    /// <summary>Version of the schema. Store.</summary>
    internal const string SchemaVersion = $"{Schema}.schema_version";

    /// <summary>The name of a table as the library that compares schemas takes it.</summary>
    /// <param name="table">One of the names above.</param>
    public static PostgresqlObjectName ObjectName(string table) =>
        new(Schema, table[(Schema.Length + 1)..], SchemaUtils.IdentifierUsage.General);
}
