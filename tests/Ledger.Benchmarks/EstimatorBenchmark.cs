using BenchmarkDotNet.Attributes;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Benchmarks;

/// <summary>What the estimate of one holding costs by itself, without store and HTTP.</summary>
[MemoryDiagnoser]
[InProcess]
[WarmupCount(3)]
[IterationCount(8)]
public class EstimatorBenchmark
{
    private static readonly DateOnly[] s_months = [.. Enumerable.Range(0, 24).Select(x => new DateOnly(2024, 1, 1).AddMonths(x))];
    private EvidenceRecord[] _reports = [];

    private Clocks Today => new(new DateOnly(2026, 1, 1), long.MaxValue, null, Assumptions == 1 ? Method.One : Method.Two);

    /// <summary>How many reports the holding has.</summary>
    [Params(10, 60, 600, 6_000)]
    public int Reports { get; set; }

    /// <summary>Method 1 is what method 2 is measured against.</summary>
    [Params(1, 2)]
    public int Assumptions { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(5);
        ReportKind[] kinds = [ReportKind.Delivery, ReportKind.Delivery, ReportKind.Contract, ReportKind.Announcement, ReportKind.Observation, ReportKind.Loss];
        string[] grades = ["A1", "B2", "B3", "C3", "F6"];
        _reports = [.. Enumerable.Range(1, Reports).Select(position =>
        {
            var day = new DateOnly(2016, 1, 1).AddDays(random.Next(3_600));
            return new EvidenceRecord
            {
                Position = position, EventId = Guid.CreateVersion7(), Kind = kinds[random.Next(kinds.Length)], RecordedAt = DateTimeOffset.UnixEpoch, Published = day,
                Publisher = $"Paper {random.Next(20)}", Supplier = "TUR", Deal = random.Next(3) == 0 ? null : $"d{random.Next(4)}",
                Quantity = Quantity.Of("exact", random.Next(1, 40), null, null, null, null), Occurred = new Window(day.AddDays(-60), day.AddDays(-30), day),
                Grade = Grade.TryParse(grades[random.Next(grades.Length)], out var grade) ? grade : default,
            };
        })];
    }

    [Benchmark]
    public HoldingEstimate Estimate() => Estimator.Estimate(_reports, Today, ItemsPerSystem.Unknown);

    /// <summary>How the same holding grew, month by month over two years.</summary>
    [Benchmark]
    public IReadOnlyList<HoldingEstimate> Series() => Estimator.Estimates(_reports, s_months, Today, ItemsPerSystem.Unknown);
}
