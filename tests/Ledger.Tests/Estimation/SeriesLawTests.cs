using System.Text.Json;
using CsCheck;
using Ledger.Estimation;
using Ledger.Questions;
using Ledger.Vocabulary;

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

    [Fact]
    public void Between_two_turns_low_and_high_stay_and_best_goes_straight_and_no_day_is_told_without_need() =>
        RandomHoldings.All.Sample(holding =>
        {
            var evidence = Array.ConvertAll(holding.Reports, report => report.ToEvidence());
            var query = holding.Queries[0];
            var clocks = holding.Asked(default, query.Position, query.ReportedBy);
            var (from, to) = (new DateOnly(2018, 12, 20), new DateOnly(2024, 2, 3));
            DateOnly[] days = [.. Enumerable.Range(from.DayNumber, to.DayNumber - from.DayNumber + 1).Select(DateOnly.FromDayNumber)];
            var daily = Estimator.Estimates(evidence, days, clocks, holding.Items);
            var turns = Estimator.Turns(evidence, from, to, clocks, holding.Items);
            Assert.Equal(from, turns.Since);
            DateOnly[] bends = [.. turns.Bends];
            Assert.Equal((from, to), (bends[0], bends[^1]));
            for (var i = 1; i < days.Length; i++)
            {
                var moved = daily[i].Low != daily[i - 1].Low || daily[i].High != daily[i - 1].High;
                Assert.Equal(moved, turns.Moves.Contains(days[i]));
            }

            foreach (var (one, other) in bends.Zip(bends.Skip(1)))
            {
                var (start, end) = (one.DayNumber - from.DayNumber, other.DayNumber - from.DayNumber);
                for (var i = start + 1; i < end; i++)
                {
                    var straight = daily[start].Best + ((decimal)(daily[end].Best - daily[start].Best) * (i - start) / (end - start));
                    // The days looked at are off the line by the rounding. A bend between two of them, at most half as far from one as the days lie apart, hides as
                    // much again, and is rounded itself.
                    Assert.True(Math.Abs(daily[i].Best - straight) <= 3 * UnderWay(i), $"{days[i]}: {daily[i].Best} and not {straight}");
                }
            }

            foreach (var bend in bends[1..^1].Select(x => x.DayNumber - from.DayNumber).Where(i => UnderWay(i, near: 1) == 0))
            {
                Assert.NotEqual(daily[bend].Best - daily[bend - 1].Best, daily[bend + 1].Best - daily[bend].Best);
            }

            // What may be rounded: running totals that cover the days around.
            int UnderWay(int day, int near = -1) => holding.Method == 1 ? 0 : evidence.Count(x => (x.Milestone is Milestone.ProductionStarted && evidence.Any(y => y.RateAYear is not null))
                || (x.Lot is null && (x.Kind == ReportKind.Delivery || x.Milestone == Milestone.UnitsCompleted)
                    && (x.Occurred ?? Window.Of(x.Published ?? DateOnly.FromDateTime(x.RecordedAt.UtcDateTime))) is { HasOpenStart: false } when
                    && when.Earliest <= days[day].AddDays(near) && days[day].AddDays(-near) <= when.Latest));
        }, iter: 300, print: x => JsonSerializer.Serialize(x, EstimationCase.Json));

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
