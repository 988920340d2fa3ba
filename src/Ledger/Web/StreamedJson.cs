using System.Buffers;
using System.Text.Json;

namespace Ledger.Web;

/// <summary>A JSON value that goes out as it is written. Nothing of it is out before it is worth sending or complete: what fails before that
/// becomes a problem, not half an answer.</summary>
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

    /// <summary>Writes into it.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Sends what has been written, once it is enough to be worth sending.</summary>
    public async ValueTask FlushAsync()
    {
        if (Writer.BytesPending + _written.WrittenCount >= FlushBytes)
        {
            await CompleteAsync();
        }
    }

    /// <summary>Sends all that has been written. Without it, nothing that was not sent before goes out.</summary>
    public async ValueTask CompleteAsync()
    {
        await Writer.FlushAsync(_cancellation);
        await _to.WriteAsync(_written.WrittenMemory, _cancellation);
        _written.ResetWrittenCount();
    }

    public ValueTask DisposeAsync() => Writer.DisposeAsync();
}
