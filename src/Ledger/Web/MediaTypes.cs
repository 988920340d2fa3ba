namespace Ledger.Web;

/// <summary>The media types of responses, and the client's preference among them.</summary>
public static class MediaTypes
{
    /// <summary>The default.</summary>
    public const string Json = "application/json";

    /// <summary>A list as a table.</summary>
    public const string Csv = "text/csv; charset=utf-8; header=present";

    /// <summary>True where Accept ranks text/csv above application/json; without a preference the response is JSON.</summary>
    public static bool PrefersCsv(HttpContext http)
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
