using Ledger.Questions;
using Ledger.Store;

namespace Ledger.Export;

/// <summary>What the rows of a table are read from.</summary>
/// <param name="Sources">The service's own questions' sources: no number is made in another way.</param>
/// <param name="Basis">The resolved clocks.</param>
/// <param name="FirstYear">The first year of tables that go by year, 1–9999.</param>
/// <param name="Progress">Takes how far a table has come, in recipients.</param>
internal sealed record TableReading(Sources Sources, Basis Basis, int FirstYear, IProgress<Progress>? Progress = null);

/// <summary>A table for analysts: one declaration, of which every form of it is made.</summary>
public abstract class Table
{
    private protected Table(string name, string meaning, bool isByYear) => (Name, Meaning, IsByYear) = (name, meaning, isByYear);

    /// <summary>Its name in files and in SQL, snake case.</summary>
    public string Name { get; }

    /// <summary>Its name in addresses, with hyphens.</summary>
    public string Slug => Name.Replace('_', '-');

    /// <summary>What a row is, in English.</summary>
    public string Meaning { get; }

    /// <summary>Whether its rows go by year, from a first one on.</summary>
    public bool IsByYear { get; }

    /// <summary>Its columns, in order.</summary>
    public abstract IReadOnlyList<Column> Columns { get; }

    /// <summary>Its rows, one cell a column, as <see cref="ColumnType"/> says. They are read some recipients at a time, each time by
    /// queries of their own: no connection is held meanwhile, and no more than those recipients is in memory.</summary>
    internal abstract IAsyncEnumerable<object?[]> RowsAsync(TableReading reading, CancellationToken cancellation);
}

/// <summary>A table whose rows are made of values of one type.</summary>
/// <typeparam name="TRow">What a row is made of.</typeparam>
internal abstract class TableOf<TRow>(string name, string meaning, bool isByYear, IReadOnlyList<ColumnOf<TRow>> columns)
    : Table(name, meaning, isByYear)
{
    public override IReadOnlyList<Column> Columns { get; } = [.. columns.Select(x => x.Declared)];

    internal override async IAsyncEnumerable<object?[]> RowsAsync(
        TableReading reading, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in ReadAsync(reading, cancellation))
        {
            var cells = new object?[columns.Count];
            for (var i = 0; i < cells.Length; i++)
            {
                cells[i] = columns[i].CellOf(row);
            }

            yield return cells;
        }
    }

    /// <summary>Reads what the rows are made of, in their order.</summary>
    protected abstract IAsyncEnumerable<TRow> ReadAsync(TableReading reading, CancellationToken cancellation);

    /// <summary>Goes through recipients, some at a time.</summary>
    /// <param name="reading">Takes the progress.</param>
    /// <param name="recipients">All of them, ordered.</param>
    /// <param name="read">Reads what is needed of some.</param>
    /// <param name="rows">Makes the rows, in their order; lazily, so that a holding of many rows takes no memory for all.</param>
    /// <param name="cancellation">Cancels it.</param>
    protected async IAsyncEnumerable<TRow> ByRecipientAsync<TRead>(TableReading reading, IReadOnlyList<string> recipients,
        Func<string[], Task<TRead>> read, Func<TRead, IEnumerable<TRow>> rows,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var done = 0;
        foreach (var some in recipients.Chunk(Questions.ByRecipient.RecipientsPerRead))
        {
            foreach (var row in rows(await read(some)))
            {
                cancellation.ThrowIfCancellationRequested();
                yield return row;
            }

            done += some.Length;
            reading.Progress?.Report(new Progress(Name, done, recipients.Count));
        }
    }
}
