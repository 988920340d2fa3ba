namespace Ledger.Store;

/// <summary>Progress of the projection of the read model while it was asynchronous (schema version 1). Only the upgrade from there reads
/// and writes it.</summary>
public static class ProjectionProgress
{
    private const string Shard = "evidence:All";

    /// <summary>SQL of the position up to which it had applied every event; 0 where it never ran.</summary>
    public static readonly string UsedSql =
        $"select coalesce((select last_seq_id from {TableNames.Progression} where name = '{Shard}'), 0)";

    /// <summary>SQL that records that every event up to the ledger's end has been applied, and that times up to there may fall.</summary>
    /// <param name="end">The ledger's end.</param>
    public static string CompleteSql(long end) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
        update {TableNames.Progression} set last_seq_id = {end} where name = '{Shard}' and last_seq_id < {end};
        update {TableNames.SchemaVersion}
        set unordered_until = {end}, unordered_latest = (select max(timestamp) from {TableNames.Events})
        """);
}
