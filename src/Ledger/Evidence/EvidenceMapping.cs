using System.Linq.Expressions;
using System.Reflection;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>A column of the table of evidence.</summary>
/// <param name="Type">Of PostgreSQL; a question mark behind it: may be null.</param>
/// <param name="Write">The column's values of some rows, as an array.</param>
internal sealed record EvidenceColumn(string Name, string Type, Func<IReadOnlyList<EvidenceRow>, object> Write);

/// <summary>A member of a row, and the columns that hold it.</summary>
/// <param name="read">Reads it from its columns, which begin at an index, into a row; null: it is written and never read.</param>
internal sealed class EvidenceMapping(IReadOnlyList<EvidenceColumn> columns, Action<NpgsqlDataReader, int, EvidenceRow>? read)
{
    public IReadOnlyList<EvidenceColumn> Columns { get; } = columns;

    public bool IsRead => read is not null;

    public void Read(NpgsqlDataReader row, int at, EvidenceRow into) => read!(row, at, into);

    /// <summary>Getter and setter of a property, its <c>init</c> accessor among them: rows are immutable to everybody but who reads them in.</summary>
    public static (Func<TOwner, T> Get, Action<TOwner, T> Set) Accessors<TOwner, T>(Expression<Func<TOwner, T>> member)
    {
        var property = (PropertyInfo)((MemberExpression)member.Body).Member;
        return (property.GetMethod!.CreateDelegate<Func<TOwner, T>>(), property.SetMethod!.CreateDelegate<Action<TOwner, T>>());
    }
}
