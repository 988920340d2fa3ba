using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Ledger.Web;

/// <summary>Validators of responses (RFC 9110, 8.8.3).</summary>
public static class EntityTag
{
    /// <summary>The running build, part of every validator, since another build may write the same response differently.</summary>
    private static readonly string Build = typeof(EntityTag).Assembly.ManifestModule.ModuleVersionId.ToString("N")[..12];

    /// <summary>The validator of a response.</summary>
    /// <param name="content">All that the response depends on: the question, the media type and the basis.</param>
    public static string Of(string content) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Build}\n{content}")).AsSpan(0, 12))}\"";

    /// <summary>Sets the validator, and compares it with the client's <c>If-None-Match</c>. A client that has the response compressed has
    /// another validator (<see cref="Compression"/>): a 304 names the one that the client has, so that a cache knows which of its
    /// responses is meant.</summary>
    /// <returns>True where the client has this response: the status is set to 304, and the caller must not write a body.</returns>
    public static bool IsHeld(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        var given = http.Request.GetTypedHeaders().IfNoneMatch;
        var held = given.Count == 0 ? null : Compression.TagsOf(http, tag).FirstOrDefault(possible => given.Any(x =>
            x == EntityTagHeaderValue.Any || x.Compare(new EntityTagHeaderValue(possible), useStrongComparison: false)));
        if (held is null)
        {
            return false;
        }

        http.Response.Headers.ETag = held;
        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }
}
