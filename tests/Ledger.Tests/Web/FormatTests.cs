using Ledger.Tests.Harness;
using Ledger.Tests.Host;

namespace Ledger.Tests.Web;

/// <summary>The parameter <c>format</c>, which says what Accept says.</summary>
public class FormatTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    private Task<Answered> AskAsync(string path, string? accept = null) =>
        _service.Reader.SendAsync(HttpMethod.Get, path, accept is null ? [] : [("Accept", accept)]);

    [Fact]
    public async Task The_parameter_says_the_same_as_Accept_and_wins_over_it()
    {
        var posted = await ReportBuilder.Report("KGZ", "aksungur", 3).PostAsync(_service);
        foreach (var path in (string[])["/v1/countries", "/v1/countries/KGZ/fleet", "/v1/countries/KGZ/fleet/aksungur", "/v1/countries/KGZ/series?to=2023-01-01", "/v1/countries/KGZ/changes",
            "/v1/platforms?limit=2", "/v1/platforms/aksungur", "/v1/reports", "/v1/deals", "/v1/deals/KGZ/TUR/~", "/v1/flows", "/v1/signals", "/v1/moments", "/v1/search?q=ka", "/v1/editions"])
        {
            var with = path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + "atLeast=" + posted.Position;
            with = path == "/v1/editions" ? path + "?" : with + "&";
            var table = await AskAsync($"{with}format=csv");
            Assert.True((table.Status, table.MediaType) == (200, "text/csv"), $"{path}: {table}");
            var accepted = await AskAsync(path, "text/csv");
            Assert.Equal(accepted.Body, table.Body);
            Assert.Equal(accepted.Headers.ETag, table.Headers.ETag);
            var json = await AskAsync($"{with}format=json", "text/csv");
            Assert.Equal((200, "application/json"), (json.Status, json.MediaType));
            var plain = await AskAsync(path);
            Assert.Equal(plain.Body, json.Body);
            Assert.Equal(plain.Headers.ETag, json.Headers.ETag);
            Assert.True(json.Headers.ETag is null || !json.Headers.ETag.Equals(table.Headers.ETag), path);

            foreach (var unknown in (string[])["xml", "CSV", "csv,json", ""])
            {
                var refused = await AskAsync($"{with}format={unknown}", "text/csv");
                Assert.Equal((400, "?format"), (refused.Status, refused.Errors.Single().Pointer));
            }
        }
    }

    [Fact]
    public async Task The_next_page_has_the_form_of_the_first_and_a_cursor_fits_either()
    {
        var first = await AskAsync("/v1/platforms?limit=2&format=csv");
        var link = first.Headers.GetValues("Link").Single();
        Assert.Contains("format=csv", link, StringComparison.Ordinal);
        var next = await AskAsync(link[1..link.IndexOf('>', StringComparison.Ordinal)]);
        Assert.Equal((200, "text/csv"), (next.Status, next.MediaType));
        var cursor = (await AskAsync("/v1/platforms?limit=2")).Json.Text("next");
        var same = await AskAsync($"/v1/platforms?limit=2&cursor={cursor}&format=csv");
        Assert.Equal(next.Body, same.Body);
    }

    [Fact]
    public async Task For_Excel_the_table_begins_with_a_byte_order_mark_and_says_the_same()
    {
        await ReportBuilder.Report("TJK", "=1+1 Ğ", 3).With("source.publisher", "=cmd|' /C calc'!A0").PostAsync(_service);
        foreach (var path in (string[])["/v1/countries/TJK/fleet?", "/v1/reports?recipient=TJK&", "/v1/publishers?", "/v1/editions?"])
        {
            var plain = await BytesAsync($"{path}format=csv", null);
            foreach (var (query, accept) in ((string, string?)[])[("format=csv;excel", null), ("format=csv%3Bexcel", "application/json"), ("", "text/csv; Excel=TRUE"),
                ("", "text/csv; header=present; excel=true, application/json;q=0.5")])
            {
                var marked = await BytesAsync(path + query, accept);
                Assert.Equal([0xEF, 0xBB, 0xBF, .. plain.Body], marked.Body);
                Assert.True(plain.Tag is null || plain.Tag != marked.Tag, "Two forms have one validator.");
            }

            Assert.Equal(plain.Body, (await BytesAsync(path, "text/csv; excel=false")).Body);
        }

        // What a spreadsheet would run stays guarded.
        var reports = System.Text.Encoding.UTF8.GetString((await BytesAsync("/v1/reports?recipient=TJK&format=csv;excel", null)).Body);
        Assert.Contains("'=cmd|", reports, StringComparison.Ordinal);
        Assert.DoesNotContain(",=", reports, StringComparison.Ordinal);

        async Task<(byte[] Body, string? Tag)> BytesAsync(string path, string? accept)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path.TrimEnd('?', '&'));
            if (accept is not null)
            {
                Assert.True(request.Headers.TryAddWithoutValidation("Accept", accept));
            }

            using var response = await _service.Reader.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((200, "text/csv"), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
            return (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers.ETag?.Tag);
        }
    }

    [Fact]
    public void Whatever_answers_CSV_takes_the_parameter_and_nothing_else_does() => Assert.All(Description.Served.Operations, x => Assert.Equal(
        Description.Served.ContentsOf(x).Any(content => !content.IsRequest && content.MediaType == "text/csv"),
        Description.Served.ParametersOf(x).Any(parameter => parameter.GetProperty("name").GetString() == "format")));
}
