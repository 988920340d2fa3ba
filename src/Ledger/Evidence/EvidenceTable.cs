using Ledger.Store;
using Weasel.Postgresql.Tables;

namespace Ledger.Evidence;

/// <summary>The read model's table: one immutable row per report. The indexes by recipient and platform let a question about one country
/// read that country's rows only. The full report stays in its event, and is read by position where a response shows it.</summary>
internal static class EvidenceTable
{
    public static Table Make()
    {
        var table = new Table(TableNames.ObjectName(TableNames.Evidence));
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
        Index(table, "platform", "position");
        Index(table, "supplier", "recipient", "platform", "position");
        Index(table, "deal", "position");
        Index(table, "publisher", "position");
        Index(table, "feed", "position");
        Index(table, "kind", "position");
        Index(table, "recorded_at");
        // Few reports have passed_to: a partial index.
        table.Indexes.Add(new IndexDefinition("idx_evidence_passed_to")
        {
            Columns = ["passed_to", "recipient", "platform"], Predicate = "passed_to is not null",
        });
        return table;
    }

    private static void Index(Table table, params string[] columns) =>
        table.Indexes.Add(new IndexDefinition($"idx_{table.Identifier.Name}_{string.Join('_', columns)}") { Columns = columns });
}
