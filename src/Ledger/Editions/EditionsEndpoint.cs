using System.Globalization;
using System.Text.Json;
using Ledger.Problems;
using Ledger.Store;
using Ledger.Vocabulary;
using Ledger.Web;
using Npgsql;

namespace Ledger.Editions;

/// <summary>GET /v1/editions, /v1/editions/{id} and /v1/editions/{id}/lines: every import with its state and summary, and the status of
/// each line.</summary>
public static class EditionsEndpoint
{
    private static readonly string[] LineColumns =
    [
        "n", "line", "status", "finding", "recipient", "recipientName", "deal", "platform", "name", "category", "what", "as", "position",
        "reports", "problem.detail",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/editions", ListAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("editions");
        routes.MapGet("/v1/editions/{id}", OneAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("editionState");
        routes.MapGet("/v1/editions/{id}/lines", LinesAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("editionLines");
    }

    /// <summary>404: there is no import with this id.</summary>
    public static ProblemException NotFound() => new(ProblemKinds.NotFound, "There is no edition of this id; /v1/editions lists them.");

    private static async Task ListAsync(HttpContext http, EditionJobs jobs)
    {
        var query = QueryParameters.Of(http, [.. UnpinnedPage.Parameters]);
        var page = UnpinnedPage.Of(query);
        var all = (await jobs.ListAsync(http.RequestAborted)).AsEnumerable();
        if (page.After is { } after)
        {
            all = all.SkipWhile(x => x.Id != after).Skip(1);
        }

        await page.WriteAsync(http, query, [.. all.Take(page.Limit + 1)], x => x.Id, EditionResponse.Columns, EditionResponse.Write);
    }

    private static async Task OneAsync(HttpContext http, string id, EditionJobs jobs)
    {
        QueryParameters.None(http);
        var job = await jobs.FindAsync(id, http.RequestAborted) ?? throw NotFound();
        http.Response.Headers.CacheControl = "no-store";
        if (job.Position is { } position)
        {
            http.Response.Headers["Ledger-Position"] = position.ToString(CultureInfo.InvariantCulture);
        }

        await JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer => EditionResponse.Write(writer, job));
    }

    private static async Task LinesAsync(HttpContext http, string id, EditionJobs jobs, NpgsqlDataSource database)
    {
        var query = QueryParameters.Of(http, ["status", .. UnpinnedPage.Parameters]);
        var status = query.Word("status", LineStatus.All);
        var page = UnpinnedPage.Of(query);
        var after = page.After is not { } text ? 0 : Digits.TryParse(text, out var n) && n <= int.MaxValue ? (int)n : throw Cursor.Bad();
        var job = await jobs.FindAsync(id, http.RequestAborted) ?? throw NotFound();
        await using var command = database.CreateCommand($"""
            select n, line, status, finding, recipient, deal, platform, name, category, what, taken_as, position, reports, problem
            from {TableNames.EditionLines} where edition = $1 and n > $2 {(status is null ? "" : "and status = $4")} order by n limit $3
            """);
        command.Parameters.AddWithValue(job.Number);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(page.Limit + 1);
        if (status is not null)
        {
            command.Parameters.AddWithValue(status);
        }

        var lines = new List<(int N, byte[] Json)>(page.Limit + 1);
        await using (var row = await command.ExecuteReaderAsync(http.RequestAborted))
        {
            while (await row.ReadAsync(http.RequestAborted))
            {
                lines.Add((row.GetInt32(0), JsonOf(row)));
            }
        }

        await page.WriteAsync(http, query, lines, x => x.N.ToString(CultureInfo.InvariantCulture), LineColumns,
            (writer, x) => writer.WriteRawValue(x.Json));
    }

    private static byte[] JsonOf(NpgsqlDataReader row)
    {
        var body = new System.Buffers.ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(body, Json.Writing))
        {
            string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
            writer.WriteStartObject();
            writer.WriteNumber("n", row.GetInt32(0));
            writer.WritePropertyName("line");
            if (row.IsDBNull(1))
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteNumberValue(row.GetInt32(1));
            }

            foreach (var (name, column) in (ReadOnlySpan<(string, int)>)[("status", 2), ("finding", 3), ("recipient", 4), ("deal", 5),
                ("platform", 6), ("name", 7), ("category", 8), ("what", 9), ("as", 10)])
            {
                writer.WriteString(name, Text(column));
            }

            writer.WriteString("recipientName", Text(4) is { } recipient ? Country.NameOf(recipient) : null);
            writer.WritePropertyName("position");
            if (row.IsDBNull(11))
            {
                writer.WriteNullValue();
            }
            else
            {
                writer.WriteNumberValue(row.GetInt64(11));
            }

            writer.WriteStartArray("reports");
            // Present only once they are recorded: a refused report has no event.
            foreach (var report in row.IsDBNull(11) || row.IsDBNull(12) ? [] : row.GetFieldValue<Guid[]>(12))
            {
                writer.WriteStringValue(report);
            }

            writer.WriteEndArray();
            writer.WritePropertyName("problem");
            if (Text(13) is { } problem)
            {
                writer.WriteRawValue(problem);
            }
            else
            {
                writer.WriteNullValue();
            }

            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
