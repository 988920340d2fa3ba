using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ledger.Problems;

namespace Ledger.Web;

/// <summary>Where a list goes on, as a text that is opaque to clients and opens nothing that the query could not ask. It belongs to one list with
/// one set of parameters: with others it would continue a list that never was.</summary>
public static class Cursor
{
    private const string Parameter = "cursor";

    /// <summary>The parts of a request's cursor, or null on a first page.</summary>
    /// <param name="count">Of the parts that this list's cursors have.</param>
    /// <exception cref="ProblemException">400: not a cursor of this list and these parameters.</exception>
    public static string[]? Of(QueryParameters query, int count)
    {
        if (query.Text(Parameter) is not { } text)
        {
            return null;
        }

        try
        {
            // Some other spellings decode to the same bytes: padding, or bits of the last character that say nothing.
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
    /// <param name="parts">None of them with a line feed.</param>
    public static string Encode(QueryParameters query, params ReadOnlySpan<string?> parts)
    {
        var content = string.Join('\n', parts);
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Fingerprint(query, content)}\n{content}"));
    }

    /// <summary>The whole address of the next page, for the header Link.</summary>
    public static string Link(HttpContext http, string cursor)
    {
        var query = http.Request.Query.Where(x => x.Key is not Parameter and not "atLeast")
            .SelectMany(x => x.Value.Select(value => KeyValuePair.Create(x.Key, value)))
            .Append(KeyValuePair.Create(Parameter, (string?)cursor));
        return $"<{http.Request.PathBase}{http.Request.Path}{QueryString.Create(query)}>; rel=\"next\"";
    }

    /// <summary>The refusal of a cursor.</summary>
    public static ProblemException Bad() => QueryParameters.Bad(Parameter,
        "Not a cursor of this list with these parameters. Take it as it stands in next, and keep the other parameters.");

    /// <summary>Of list, parameters and the cursor's own content, so that one that was cut or mistyped is noticed; it is no secret, and keeps
    /// none.</summary>
    private static string Fingerprint(QueryParameters query, string content) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{query.Canonical(Parameter, "limit", "atLeast")}\n{content}")).AsSpan(0, 6));
}
