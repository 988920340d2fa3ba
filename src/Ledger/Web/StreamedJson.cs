using System.Buffers;
using System.Text.Json;

namespace Ledger.Web;

/// <summary>A JSON response that is sent while it is written. The first bytes are sent when the buffer is full or the value complete: a
/// failure before that becomes a problem, not half a response.</summary>
public sealed class StreamedJson : IAsyncDisposable
{
    private const int FlushBytes = 32 * 1024;

    private readonly Stream _to;
    private readonly CancellationToken _cancellation;
    private readonly ArrayBufferWriter<byte> _written = new(4096);

    public StreamedJson(Stream to, CancellationToken cancellation)
    {
        (_to, _cancellation) = (to, cancellation);
        Writer = new Utf8JsonWriter(_written, Json.Writing);
    }

    /// <summary>Writes the value.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Sends the buffered bytes if there are at least <see cref="FlushBytes"/>.</summary>
    public async ValueTask FlushAsync()
    {
        if (Writer.BytesPending + _written.WrittenCount >= FlushBytes)
        {
            await CompleteAsync();
        }
    }

    /// <summary>Sends all buffered bytes. Must be called at the end: disposing sends nothing.</summary>
    public async ValueTask CompleteAsync()
    {
        await Writer.FlushAsync(_cancellation);
        await _to.WriteAsync(_written.WrittenMemory, _cancellation);
        _written.ResetWrittenCount();
    }

    public ValueTask DisposeAsync() => Writer.DisposeAsync();
}
