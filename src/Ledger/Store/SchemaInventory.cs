using Npgsql;

namespace Ledger.Store;

/// <summary>Names of everything that a change of the schema could drop, from PostgreSQL's catalogue: tables, columns with their types,
/// indexes, functions, triggers, sequences, views, checks and foreign keys. The inventories from before and after a change show what it
/// lost.</summary>
public sealed class SchemaInventory
{
    /// <summary>$1: the schemas. Columns: the item and, for a part of a table, that table's item.</summary>
    private const string Sql = """
        with relation as (
          select c.oid, c.relkind, n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = any($1)),
        tables as (select oid, name, 'table ' || name as item from relation where relkind in ('r', 'p'))
        select item, null from tables
        union all
        select case relkind when 'S' then 'sequence ' when 'm' then 'materialized view ' else 'view ' end || name, null
        from relation where relkind in ('S', 'v', 'm')
        union all
        select 'column ' || tables.name || '.' || a.attname || ' (' || format_type(a.atttypid, a.atttypmod) || ')', tables.item
        from tables join pg_attribute a on a.attrelid = tables.oid and a.attnum > 0 and not a.attisdropped
        union all
        select 'index ' || relation.name, tables.item
        from pg_index i join relation on relation.oid = i.indexrelid join tables on tables.oid = i.indrelid
        union all
        select 'trigger ' || tables.name || '.' || t.tgname, tables.item
        from pg_trigger t join tables on tables.oid = t.tgrelid where not t.tgisinternal
        union all
        select 'constraint ' || tables.name || '.' || k.conname, tables.item
        from pg_constraint k join tables on tables.oid = k.conrelid where k.contype in ('c', 'f')
        union all
        select distinct 'function ' || n.nspname || '.' || p.proname, null from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = any($1)
        """;

    private readonly Dictionary<string, string?> _items = new(StringComparer.Ordinal);

    private SchemaInventory()
    {
    }

    /// <summary>Lists what the schemas hold, as the connection's transaction sees it.</summary>
    public static async Task<SchemaInventory> TakeAsync(NpgsqlConnection connection, string[] schemas, CancellationToken cancellation)
    {
        var inventory = new SchemaInventory();
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.AddWithValue(schemas);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            inventory._items[reader.GetString(0)] = reader.IsDBNull(1) ? null : reader.GetString(1);
        }

        return inventory;
    }

    /// <summary>The items in order of their names.</summary>
    public IReadOnlyList<string> Items => [.. _items.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The items that <paramref name="after"/> lacks, in order of their names; of a lost table only the table itself. A column
    /// whose type changed is lost; an index or function replaced by one of the same name is not.</summary>
    public IReadOnlyList<string> LostIn(SchemaInventory after) =>
    [
        .. _items.Where(x => !after._items.ContainsKey(x.Key) && (x.Value is null || after._items.ContainsKey(x.Value)))
            .Select(x => x.Key).Order(StringComparer.Ordinal),
    ];
}
