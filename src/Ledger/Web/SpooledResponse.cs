using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>The response of an import, for a client that may not read it before it has sent its whole request (many HTTP clients do so).
/// The lines wait in a bounded buffer in memory, which is freed as the client reads. While the buffer is full <see cref="AppendAsync"/>
/// waits, so that no further line of the import is read (back pressure). A client that reads while it sends never fills the
/// buffer.</summary>
/// <remarks>Every import may use <see cref="Limits.ImportAnswerBytesCertain"/>, and up to <see cref="Limits.ImportAnswerBytes"/> while all
/// imports of the process together stay within <see cref="Limits.ImportAnswerBytesShared"/>. There is one writer; only the pump writes
/// to the client.</remarks>
public sealed class SpooledResponse : IAsyncDisposable
{
    /// <summary>Interval at which a waiting writer checks whether other imports have freed shared memory.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    /// <summary>Bytes that all imports of the process use beyond their own <see cref="Limits.ImportAnswerBytesCertain"/>. Changed by
    /// interlocked operations.</summary>
    private static long s_shared;

    private readonly Stream _to;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _request;
    private readonly CancellationTokenSource _cancellation;
    private readonly Pipe _pipe =
        new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 16 * 1024, useSynchronizationContext: false));
    private readonly SemaphoreSlim _taken = new(0, 1);
    private readonly Lock _counting = new();
    private readonly Task _pump;
    private long _waiting;

    /// <summary>Starts the pump.</summary>
    /// <param name="to">The response body.</param>
    /// <param name="cancellation">Ends with the request.</param>
    /// <param name="patience">Time that one write may wait for the client; null: <see cref="Limits.ImportUnread"/>.</param>
    public SpooledResponse(Stream to, CancellationToken cancellation, TimeSpan? patience = null)
    {
        (_to, _request, _patience) = (to, cancellation, patience ?? Limits.ImportUnread);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _pump = PumpAsync();
    }

    /// <summary>True once the client has read nothing for longer than the patience, and writing to it was cancelled.</summary>
    public bool IsUnread => _cancellation.IsCancellationRequested && !_request.IsCancellationRequested;

    /// <summary>Adds the content of a buffer as one line, and clears the buffer for the next. Waits while there is no room.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, or read nothing for too long (<see cref="IsUnread"/>).</exception>
    public async Task AppendAsync(ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer)
    {
        writer.Flush();
        buffer.Write("\n"u8);
        while (!TryReserve(buffer.WrittenCount))
        {
            await _taken.WaitAsync(PollInterval, _cancellation.Token);
            if (_pump.IsCompleted)
            {
                await _pump;
            }
        }

        _pipe.Writer.Write(buffer.WrittenSpan);
        if ((await _pipe.Writer.FlushAsync(_cancellation.Token)).IsCompleted)
        {
            // The pump ends before its writer only by an exception, which this await throws.
            await _pump;
        }

        buffer.ResetWrittenCount();
        writer.Reset();
    }

    /// <summary>Completes once everything is sent.</summary>
    public async Task CompleteAsync()
    {
        await _pipe.Writer.CompleteAsync();
        await _pump;
    }

    public async ValueTask DisposeAsync()
    {
        await _pipe.Writer.CompleteAsync();
        await _pump.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Release(_waiting);
        _taken.Dispose();
        _cancellation.Dispose();
    }

    /// <summary>Reserves room for a line. An empty buffer has room for a line of any length.</summary>
    private bool TryReserve(int bytes)
    {
        lock (_counting)
        {
            var shared = Beyond(_waiting + bytes) - Beyond(_waiting);
            if (_waiting > 0 && (_waiting + bytes > Limits.ImportAnswerBytes
                || (shared > 0 && Interlocked.Read(ref s_shared) + shared > Limits.ImportAnswerBytesShared)))
            {
                return false;
            }

            Interlocked.Add(ref s_shared, shared);
            _waiting += bytes;
            return true;
        }
    }

    private void Release(long bytes)
    {
        lock (_counting)
        {
            Interlocked.Add(ref s_shared, Beyond(_waiting - bytes) - Beyond(_waiting));
            _waiting -= bytes;
        }
    }

    private static long Beyond(long bytes) => Math.Max(0, bytes - Limits.ImportAnswerBytesCertain);

    private async Task PumpAsync()
    {
        var (reader, cancellation) = (_pipe.Reader, _cancellation.Token);
        try
        {
            while (true)
            {
                if (!reader.TryRead(out var result))
                {
                    // Nothing more to write at the moment: flush.
                    await _to.FlushAsync(cancellation);
                    result = await reader.ReadAsync(cancellation);
                }

                if (result.Buffer.IsEmpty && result.IsCompleted)
                {
                    await _to.FlushAsync(cancellation);
                    return;
                }

                // Cancelling a write cuts the connection, which frees the memory that an unread response holds.
                var part = result.Buffer.First;
                _cancellation.CancelAfter(_patience);
                await _to.WriteAsync(part, cancellation);
                _cancellation.CancelAfter(Timeout.InfiniteTimeSpan);
                reader.AdvanceTo(result.Buffer.GetPosition(part.Length));
                Release(part.Length);
                if (_taken.CurrentCount == 0)
                {
                    _taken.Release();
                }
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }
}
