namespace Ledger.Web;

/// <summary>The media types of answers, and which of two a client prefers.</summary>
public static class MediaTypes
{
    /// <summary>A value.</summary>
    public const string Json = "application/json";

    /// <summary>A table.</summary>
    public const string Csv = "text/csv; charset=utf-8; header=present";

    /// <summary>True where Accept names text/csv above application/json; whoever asks for neither gets JSON.</summary>
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

        // The most specific range that covers JSON says how much it is wanted (RFC 9110, 12.5.1).
        return csv > (json ?? application ?? any ?? 0);
    }
}
