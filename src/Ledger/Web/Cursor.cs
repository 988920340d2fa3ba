using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>The position in a list at which its next page begins, as a text that is opaque to clients. It grants nothing that the query
/// could not ask for. It is valid for one list with one set of parameters only, since other parameters would make a different
/// list.</summary>
public static class Cursor
{
    private const string Parameter = "cursor";

    /// <summary>The parts of a request's cursor; null on a first page.</summary>
    /// <param name="query">The parameters of the request.</param>
    /// <param name="count">Number of parts in the cursors of this list.</param>
    /// <exception cref="ProblemException">400: not a cursor of this list and these parameters.</exception>
    public static string[]? Of(QueryParameters query, int count)
    {
        if (query.Text(Parameter) is not { } text)
        {
            return null;
        }

        try
        {
            // Other spellings can decode to the same bytes (padding, unused bits of the last character): only the one that was issued is
            // valid.
            var bytes = Base64Url.DecodeFromChars(text);
            var content = Encoding.UTF8.GetString(bytes).Split('\n', 2);
            return content.Length == 2 && content[0] == Fingerprint(query, content[1]) && Base64Url.EncodeToString(bytes) == text
                && content[1].Split('\n') is var parts && parts.Length == count && !parts[^1].Any(char.IsControl) ? parts : throw Bad();
        }
        catch (FormatException)
        {
            throw Bad();
        }
    }

    /// <summary>The cursor of the next page.</summary>
    /// <param name="query">The parameters of the request.</param>
    /// <param name="parts">The parts; none contains a line feed.</param>
    public static string Encode(QueryParameters query, params ReadOnlySpan<string?> parts)
    {
        var content = string.Join('\n', parts);
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Fingerprint(query, content)}\n{content}"));
    }

    /// <summary>The value of the header Link for the next page.</summary>
    public static string Link(HttpContext http, string cursor)
    {
        var query = http.Request.Query.Where(x => x.Key is not Parameter and not "atLeast")
            .SelectMany(x => x.Value.Select(value => KeyValuePair.Create(x.Key, value)))
            .Append(KeyValuePair.Create(Parameter, (string?)cursor));
        return $"<{http.Request.PathBase}{http.Request.Path}{QueryString.Create(query)}>; rel=\"next\"";
    }

    /// <summary>The problem of a request whose cursor is not valid.</summary>
    public static ProblemException Bad() => QueryParameters.Bad(Parameter,
        "Not a cursor of this list with these parameters. Take it as it stands in next, and keep the other parameters.");

    /// <summary>A checksum of list, parameters and content, which detects a truncated or mistyped cursor. It is no protection against
    /// forgery, and needs to be none.</summary>
    private static string Fingerprint(QueryParameters query, string content)
    {
        var text = $"{query.Canonical(Parameter, "limit", "atLeast", MediaTypes.Parameter)}\n{content}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
    }
}
