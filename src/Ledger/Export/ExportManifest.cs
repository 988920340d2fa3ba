using System.Security.Cryptography;
using System.Text.Json;
using Ledger.Questions;

namespace Ledger.Export;

/// <summary>A file of an export.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rows">Rows of each table in it.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">SHA-256 of its bytes, hex.</param>
public sealed record ExportedFile(string Name, IReadOnlyDictionary<string, long> Rows, long Bytes, string Sha256)
{
    /// <summary>Measures a file that is whole, and has the system write it to its disk.</summary>
    internal static async Task<ExportedFile> OfAsync(string path, IEnumerable<WrittenTable> tables, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var digest = await SHA256.HashDataAsync(file, cancellation);
        file.Flush(flushToDisk: true);
        return new ExportedFile(
            Path.GetFileName(path), tables.ToDictionary(x => x.Table.Name, x => x.Rows), file.Length, Convert.ToHexStringLower(digest));
    }
}

/// <summary>What an export says of itself: the file that is written last.</summary>
/// <param name="Basis">The basis of all tables.</param>
/// <param name="FirstYear">The first year of tables that go by year.</param>
/// <param name="Files">The files.</param>
public sealed record ExportManifest(Basis Basis, int FirstYear, IReadOnlyList<ExportedFile> Files)
{
    /// <summary>Its name. Without it a folder is no export.</summary>
    public const string FileName = "manifest.json";

    /// <summary>It as JSON.</summary>
    internal void Write(Stream to)
    {
        using var writer = new Utf8JsonWriter(to, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        JsonShapes.WriteBasis(writer, Basis);
        writer.WriteNumber("firstYear", FirstYear);
        writer.WriteStartArray("files");
        foreach (var file in Files)
        {
            writer.WriteStartObject();
            writer.WriteString("name", file.Name);
            writer.WriteStartObject("rows");
            foreach (var (table, rows) in file.Rows)
            {
                writer.WriteNumber(table, rows);
            }

            writer.WriteEndObject();
            writer.WriteNumber("bytes", file.Bytes);
            writer.WriteString("sha256", file.Sha256);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
