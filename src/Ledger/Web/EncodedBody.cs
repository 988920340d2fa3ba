using System.IO.Compression;
using Ledger.Problems;
using Microsoft.AspNetCore.ResponseCompression;

namespace Ledger.Web;

/// <summary>A body that is sent often: its bytes, and the same in each content coding, made when it is first asked for and kept.</summary>
/// <param name="plain">The bytes.</param>
/// <param name="level">How hard to compress.</param>
public sealed class EncodedBody(byte[] plain, CompressionLevel level)
{
    private readonly Lazy<byte[]> _brotli = new(() => Compress(plain, x => new BrotliStream(x, level)));
    private readonly Lazy<byte[]> _gzip = new(() => Compress(plain, x => new GZipStream(x, level)));

    /// <summary>The most bytes that it comes to take, in all codings.</summary>
    public long MostBytes { get; } = plain.Length > Limits.CompressedFrom ? 3L * plain.Length : plain.Length;

    /// <summary>Sends it in the coding that the request prefers, with its length. A HEAD gets the headers alone.</summary>
    public async Task SendAsync(HttpContext http)
    {
        var preferred = plain.Length <= Limits.CompressedFrom ? null
            : http.RequestServices.GetRequiredService<IResponseCompressionProvider>().GetCompressionProvider(http)?.EncodingName;
        var (coding, bytes) = preferred switch
        {
            "br" => (preferred, _brotli.Value),
            "gzip" => (preferred, _gzip.Value),
            _ => (null, plain),
        };
        if (coding is not null)
        {
            http.Response.Headers.ContentEncoding = coding;
        }

        http.Response.ContentLength = bytes.Length;
        if (!JsonResponse.IsHead(http))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }

    private static byte[] Compress(byte[] plain, Func<Stream, Stream> into)
    {
        using var compressed = new MemoryStream();
        using (var stream = into(compressed))
        {
            stream.Write(plain);
        }

        return compressed.ToArray();
    }
}
