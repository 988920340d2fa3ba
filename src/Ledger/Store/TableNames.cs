namespace Ledger.Store;

/// <summary>Where everything lies in the database: the only place that names the store's tables and ours. What a table is like, the room says
/// whose it is.</summary>
public static class TableNames
{
    /// <summary>Schema of the events and of everything made from them.</summary>
    public const string Schema = "ledger";

    /// <summary>Schema of messages under way.</summary>
    public const string MessageSchema = "wolverine";

    /// <summary>The ledger itself, one row an event. Marten's.</summary>
    internal const string Events = $"{Schema}.mt_events";

    /// <summary>Streams of events. Marten's.</summary>
    internal const string Streams = $"{Schema}.mt_streams";

    /// <summary>How far projections had come, while they ran behind their events (schema version 1). Marten's.</summary>
    internal const string Progression = $"{Schema}.mt_event_progression";

    /// <summary>The read model, one row a report. Evidence.</summary>
    public const string Evidence = $"{Schema}.evidence";

    /// <summary>Imports of editions. Editions.</summary>
    public const string Editions = $"{Schema}.editions";

    /// <summary>Lines of imports. Editions.</summary>
    public const string EditionLines = $"{Schema}.edition_lines";

    /// <summary>API keys. Access.</summary>
    public const string ApiKeys = $"{Schema}.api_keys";

    /// <summary>Version of the schema. Store.</summary>
    internal const string SchemaVersion = $"{Schema}.schema_version";
}
