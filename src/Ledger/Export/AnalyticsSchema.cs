using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ledger.Store;
using Weasel.Core;
using Weasel.Postgresql;

namespace Ledger.Export;

/// <summary>The schema for other people's dashboards: a table of snapshots, and for each table for analysts a table of rows, a view of the
/// newest snapshot and a view of all that are kept. Everything follows from the declarations of the tables (<see cref="Column"/>), also
/// the comments that document it. No code of ours reads the views.</summary>
/// <remarks>One schema object, known by a digest of its SQL in the schema's comment. The role of analysts may be missing: only a superuser
/// makes roles (<c>deploy/analyst.sql</c>).</remarks>
internal sealed class AnalyticsSchema()
    : SchemaObjectBase(new PostgresqlObjectName(TableNames.AnalyticsSchema, "snapshots", SchemaUtils.IdentifierUsage.General))
{
    /// <summary>The columns of each view that say which snapshot a row is of.</summary>
    private static readonly (string Name, string From, string Comment)[] OfSnapshot =
    [
        ("snapshot", "s.snapshot", "Number of the snapshot; a later one is higher."),
        ("snapshot_taken_at", "s.taken_at", "When the snapshot was taken, UTC."),
        ("snapshot_day", "s.as_of", "The day of the figures: what had happened by then."),
        ("snapshot_position", "s.position", "What the ledger held up to here: /v1 answers the same with it as knownAt."),
        ("snapshot_method", "s.method", "The method of estimation."),
    ];

    private static readonly string Sql = Make();

    private static readonly string Mark =
        $"Tables for analysts, as dated snapshots. {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)))[..16]}";

    /// <summary>The table with the rows of a table for analysts.</summary>
    public static string RowsOf(Table table) => $"{TableNames.AnalyticsSchema}.{table.Name}_rows";

    public override void WriteCreateStatement(Migrator migrator, TextWriter writer) => writer.WriteLine(
        $"{Sql}comment on schema {TableNames.AnalyticsSchema} is '{Mark}';\n");

    public override void WriteDropStatement(Migrator rules, TextWriter writer) =>
        writer.WriteLine($"drop schema if exists {TableNames.AnalyticsSchema} cascade;");

    /// <summary>True where the schema was made by this SQL and has as many columns and indexes as it makes.</summary>
    public override void ConfigureQueryCommand(Weasel.Core.DbCommandBuilder builder)
    {
        var own = AnalystTables.All.Sum(x => x.Columns.Count);
        var columns = 7 + own + AnalystTables.All.Count + (2 * (own + (AnalystTables.All.Count * OfSnapshot.Length)));
        builder.Append(string.Create(CultureInfo.InvariantCulture, $"""

            select coalesce(obj_description(to_regnamespace('{TableNames.AnalyticsSchema}')::oid, 'pg_namespace') = '{Mark}', false)
               and (select count(*) from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'v')
                    where c.relnamespace = to_regnamespace('{TableNames.AnalyticsSchema}') and a.attnum > 0 and not a.attisdropped)
                 = {columns};

            """));
    }

    public override async Task<ISchemaObjectDelta> CreateDeltaAsync(DbDataReader reader, CancellationToken ct = default) =>
        new SchemaObjectDelta(this, await reader.ReadAsync(ct) && await reader.GetFieldValueAsync<bool>(0, ct)
            ? SchemaPatchDifference.None : SchemaPatchDifference.Create);

    private static string Make()
    {
        var sql = new StringBuilder();
        sql.Append(CultureInfo.InvariantCulture, $"create schema if not exists {TableNames.AnalyticsSchema};\n");
        sql.Append(CultureInfo.InvariantCulture, $"""
            create table if not exists {TableNames.Snapshots} (
              snapshot bigint generated always as identity primary key, taken_at timestamp with time zone not null, as_of date not null,
              position bigint not null, known_at timestamp with time zone, method integer not null, first_year integer not null);
            comment on table {TableNames.Snapshots} is 'Snapshots of the tables for analysts.';

            """);
        foreach (var table in AnalystTables.All)
        {
            Append(sql, table);
        }

        return sql.Append(CultureInfo.InvariantCulture, $"""
            do $grant$ begin
              if exists (select from pg_roles where rolname = '{TableNames.AnalystRole}') then
                grant usage on schema {TableNames.AnalyticsSchema} to {TableNames.AnalystRole};
                grant select on {string.Join(", ", AnalystTables.All.SelectMany(Views))} to {TableNames.AnalystRole};
              end if;
            end $grant$;

            """).ToString().ReplaceLineEndings("\n");
    }

    private static string[] Views(Table table) =>
        [$"{TableNames.AnalyticsSchema}.{table.Name}", $"{TableNames.AnalyticsSchema}.{table.Name}_history"];

    private static void Append(StringBuilder sql, Table table)
    {
        var (rows, views) = (RowsOf(table), Views(table));
        var declared = table.Columns.Select(x => $"  {x.Name} {SqlColumns.TypeOf(x)}{(x.MayBeEmpty ? "" : " not null")}");
        var named = string.Join(", ", OfSnapshot.Select(x => $"{x.From} as {x.Name}").Concat(table.Columns.Select(x => $"r.{x.Name}")));
        sql.Append(CultureInfo.InvariantCulture, $"""
            drop view if exists {views[0]}, {views[1]};
            create table if not exists {rows} (
              snapshot bigint not null,
            {string.Join(",\n", declared)});
            create index if not exists idx_{table.Name}_rows_snapshot on {rows} (snapshot);
            create view {views[0]} as select {named}
            from {rows} r join {TableNames.Snapshots} s on s.snapshot = r.snapshot
            where r.snapshot = (select max(snapshot) from {TableNames.Snapshots});
            create view {views[1]} as select {named}
            from {rows} r join {TableNames.Snapshots} s on s.snapshot = r.snapshot;

            """);
        foreach (var (view, which) in ((string, string)[])[(views[0], "the newest snapshot"), (views[1], "every snapshot that is kept")])
        {
            sql.Append(CultureInfo.InvariantCulture, $"comment on view {view} is '{Quoted($"{table.Meaning}; of {which}.")}';\n");
            foreach (var (name, comment) in OfSnapshot.Select(x => (x.Name, x.Comment))
                .Concat(table.Columns.Select(x => (x.Name, x.Comment))))
            {
                sql.Append(CultureInfo.InvariantCulture, $"comment on column {view}.{name} is '{Quoted(comment)}';\n");
            }
        }
    }

    private static string Quoted(string text) => text.Replace("'", "''", StringComparison.Ordinal);
}
