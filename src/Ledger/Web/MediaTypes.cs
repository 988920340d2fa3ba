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

    /// <summary>The form of CSV that Excel reads as UTF-8: with a byte order mark.</summary>
    private const string CsvForExcel = "csv;excel";

    private static readonly string[] Forms = ["json", "csv", CsvForExcel];

    /// <summary>True where the parameter <see cref="Parameter"/> asks for CSV; without it, where Accept does.</summary>
    /// <exception cref="Problems.ProblemException">400: another form.</exception>
    public static bool PrefersCsv(HttpContext http, QueryParameters query) =>
        query.Word(Parameter, Forms) is { } form ? form != "json" : AcceptsCsv(http);

    /// <summary>True where CSV is to begin with a byte order mark, without which Excel reads UTF-8 as Windows-1252: the form is
    /// <c>csv;excel</c>, or without that parameter Accept names <c>text/csv;excel=true</c>. Whoever reads it otherwise has one character
    /// more in the name of the first column.</summary>
    public static bool IsForExcel(HttpContext http, QueryParameters query) => query.Text(Parameter) is { } form ? form == CsvForExcel
        : http.Request.GetTypedHeaders().Accept.Any(x => x.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase)
            && x.Parameters.Any(y => y.Name.Equals("excel", StringComparison.OrdinalIgnoreCase)
                && y.Value.Equals("true", StringComparison.OrdinalIgnoreCase)));

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
