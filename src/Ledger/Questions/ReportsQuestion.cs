using System.Globalization;
using Ledger.Host;
using Ledger.Problems;
using Ledger.Reports;
using Ledger.Store;
using Ledger.Vocabulary;
using Ledger.Web;
using Npgsql;

namespace Ledger.Questions;

/// <summary>GET /v1/reports and /v1/reports/{eventId}: reports as they were said, by position.</summary>
public static class ReportsQuestion
{
    private static readonly string[] Filters = ["recipient", "platform", "deal", "kind", "publisher", "feed", "recordedFrom", "recordedTo"];
    private static readonly string[] Parameters = [.. Basis.Parameters, .. PageRequest.Parameters, .. Filters];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/reports", ListAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("reports");
        routes.MapGet("/v1/reports/{eventId}", OneAsync).WithMetadata(new RequiresScope(Scopes.Read)).WithName("report");
    }

    /// <summary>One report, from the store itself: it is there as soon as its post was answered.</summary>
    private static async Task OneAsync(HttpContext http, string eventId, BasisResolver clocks, NpgsqlDataSource database)
    {
        QueryParameters.Only(http, [.. Basis.Parameters]);
        // A report is what it is at any clock; only what the ledger knew of it, and when, can be asked.
        var knownAt = http.Request.Query.Count > 0 || http.Request.Headers.ContainsKey("Ledger-Position")
            ? (await clocks.ResolveAsync(http)) is { Pinned: true } basis ? basis.Position : long.MaxValue : long.MaxValue;
        if (Guid.TryParseExact(eventId, "D", out var id))
        {
            if (await FindAsync(database, id, http.RequestAborted) is { } stored && stored.Position <= knownAt)
            {
                // A report never changes, so its event id is all that a validator needs.
                http.Response.Headers.ETag = $"\"{stored.EventId:N}-{Telemetry.Build}\"";
                http.Response.Headers.CacheControl = "private, no-cache";
                http.Response.Headers["Ledger-Position"] = stored.Position.ToString(CultureInfo.InvariantCulture);
                if (http.Request.GetTypedHeaders().IfNoneMatch.Any(x => x.Tag == http.Response.Headers.ETag.ToString() || x.Tag == "*"))
                {
                    http.Response.StatusCode = StatusCodes.Status304NotModified;
                    return;
                }

                await JsonResponse.JsonAsync(http, StatusCodes.Status200OK, writer => StoredReports.Write(writer, stored));
                return;
            }
        }

        throw new ProblemException(ProblemKinds.NotFound, $"There is no report with the event id '{(eventId.Length > 60 ? eventId[..60] + "…" : eventId)}'.");
    }

    /// <summary>Reads it and lets go of the connection, before anything is written to a client that may be slow to read.</summary>
    private static async Task<RecordedReport?> FindAsync(NpgsqlDataSource database, Guid eventId, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {StoredReports.Columns} from {Storage.Schema}.mt_events e where e.id = $1");
        command.Parameters.AddWithValue(eventId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? StoredReports.Read(reader)?.Recorded : null;
    }

    private static async Task ListAsync(HttpContext http, BasisResolver clocks, NpgsqlDataSource database)
    {
        QueryParameters.Only(http, Parameters);
        await using var command = database.CreateCommand();
        var where = Where(http, command);
        var page = await PageRequest.BeginAsync(http, clocks);
        var after = page.After is not { } last ? 0
            : long.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : throw Cursor.Bad();
        where(page.Basis);
        command.Parameters.AddWithValue(page.Basis.Position);
        command.CommandText += $" and r.position <= ${command.Parameters.Count}";
        // A new alias of the platform asked about changes the list as much as a new report does.
        var newest = Math.Max(await NewestAsync(command, database, http.RequestAborted),
            QueryParameters.Text(http, "platform") is { } platform ? page.Basis.Catalogue.Find(Slug.OfPlatform(platform)!).ChangedAt : 0);
        command.Parameters.AddWithValue(after);
        command.CommandText += $" and r.position > ${command.Parameters.Count}";
        command.Parameters.AddWithValue(page.Limit + 1);
        command.CommandText = $"select r.position from {Storage.Schema}.evidence r where {command.CommandText} "
            + $"order by r.position limit ${command.Parameters.Count}";
        var positions = new List<long>();
        await using (var reader = await command.ExecuteReaderAsync(http.RequestAborted))
        {
            while (await reader.ReadAsync(http.RequestAborted))
            {
                positions.Add(reader.GetInt64(0));
            }
        }

        await using var answer = EstimateResponse.Begin(http, await clocks.AffectedByAsync(page.Basis, newest, http.RequestAborted));
        var next = page.Next(http, answer.Basis, positions, x => x.ToString(CultureInfo.InvariantCulture));
        if (!answer.NotModified)
        {
            var reports = StoredReports.AtAsync(database, [.. positions.Take(page.Limit)], x => x, http.RequestAborted);
            await PageRequest.WriteAsync(answer, reports, StoredReports.Cells, (writer, x) => StoredReports.Write(writer, x.Report), next);
        }
    }

    /// <summary>Position of the last report that the filters take: the last event that affects the list.</summary>
    private static async Task<long> NewestAsync(NpgsqlCommand filtered, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce(max(r.position), 0) from {Storage.Schema}.evidence r where {filtered.CommandText}");
        foreach (NpgsqlParameter parameter in filtered.Parameters)
        {
            command.Parameters.Add(parameter.Clone());
        }

        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Reads the filters at once, so that a wrong one is refused before anything is asked; what depends on the basis follows.</summary>
    private static Action<Basis> Where(HttpContext http, NpgsqlCommand command)
    {
        var conditions = new List<string> { "true" };
        void Add(string condition, object value)
        {
            command.Parameters.AddWithValue(value);
            conditions.Add($"{condition} ${command.Parameters.Count}");
        }

        if (QueryParameters.Code(http, "recipient") is { } recipient)
        {
            Add("r.recipient =", recipient);
        }

        if (QueryParameters.Text(http, "deal") is { } deal)
        {
            Add("r.deal =", Slug.IsLabel(deal) ? deal : throw QueryParameters.Bad("deal", "The slug of a deal."));
        }

        if (QueryParameters.Word(http, "kind", WordNames.Kinds) is { } kind)
        {
            Add("r.kind =", (short)WordNames.Parse<ReportKind>(kind)!.Value);
        }

        foreach (var name in (string[])["publisher", "feed"])
        {
            if (QueryParameters.Text(http, name) is { } text)
            {
                Add($"r.{name} =", text.Contains('\0', StringComparison.Ordinal) ? throw QueryParameters.Bad(name, "Not a text.") : text);
            }
        }

        if (QueryParameters.Time(http, "recordedFrom") is { } from)
        {
            Add("r.recorded_at >=", from);
        }

        if (QueryParameters.Time(http, "recordedTo") is { } to)
        {
            Add("r.recorded_at <=", to);
        }

        var platform = QueryParameters.Platform(http);
        return basis =>
        {
            if (platform is not null)
            {
                command.Parameters.AddWithValue(basis.Catalogue.Find(platform).Slugs.ToArray());
                conditions.Add($"r.platform = any(${command.Parameters.Count})");
            }

            if (basis.ReportedBy is { } day)
            {
                // A retraction without a day takes that of what it retracts: the ledger's own mistake is no news of a later day.
                command.Parameters.AddWithValue(day);
                conditions.Add($"(coalesce(r.published, (r.recorded_at at time zone 'UTC')::date) <= ${command.Parameters.Count}"
                    + $" or (r.published is null and r.kind = {(int)ReportKind.Retraction}))");
            }

            command.CommandText = string.Join(" and ", conditions);
        };
    }
}
