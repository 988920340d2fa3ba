using System.Text.Json;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Export;

/// <summary>What the API answers, as the rows of the tables: each row is the text of some columns, joined by bars.</summary>
internal static class ApiRows
{
    private const string Asked = $"asOf={ExportedService.AsOf}";

    /// <summary>The columns of a holding that are compared, with their paths in the answer.</summary>
    public static readonly (string Column, string Path)[] Holding =
    [
        ("platform", "platform"), ("platform_name", "name"), ("category", "category"), ("class", "class"), ("low", "estimate.low"), ("best", "estimate.best"),
        ("high", "estimate.high"), ("closed_high", "estimate.closedHigh"), ("conflicted", "estimate.conflicted"), ("on_order", "estimate.onOrder"),
        ("announced", "estimate.announced"),
    ];

    /// <summary>The columns of what it rests on.</summary>
    public static readonly (string Column, string Path)[] Grounds =
    [
        ("on_loan_low", "estimate.onLoan.low"), ("on_loan_best", "estimate.onLoan.best"), ("on_loan_high", "estimate.onLoan.high"),
        ("delisted_low", "estimate.delisted.low"), ("delisted_best", "estimate.delisted.best"), ("delisted_high", "estimate.delisted.high"),
        ("lost_low", "estimate.lost.low"), ("lost_best", "estimate.lost.best"), ("lost_high", "estimate.lost.high"), ("reports", "estimate.reports"),
        ("origins", "estimate.origins"), ("publishers", "estimate.publishers"), ("best_grade", "estimate.bestGrade"), ("newest_reported", "estimate.newestReported"),
        ("oldest_delivery", "estimate.oldestDelivery"), ("words", "estimate.words"),
    ];

    public static readonly (string Column, string Path)[] Deal =
    [
        ("recipient", "recipient"), ("recipient_name", "recipientName"), ("supplier", "supplier"), ("supplier_name", "supplierName"), ("deal", "deal"), ("title", "title"),
        ("platform", "platform"), ("platform_name", "platformName"), ("category", "category"), ("stage", "stage"),
        .. from name in (string[])["ordered", "delivered", "produced", "outstanding"]
           from bound in (string[])["low", "best", "high"]
           select ($"{name}_{bound}", $"{name}.{bound}"),
        ("on_order", "onOrder"), ("due_earliest", "due.earliest"), ("due_middle", "due.middle"), ("due_latest", "due.latest"), ("conflicted", "conflicted"),
        ("newest_reported", "newestReported"),
    ];

    public static readonly (string Column, string Path)[] Flow =
    [
        ("supplier", "supplier"), ("supplier_name", "supplierName"), ("recipient", "recipient"), ("recipient_name", "recipientName"), ("category", "category"), ("kind", "kind"),
        ("low", "low"), ("best", "best"), ("high", "high"),
    ];

    public static readonly (string Column, string Path)[] Report =
    [
        ("position", "position"), ("event_id", "eventId"), ("kind", "kind"), ("reported_day", "reportedDay"), ("reporter", "reporter"), ("feed", "feed"), ("report_id", "id"),
        ("recipient", "recipient"), ("recipient_name", "recipientName"), ("supplier", "supplier"), ("supplier_name", "supplierName"), ("deal", "deal"), ("lot", "lot"),
        ("quantity_qualifier", "quantity.qualifier"), ("quantity_n", "quantity.n"), ("quantity_low", "quantity.low"), ("quantity_best", "quantity.best"),
        ("quantity_high", "quantity.high"), ("occurred", "occurred"), ("occurred_earliest", "window.earliest"), ("occurred_middle", "window.middle"),
        ("occurred_latest", "window.latest"), ("publisher", "source.publisher"), ("published", "source.published"), ("grade", "grade"), ("role", "role"),
        ("set_aside", "setAside"), ("set_aside_by", "setAsideBy"), ("due", "due"), ("amount", "value.amount"), ("currency", "value.currency"), ("stage", "stage"),
        ("milestone", "milestone"), ("setting", "setting"), ("passed_to", "to"), ("edition", "edition"), ("note", "note"),
    ];

    public static readonly (string Column, string Path)[] Change =
    [
        ("platform", "platform"), ("platform_name", "name"),
        .. from side in (string[])["before", "after"]
           from name in (string[])["low", "best", "high", "category", "class"]
           select ($"{name}_{side}", $"{side}.{name}"),
        ("closed_high_before", "before.closedHigh"), ("closed_high_after", "after.closedHigh"), ("catalogue_changed", "catalogue"),
    ];

    /// <summary>The columns as SQL that gives their text.</summary>
    public static string Sql(IEnumerable<(string Column, string Path)> columns) =>
        string.Join(" || '|' || ", columns.Select(x => $"coalesce(cast({x.Column} as varchar), '')"));

    /// <summary>The text of an item.</summary>
    public static string Line(JsonElement item, IEnumerable<(string Column, string Path)> columns) => string.Join('|', columns.Select(x => Text(item, x.Path)));

    public static async Task<List<string>> HoldingsAsync(Service service)
    {
        var lines = new List<string>();
        await foreach (var (code, holding) in FleetsAsync(service, ExportedService.AsOf))
        {
            lines.Add($"{code}|{Line(holding, [.. Holding, .. Grounds])}");
        }

        return lines;
    }

    public static async Task<List<string>> HoldingsByYearAsync(Service service)
    {
        var lines = new List<string>();
        foreach (var day in Enumerable.Range(ExportedService.From, 2026 - ExportedService.From).Select(x => $"{x}-12-31").Append(ExportedService.AsOf))
        {
            await foreach (var (code, holding) in FleetsAsync(service, day))
            {
                if (((string[])["low", "best", "high", "onOrder", "announced"]).Any(x => Text(holding, $"estimate.{x}") != "0"))
                {
                    lines.Add($"{day[..4]}|{day}|{code}|{Line(holding, Holding)}");
                }
            }
        }

        return lines;
    }

    public static async Task<List<string>> DealsAsync(Service service) =>
        [.. (await service.AskAsync($"/v1/deals?limit=1000&{Asked}")).Items().Select(x => Line(x, Deal))];

    public static async Task<List<string>> FlowsAsync(Service service)
    {
        var lines = new List<string>();
        for (var year = ExportedService.From; year <= 2026; year++)
        {
            lines.AddRange((await service.AskAsync($"/v1/flows?from={year}&to={year}&limit=1000&{Asked}")).Items().Select(x => $"{year}|{Line(x, Flow)}"));
        }

        return lines;
    }

    public static async Task<List<string>> ReportsAsync(Service service)
    {
        var lines = new List<string>();
        await foreach (var (code, holding) in FleetsAsync(service, ExportedService.AsOf))
        {
            foreach (var report in (await service.AskAsync($"/v1/countries/{code}/fleet/{holding.Text("platform")}?{Asked}")).Items("evidence"))
            {
                var counts = report.Items("effective").Select(x => x.GetString()).ToList();
                lines.Add($"{holding.Text("platform")}|{Line(report, Report)}|{string.Join('|', ((string[])["low", "best", "high"]).Select(x => counts.Contains(x) ? "true" : "false"))}");
            }
        }

        return lines;
    }

    public static async Task<List<string>> ChangesAsync(Service service)
    {
        var lines = new List<string>();
        foreach (var moment in (await service.AskAsync("/v1/moments?limit=1000")).Items().Where(x => x.Text("kind") is "edition" or "withdrawal"))
        {
            var (before, after) = (moment.Long("firstPosition") - 1, moment.Long("position"));
            foreach (var country in (await service.AskAsync($"/v1/countries?ended=true&limit=1000&{Asked}")).Items())
            {
                var code = country.Text("recipient");
                var answer = await Service.GetAsync(service.Reader, $"/v1/countries/{code}/changes?from=@{before}&to=@{after}&limit=1000&{Asked}");
                lines.AddRange(answer.Status == 404 ? [] : answer.Json.Items().Select(x => $"{moment.Text("kind")}|{moment.Text("edition")}|{before}|{after}|{code}|{Line(x, Change)}|"
                    + $"[{string.Join(", ", x.Items("reports").Select(report => report.Text("eventId")))}]|[{string.Join(", ", x.Items("reports").Select(report => report.Text("did")))}]"));
            }
        }

        return lines;
    }

    private static async IAsyncEnumerable<(string Code, JsonElement Holding)> FleetsAsync(Service service, string day)
    {
        foreach (var country in (await service.AskAsync($"/v1/countries?ended=true&limit=1000&asOf={day}")).Items())
        {
            var code = country.Text("recipient")!;
            foreach (var holding in (await service.AskAsync($"/v1/countries/{code}/fleet?asOf={day}")).Items("holdings"))
            {
                yield return (code, holding);
            }
        }
    }

    private static string Text(JsonElement item, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(step, out item))
            {
                return "";
            }
        }

        return item.ValueKind switch { JsonValueKind.Null => "", JsonValueKind.String => item.GetString()!, _ => item.GetRawText() };
    }
}
