using Weasel.Core;
using Weasel.Core.Migrations;
using Weasel.Postgresql;

namespace Ledger.Store;

/// <summary>The append fence: a trigger by which the database takes events only from transactions that have announced this append protocol,
/// as whoever takes the append lock does. So nothing is appended beside the lock, and a node of an older version that was forgotten at an
/// upgrade meets an error with every post, rather than store events without what belongs to them since.</summary>
public sealed class AppendFence(Migrator migrator) : FeatureSchemaBase("append_fence", migrator)
{
    /// <summary>Part of the SQL that takes the append lock. The number is raised (here and in the function) by an upgrade
    /// after which an event of the program before would be incomplete; one after which it is not lets that program go on. 2: the row of
    /// evidence is written in the transaction of its event.</summary>
    public const string Announce = "set_config('ledger.append_protocol', '2', true)";

    /// <summary>SQLSTATE of its refusal: no outage and no race, so a program that meets it answers 500 and logs it.</summary>
    public const string SqlState = "LG001";

    /// <summary>The store fills a number that a failed append had taken with a tombstone, outside any lock; it says nothing. The test stands in
    /// the function, whose plan a connection keeps: as the trigger's own condition it is planned anew for each statement, at 50 µs.</summary>
    private const string Source = $"""

        begin
          if current_setting('ledger.append_protocol', true) is distinct from '2' and new.type <> 'tombstone' then
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

    /// <summary>Function and trigger in one object, compared by PostgreSQL's own catalogue: the library's trigger finds a difference where there is
    /// none, as soon as another process than the one that made it compares.</summary>
    private sealed class Fence() : SchemaObjectBase(new PostgresqlObjectName(TableNames.Schema, "append_fence", SchemaUtils.IdentifierUsage.Function))
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

        /// <summary>Asks whether both are there, do what they should, and are enabled.</summary>
        public override void ConfigureQueryCommand(Weasel.Core.DbCommandBuilder builder) => builder.Append($"""

            select exists (select from pg_proc where oid = to_regprocedure('{Call}') and prosrc = '{Source.Replace("'", "''", StringComparison.Ordinal)}')
               and exists (select from pg_trigger where tgrelid = to_regclass('{Table}') and tgname = '{Name}' and tgtype = {BeforeEachRowIsInserted}
                           and tgenabled in ('O', 'A') and tgqual is null and tgfoid = to_regprocedure('{Call}'));

            """);

        public override async Task<ISchemaObjectDelta> CreateDeltaAsync(System.Data.Common.DbDataReader reader, CancellationToken ct = default) =>
            new SchemaObjectDelta(this, await reader.ReadAsync(ct) && await reader.GetFieldValueAsync<bool>(0, ct)
                ? SchemaPatchDifference.None : SchemaPatchDifference.Create);
    }
}
