using System.Globalization;
using Ledger.Problems;
using Ledger.Questions;
using Ledger.Web;

namespace Ledger.Export;

/// <summary>GET /v1/export/{file}: a table for analysts as a finished file, with its length. Nothing is written into a response while it is
/// made: a client could not tell a file that was cut from a whole one.</summary>
public static class ExportEndpoint
{
    private const string FromName = "from";

    private static readonly string[] Parameters = [.. ClockParameters.Names, FromName];

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/export/{file}", RespondAsync).WithMetadata(new RequiresScope(Scopes.Audit)).WithName("export");

    private static async Task RespondAsync(HttpContext http, string file, Sources sources, ExportFiles files)
    {
        var query = QueryParameters.Of(http, Parameters);
        var (table, isWorkbook) = FileOf(file);
        var clocks = ClockParameters.Of(query);
        var given = (int?)query.Number(FromName, 1, 9999);
        if (given is not null && !table.IsByYear)
        {
            throw QueryParameters.Bad(FromName, "The first year of a table that goes by year, which this one does not.");
        }

        var basis = await ExportBasis.ResolveAsync(sources, clocks, http.RequestAborted);
        var question = new ExportQuestion(table, isWorkbook, FirstYearOf(given, basis.Read.AsOf), basis);
        var headers = http.Response.Headers;
        headers["Ledger-Position"] = basis.Read.LedgerEnd.ToString(CultureInfo.InvariantCulture);
        headers.CacheControl = basis.Read.Immutable ? "private, max-age=31536000, immutable" : "private, no-cache";
        var isHeld = EntityTag.IsHeld(http, question.Tag);
        if (isWorkbook)
        {
            // Its cells are the same whenever it is made, its bytes are not: it holds times.
            headers.ETag = $"W/{headers.ETag}";
        }

        if (isHeld)
        {
            return;
        }

        var wait = Prefer.WaitOf(http);
        await using var body = await files.OpenAsync(question, TimeSpan.FromSeconds(wait ?? 0), http.RequestAborted);
        if (wait is { } seconds)
        {
            headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={seconds}");
        }

        http.Response.ContentType = question.MediaType;
        http.Response.ContentLength = body.Length;
        headers.ContentDisposition = $"attachment; filename=\"{question.FileName}\"";
        if (!JsonResponse.IsHead(http))
        {
            await body.CopyToAsync(http.Response.Body, http.RequestAborted);
        }
    }

    private static (Table Table, bool IsWorkbook) FileOf(string file)
    {
        var (slug, extension) = file.Split('.') is [var name, var end] ? (name, end) : ("", "");
        return AnalystTables.Find(slug) is { } table && extension is ExportQuestion.Parquet or ExportQuestion.Xlsx
            ? (table, extension == ExportQuestion.Xlsx)
            : throw new ProblemException(ProblemKinds.NotFound, $"There is no file '{QueryParameters.Shown(file)}' here. The tables are "
                + $"{string.Join(", ", AnalystTables.All.Select(x => x.Slug))}, each as .{ExportQuestion.Parquet} and "
                + $".{ExportQuestion.Xlsx}.");
    }

    private static int FirstYearOf(int? given, DateOnly asOf)
    {
        var year = given ?? Math.Min(AnalystTables.FirstYear, asOf.Year);
        return year > asOf.Year ? throw QueryParameters.Bad(FromName, $"Lies after the year of asOf, {asOf.Year}.")
            : asOf.Year - year > AnalystTables.MostYears
                ? throw QueryParameters.Bad(FromName, $"A table has at most {AnalystTables.MostYears} years: begin later.") : year;
    }
}
