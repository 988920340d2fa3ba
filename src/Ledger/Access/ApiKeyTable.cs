using Ledger.Store;
using Weasel.Core;
using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace Ledger.Access;

/// <summary>Where keys are kept: not events, since a key's last use is nobody's history.</summary>
public static class ApiKeyTable
{
    /// <summary>The one column whose change concerns no node's cache: all nodes write it, every minute.</summary>
    private const string LastUsed = "last_used";

    /// <summary>The table, and what tells every node of a change to it.</summary>
    public static IEnumerable<ISchemaObject> All()
    {
        var table = Make();
        return [table, new ApiKeyTrigger([.. table.Columns.Select(x => x.Name).Where(x => x != LastUsed)])];
    }

    private static Table Make()
    {
        var table = new Table(new PostgresqlObjectName(TableNames.Schema, "api_keys", SchemaUtils.IdentifierUsage.General));
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
