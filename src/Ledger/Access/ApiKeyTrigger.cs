using System.Data.Common;
using Ledger.Store;
using Weasel.Core;
using Weasel.Postgresql;

namespace Ledger.Access;

/// <summary>Trigger and function that notify <see cref="Channel"/> when a transaction that changed keys commits, also one of a command or
/// of psql. The notification is sent once per transaction and names no key: a listener loads all keys again.</summary>
/// <remarks>Both are one schema object, whose SQL replaces them without a moment in which one is missing. Weasel's own trigger does not
/// fit: it supports no list of columns, and finds a difference in the order in which PostgreSQL names the events.</remarks>
/// <param name="columns">Columns whose change is notified.</param>
internal sealed class ApiKeyTrigger(IReadOnlyList<string> columns)
    : SchemaObjectBase(new PostgresqlObjectName(TableNames.Schema, "api_keys_changed", SchemaUtils.IdentifierUsage.Function))
{
    /// <summary>Name of the channel (LISTEN, NOTIFY).</summary>
    public const string Channel = "ledger_api_keys";

    private const string Name = "api_keys_changed";
    private const string Function = $"{TableNames.Schema}.{Name}()";
    private const string Source = $" begin perform pg_notify('{Channel}', ''); return null; end ";

    /// <summary>As in <c>pg_trigger.tgtype</c>: after each statement (neither ROW, 1, nor BEFORE, 2) that is an INSERT (4), DELETE (8),
    /// UPDATE (16) or TRUNCATE (32).</summary>
    private const int AfterEveryStatement = 4 | 8 | 16 | 32;

    public override void WriteCreateStatement(Migrator migrator, TextWriter writer) => writer.WriteLine(
        $"create or replace function {Function} returns trigger language plpgsql as $function${Source}$function$;\n"
        + $"create or replace trigger {Name} after insert or update of {string.Join(", ", columns)} or delete or truncate\n"
        + $"    on {TableNames.ApiKeys} for each statement execute function {Function};\n");

    public override void WriteDropStatement(Migrator rules, TextWriter writer) => writer.WriteLine(
        $"drop trigger if exists {Name} on {TableNames.ApiKeys};\ndrop function if exists {Function};");

    /// <summary>True where trigger and function exist, have this definition, and are enabled.</summary>
    public override void ConfigureQueryCommand(Weasel.Core.DbCommandBuilder builder) => builder.Append($"""

        select exists (select from pg_proc where oid = to_regprocedure('{Function}')
                       and prosrc = '{Source.Replace("'", "''", StringComparison.Ordinal)}')
           and exists (select from pg_trigger t where t.tgrelid = to_regclass('{TableNames.ApiKeys}') and t.tgname = '{Name}'
                       and t.tgtype = {AfterEveryStatement} and t.tgenabled in ('O', 'A') and t.tgqual is null
                       and t.tgfoid = to_regprocedure('{Function}')
                       and (select array_agg(a.attname::text order by a.attname) from pg_attribute a
                            where a.attrelid = t.tgrelid and a.attnum = any (t.tgattr))
                         = array[{string.Join(", ", columns.Order(StringComparer.Ordinal).Select(x => $"'{x}'"))}]);

        """);

    public override async Task<ISchemaObjectDelta> CreateDeltaAsync(DbDataReader reader, CancellationToken ct = default) =>
        new SchemaObjectDelta(this, await reader.ReadAsync(ct) && await reader.GetFieldValueAsync<bool>(0, ct)
            ? SchemaPatchDifference.None : SchemaPatchDifference.Create);
}
