using Ledger.Facts;
using Ledger.Store;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace Ledger.Editions;

/// <summary>Where imports of editions are kept while they run, and what became of each line. Not events: an import's progress is nobody's
/// history. What it records are events, and <see cref="EditionImported"/> is the one that says that it came to its end.</summary>
public static class EditionTables
{
    public static IEnumerable<Table> All() => [EditionTable(), LineTable()];

    private static Table EditionTable()
    {
        var table = new Table(new PostgresqlObjectName(TableNames.Schema, "editions", SchemaUtils.IdentifierUsage.General));
        // Rises in the order of acceptance: imports of one feed run in this order, one at a time.
        table.AddColumn("number", "bigint").AsPrimaryKey();
        table.AddColumn("id", "text").NotNull();
        table.AddColumn("feed", "text").NotNull();
        table.AddColumn("published", "date").NotNull();
        table.AddColumn("digest", "text").NotNull();
        table.AddColumn("whole", "boolean").NotNull();
        table.AddColumn("reporter", "text").NotNull();
        table.AddColumn("accepted", "timestamp with time zone").NotNull();
        table.AddColumn("ended", "timestamp with time zone");
        table.AddColumn("state", "text").NotNull();
        // Gone when the import is done, or can no longer be started again.
        table.AddColumn("file", "bytea");
        // The last line that is done; null until the file was compared with the edition before.
        table.AddColumn("checkpoint", "integer");
        table.AddColumn("lines", "integer");
        // Begun since the last checkpoint. Counted before the work, since a process that is killed counts nothing afterwards.
        table.AddColumn("attempts", "integer").NotNull();
        table.AddColumn("fault", "text");
        table.AddColumn("rows", "integer");
        table.AddColumn("numbers", "integer");
        table.AddColumn("flagged", "integer");
        table.AddColumn("unfinished", "date");
        // The ledger's end when the file was compared: what the import finds beyond it, it recorded itself, before a kill.
        table.AddColumn("compared_at", "bigint");
        table.AddColumn("summary", "text");
        table.AddColumn("problem", "text");
        table.AddColumn("position", "bigint");
        table.Indexes.Add(new IndexDefinition("idx_editions_id") { Columns = ["id"], IsUnique = true });
        return table;
    }

    private static Table LineTable()
    {
        var table = new Table(new PostgresqlObjectName(TableNames.Schema, "edition_lines", SchemaUtils.IdentifierUsage.General));
        table.AddColumn("edition", "bigint").AsPrimaryKey();
        // From 1, in the order of the answer.
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
        // What the line will post, as JSON; gone when the import is done.
        table.AddColumn("to_post", "bytea");
        return table;
    }
}
