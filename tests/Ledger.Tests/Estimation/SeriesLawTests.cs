using System.Text.Json;
using CsCheck;
using Ledger.Estimation;
using Ledger.Questions;

namespace Ledger.Tests.Estimation;

/// <summary>What holds for every series, whatever was said.</summary>
public class SeriesLawTests
{
    [Fact]
    public void A_series_is_on_every_day_what_the_holding_is_when_it_is_asked_about_that_day() =>
        Gen.Select(RandomHoldings.All, Gen.Int[1, 45], Gen.Bool).Sample((holding, step, backwards) =>
        {
            var evidence = Array.ConvertAll(holding.Reports, report => report.ToEvidence());
            List<DateOnly> days = [];
            for (var day = new DateOnly(2018, 12, 30); day.Year < 2025; day = day.AddDays(step))
            {
                days.Add(day);
            }

            if (backwards)
            {
                days.Reverse();
            }

            var query = holding.Queries[0];
            var series = Estimator.Estimates(evidence, days, holding.Asked(default, query.Position, query.ReportedBy), holding.Items);
            Assert.Equal(days.Count, series.Count);
            for (var i = 0; i < days.Count; i++)
            {
                Assert.Equal(
                    JsonSerializer.Serialize(Estimator.Estimate(evidence, holding.Asked(days[i], query.Position, query.ReportedBy), holding.Items)),
                    JsonSerializer.Serialize(series[i]));
            }
        }, iter: 400, print: x => JsonSerializer.Serialize(x.Item1, EstimationCase.Json));

    [Theory]
    [InlineData("2022-01-30", "2022-02-02", Every.Day, "2022-01-30 2022-01-31 2022-02-01 2022-02-02")]
    [InlineData("2022-01-15", "2022-03-10", Every.Month, "2022-01-31 2022-02-28 2022-03-10")]
    [InlineData("2024-02-01", "2024-02-29", Every.Month, "2024-02-29")]
    [InlineData("2022-01-15", "2022-01-15", Every.Year, "2022-01-15")]
    [InlineData("2021-11-30", "2022-07-01", Every.Quarter, "2021-12-31 2022-03-31 2022-06-30 2022-07-01")]
    [InlineData("2022-01-02", "2022-01-10", Every.Week, "2022-01-02 2022-01-09 2022-01-10")]
    [InlineData("2022-01-03", "2022-01-16", Every.Week, "2022-01-09 2022-01-16")]
    [InlineData("2020-05-01", "2022-05-01", Every.Year, "2020-12-31 2021-12-31 2022-05-01")]
    [InlineData("9999-11-30", "9999-12-31", Every.Month, "9999-11-30 9999-12-31")]
    [InlineData("9999-12-20", "9999-12-31", Every.Week, "9999-12-26 9999-12-31")]
    [InlineData("9999-12-31", "9999-12-31", Every.Day, "9999-12-31")]
    [InlineData("0001-01-01", "0001-01-07", Every.Week, "0001-01-07")]
    [InlineData("2022-01-02", "2022-01-01", Every.Day, "")]
    public void The_points_are_the_last_days_of_the_periods_and_the_last_one_is_cut_at_the_end(string from, string to, Every every, string days) =>
        Assert.Equal(days, string.Join(' ', Periods.Ends(Day(from), Day(to), every).Select(x => $"{x:yyyy-MM-dd}")));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
