using System.Buffers;
using System.Text.Json;
using Ledger.Store;
using Ledger.Web;

namespace Ledger.Audit;

/// <summary>Events written one after the other into one buffer, which is sent and used again.</summary>
internal sealed class EventLines : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);
    private readonly Utf8JsonWriter _writer;

    public EventLines() => _writer = new Utf8JsonWriter(_buffer, Json.Writing);

    /// <summary>Adds an event between two texts.</summary>
    public void Add(ReadOnlySpan<byte> before, StoredEvent written, ReadOnlySpan<byte> after)
    {
        _buffer.Write(before);
        _writer.Reset();
        written.Write(_writer);
        _writer.Flush();
        _buffer.Write(after);
    }

    /// <summary>Sends what was added; waits for a slow client rather than gather more for it.</summary>
    public async Task SendAsync(Stream to, CancellationToken cancellation)
    {
        await to.WriteAsync(_buffer.WrittenMemory, cancellation);
        await to.FlushAsync(cancellation);
        _buffer.ResetWrittenCount();
    }

    public void Dispose() => _writer.Dispose();
}
