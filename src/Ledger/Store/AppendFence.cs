using System.Data.Common;
using Weasel.Core;
using Weasel.Core.Migrations;
using Weasel.Postgresql;

namespace Ledger.Store;

/// <summary>The append fence: a trigger that takes an event only from a transaction that has announced this append protocol, which
/// <see cref="AppendLock.Take"/> does. It guarantees that nothing is appended without the lock, and that a node of an older version, left
/// running after an upgrade, gets an error for every post instead of storing incomplete events.</summary>
public sealed class AppendFence(Migrator migrator) : FeatureSchemaBase("append_fence", migrator)
{
    /// <summary>Part of the SQL that takes the append lock. An upgrade raises the number, here and in the function, if events of the
    /// program before it would be incomplete from then on; if not, that program may go on appending. 2: the row of evidence is written in
    /// the transaction of its event.</summary>
    public const string Announce = "set_config('ledger.append_protocol', '2', true)";

    /// <summary>SQLSTATE of the fence's error. It is neither an outage nor a race, so it becomes a 500 and is logged.</summary>
    public const string SqlState = "LG001";

    /// <summary>Body of the trigger's function. Tombstones pass: Marten writes one, without a lock, at the position that a failed append
    /// had taken. The condition is in the function, whose plan is cached by the connection; as the trigger's WHEN it is planned again for
    /// each statement, at 50 µs.</summary>
    private const string Source = $"""

        begin
          if current_setting('ledger.append_protocol', true) is distinct from '2' and new.type <> '{StoredEvents.Tombstone}' then
            raise exception 'This ledger takes events by append protocol 2 alone. A Ledger older than its schema still runs: stop it.'
              using errcode = '{SqlState}';
          end if;
          return new;
        end

        """;

    protected override IEnumerable<ISchemaObject> schemaObjects()
    {
        yield return new Fence();
    }

    /// <summary>Function and trigger as one schema object, compared with PostgreSQL's catalogue. Weasel's own trigger reports a difference
    /// where there is none, in every process but the one that made it.</summary>
    private sealed class Fence()
        : SchemaObjectBase(new PostgresqlObjectName(TableNames.Schema, "append_fence", SchemaUtils.IdentifierUsage.Function))
    {
        private const string Name = "append_fence";
        private const string Table = $"{TableNames.Events}";
        private const string Call = $"{TableNames.Schema}.{Name}()";

        /// <summary>As in <c>pg_trigger.tgtype</c>: for each ROW (1), BEFORE (2) an INSERT (4).</summary>
        private const int BeforeEachRowIsInserted = 1 | 2 | 4;

        public override void WriteCreateStatement(Migrator migrator, TextWriter writer) => writer.WriteLine(
            $"create or replace function {Call} returns trigger language plpgsql as $function${Source}$function$;\n"
            + $"create or replace trigger {Name} before insert on {Table} for each row execute function {Call};\n");

        public override void WriteDropStatement(Migrator rules, TextWriter writer) =>
            writer.WriteLine($"drop trigger if exists {Name} on {Table};\ndrop function if exists {Call};");

        /// <summary>True where function and trigger exist, have this definition, and are enabled.</summary>
        public override void ConfigureQueryCommand(Weasel.Core.DbCommandBuilder builder) => builder.Append($"""

            select exists (select from pg_proc where oid = to_regprocedure('{Call}')
                           and prosrc = '{Source.Replace("'", "''", StringComparison.Ordinal)}')
               and exists (select from pg_trigger where tgrelid = to_regclass('{Table}') and tgname = '{Name}'
                           and tgtype = {BeforeEachRowIsInserted}
                           and tgenabled in ('O', 'A') and tgqual is null and tgfoid = to_regprocedure('{Call}'));

            """);

        public override async Task<ISchemaObjectDelta> CreateDeltaAsync(DbDataReader reader, CancellationToken ct = default) =>
            new SchemaObjectDelta(this, await reader.ReadAsync(ct) && await reader.GetFieldValueAsync<bool>(0, ct)
                ? SchemaPatchDifference.None : SchemaPatchDifference.Create);
    }
}
