using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Ledger.Facts;
using Ledger.Reports;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Web;

public class CsvTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private async Task<(string Body, List<Dictionary<string, string>> Rows)> AskAsync(string path)
    {
        var answer = await _service.Reader.SendAsync(HttpMethod.Get, path, ("Accept", "text/csv"));
        Assert.True(answer.Status == 200, answer.Body);
        Assert.Equal("text/csv", answer.MediaType);
        var rows = Csv.Read(answer.Body);
        return (answer.Body, [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(x => x.First, x => x.Second))]);
    }

    [Fact]
    public async Task Every_list_can_be_had_as_a_table_that_says_the_same_as_its_JSON()
    {
        await ReportBuilder.Report("KGZ", "Bayraktar TB2", 3).With("quantity.qualifier", "atLeast").PostAsync(_service);
        await ReportBuilder.Report("KGZ", "aksungur", 3).PostAsync(_service, "observations");
        await ReportBuilder.Report("KGZ", "aksungur", 3).With("lot", "x").With("to", "x-a").PostAsync(_service, "losses");
        // A running total that falls: a flow below zero.
        await ReportBuilder.Report("TJK", "ababil-2", 10).With("occurred", "2020").With("supplier", "IRN").PostAsync(_service);
        await ReportBuilder.Report("TJK", "ababil-2", 4).With("supplier", "IRN").PostAsync(_service);
        var last = await ReportBuilder.Report("UZB", "Bayraktar TB2", 3).With("supplier", null).PostAsync(_service, "contracts");
        await _service.AskAsync("/v1/countries", last.Position);
        foreach (var (path, items) in new[]
        {
            ("/v1/countries?asOf=2023-01-01", "items"), ("/v1/countries/KGZ/fleet?asOf=2023-01-01", "holdings"), ("/v1/countries/KGZ/fleet/TB2?asOf=2023-01-01", "evidence"),
            ("/v1/countries/KGZ/series?platform=TB2&to=2023-01-01", "items"), ("/v1/countries/KGZ/changes?asOf=2023-01-01", "items"), ("/v1/changes?asOf=2023-01-01", "items"),
            ("/v1/platforms?limit=1000", "items"), ("/v1/platforms/TB2?asOf=2023-01-01", "holders"), ("/v1/reports", "items"),
            ("/v1/deals?asOf=2023-01-01", "items"), ("/v1/deals/KGZ/TUR/~?asOf=2023-01-01", "timeline"), ("/v1/flows?asOf=2023-01-01", "items"), ("/v1/signals?asOf=2023-01-01", "items"),
            ("/v1/moments?asOf=2023-01-01", "items"), ("/v1/search?q=a&asOf=2023-01-01&limit=100", "items"),
            ("/v1/unknowns?asOf=2023-01-01", "items"), ("/v1/publishers?asOf=2023-01-01", "items"), ("/v1/publishers/A%20paper?asOf=2023-01-01", "items"),
        })
        {
            var json = (await _service.AskAsync(path)).Items(items);
            var (_, rows) = await AskAsync(path);
            Assert.NotEmpty(rows);
            Assert.Equal(json.Length, rows.Count);
            foreach (var (item, row) in json.Zip(rows))
            {
                foreach (var (column, cell) in row)
                {
                    var text = Cell(item, column);
                    var isNumber = long.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _);
                    Assert.Equal(text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] && !isNumber ? $"'{text}" : text, cell);
                }

                foreach (var member in Leaves(item, "").Where(x => x is not ("digest" or "supersededEvents" or "targetEvent")))
                {
                    // An object that is null has only the columns of its members.
                    Assert.True(row.Keys.Any(x => x == member || x.StartsWith($"{member}.", StringComparison.Ordinal)), $"{path} has no column {member}");
                }
            }
        }
    }

    [Fact]
    public void Every_member_that_a_report_can_have_has_its_column()
    {
        foreach (var (_, type) in EventTypes.Reports.Values)
        {
            foreach (var member in Ledger.Web.StrictJson.Requests.GetTypeInfo(type).Properties.Select(x => x.Name))
            {
                Assert.True(ReportJson.Columns.Any(x => x.Split('.')[0] == member), $"{type.Name}.{member}");
            }
        }
    }

    [Theory]
    [InlineData("=1+2", "'=1+2")]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("+49 paper", "'+49 paper")]
    [InlineData("-paper", "'-paper")]
    [InlineData("\uFF1D1+2", "'\uFF1D1+2")]
    [InlineData("\uFF0B49", "'\uFF0B49")]
    [InlineData("\uFF0D1", "'\uFF0D1")]
    [InlineData("\uFF20SUM(A1)", "'\uFF20SUM(A1)")]
    [InlineData("1\uFF1D1", "1\uFF1D1")]
    [InlineData("A \"quoted\" paper, with comma", "A \"quoted\" paper, with comma")]
    [InlineData("Бумага, 紙", "Бумага, 紙")]
    public async Task A_cell_that_a_spreadsheet_would_run_is_escaped_and_any_other_survives(string publisher, string cell)
    {
        var posted = await ReportBuilder.Report("KAZ", "aksungur", 3).With("source.publisher", publisher).With("note", $"{publisher}\nsecond line\r\n\"third\", last").PostAsync(_service);
        await _service.AskAsync("/v1/countries", posted.Position);
        foreach (var path in (string[])["/v1/reports?recipient=KAZ", "/v1/countries/KAZ/fleet/aksungur"])
        {
            var (body, rows) = await AskAsync(path);
            var row = rows.Single(x => x["eventId"] == posted.Json.Text("eventId"));
            Assert.Equal(cell, row["source.publisher"]);
            Assert.Equal($"{cell}\nsecond line\r\n\"third\", last", row["note"]);
            Assert.StartsWith("position,eventId,kind,", body, StringComparison.Ordinal);
            Assert.EndsWith("\r\n", body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_long_table_goes_on_at_the_link_in_its_head()
    {
        var answer = await _service.Reader.SendAsync(HttpMethod.Get, "/v1/platforms?limit=2", ("Accept", "text/csv"));
        var link = answer.Headers.GetValues("Link").Single();
        var next = await _service.Reader.SendAsync(HttpMethod.Get, link[1..link.IndexOf('>', StringComparison.Ordinal)], ("Accept", "text/csv"));
        Assert.Equal(200, next.Status);
        Assert.Equal(Csv.Read(answer.Body)[0], Csv.Read(next.Body)[0]);
        Assert.NotEqual(answer.Body, next.Body);
    }

    [Theory]
    [InlineData("text/csv", true)]
    [InlineData("text/csv;q=0.5, application/json;q=0.4", true)]
    [InlineData("application/json, text/csv;q=0.9", false)]
    [InlineData("text/csv, application/json", false)]
    [InlineData("*/*", false)]
    [InlineData("text/html", false)]
    [InlineData("text/csv;q=0", false)]
    public async Task JSON_is_answered_unless_a_table_is_preferred(string accept, bool csv)
    {
        var answer = await _service.Reader.SendAsync(HttpMethod.Get, "/v1/platforms?limit=1", ("Accept", accept));
        Assert.Equal(csv ? "text/csv" : "application/json", answer.MediaType);
    }

    private static string Cell(JsonElement value, string path)
    {
        foreach (var step in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(step, out value))
            {
                return "";
            }
        }

        return value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.Array => string.Join("; ", value.EnumerateArray().Select(x => x.ToString())),
            JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => value.ToString(),
        };
    }

    private static IEnumerable<string> Leaves(JsonElement value, string path) => value.ValueKind == JsonValueKind.Object
        ? value.EnumerateObject().SelectMany(x => Leaves(x.Value, path.Length == 0 ? x.Name : string.Create(CultureInfo.InvariantCulture, $"{path}.{x.Name}"))) : [path];

    internal static class Csv
    {
        public static List<string[]> Read(string text)
        {
            var rows = new List<string[]>();
            using var reader = CsvReader.Create(System.Text.Encoding.UTF8.GetBytes(text), new CsvReaderOptions { HasHeader = false });
            while (reader.Read())
            {
                rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(x => reader.GetString(x) ?? "")]);
            }

            return rows;
        }
    }
}
