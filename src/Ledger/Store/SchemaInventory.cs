using Npgsql;

namespace Ledger.Store;

/// <summary>Everything that a change of the schema could take away, by name, as the database's own catalogue lists it: tables, columns with
/// their types, indexes, functions, triggers, sequences, views, checks and foreign keys. Two of them, from before and after a change, tell
/// what it lost, whoever wrote the change.</summary>
public sealed class SchemaInventory
{
    /// <summary>$1: the schemas. Item and, where it is part of a table, that table's item.</summary>
    private const string Sql = """
        with relation as (
          select c.oid, c.relkind, n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = any($1)),
        kept as (select oid, name, 'table ' || name as item from relation where relkind in ('r', 'p'))
        select item, null from kept
        union all
        select case relkind when 'S' then 'sequence ' when 'm' then 'materialized view ' else 'view ' end || name, null
        from relation where relkind in ('S', 'v', 'm')
        union all
        select 'column ' || kept.name || '.' || a.attname || ' (' || format_type(a.atttypid, a.atttypmod) || ')', kept.item
        from kept join pg_attribute a on a.attrelid = kept.oid and a.attnum > 0 and not a.attisdropped
        union all
        select 'index ' || relation.name, kept.item from pg_index i join relation on relation.oid = i.indexrelid join kept on kept.oid = i.indrelid
        union all
        select 'trigger ' || kept.name || '.' || t.tgname, kept.item from pg_trigger t join kept on kept.oid = t.tgrelid where not t.tgisinternal
        union all
        select 'constraint ' || kept.name || '.' || k.conname, kept.item
        from pg_constraint k join kept on kept.oid = k.conrelid where k.contype in ('c', 'f')
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

    /// <summary>What there is, in order of its name.</summary>
    public IReadOnlyList<string> Items => [.. _items.Keys.Order(StringComparer.Ordinal)];

    /// <summary>What is no longer there, in order of its name; of a table that is gone the table alone. A column whose type changed counts
    /// as lost, an index or function that was replaced by one of the same name does not.</summary>
    public IReadOnlyList<string> LostIn(SchemaInventory after) =>
    [
        .. _items.Where(x => !after._items.ContainsKey(x.Key) && (x.Value is null || after._items.ContainsKey(x.Value)))
            .Select(x => x.Key).Order(StringComparer.Ordinal),
    ];
}
