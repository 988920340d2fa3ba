using System.Buffers;
using System.Text.Json;

namespace Ledger.Reports;

/// <summary>Answers on their way to a client that may not read them before it has sent everything (many HTTP clients do so): they wait in
/// a file that nobody else sees, so that neither side waits for the other for ever, and memory stays bounded.</summary>
public sealed class AnswerSpill : IAsyncDisposable
{
    private readonly Stream _to;
    private readonly CancellationToken _cancellation;
    private readonly FileStream _file;
    private readonly SemaphoreSlim _more = new(0);
    private readonly Task _pump;
    private long _written;
    private bool _complete;

    public AnswerSpill(Stream to, CancellationToken cancellation)
    {
        (_to, _cancellation) = (to, cancellation);
        _file = new FileStream(Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        _pump = PumpAsync();
    }

    /// <summary>Takes over what was written as one line, and empties the buffer for the next.</summary>
    public async Task AppendAsync(ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer)
    {
        writer.Flush();
        buffer.Write("\n"u8);
        var at = _written;
        await RandomAccess.WriteAsync(_file.SafeFileHandle, buffer.WrittenMemory, at, _cancellation);
        Volatile.Write(ref _written, at + buffer.WrittenCount);
        buffer.ResetWrittenCount();
        writer.Reset();
        if (_more.CurrentCount == 0)
        {
            _more.Release();
        }
    }

    /// <summary>Ends when everything is sent.</summary>
    public async Task CompleteAsync()
    {
        Volatile.Write(ref _complete, true);
        _more.Release();
        await _pump;
    }

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _complete, true);
        _more.Release();
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _file.DisposeAsync();
        _more.Dispose();
    }

    private async Task PumpAsync()
    {
        var buffer = new byte[32 * 1024];
        long sent = 0;
        while (true)
        {
            var complete = Volatile.Read(ref _complete);
            while (Volatile.Read(ref _written) - sent is > 0 and var left)
            {
                // Never past what was written whole: the next line may be on its way to the file.
                var read = await RandomAccess.ReadAsync(_file.SafeFileHandle, buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), sent, _cancellation);
                await _to.WriteAsync(buffer.AsMemory(0, read), _cancellation);
                sent += read;
            }

            await _to.FlushAsync(_cancellation);
            if (complete)
            {
                return;
            }

            await _more.WaitAsync(_cancellation);
        }
    }
}
