using Ledger.Problems;
using Ledger.Questions;
using Ledger.Store;

namespace Ledger.Export;

/// <summary>Writes all tables into a folder, as Parquet and as one workbook.</summary>
/// <remarks>Crash order: everything is written into a hidden folder beside the one that is asked for, each file under another name until it
/// is whole and the manifest last; then that folder takes the name that was asked for, in one step. Killed anywhere, there is either the
/// whole export or nothing of that name; what a killed one left is removed by the next.</remarks>
/// <param name="sources">The sources of the service's own questions.</param>
/// <param name="settings">How files are written.</param>
public sealed class ExportFolder(Sources sources, ExportSettings settings)
{
    /// <summary>The name of the workbook.</summary>
    public const string WorkbookName = "ledger.xlsx";

    /// <summary>What a name ends with until its file is whole.</summary>
    private const string Part = ".part";

    /// <summary>Writes the tables.</summary>
    /// <param name="folder">A folder that does not exist yet, or is empty.</param>
    /// <param name="clocks">The clocks, as for questions.</param>
    /// <param name="firstYear">The first year of tables that go by year.</param>
    /// <param name="progress">Its progress.</param>
    /// <param name="cancellation">Cancels it; nothing is left then.</param>
    /// <exception cref="OperatorException">The folder holds something, or cannot be written.</exception>
    public async Task<ExportManifest> WriteAsync(
        string folder, ClockParameters clocks, int firstYear, IProgress<Progress> progress, CancellationToken cancellation)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new OperatorException($"{folder} holds something already, and an export replaces nothing. Name a new folder.");
        }

        if (Path.GetDirectoryName(folder) is not { } parent)
        {
            throw new OperatorException($"{folder} cannot be made anew. Name a folder in it that does not exist yet.");
        }

        var unfinished = Path.Combine(parent, $".{Path.GetFileName(folder)}.unfinished");
        await using var held = Hold(parent, unfinished);
        try
        {
            var manifest = await WriteFilesAsync(unfinished, clocks, firstYear, progress, cancellation);
            TakeName(unfinished, folder);
            return manifest;
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
    }

    /// <summary>Makes the hidden folder, without what a killed export left in it, and a lock beside it, so that no two exports write to
    /// it. The lock is released by the end of the process in any case.</summary>
    private static FileStream Hold(string parent, string unfinished)
    {
        try
        {
            Directory.CreateDirectory(parent);
            var held = new FileStream($"{unfinished}.lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1,
                FileOptions.DeleteOnClose);
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }

            Directory.CreateDirectory(unfinished);
            return held;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"{parent} cannot be written to, or another export to this folder is under way: {fault.Message}");
        }
    }

    private static void TakeName(string unfinished, string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }

            Directory.Move(unfinished, folder);
        }
        catch (IOException fault)
        {
            // A mounted volume, or a folder that was filled meanwhile.
            throw new OperatorException(
                $"{folder} cannot be made anew: {fault.Message} Name a folder that does not exist yet, in it or elsewhere.");
        }
    }

    private async Task<ExportManifest> WriteFilesAsync(
        string folder, ClockParameters clocks, int firstYear, IProgress<Progress> progress, CancellationToken cancellation)
    {
        var basis = await ExportBasis.ResolveAsync(sources, clocks, cancellation);
        var reading = new TableReading(sources, basis.Read, firstYear, progress);
        var (files, tables) = (new List<ExportedFile>(), new List<WrittenTable>());
        foreach (var table in AnalystTables.All)
        {
            var path = Path.Combine(folder, $"{table.Name}.parquet");
            var written = await ParquetFile.WriteAsync(path + Part, table, reading, basis.Named, settings.RowsPerGroup, cancellation);
            File.Move(path + Part, path);
            tables.Add(written with { Path = path });
            files.Add(await ExportedFile.OfAsync(path, [written], cancellation));
        }

        progress.Report(new Progress("workbook", 0, 1));
        var workbook = Path.Combine(folder, WorkbookName);
        await Workbook.WriteAsync(workbook + Part, tables, basis.Named, settings.RowsPerSheet, cancellation);
        File.Move(workbook + Part, workbook);
        files.Add(await ExportedFile.OfAsync(workbook, tables, cancellation));
        progress.Report(new Progress("workbook", 1, 1));

        var manifest = new ExportManifest(basis.Named, firstYear, files);
        var last = Path.Combine(folder, ExportManifest.FileName);
        await using (var to = new FileStream(last + Part, FileMode.CreateNew))
        {
            manifest.Write(to);
            to.Flush(flushToDisk: true);
        }

        File.Move(last + Part, last);
        return manifest;
    }
}
