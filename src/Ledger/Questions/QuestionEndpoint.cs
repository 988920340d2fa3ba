using System.Globalization;
using Ledger.Problems;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>Serves questions over HTTP: the one place for ETags, caching, paging and the choice of JSON or CSV of all questions. Long
/// answers are sent while they are written.</summary>
public static class QuestionEndpoint
{
    /// <summary>Serves a kind of question.</summary>
    /// <param name="routes">The routes of the service.</param>
    /// <param name="pattern">The route pattern.</param>
    /// <param name="name">The endpoint's name, also in the metrics.</param>
    /// <param name="parameters">The query parameters that it takes, beside that of the form.</param>
    /// <param name="read">Reads the question from the query parameters and the route's values.</param>
    public static void MapQuestion(this IEndpointRouteBuilder routes, string pattern, string name, string[] parameters,
        Func<QueryParameters, Func<string, string>, IQuestion> read)
    {
        string[] taken = [.. parameters, MediaTypes.Parameter];
        routes.MapGet(pattern, async (HttpContext http, Sources sources, AnswerMemory memory) =>
        {
            var query = QueryParameters.Of(http, taken);
            var csv = MediaTypes.PrefersCsv(http, query);
            var question = read(query, part => (string)http.Request.RouteValues[part]!);
            await WriteAsync(http, query, csv, await question.AskAsync(sources, http.RequestAborted), memory);
        }).WithMetadata(new RequiresScope(Scopes.Read)).WithName(name);
    }

    /// <summary>Writes the response.</summary>
    private static async Task WriteAsync(HttpContext http, QueryParameters query, bool csv, Answer answer, AnswerMemory memory)
    {
        var basis = answer.Basis;
        var headers = http.Response.Headers;
        headers.Vary = "Accept";
        headers["Ledger-Position"] = basis.LedgerEnd.ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = basis.Immutable ? "private, max-age=31536000, immutable" : "private, no-cache";
        var isForExcel = csv && MediaTypes.IsForExcel(http, query);
        var tag = TagOf(query, basis, isForExcel ? "csv;excel" : $"{csv}");
        if (EntityTag.IsHeld(http, tag))
        {
            return;
        }

        // A rebuild mends what was wrong with the read model, at the same position.
        var key = string.Create(CultureInfo.InvariantCulture, $"{tag} {basis.ReadModel}");
        if (await memory.FindAsync(key, http.RequestAborted) is { } kept)
        {
            Describe(http, kept.ContentType, kept.Cursor);
            await kept.Body.SendAsync(http);
            return;
        }

        using var making = memory.Make(key);
        var body = await answer.MakeAsync();
        var cursor = body.NextKey is { } next ? PageRequest.CursorOf(query, Pin.Of(basis), next) : null;
        var contentType = csv ? MediaTypes.Csv : MediaTypes.Json;
        Describe(http, contentType, cursor);
        if (JsonResponse.IsHead(http))
        {
            return;
        }

        await using var held = new HeldBody(http.Response);
        await using var copied = new KeptBody(held, Limits.KeptAnswer);
        if (csv)
        {
            await body.WriteCsvAsync(new CsvTable(copied, http.RequestAborted, isForExcel));
        }
        else
        {
            await using var json = new StreamedJson(copied, http.RequestAborted);
            await body.WriteJsonAsync(json, cursor);
            await json.CompleteAsync();
        }

        making.Keep(copied.ToArray(), contentType, cursor);
        await held.CompleteAsync(http.RequestAborted);
    }

    private static void Describe(HttpContext http, string contentType, string? cursor)
    {
        if (cursor is not null)
        {
            http.Response.Headers.Link = Cursor.Link(http, cursor);
        }

        http.Response.ContentType = contentType;
    }

    /// <summary>The validator: of the question, the media type, the basis, the method and the settings. However the media type was asked
    /// for, by a parameter or by Accept, it is the same.</summary>
    private static string TagOf(QueryParameters query, Basis basis, string form) => EntityTag.Of(string.Create(CultureInfo.InvariantCulture,
        $"{query.Canonical("atLeast", MediaTypes.Parameter)}\n{form}\n{basis.AsOf:O}\n{basis.ReportedBy:O}\n"
        + $"{basis.Position}\n{basis.KnownAt:O}\n{basis.Method.Number}\n{basis.Settings}"));
}
