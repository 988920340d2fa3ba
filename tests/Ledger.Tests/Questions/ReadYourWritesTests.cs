using System.Globalization;
using Ledger.Facts;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

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
            var posted = await ReportBuilder.Report(recipient, "aksungur", i).With("occurred", "2021-01-01").PostAsync(_service);
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
    public async Task A_report_counts_as_soon_as_its_answer_is_out_here_and_on_another_node()
    {
        await using var other = await _service.AnotherNodeAsync();
        for (var i = 1; i <= 20; i++)
        {
            var posted = await ReportBuilder.Report("UZB", "aksungur", 1).With("lot", string.Create(CultureInfo.InvariantCulture, $"l{i}")).PostAsync(_service);
            foreach (var asked in (Service[])[_service, other])
            {
                var answer = await Service.GetAsync(asked.Reader, "/v1/countries/UZB/fleet?asOf=2023-01-01");
                Assert.Equal(i, answer.Json.GetProperty("holdings")[0].Long("estimate.reports"));
                Assert.Equal(posted.Position, answer.Position);
                Assert.Equal(posted.Json.Text("recordedAt"), answer.Json.Text("basis.knownAt"));
            }
        }
    }
}
