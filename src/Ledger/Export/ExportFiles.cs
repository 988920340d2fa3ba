using Ledger.Problems;
using Ledger.Questions;

namespace Ledger.Export;

/// <summary>The finished files of this node, and the one that is being made. A file is made once, whoever asks for it meanwhile, and goes
/// on being made when nobody waits for it any more: who comes back finds it.</summary>
/// <param name="sources">The sources of the service's own questions.</param>
/// <param name="settings">Where files are kept, and how many bytes of them.</param>
/// <param name="lifetime">Its end cancels what is being made.</param>
internal sealed class ExportFiles(Sources sources, ExportSettings settings, IHostApplicationLifetime lifetime) : IDisposable
{
    /// <summary>Files that may wait to be made; each is a fold of the whole ledger.</summary>
    public const int MostWaiting = 8;

    /// <summary>Seconds after which to ask again for a file that is being made.</summary>
    private const int RetryAfter = 5;

    // Guards _files and the times of their use. Files are opened and deleted under it, so that none is deleted before it is opened.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _files = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _making = new(1);
    private readonly Lazy<ExportSpool> _spool = new(() => ExportSpool.Open(settings.Folder));
    private long _uses;

    /// <summary>Opens a finished file, and waits some time for it to be made.</summary>
    /// <param name="question">What is asked for.</param>
    /// <param name="wait">How long to wait for one that is not finished.</param>
    /// <param name="cancellation">Ends the waiting, not the making.</param>
    /// <exception cref="ProblemException">503: it is not finished yet, or too many others are waited for.</exception>
    public async Task<FileStream> OpenAsync(ExportQuestion question, TimeSpan wait, CancellationToken cancellation)
    {
        var entry = EntryOf(question);
        try
        {
            await entry.Made.WaitAsync(wait, cancellation);
        }
        catch (TimeoutException)
        {
            throw new ProblemException(ProblemKinds.BeingMade,
                $"{question.FileName} is being made, of the whole ledger. Ask for the same again, or wait for it: Prefer: wait=60.")
            { RetryAfter = RetryAfter };
        }
        catch (Exception) when (entry.Made.IsCompleted && !entry.Made.IsCompletedSuccessfully)
        {
            // Told once; who asks after that has it made anew.
            Forget(question.Tag, entry);
            throw;
        }

        lock (_lock)
        {
            if (entry.Made.Result is { IsDeleted: false } file)
            {
                entry.LastUse = ++_uses;
                return new FileStream(
                    file.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, useAsync: true);
            }
        }

        throw new ProblemException(ProblemKinds.BeingMade, $"{question.FileName} had to make room for others. Ask for it again.")
        { RetryAfter = RetryAfter };
    }

    public void Dispose()
    {
        _making.Dispose();
        if (_spool.IsValueCreated)
        {
            _spool.Value.Dispose();
        }
    }

    private Entry EntryOf(ExportQuestion question)
    {
        lock (_lock)
        {
            if (_files.TryGetValue(question.Tag, out var held))
            {
                return held;
            }

            if (_files.Values.Count(x => !x.Made.IsCompleted) >= MostWaiting)
            {
                throw new ProblemException(ProblemKinds.BeingMade, $"{MostWaiting} other files are waited for. Ask again later.")
                { RetryAfter = RetryAfter };
            }

            // Not on the caller's thread: making takes the processor for as long as it goes on.
            return _files[question.Tag] = new Entry(Task.Run(() => MakeAsync(question)));
        }
    }

    private async Task<FinishedFile> MakeAsync(ExportQuestion question)
    {
        var cancellation = lifetime.ApplicationStopping;
        await _making.WaitAsync(cancellation);
        try
        {
            var file = await (question.IsWorkbook ? MakeWorkbookAsync(question, cancellation) : MakeParquetAsync(question, cancellation));
            MakeRoom(file);
            return file;
        }
        finally
        {
            _making.Release();
        }
    }

    private async Task<FinishedFile> MakeParquetAsync(ExportQuestion question, CancellationToken cancellation)
    {
        var reading = new TableReading(sources, question.Basis.Read, question.FirstYear);
        WrittenTable? written = null;
        var path = await _spool.Value.MakeAsync(async part => written = await ParquetFile.WriteAsync(
            part, question.Table, reading, question.Basis.Named, settings.RowsPerGroup, cancellation));
        return new FinishedFile(path, written! with { Path = path });
    }

    /// <summary>Makes a workbook, of the Parquet file of the same question: it is looked for first, and kept afterwards.</summary>
    private async Task<FinishedFile> MakeWorkbookAsync(ExportQuestion question, CancellationToken cancellation)
    {
        var parquet = question with { IsWorkbook = false };
        FinishedFile? table;
        lock (_lock)
        {
            table = _files.TryGetValue(parquet.Tag, out var held) && held.Made.IsCompletedSuccessfully && !held.Made.Result.IsDeleted
                ? held.Made.Result : null;
        }

        if (table is null)
        {
            table = await MakeParquetAsync(parquet, cancellation);
            lock (_lock)
            {
                // Where another request waits for the same file to be made, it is made again, at its turn.
                if (!_files.TryAdd(parquet.Tag, new Entry(Task.FromResult(table)) { LastUse = ++_uses }))
                {
                    table = table with { IsSpare = true };
                }
            }
        }

        try
        {
            return new FinishedFile(await _spool.Value.MakeAsync(part => Workbook.WriteAsync(
                part, [table.Table!], question.Basis.Named, settings.RowsPerSheet, cancellation)), null);
        }
        finally
        {
            if (table.IsSpare)
            {
                File.Delete(table.Path);
            }
        }
    }

    /// <summary>Deletes the files that were used the longest time ago, until those that are left are few enough.</summary>
    /// <param name="made">The file that was just made, which stays.</param>
    private void MakeRoom(FinishedFile made)
    {
        lock (_lock)
        {
            var finished = _files.Where(x => x.Value.Made.IsCompletedSuccessfully).OrderBy(x => x.Value.LastUse).ToList();
            var bytes = made.Bytes + finished.Sum(x => x.Value.Made.Result.Bytes);
            foreach (var (tag, entry) in finished)
            {
                if (bytes <= settings.Bytes)
                {
                    break;
                }

                var file = entry.Made.Result;
                bytes -= file.Bytes;
                file.Delete();
                _files.Remove(tag);
            }
        }
    }

    private void Forget(string tag, Entry entry)
    {
        lock (_lock)
        {
            if (_files.TryGetValue(tag, out var held) && held == entry)
            {
                _files.Remove(tag);
            }
        }
    }

    private sealed class Entry(Task<FinishedFile> made)
    {
        public Task<FinishedFile> Made { get; } = made;

        /// <summary>Number of its last use; the smallest was used the longest time ago.</summary>
        public long LastUse { get; set; }
    }

    /// <param name="Path">Where it is.</param>
    /// <param name="Table">Of a Parquet file, what it holds.</param>
    private sealed record FinishedFile(string Path, WrittenTable? Table)
    {
        public long Bytes { get; } = new FileInfo(Path).Length;

        public bool IsDeleted { get; private set; }

        public bool IsSpare { get; init; }

        public void Delete()
        {
            File.Delete(Path);
            IsDeleted = true;
        }
    }
}
