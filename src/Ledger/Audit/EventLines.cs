using System.Buffers;
using System.Text;
using System.Text.Json;
using Ledger.Store;
using Ledger.Web;

namespace Ledger.Audit;

/// <summary>Serialises events into one buffer, which is sent and reused.</summary>
internal sealed class EventLines : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Utf8JsonWriter _writer;

    public EventLines() => _writer = new Utf8JsonWriter(_buffer, Json.Writing);

    /// <summary>Adds an event, with the text that its format puts before and after it.</summary>
    public void Add(ReadOnlySpan<byte> before, StoredEvent stored, ReadOnlySpan<byte> after)
    {
        _buffer.Write(before);
        _writer.Reset();
        stored.Write(_writer);
        _writer.Flush();
        _buffer.Write(after);
    }

    /// <summary>Adds text that is no event.</summary>
    public void Add(string text) => _buffer.Write(Encoding.ASCII.GetBytes(text));

    /// <summary>Sends the buffer. A slow client delays the caller, so that no more is buffered for it.</summary>
    public async Task SendAsync(Stream to, CancellationToken cancellation)
    {
        await to.WriteAsync(_buffer.WrittenMemory, cancellation);
        await to.FlushAsync(cancellation);
        _buffer.ResetWrittenCount();
    }

    public void Dispose() => _writer.Dispose();
}
