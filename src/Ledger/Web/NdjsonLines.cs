using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Ledger.Web;

/// <summary>One line of a body.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Text">Its bytes, without the line end; empty where the line is too long.</param>
/// <param name="TooLong">Longer than the limit: skipped, never held in memory.</param>
public readonly record struct NdjsonLine(long Number, ReadOnlyMemory<byte> Text, bool TooLong);

/// <summary>Splits a body into lines while it is received. Lines end with LF or CRLF; the last may have no line end; a byte order mark is
/// skipped.</summary>
public static class NdjsonLines
{
    /// <summary>The byte order mark of UTF-8.</summary>
    public static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads the lines of a body.</summary>
    /// <param name="body">The body.</param>
    /// <param name="most">The limit of a line, in bytes.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async IAsyncEnumerable<NdjsonLine> ReadAsync(
        PipeReader body, int most, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long number = 0;
        var skipping = false;
        while (true)
        {
            var result = await body.ReadAsync(cancellation);
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                yield return Make(++number, line, most, skipping);
                skipping = false;
            }

            if (skipping || buffer.Length > most + 1)
            {
                // The line has no end yet and is too long already: drop its bytes until the line end.
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            if (result.IsCompleted)
            {
                if (buffer.Length > 0 || skipping)
                {
                    yield return Make(++number, buffer, most, skipping);
                }

                body.AdvanceTo(result.Buffer.End);
                yield break;
            }

            body.AdvanceTo(buffer.Start, result.Buffer.End);
        }
    }

    private static NdjsonLine Make(long number, ReadOnlySequence<byte> line, int most, bool skipped)
    {
        // One byte beyond the limit may be the CR of the line end; two bytes prove the line too long.
        if (skipped || line.Length > most + 1)
        {
            return new NdjsonLine(number, default, TooLong: true);
        }

        ReadOnlyMemory<byte> text = line.ToArray();
        if (number == 1 && text.Span.StartsWith(ByteOrderMark))
        {
            text = text[3..];
        }

        if (text.Span.EndsWith("\r"u8))
        {
            text = text[..^1];
        }

        return text.Length > most ? new NdjsonLine(number, default, TooLong: true) : new NdjsonLine(number, text, TooLong: false);
    }
}
