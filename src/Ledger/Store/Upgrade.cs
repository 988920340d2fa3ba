using Npgsql;

namespace Ledger.Store;

/// <summary>One step of the schema, from a version to the next, for what a comparison of tables cannot know: data that moves, and what
/// goes. Registered by the room whose data it is; <c>db-apply</c> runs those between the database's version and the program's, in their
/// order.</summary>
/// <remarks>All of them run in the one transaction that also brings tables, indexes, functions and triggers to this program's schema and
/// raises the version: killed at any point, nothing has changed, and <c>db-apply</c> can be run again. It holds the append lock, so no
/// event is added meanwhile. A step runs after the comparison: every column of this program is there already.</remarks>
public abstract class Upgrade
{
    /// <summary>The version that it starts from; it reaches the next one.</summary>
    public abstract int From { get; }

    /// <summary>What it does, for the operator, in a line.</summary>
    public abstract string Summary { get; }

    /// <summary>What the database loses by it, as <see cref="SchemaInventory"/> names it: <c>table ledger.old</c>, <c>column ledger.t.c
    /// (text)</c>. Tables are dropped after the step; columns, indexes and triggers by the comparison, which drops nothing else.</summary>
    public virtual IReadOnlyList<string> Drops => [];

    /// <summary>True where rows of the read model that are there already lack something afterwards, such as the content of a new column:
    /// the read model is then made anew before the service is ready.</summary>
    public virtual bool NeedsRebuild => false;

    /// <summary>Moves the data. Everything on the connection of this transaction: its locks would stop any other.</summary>
    /// <param name="transaction">Holds the append lock.</param>
    /// <param name="print">Takes a line for the operator.</param>
    /// <param name="cancellation">Ends it; nothing has changed then.</param>
    /// <returns>True where the read model turns out to need a rebuild, whatever <see cref="NeedsRebuild"/> says.</returns>
    public virtual Task<bool> RunAsync(NpgsqlTransaction transaction, Action<string> print, CancellationToken cancellation) => Task.FromResult(false);
}

/// <summary>Makes the read model anew from the events: registered by the room that owns it.</summary>
/// <param name="progress">Is told how far it has come.</param>
/// <param name="cancellation">Ends it; the old read model is still in place then.</param>
public delegate Task RebuildReadModel(IProgress<Progress> progress, CancellationToken cancellation);
