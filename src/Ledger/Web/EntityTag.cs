using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Ledger.Web;

/// <summary>Validators of answers (RFC 9110, 8.8.3).</summary>
public static class EntityTag
{
    /// <summary>The running build, part of every validator: another build may write the same answer differently.</summary>
    private static readonly string Build = typeof(EntityTag).Assembly.ManifestModule.ModuleVersionId.ToString("N")[..12];

    /// <summary>The validator of what is told apart by a text.</summary>
    /// <param name="content">What the answer is an answer to, its media type among it, and what it rests on.</param>
    public static string Of(string content) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Build}\n{content}")).AsSpan(0, 12))}\"";

    /// <summary>Sets the validator, and finds out whether the client has this very answer.</summary>
    /// <returns>True where it has: the status is 304, and nothing more is to be written.</returns>
    public static bool IsHeld(HttpContext http, string tag)
    {
        http.Response.Headers.ETag = tag;
        if (!http.Request.GetTypedHeaders().IfNoneMatch.Any(x =>
            x == EntityTagHeaderValue.Any || x.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false)))
        {
            return false;
        }

        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }
}
