namespace Ledger.Web;

/// <summary>The media types of responses, and the client's preference among them.</summary>
public static class MediaTypes
{
    /// <summary>The default.</summary>
    public const string Json = "application/json";

    /// <summary>A list as a table.</summary>
    public const string Csv = "text/csv; charset=utf-8; header=present";

    /// <summary>The query parameter that names the form, and wins over Accept: a link can be shared, a header cannot.</summary>
    public const string Parameter = "format";

    private static readonly string[] Forms = ["json", "csv"];

    /// <summary>True where the parameter <see cref="Parameter"/> asks for CSV; without it, where Accept does.</summary>
    /// <exception cref="Problems.ProblemException">400: another form.</exception>
    public static bool PrefersCsv(HttpContext http, QueryParameters query) =>
        query.Word(Parameter, Forms) is { } form ? form == "csv" : AcceptsCsv(http);

    /// <summary>True where Accept ranks text/csv above application/json; without a preference the response is JSON.</summary>
    private static bool AcceptsCsv(HttpContext http)
    {
        double csv = 0;
        double? json = null, application = null, any = null;
        foreach (var accepted in http.Request.GetTypedHeaders().Accept)
        {
            var quality = accepted.Quality ?? 1;
            _ = accepted.MediaType.ToString().ToLowerInvariant() switch
            {
                "text/csv" => csv = Math.Max(csv, quality),
                "application/json" => json = Math.Max(json ?? 0, quality),
                "application/*" => application = quality,
                "*/*" => any = quality,
                _ => 0,
            };
        }

        // The quality of JSON is that of the most specific range that covers it (RFC 9110, 12.5.1).
        return csv > (json ?? application ?? any ?? 0);
    }
}
