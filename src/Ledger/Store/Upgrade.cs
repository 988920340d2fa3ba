using Npgsql;

namespace Ledger.Store;

/// <summary>An upgrade of the schema from a version to the next, for what a comparison of tables cannot know: moves of data, and drops.
/// Registered by the room that owns the data; <c>db-apply</c> runs those between the database's version and the program's, in
/// order.</summary>
/// <remarks>Upgrades run in the transaction that also brings tables, indexes, functions and triggers to this program's schema and raises
/// the version: a kill at any point changes nothing, and <c>db-apply</c> can be run again. The transaction holds the append lock, so no
/// event is appended meanwhile. An upgrade runs after the comparison: every column of this program is there already.</remarks>
public abstract class Upgrade
{
    /// <summary>The version that it starts from; it reaches the next one.</summary>
    public abstract int From { get; }

    /// <summary>What it does, in one line for the operator.</summary>
    public abstract string Summary { get; }

    /// <summary>What the database loses by it, as <see cref="SchemaInventory"/> names it: <c>table ledger.old</c>, <c>column ledger.t.c
    /// (text)</c>. Tables are dropped after the upgrade; columns, indexes and triggers by the comparison, which drops nothing
    /// else.</summary>
    public virtual IReadOnlyList<string> Drops => [];

    /// <summary>True where existing rows of the read model are incomplete afterwards, for example in a new column. The read model is then
    /// rebuilt before the service is ready.</summary>
    public virtual bool NeedsRebuild => false;

    /// <summary>Moves the data, all on the connection of this transaction: its locks would block any other.</summary>
    /// <param name="transaction">Holds the append lock.</param>
    /// <param name="print">Prints a line for the operator.</param>
    /// <param name="cancellation">Cancels; nothing has changed then.</param>
    /// <returns>True where the data found need a rebuild of the read model, in addition to <see cref="NeedsRebuild"/>.</returns>
    public virtual Task<bool> RunAsync(NpgsqlTransaction transaction, Action<string> print, CancellationToken cancellation) =>
        Task.FromResult(false);
}

/// <summary>Rebuilds the read model from the events. Registered by the room that owns it.</summary>
/// <param name="progress">Its progress.</param>
/// <param name="cancellation">Cancels; the old read model is still in place then.</param>
public delegate Task RebuildReadModel(IProgress<Progress> progress, CancellationToken cancellation);
