using Ledger.Store;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace Ledger.Evidence;

/// <summary>The read model's table. One immutable row per report, found by holding and position; a question about one country never
/// touches another's rows, however long the ledger is. The report's own text stays in the event, joined by position where it is shown.</summary>
internal static class EvidenceTable
{
    public static Table Make()
    {
        var table = new Table(new PostgresqlObjectName(TableNames.Schema, EvidenceProjection.Name, SchemaUtils.IdentifierUsage.General));
        table.AddColumn("position", "bigint").AsPrimaryKey();
        foreach (var (name, type, required) in EvidenceColumns.All.Skip(1))
        {
            var column = table.AddColumn(name, type);
            if (required)
            {
                column.NotNull();
            }
        }

        Index(table, "recipient", "platform", "position");
        Index(table, "platform", "recipient", "position");
        Index(table, "recipient", "position");
        Index(table, "deal", "position");
        Index(table, "publisher", "position");
        Index(table, "feed", "position");
        Index(table, "kind", "position");
        Index(table, "recorded_at");
        // Few reports say that goods went on: an index of those alone finds them without reading the others.
        table.Indexes.Add(new IndexDefinition("idx_evidence_passed_to")
        {
            Columns = ["passed_to", "recipient", "platform"], Predicate = "passed_to is not null",
        });
        return table;
    }

    private static void Index(Table table, params string[] columns) =>
        table.Indexes.Add(new IndexDefinition($"idx_{table.Identifier.Name}_{string.Join('_', columns)}") { Columns = columns });
}
