namespace Ledger.Questions;

/// <summary>The settings of signals, in the configuration's section <c>Ledger</c>.</summary>
public sealed record SignalSettings
{
    /// <summary>Codes whose supply, or receipt of what was passed on, is a question to an analyst (<c>/v1/signals</c>).</summary>
    public IReadOnlyList<string> EmbargoedCodes { get; init; } = [];
}
