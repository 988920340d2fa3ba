using Ledger.Problems;

namespace Ledger.Web;

/// <summary>The body of a response whose length is not known before it is written. Its beginning is held back, so that a small body is sent
/// whole, with its <c>Content-Length</c>, and is therefore not compressed; of a larger one nothing is held back any more.</summary>
internal sealed class HeldBody(HttpResponse response) : Stream
{
    private readonly byte[] _held = new byte[Limits.CompressedFrom];
    private int _count;
    private bool _isLarge;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isLarge)
        {
            if (buffer.Length <= _held.Length - _count)
            {
                buffer.CopyTo(_held.AsMemory(_count));
                _count += buffer.Length;
                return;
            }

            _isLarge = true;
            await response.Body.WriteAsync(_held.AsMemory(0, _count), cancellationToken);
        }

        await response.Body.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Sends what is still held. Must be called at the end: disposing sends nothing.</summary>
    public async Task CompleteAsync(CancellationToken cancellation)
    {
        if (!_isLarge)
        {
            response.ContentLength = _count;
            await response.Body.WriteAsync(_held.AsMemory(0, _count), cancellation);
        }
    }

    /// <summary>Sends nothing: whoever writes does not know whether the body is large.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Not to be used: the server refuses what would hold up a thread.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
