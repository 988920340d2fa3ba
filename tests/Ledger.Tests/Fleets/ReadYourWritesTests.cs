using System.Diagnostics;
using System.Globalization;
using Ledger.Fleets;
using Ledger.Tests.Hosting;

namespace Ledger.Tests.Fleets;

public class ReadYourWritesTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_sends_back_the_position_of_a_post_finds_the_report_in_the_fleet(bool asHeader)
    {
        var recipient = asHeader ? "KGZ" : "KAZ";
        for (var i = 1; i <= 20; i++)
        {
            var posted = await Told.Report(recipient, "aksungur", i).With("occurred", "2021-01-01").PostAsync(_service);
            var position = posted.Position.ToString(CultureInfo.InvariantCulture);
            var path = $"/v1/countries/{recipient}/fleet?asOf=2023-01-01";
            var answer = asHeader ? await _service.Reader.SendAsync(HttpMethod.Get, path, ("Ledger-Position", position))
                : await Service.GetAsync(_service.Reader, $"{path}&atLeast={position}");
            Assert.Equal(i, answer.Json.GetProperty("holdings")[0].Long("estimate.reports"));
            Assert.True(answer.Position >= posted.Position);
        }
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("99999999")]
    [InlineData("1, 2")]
    public async Task A_position_that_is_none_is_refused_in_the_header_too(string header) =>
        Assert.Equal(400, (await _service.Reader.SendAsync(HttpMethod.Get, "/v1/countries", ("Ledger-Position", header))).Status);

    [Theory]
    [InlineData("", "99999999", "Ledger-Position", "Ledger-Position")]
    [InlineData("?atLeast=99999999", "1", "atLeast", "?atLeast")]
    public async Task A_position_beyond_the_end_is_refused_by_the_name_under_which_it_was_sent(string query, string header, string name, string at)
    {
        var refused = await _service.Reader.SendAsync(HttpMethod.Get, $"/v1/countries{query}", ("Ledger-Position", header));
        Assert.Equal([(at, "beyondTheEnd")], refused.Errors);
        Assert.StartsWith($"{name}: ", refused.Json.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_read_model_stands_still_answers_go_on_and_whoever_wants_more_is_told_when_to_ask_again()
    {
        var first = await Told.Report("UZB", "aksungur", 1).PostAsync(_service);
        var before = (await _service.AskAsync("/v1/countries/UZB/fleet?asOf=2023-01-01", first.Position)).Text("basis.knownAt");
        Answered second;
        await using (await Databases.HoldAsync(_service.ConnectionString,
            $"select from ledger.mt_event_progression where name = '{EvidenceProjection.Shard}' for update"))
        {
            second = await Told.Report("UZB", "aksungur", 7).With("occurred", "2022").PostAsync(_service);
            var started = Stopwatch.StartNew();
            var waited = await Service.GetAsync(_service.Reader, $"/v1/countries/UZB/fleet?atLeast={second.Position}");
            Assert.Equal(503, waited.Status);
            Assert.InRange(started.Elapsed.TotalSeconds, 4, 9);
            Assert.InRange(waited.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.EndsWith("/problems/behind", waited.Json.Text("type"), StringComparison.Ordinal);

            var known = await Service.GetAsync(_service.Reader, $"/v1/countries/UZB/fleet?knownAt=@{second.Position}");
            Assert.Equal(503, known.Status);
            Assert.NotNull(known.Headers.RetryAfter);

            // What is settled is settled; what this very moment will have been is not yet, and nobody is kept waiting for it for long.
            Assert.Equal(200, (await Service.GetAsync(_service.Reader, $"/v1/countries/UZB/fleet?knownAt={before}")).Status);
            started.Restart();
            var now = DateTimeOffset.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            var moment = await Service.GetAsync(_service.Reader, $"/v1/countries/UZB/fleet?knownAt={now}");
            Assert.True(moment.Status is 200 or 503, moment.Body);
            Assert.Equal(moment.Status == 503, moment.Headers.RetryAfter is not null);
            Assert.InRange(started.Elapsed.TotalSeconds, 0, 9);

            var answer = await Service.GetAsync(_service.Reader, "/v1/countries/UZB/fleet?asOf=2023-01-01");
            Assert.Equal(1, answer.Json.Long("headline.best"));
            Assert.True(answer.Position < second.Position);
            var ready = await Service.GetAsync(_service.Client(null), "/health/ready");
            Assert.Equal(200, ready.Status);
            Assert.True(ready.Json.GetProperty("readModels")[0].Long("lagPositions") > 0);
            // The report itself is there as soon as its post was answered.
            Assert.Equal(200, (await Service.GetAsync(_service.Reader, second.Headers.Location!.ToString())).Status);
        }

        var later = await AskUntilCaughtUpAsync($"/v1/countries/UZB/fleet?asOf=2023-01-01&atLeast={second.Position}");
        Assert.Equal(7, later.Json.Long("headline.best"));
    }

    private Task<Answered> AskUntilCaughtUpAsync(string path) =>
        Eventually.GetAsync("The read model should catch up.", () => Service.GetAsync(_service.Reader, path), x => x.Status == 200);
}
