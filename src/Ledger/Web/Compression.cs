using System.IO.Compression;
using Ledger.Problems;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Ledger.Web;

/// <summary>Marks an endpoint whose responses are never compressed: they carry a secret, or must reach the client line by line.</summary>
public sealed record Uncompressed;

/// <summary>Which responses are compressed: of these media types, of more than <see cref="Limits.CompressedFrom"/> bytes, of endpoints that
/// are not <see cref="Uncompressed"/>.</summary>
/// <remarks>Also over TLS. What is guessed from the length of a compressed response (BREACH) needs a page of somebody else's that makes a
/// browser ask with the victim's credentials: here they are in a header that no other page can send.</remarks>
internal sealed class Compression(IServiceProvider services, IOptions<ResponseCompressionOptions> options)
    : ResponseCompressionProvider(services, options)
{
    /// <summary>Adds it to the services.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            // Server-Sent Events are not among them.
            compression.MimeTypes =
            [
                "application/json", "application/problem+json", "application/x-ndjson", "text/csv", "text/html", "text/css",
                "text/javascript", "application/javascript",
            ];
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(x => x.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(x => x.Level = CompressionLevel.Fastest);
        services.AddSingleton<IResponseCompressionProvider, Compression>();
    }

    /// <summary>Asked at the first write of a body. Bodies that are written at once or are small have their length by then
    /// (<see cref="HeldBody"/>); the others are large.</summary>
    public override bool ShouldCompressResponse(HttpContext http) =>
        !(http.Response.ContentLength <= Limits.CompressedFrom)
        // What is compressed already has said so (EncodedBody).
        && !HasBegun(http.Response)
        && http.GetEndpoint()?.Metadata.GetMetadata<Uncompressed>() is null
        && base.ShouldCompressResponse(http);

    /// <summary>True once a part of a compressed body is written: the response cannot be replaced by another, even if no byte of it has
    /// been sent.</summary>
    public static bool HasBegun(HttpResponse response) => response.Headers.ContentEncoding.Count > 0;

    /// <summary>Called when the response starts. A compressed body is another representation than the plain one, so its strong validator
    /// is another, too (RFC 9110, 8.8.3.3); and any response could be compressed for somebody else.</summary>
    public static void Describe(HttpResponse response)
    {
        var headers = response.Headers;
        if (!headers.GetCommaSeparatedValues(HeaderNames.Vary).Contains(HeaderNames.AcceptEncoding, StringComparer.OrdinalIgnoreCase))
        {
            headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        }

        if (headers.ContentEncoding is [{ } encoding] && headers.ETag is [['"', .., '"'] tag])
        {
            headers.ETag = TagOf(tag, encoding);
        }
    }

    /// <summary>The validators that the response to this request may have: that of the plain body, and of the body in the encoding that the
    /// request prefers. Which of them it is depends on the length, which is not known before the body is made.</summary>
    /// <param name="http">The request.</param>
    /// <param name="tag">The validator of the plain body.</param>
    public static IReadOnlyList<string> TagsOf(HttpContext http, string tag) =>
        http.RequestServices.GetRequiredService<IResponseCompressionProvider>().GetCompressionProvider(http) is { } preferred
            ? [tag, TagOf(tag, preferred.EncodingName)] : [tag];

    private static string TagOf(string tag, string encoding) => $"{tag[..^1]}-{encoding}\"";
}
