using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>Answers on their way to a client that may not read them before it has sent everything (many HTTP clients do so): they wait in a
/// bounded buffer in memory, whose room is used again as the client reads. A full buffer makes <see cref="AppendAsync"/> wait, so that no
/// further line of the import is read: back pressure. Whoever reads while sending never meets it.</summary>
/// <remarks>Every import has <see cref="Limits.ImportAnswerBytesCertain"/>, and up to <see cref="Limits.ImportAnswerBytes"/> while all
/// imports of the process together leave room (<see cref="Limits.ImportAnswerBytesShared"/>). One writer; the pump alone writes to the
/// client.</remarks>
public sealed class SpooledResponse : IAsyncDisposable
{
    /// <summary>Between two looks whether other imports have left room.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    /// <summary>Bytes that all imports of the process hold beyond what is certain to each.</summary>
    private static long s_shared;

    private readonly Stream _to;
    private readonly TimeSpan _patience;
    private readonly CancellationToken _request;
    private readonly CancellationTokenSource _cancellation;
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 16 * 1024, useSynchronizationContext: false));
    private readonly SemaphoreSlim _taken = new(0, 1);
    private readonly Lock _counting = new();
    private readonly Task _pump;
    private long _waiting;

    /// <param name="to">The client.</param>
    /// <param name="cancellation">Ends with the request.</param>
    /// <param name="patience">Time that one write may wait for the client; null: <see cref="Limits.ImportUnread"/>.</param>
    public SpooledResponse(Stream to, CancellationToken cancellation, TimeSpan? patience = null)
    {
        (_to, _request, _patience) = (to, cancellation, patience ?? Limits.ImportUnread);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _pump = PumpAsync();
    }

    /// <summary>The client took nothing for so long that its connection was cut: nobody is left to tell.</summary>
    public bool IsUnread => _cancellation.IsCancellationRequested && !_request.IsCancellationRequested;

    /// <summary>Takes over what was written as one line, and empties the buffer for the next. Waits while there is no room.</summary>
    /// <exception cref="OperationCanceledException">The client is gone, or took nothing for too long (<see cref="IsUnread"/>).</exception>
    public async Task AppendAsync(ArrayBufferWriter<byte> buffer, Utf8JsonWriter writer)
    {
        writer.Flush();
        buffer.Write("\n"u8);
        while (!TryReserve(buffer.WrittenCount))
        {
            await _taken.WaitAsync(LookAgain, _cancellation.Token);
            if (_pump.IsCompleted)
            {
                await _pump;
            }
        }

        _pipe.Writer.Write(buffer.WrittenSpan);
        if ((await _pipe.Writer.FlushAsync(_cancellation.Token)).IsCompleted)
        {
            // Only a pump that failed ends before its writer.
            await _pump;
        }

        buffer.ResetWrittenCount();
        writer.Reset();
    }

    /// <summary>Ends when everything is sent.</summary>
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

    /// <summary>Counts a line in, if there is room. Where nothing waits there is, however long the line.</summary>
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
                    // Nothing more at the moment: what is there goes out now.
                    await _to.FlushAsync(cancellation);
                    result = await reader.ReadAsync(cancellation);
                }

                if (result.Buffer.IsEmpty && result.IsCompleted)
                {
                    await _to.FlushAsync(cancellation);
                    return;
                }

                // A cancelled write cuts the connection, which is all that can be done about a client that takes nothing.
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
