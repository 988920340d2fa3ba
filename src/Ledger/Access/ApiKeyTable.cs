using Ledger.Store;
using Weasel.Core;
using Weasel.Postgresql.Tables;

namespace Ledger.Access;

/// <summary>Defines the table of keys. Keys are not events: the last use of a key is not part of the ledger.</summary>
public static class ApiKeyTable
{
    /// <summary>The one column whose change fires no notification: it is not cached, and all nodes write it every minute.</summary>
    private const string LastUsed = "last_used";

    /// <summary>The table, and the trigger that notifies all nodes of a change to it.</summary>
    public static IEnumerable<ISchemaObject> All()
    {
        var table = Make();
        return [table, new ApiKeyTrigger([.. table.Columns.Select(x => x.Name).Where(x => x != LastUsed)])];
    }

    private static Table Make()
    {
        var table = new Table(TableNames.ObjectName(TableNames.ApiKeys));
        table.AddColumn("id", "text").AsPrimaryKey();
        table.AddColumn("hash", "bytea").NotNull();
        table.AddColumn("name", "text").NotNull();
        table.AddColumn("scopes", "text[]").NotNull();
        table.AddColumn("feeds", "text[]").NotNull();
        table.AddColumn("created", "timestamp with time zone").NotNull();
        table.AddColumn("expires", "timestamp with time zone");
        table.AddColumn("revoked", "timestamp with time zone");
        table.AddColumn(LastUsed, "timestamp with time zone");
        return table;
    }
}
