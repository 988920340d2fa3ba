using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>Units were seen, or an inventory was stated. A floor under the holding, never an addition to it.</summary>
public sealed record Observation() : Report(ReportKind.Observation)
{
    /// <summary>parade, imagery, exercise, crash, statement or inventory.</summary>
    public string? Setting { get; init; }
}
