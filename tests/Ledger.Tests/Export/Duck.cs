using System.Globalization;
using DuckDB.NET.Data;

namespace Ledger.Tests.Export;

/// <summary>DuckDB in memory: a reader of Parquet that is not ours.</summary>
internal sealed class Duck : IDisposable
{
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public Duck() => _connection.Open();

    /// <summary>The rows of a query.</summary>
    public List<object?[]> Rows(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }

    /// <summary>The rows of a query as texts, each one line.</summary>
    public List<string> Lines(string sql) => [.. Rows(sql).Select(x => string.Join('|', x.Select(Text)))];

    /// <summary>The one value of a query, as text.</summary>
    public string One(string sql) => Text(Rows(sql).Single()[0]);

    /// <summary>The columns of a file or table with their types.</summary>
    public Dictionary<string, string> Columns(string from) =>
        Rows($"describe select * from {from}").ToDictionary(x => (string)x[0]!, x => (string)x[1]!, StringComparer.Ordinal);

    /// <summary>A file as it stands in a query.</summary>
    public static string File(string path) => $"read_parquet('{path.Replace("'", "''", StringComparison.Ordinal)}')";

    public void Dispose() => _connection.Dispose();

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
