using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ledger.Problems;
using Ledger.Questions;

namespace Ledger.Web;

/// <summary>Where a list goes on: the last key of the page before, and the basis of the first page, so that a list read page by page
/// is one list, whatever is recorded meanwhile. Opaque to clients; it opens nothing that the query could not ask.</summary>
/// <param name="Last">Key of the last item of the page before.</param>
public sealed record Cursor(DateOnly AsOf, DateOnly? ReportedBy, long Position, DateTimeOffset? KnownAt, string Last)
{
    /// <summary>The cursor of a request, or null on a first page.</summary>
    /// <exception cref="ProblemException">400: not a cursor of this list and these parameters.</exception>
    public static Cursor? Of(HttpContext http)
    {
        if (QueryParameters.Text(http, "cursor") is not { } text)
        {
            return null;
        }

        try
        {
            // Some other spellings decode to the same bytes: padding, or bits of the last character that say nothing.
            var bytes = Base64Url.DecodeFromChars(text);
            var parts = Encoding.UTF8.GetString(bytes).Split('\n', 2);
            if (parts.Length != 2 || parts[0] != Fingerprint(http, parts[1]) || Base64Url.EncodeToString(bytes) != text)
            {
                throw Bad();
            }

            parts = parts[1].Split('\n');
            return parts.Length == 5 && !parts[4].Any(char.IsControl)
                ? new Cursor(DateOnly.ParseExact(parts[0], "O", CultureInfo.InvariantCulture),
                    parts[1].Length == 0 ? null : DateOnly.ParseExact(parts[1], "O", CultureInfo.InvariantCulture),
                    long.Parse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture),
                    parts[3].Length == 0 ? null : DateTimeOffset.ParseExact(parts[3], "O", CultureInfo.InvariantCulture), parts[4])
                : throw Bad();
        }
        catch (Exception fault) when (fault is FormatException or OverflowException or ArgumentException)
        {
            throw Bad();
        }
    }

    /// <summary>The cursor of the next page.</summary>
    public static string After(HttpContext http, Basis basis, string last)
    {
        var content = string.Create(CultureInfo.InvariantCulture, $"{basis.AsOf:O}\n{basis.ReportedBy:O}\n{basis.Position}\n{basis.KnownAt:O}\n{last}");
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Fingerprint(http, content)}\n{content}"));
    }

    /// <summary>The cursor of the next page of a list without a basis.</summary>
    public static string After(HttpContext http, string last) =>
        After(http, new Questions.Basis { AsOf = default, Position = 0, Settled = 0, Catalogue = null! }, last);

    /// <summary>The whole address of the next page, for the header Link.</summary>
    public static string Link(HttpContext http, string cursor)
    {
        var query = http.Request.Query.Where(x => x.Key is not "cursor" and not "atLeast")
            .SelectMany(x => x.Value.Select(value => KeyValuePair.Create(x.Key, value)))
            .Append(KeyValuePair.Create("cursor", (string?)cursor));
        return $"<{http.Request.PathBase}{http.Request.Path}{QueryString.Create(query)}>; rel=\"next\"";
    }

    /// <summary>A cursor belongs to one list with one set of parameters: with others it would continue a list that never was. Its own
    /// content is in the sum too, so that one that was cut or mistyped is noticed; it is no secret, and keeps none.</summary>
    private static string Fingerprint(HttpContext http, string content)
    {
        var query = string.Join('&', http.Request.Query.Where(x => x.Key is not "cursor" and not "limit" and not "atLeast")
            .OrderBy(x => x.Key, StringComparer.Ordinal).Select(x => $"{x.Key}={x.Value}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{http.Request.Path}?{query}\n{content}")).AsSpan(0, 6));
    }

    /// <summary>The refusal of a cursor.</summary>
    public static ProblemException Bad() => QueryParameters.Bad("cursor",
        "Not a cursor of this list with these parameters. Take it as it stands in next, and keep the other parameters.");
}
