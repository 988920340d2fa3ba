using Weasel.Postgresql;
using Weasel.Postgresql.Tables;

namespace Ledger.Access;

/// <summary>Where keys are kept: not events, since a key's last use is nobody's history.</summary>
public static class ApiKeyTable
{
    public static Table Make()
    {
        var table = new Table(new PostgresqlObjectName(Hosting.Storage.Schema, "api_keys", SchemaUtils.IdentifierUsage.General));
        table.AddColumn("id", "text").AsPrimaryKey();
        table.AddColumn("hash", "bytea").NotNull();
        table.AddColumn("name", "text").NotNull();
        table.AddColumn("scopes", "text[]").NotNull();
        table.AddColumn("feeds", "text[]").NotNull();
        table.AddColumn("created", "timestamp with time zone").NotNull();
        table.AddColumn("expires", "timestamp with time zone");
        table.AddColumn("revoked", "timestamp with time zone");
        table.AddColumn("last_used", "timestamp with time zone");
        return table;
    }
}
