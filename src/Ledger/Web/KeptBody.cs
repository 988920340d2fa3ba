namespace Ledger.Web;

/// <summary>Passes on what is written, and keeps it, up to a number of bytes: a body that comes to more is not kept.</summary>
internal sealed class KeptBody(Stream inner, int most) : Stream
{
    private MemoryStream? _kept = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>All that was written; null where that was too much.</summary>
    public byte[]? ToArray() => _kept?.ToArray();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_kept is not null)
        {
            if (buffer.Length > most - _kept.Length)
            {
                _kept = null;
            }
            else
            {
                _kept.Write(buffer.Span);
            }
        }

        await inner.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Not to be used: the server refuses what would hold up a thread.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
