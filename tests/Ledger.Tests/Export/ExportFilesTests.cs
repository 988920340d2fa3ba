using System.Globalization;
using System.Net;
using Ledger.Tests.Harness;
using Ledger.Tests.Questions;

namespace Ledger.Tests.Export;

/// <summary>Tables over HTTP: a finished file with its length, made once for whoever asks.</summary>
public sealed class ExportFilesTests
{
    [Fact]
    public async Task A_file_is_answered_whole_with_its_length_and_its_validator()
    {
        await using var service = await FilledAsync();
        var (status, bytes, response) = await ExportedService.FileAsync(service, "deals.parquet?asOf=2024-01-01");
        Assert.Equal((HttpStatusCode.OK, (long?)bytes.Length), (status, response.Content.Headers.ContentLength));
        Assert.Equal("application/vnd.apache.parquet", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("wait=60", response.Headers.GetValues("Preference-Applied").Single());
        var end = (await Service.GetAsync(service.Reader, "/v1/countries")).Position.ToString(CultureInfo.InvariantCulture);
        Assert.Equal(end, response.Headers.GetValues("Ledger-Position").Single());
        Assert.Equal($"deals-2024-01-01-{end}.parquet", response.Content.Headers.ContentDisposition!.FileName!.Trim('"'));
        var tag = response.Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NotModified, (await ExportedService.FileAsync(service, "deals.parquet?asOf=2024-01-01", tag: tag)).Status);

        // Without waiting, too: it is kept. HEAD has the headers alone.
        Assert.Equal(bytes, (await ExportedService.FileAsync(service, "deals.parquet?asOf=2024-01-01", wait: null)).Bytes);
        using var head = await service.Auditor.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/v1/export/deals.parquet?asOf=2024-01-01"), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, (long?)bytes.Length), (head.StatusCode, head.Content.Headers.ContentLength));

        // Another event, another file; the file of the past stays the same.
        var last = await ReportBuilder.Report("KGZ", "aksungur", 5).PostAsync(service);
        Assert.NotEqual(tag, (await ExportedService.FileAsync(service, $"deals.parquet?asOf=2024-01-01&atLeast={last.Position}")).Response.Headers.ETag!.ToString());
        var past = await ExportedService.FileAsync(service, $"deals.parquet?asOf=2024-01-01&knownAt=@{end}&method=2");
        Assert.Equal(bytes.Length, past.Bytes.Length);
        Assert.Contains("immutable", past.Response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var duck = new Duck();
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, past.Bytes, TestContext.Current.CancellationToken);
        Assert.Equal((await service.AskAsync($"/v1/deals?asOf=2024-01-01&knownAt=@{end}&limit=1000")).Items().Length.ToString(CultureInfo.InvariantCulture),
            duck.One($"select count(*) from {Duck.File(path)}"));
        File.Delete(path);
    }

    [Fact]
    public async Task While_a_file_is_made_the_answer_says_when_to_ask_again_and_one_is_made_for_all()
    {
        await using var service = await FilledAsync();
        Task<(HttpStatusCode Status, byte[] Bytes, HttpResponseMessage Response)>[] waiting;
        await using (await Databases.HoldAsync(service.ConnectionString, "lock table ledger.evidence in access exclusive mode"))
        {
            // Nothing can be read: with the clocks given, the basis needs no look at the evidence, and the file is not finished.
            const string asked = "holdings.parquet?asOf=2024-01-01&knownAt=@5&method=2";
            var (status, _, response) = await ExportedService.FileAsync(service, asked, wait: null);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
            Assert.Equal("5", response.Headers.GetValues("Retry-After").Single());
            Assert.Contains("urn:ledger:problem:being-made", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ExportedService.FileAsync(service, asked, wait: "wait=1")).Status);
            waiting = [.. Enumerable.Range(0, 4).Select(_ => ExportedService.FileAsync(service, asked))];
            // No more than eight are waited for.
            foreach (var position in Enumerable.Range(6, 7))
            {
                Assert.Contains("is being made", (await ProblemAsync(service, position)).Body, StringComparison.Ordinal);
            }

            Assert.Contains("8 other files are waited for", (await ProblemAsync(service, 13)).Body, StringComparison.Ordinal);
        }

        var made = await Task.WhenAll(waiting);
        Assert.All(made, x => Assert.Equal(HttpStatusCode.OK, x.Status));
        Assert.All(made, x => Assert.Equal(made[0].Bytes, x.Bytes));
        Assert.Equal(HttpStatusCode.OK, (await ExportedService.FileAsync(service, "holdings.parquet?asOf=2024-01-01&knownAt=@13&method=2")).Status);
    }

    [Fact]
    public async Task Files_make_room_for_others_and_leave_nothing_when_the_service_ends()
    {
        var folder = Directory.CreateTempSubdirectory("ledger-spool-").FullName;
        await using (var service = await FilledAsync("--Ledger:Export:Bytes", "1", "--Ledger:Export:Folder", folder))
        {
            for (var position = 5; position < 9; position++)
            {
                Assert.Equal(HttpStatusCode.OK, (await ExportedService.FileAsync(service, $"deals.xlsx?asOf=2024-01-01&knownAt=@{position}")).Status);
                Assert.Single(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories), x => !x.EndsWith(".lock", StringComparison.Ordinal));
            }

            // One that had to go is made again.
            Assert.Equal(HttpStatusCode.OK, (await ExportedService.FileAsync(service, "deals.xlsx?asOf=2024-01-01&knownAt=@5")).Status);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public async Task What_is_no_file_or_no_parameter_of_it_is_refused()
    {
        await using var service = await Service.StartAsync();
        Assert.Equal(404, (await Service.GetAsync(service.Auditor, "/v1/export/holdings.csv")).Status);
        Assert.Equal(404, (await Service.GetAsync(service.Auditor, "/v1/export/nothing.parquet")).Status);
        Assert.Equal(400, (await Service.GetAsync(service.Auditor, "/v1/export/deals.parquet?from=2010")).Status);
        Assert.Equal(400, (await Service.GetAsync(service.Auditor, "/v1/export/flows.parquet?from=2010&asOf=2009-12-31")).Status);
        Assert.Equal(400, (await Service.GetAsync(service.Auditor, "/v1/export/flows.parquet?from=1700")).Status);
        Assert.Equal(403, (await Service.GetAsync(service.Reader, "/v1/export/holdings.parquet")).Status);

        // A ledger without a report has tables without rows.
        foreach (var file in (string[])["reports.parquet", "changes.xlsx", "holdings-by-year.xlsx"])
        {
            Assert.Equal(HttpStatusCode.OK, (await ExportedService.FileAsync(service, file)).Status);
        }
    }

    private static async Task<Answered> ProblemAsync(Service service, int position)
    {
        var answer = await Service.GetAsync(service.Auditor, $"/v1/export/holdings.parquet?asOf=2024-01-01&knownAt=@{position}&method=2");
        Assert.Equal(503, answer.Status);
        return answer;
    }

    private static async Task<Service> FilledAsync(params string[] settings)
    {
        var service = await Service.StartAsync(null, settings);
        await RefoldedAnswersTests.FillAsync(service);
        return service;
    }
}
