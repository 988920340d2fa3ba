using System.Linq.Expressions;
using System.Reflection;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>A column of the table of evidence.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in PostgreSQL; with a question mark at the end, if it is nullable.</param>
/// <param name="Write">The column's values of some rows, as an array.</param>
internal sealed record EvidenceColumn(string Name, string Type, Func<IReadOnlyList<EvidenceRow>, object> Write);

/// <summary>A member of a row, and the columns that hold it.</summary>
/// <param name="columns">The columns, adjacent in the table.</param>
/// <param name="read">Reads the member from its columns, from an index on, into a row; null: it is written and never read.</param>
internal sealed class EvidenceMapping(IReadOnlyList<EvidenceColumn> columns, Action<NpgsqlDataReader, int, EvidenceRow>? read)
{
    public IReadOnlyList<EvidenceColumn> Columns { get; } = columns;

    public bool IsRead => read is not null;

    public void Read(NpgsqlDataReader row, int at, EvidenceRow into) => read!(row, at, into);

    /// <summary>Getter and setter of a property, also of an <c>init</c> property: rows are immutable, and only the reader fills them this
    /// way.</summary>
    public static (Func<TOwner, T> Get, Action<TOwner, T> Set) Accessors<TOwner, T>(Expression<Func<TOwner, T>> member)
    {
        var property = (PropertyInfo)((MemberExpression)member.Body).Member;
        return (property.GetMethod!.CreateDelegate<Func<TOwner, T>>(), property.SetMethod!.CreateDelegate<Action<TOwner, T>>());
    }
}
