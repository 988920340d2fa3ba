using Ledger.Tests.Harness;

namespace Ledger.Tests.Questions;

/// <summary>Times and days in parameters, as clients write them.</summary>
public sealed class TimeParameterTests(OneService one) : IClassFixture<OneService>
{
    private readonly Service _service = one.Service;

    /// <summary>Where a parameter takes a time.</summary>
    public static TheoryData<string> Times =>
        ["/v1/countries?knownAt=", "/v1/changes?from=", "/v1/changes?to=", "/v1/countries/KGZ/changes?from=", "/v1/deals?knownAt=", "/v1/reports?recordedFrom=", "/v1/reports?recordedTo="];

    /// <summary>Where a parameter takes a day.</summary>
    public static TheoryData<string> Days =>
    [
        "/v1/countries?asOf=", "/v1/countries?reportedBy=", "/v1/changes?axis=reported&from=", "/v1/changes?axis=reported&to=", "/v1/countries/KGZ/series?from=", "/v1/countries/KGZ/series?to=",
    ];

    private async Task<string> PastAsync()
    {
        var posted = await ReportBuilder.Report("KGZ", "told-in-time", 3).PostAsync(_service);
        return posted.Json.Text("recordedAt")!;
    }

    [Theory]
    [MemberData(nameof(Times))]
    public async Task A_time_may_have_small_letters_and_any_number_of_digits(string path)
    {
        // Of the time that it was recorded, to the microsecond.
        var past = await PastAsync();
        foreach (var written in new[]
        {
            past, past.Replace('T', 't').Replace('Z', 'z'), past[..^1] + "789Z", past[..^1] + "99999999999999999999Z",
            past[..19] + "Z", past[..21] + "z", past[..^1] + "%2B00:00", past[..^1] + "-00:00",
        })
        {
            var answer = await Service.GetAsync(_service.Reader, path + written);
            Assert.True(answer.Status == 200, $"{written}: {answer}");
        }
    }

    [Fact]
    public async Task What_is_finer_than_a_microsecond_is_cut_off()
    {
        var past = await PastAsync();
        foreach (var digits in (string[])["", "0", "4", "999", "99999999999999"])
        {
            Assert.Equal(past, (await _service.AskAsync($"/v1/countries?knownAt={past[..^1]}{digits}Z")).Text("basis.knownAt"));
        }
    }

    [Theory]
    [MemberData(nameof(Times))]
    public async Task A_time_that_cannot_be_read_is_told_why(string path)
    {
        foreach (var (written, says) in new[]
        {
            ("2026-01-27T05:50:00+05:00", "A plus in a query is a space: write %2B, as in 2026-01-27T05:50:00%2B05:00."),
            ("2026-01-27t05:50:00.123456789+05:00", "write %2B, as in 2026-01-27t05:50:00.123456789%2B05:00"),
            ("2026-01-27%2005:50:00Z", "stands a T, not a space"), ("2026-01-27T05:50:00", "The offset is missing"), ("2026-01-27", "That is a day"),
            ("2026-02-30T05:50:00Z", "RFC 3339"), ("yesterday", "RFC 3339"),
        })
        {
            var answer = await Service.GetAsync(_service.Reader, path + written);
            Assert.Equal(400, answer.Status);
            Assert.Contains(says, answer.Json.Text("detail"), StringComparison.Ordinal);
            Assert.Equal("?" + path.Split('?', '&')[^1].TrimEnd('='), answer.Errors.Single().Pointer);
        }
    }

    [Theory]
    [MemberData(nameof(Days))]
    public async Task A_day_has_no_time(string path)
    {
        foreach (var (written, says) in new[] { ("2026-01-27T05:50:00Z", "A day has no time."), ("2026-02-30", "a day that exists"), ("2026-01", "YYYY-MM-DD"), ("27.01.2026", "YYYY-MM-DD") })
        {
            var answer = await Service.GetAsync(_service.Reader, path + written);
            Assert.Equal(400, answer.Status);
            Assert.Contains(says, answer.Json.Text("detail"), StringComparison.Ordinal);
        }
    }
}
