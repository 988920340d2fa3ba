using Weasel.Core;
using Weasel.Core.Migrations;
using Weasel.Postgresql;
using Weasel.Postgresql.Functions;
using Weasel.Postgresql.Triggers;

namespace Ledger.Hosting;

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
    private const string Body = $"""
        CREATE OR REPLACE FUNCTION {Storage.Schema}.append_fence()
         RETURNS trigger
         LANGUAGE plpgsql
        AS $function$
        BEGIN
          IF current_setting('ledger.append_protocol', true) IS DISTINCT FROM '2' AND NEW.type <> 'tombstone' THEN
            RAISE EXCEPTION 'This ledger takes events by append protocol 2 alone. A Ledger older than its schema still runs: stop it.'
              USING ERRCODE = '{SqlState}';
          END IF;
          RETURN NEW;
        END
        $function$;
        """;

    protected override IEnumerable<ISchemaObject> schemaObjects()
    {
        yield return new Function(Named("append_fence"), Body);
        yield return new Trigger(Named("append_fence"), Named("mt_events"), $"{Storage.Schema}.append_fence()")
        {
            Timing = TriggerTiming.Before, Events = TriggerEvents.Insert, ForEachRow = true,
        };
    }

    private static PostgresqlObjectName Named(string name) => new(Storage.Schema, name, SchemaUtils.IdentifierUsage.General);
}
