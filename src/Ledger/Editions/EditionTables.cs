using Ledger.Facts;
using Ledger.Store;
using Weasel.Postgresql.Tables;

namespace Ledger.Editions;

/// <summary>Defines the tables of imports and their lines. They are not events: the progress of an import is not part of the ledger. The
/// reports that it records are, and <see cref="EditionImported"/> at its end.</summary>
public static class EditionTables
{
    /// <summary>Both tables.</summary>
    public static IEnumerable<Table> All() => [EditionTable(), LineTable()];

    private static Table EditionTable()
    {
        var table = new Table(TableNames.ObjectName(TableNames.Editions));
        // Ascending in the order of acceptance. Imports of one feed run in this order, one at a time.
        table.AddColumn("number", "bigint").AsPrimaryKey();
        table.AddColumn("id", "text").NotNull();
        table.AddColumn("feed", "text").NotNull();
        table.AddColumn("published", "date").NotNull();
        table.AddColumn("digest", "text").NotNull();
        table.AddColumn("whole", "boolean").NotNull();
        // Null, like the six that follow, in rows from before there were other forms, selections and withdrawals.
        table.AddColumn("kind", "text");
        table.AddColumn("form", "text");
        table.AddColumn("file_of_day", "integer");
        table.AddColumn("selection", "boolean");
        table.AddColumn("inherits_flags", "boolean");
        table.AddColumn("reason", "text");
        table.AddColumn("withdrawn_by", "bigint");
        table.AddColumn("reporter", "text").NotNull();
        table.AddColumn("accepted", "timestamp with time zone").NotNull();
        table.AddColumn("ended", "timestamp with time zone");
        table.AddColumn("state", "text").NotNull();
        // Null when the import is done, or can no longer be restarted.
        table.AddColumn("file", "bytea");
        // The last line that is done; null until the file was compared with the edition before.
        table.AddColumn("checkpoint", "integer");
        table.AddColumn("lines", "integer");
        // Attempts since the last checkpoint, counted before the work, so that one that kills the process is counted.
        table.AddColumn("attempts", "integer").NotNull();
        table.AddColumn("fault", "text");
        // What the comparison counted of the file, as JSON.
        table.AddColumn("counted", "text");
        table.AddColumn("unfinished", "date");
        // The end of the ledger at the comparison: reports of the import beyond it were recorded by itself, before a kill.
        table.AddColumn("compared_at", "bigint");
        table.AddColumn("summary", "text");
        table.AddColumn("problem", "text");
        table.AddColumn("position", "bigint");
        table.Indexes.Add(new IndexDefinition("idx_editions_id") { Columns = ["id"], IsUnique = true });
        return table;
    }

    private static Table LineTable()
    {
        var table = new Table(TableNames.ObjectName(TableNames.EditionLines));
        table.AddColumn("edition", "bigint").AsPrimaryKey();
        // From 1, in the order of GET /v1/editions/{id}/lines.
        table.AddColumn("n", "integer").AsPrimaryKey();
        table.AddColumn("line", "integer");
        table.AddColumn("status", "text").NotNull();
        table.AddColumn("finding", "text").NotNull();
        foreach (var text in (ReadOnlySpan<string>)["recipient", "deal", "platform", "name", "category", "what", "taken_as", "problem"])
        {
            table.AddColumn(text, "text");
        }

        table.AddColumn("reports", "uuid[]");
        table.AddColumn("created", "integer").NotNull();
        table.AddColumn("existing", "integer").NotNull();
        table.AddColumn("position", "bigint");
        // What the line will post, as JSON; null when the import is done.
        table.AddColumn("to_post", "bytea");
        return table;
    }
}
