using JasperFx;
using Ledger.Problems;
using Npgsql;
using Weasel.Core;
using Weasel.Core.Migrations;

namespace Ledger.Store;

/// <summary>Brings the database to the program's schema in one transaction: first the differences of tables, indexes, functions and
/// triggers, then the upgrades. A loss that no upgrade names fails the transaction.</summary>
/// <param name="parts">The schema objects of the libraries and of the rooms.</param>
/// <param name="upgrades">The upgrades to run, in order.</param>
public sealed class SchemaChange(IReadOnlyList<IDatabase> parts, IReadOnlyList<Upgrade> upgrades)
{
    private const string Table = "table ";

    /// <summary>Runs the change.</summary>
    /// <param name="transaction">The caller commits it.</param>
    /// <param name="print">Prints a line for each step.</param>
    /// <returns>True where an upgrade needs a rebuild of the read model.</returns>
    /// <exception cref="OperatorException">Something would be lost, or cannot be changed in place. The caller rolls back.</exception>
    public async Task<bool> RunAsync(NpgsqlTransaction transaction, Action<string> print, CancellationToken cancellation)
    {
        var connection = transaction.Connection!;
        string[] schemas = [.. parts.SelectMany(x => x.AllSchemaNames()).Distinct()];
        await ExecuteAsync(connection, AppendLock.Take, cancellation);
        var before = await SchemaInventory.TakeAsync(connection, schemas, cancellation);
        foreach (var part in parts)
        {
            await ApplyAsync(connection, part, cancellation);
        }

        var needsRebuild = false;
        foreach (var upgrade in upgrades)
        {
            print($"Schema {upgrade.From} to {upgrade.From + 1}: {upgrade.Summary}");
            needsRebuild |= upgrade.NeedsRebuild | await upgrade.RunAsync(transaction, print, cancellation);
            foreach (var table in upgrade.Drops.Where(x => x.StartsWith(Table, StringComparison.Ordinal) && !IsOurs(x[Table.Length..])))
            {
                await ExecuteAsync(connection, $"drop {table}", cancellation);
                print($"Dropped {table}.");
            }
        }

        var after = await SchemaInventory.TakeAsync(connection, schemas, cancellation);
        RefuseLoss([.. before.LostIn(after).Except(upgrades.SelectMany(x => x.Drops))]);
        return needsRebuild;
    }

    /// <summary>True for a table of this program's schema. Such a table is not dropped, even if an upgrade names it: a later version
    /// brought it back, and the comparison has given it its columns.</summary>
    private bool IsOurs(string table) => parts.SelectMany(x => x.AllObjects()).Any(x => x is ITable && x.Identifier.QualifiedName == table);

    private static async Task ApplyAsync(NpgsqlConnection connection, IDatabase part, CancellationToken cancellation)
    {
        var objects = part.AllObjects().ToArray();
        foreach (var one in objects.OfType<ISchemaObjectWithPostProcessing>())
        {
            one.PostProcess(objects);
        }

        var migration = await SchemaMigration.DetermineAsync(connection, part.Migrator, cancellation, objects);
        if (migration.Difference == SchemaPatchDifference.None)
        {
            return;
        }

        var sql = new StringWriter();
        part.Migrator.WriteSchemaCreationSql(migration.Schemas, sql);
        try
        {
            migration.WriteAllUpdates(sql, part.Migrator, AutoCreate.CreateOrUpdate);
        }
        catch (SchemaMigrationException impossible)
        {
            throw new OperatorException(
                "Nothing was changed: the database differs from this program's schema in a way that only an upgrade can "
                + $"carry over, and this program has none for it. {impossible.Message.ReplaceLineEndings(" ")}");
        }

        await ExecuteAsync(connection, sql.ToString(), cancellation);
    }

    private static void RefuseLoss(IReadOnlyList<string> lost)
    {
        if (lost.Count > 0)
        {
            throw new OperatorException($"Nothing was changed: this program's schema does not have {string.Join(", ", lost)}, and applying "
                + "it would drop that. No upgrade of this program says so. If a newer program made it, use that one; if it was added by "
                + "hand and nobody needs it, drop it by hand. Then run db-apply again.");
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
