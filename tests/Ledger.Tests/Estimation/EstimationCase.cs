using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Tests.Estimation;

/// <summary>A worked case: reports in, estimates out. The shape of estimation-cases.json, and of each line of a file of cases
/// that another implementation has answered.</summary>
public sealed record EstimationCase(string Name, int[]? ItemsPerSystem, CaseReport[] Reports, CaseQuery[] Queries)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The number of the method by which it is answered.</summary>
    public int Method { get; init; } = 1;

    [JsonIgnore]
    public ItemsPerSystem Items =>
        ItemsPerSystem is [var min, var usual, var max] ? new(min, usual, max) : Ledger.Vocabulary.ItemsPerSystem.Unknown;

    /// <summary>The clocks and the method of a question about it.</summary>
    public Clocks Asked(DateOnly asOf, long knownAt = long.MaxValue, DateOnly? reportedBy = null) =>
        new(asOf, knownAt, reportedBy, Ledger.Estimation.Method.All[Method - 1]);

    /// <summary>Every difference between what the case expects and what the estimator answers; none: they agree.</summary>
    public IEnumerable<string> Differences()
    {
        var evidence = Array.ConvertAll(Reports, report => report.ToEvidence());
        foreach (var query in Queries)
        {
            var expected = JsonSerializer.Serialize(query.Expect! with { Excluded = Sorted(query.Expect.Excluded) }, Json);
            var actual = JsonSerializer.Serialize(Answer(evidence, query), Json);
            if (expected != actual)
            {
                yield return $"{Name}, {query with { Expect = null }}\n  expected {expected}\n  actual   {actual}";
            }
        }
    }

    private CaseAnswer Answer(EvidenceRecord[] evidence, CaseQuery query)
    {
        var clocks = Asked(query.AsOf, query.Position, query.ReportedBy);
        var estimate = Estimator.Estimate(evidence, clocks, Items);
        var ids = Reports.ToDictionary(report => CaseReport.EventIdOf(report.Id), report => report.Id);
        // Cases do not list what counts and is not in effect yet.
        var excluded = Estimator.EffectsOf(evidence, clocks)
            .Where(standing => standing.Exclusion is not (null or ExclusionReason.NotYet))
            .ToDictionary(standing => ids[standing.EventId], standing => JsonNamingPolicy.CamelCase.ConvertName($"{standing.Exclusion}"));
        return new CaseAnswer(
            estimate.Low, estimate.Best, estimate.High, estimate.Conflicted, estimate.OnOrder, estimate.Announced,
            CaseInterval.Of(estimate.Lost), Sorted(excluded))
        {
            OnLoan = Method == 1 ? null : CaseInterval.Of(estimate.OnLoan),
            ClosedHigh = Method == 1 ? null : estimate.ClosedHigh,
        };
    }

    private static SortedDictionary<string, string> Sorted(IDictionary<string, string> excluded) =>
        new(excluded.Where(pair => pair.Value != "notYet").ToDictionary(), StringComparer.Ordinal);
}

public sealed record CaseQuery(DateOnly AsOf, string? KnownAt, DateOnly? ReportedBy, CaseAnswer? Expect)
{
    [JsonIgnore]
    public long Position => KnownAt is null ? long.MaxValue : long.Parse(KnownAt.TrimStart('@'), CultureInfo.InvariantCulture);
}

public sealed record CaseAnswer(
    long Low, long Best, long? High, bool Conflicted, long OnOrder, long Announced, CaseInterval Lost, IDictionary<string, string> Excluded)
{
    /// <summary>Null in cases of method 1, which do not state it.</summary>
    public CaseInterval? OnLoan { get; init; }

    /// <summary>Null in cases of method 1, which do not state it.</summary>
    public long? ClosedHigh { get; init; }
}

public sealed record CaseInterval(long Low, long Best, long? High)
{
    public static CaseInterval Of(Interval units) => new(units.Lo, units.Best, units.Hi);
}

public sealed record CaseRate(long N, string Per);

/// <summary>Published is a day, or a month or a year, of which the last day stands for it.</summary>
public sealed record CaseSource(string Publisher, string? Published);

public sealed record CaseQuantity(string? Qualifier, long? N, long? Low, long? Best, long? High, string? Unit);

/// <summary>A report as a client posts it, with its position. Ids are short words; an event id is derived from each.</summary>
public sealed record CaseReport(string Id, string Kind, long Position, DateTimeOffset RecordedAt, CaseSource Source)
{
    public string? Supplier { get; init; }

    public string? Deal { get; init; }

    public string? Lot { get; init; }

    public bool? Total { get; init; }

    public CaseQuantity? Quantity { get; init; }

    public string? Occurred { get; init; }

    public string? Due { get; init; }

    public string? Grade { get; init; }

    public string? Role { get; init; }

    public string? Origin { get; init; }

    public string? Milestone { get; init; }

    public CaseRate? Rate { get; init; }

    public string? Setting { get; init; }

    public bool? Cancelled { get; init; }

    public bool? LicensedProduction { get; init; }

    public string[]? Supersedes { get; init; }

    public string? Report { get; init; }

    public static Guid EventIdOf(string id) => new(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    public EvidenceRecord ToEvidence() => new()
    {
        Position = Position,
        EventId = EventIdOf(Id),
        Kind = Word<ReportKind>(Kind),
        RecordedAt = RecordedAt,
        Published = WindowOf(Source.Published)?.Latest,
        Publisher = Source.Publisher,
        Supplier = Supplier ?? "x-unknown",
        Deal = Deal,
        Lot = Lot,
        Quantity = Quantity is { } q ? Ledger.Vocabulary.Quantity.Of(q.Qualifier, q.N, q.Low, q.Best, q.High, q.Unit) : default,
        Occurred = WindowOf(Occurred),
        Due = WindowOf(Due),
        Grade = GradeOf(Grade),
        Role = Role is null ? Ledger.Vocabulary.Role.Transfer : Word<Role>(Role),
        Origin = Origin,
        Milestone = Milestone is null ? null : Word<Milestone>(Milestone),
        RateAYear = Rate is null ? null : Rate.Per == "month" ? Rate.N * 12 : Rate.N,
        Cancelled = Cancelled ?? false,
        LicensedProduction = LicensedProduction ?? false,
        Inventory = Setting == "inventory",
        Supersedes = Supersedes is null ? [] : Array.ConvertAll(Supersedes, EventIdOf),
        Target = Report is null ? null : EventIdOf(Report),
    };

    private static T Word<T>(string word) where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);

    private static Grade GradeOf(string? text) =>
        text is null ? default : Ledger.Vocabulary.Grade.TryParse(text, out var grade) ? grade : throw new FormatException(text);

    private static Window? WindowOf(string? text) =>
        text is null ? null : Edtf.TryParse(text, out var window, out var fault) ? window : throw new FormatException($"{text}: {fault}");
}
