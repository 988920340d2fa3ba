using Ledger.Estimation;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>The settings of signals, in the configuration's section <c>Ledger</c>.</summary>
public sealed record SignalSettings
{
    /// <summary>Whose supply, or receipt of what was passed on, is a question to an analyst (<c>/v1/signals</c>). An entry is a code, or
    /// has a <c>Code</c> and the days <c>From</c> and <c>To</c>, either of which may be absent.</summary>
    public IReadOnlyList<Embargo> EmbargoedCodes { get; init; } = [];

    /// <summary>The entries of the list in the configuration, in its order.</summary>
    /// <exception cref="FormatException">An entry is none; the message says why.</exception>
    public static IEnumerable<Embargo> EmbargoesOf(IEnumerable<IConfigurationSection> entries) => entries.Select(EmbargoOf);

    private static Embargo EmbargoOf(IConfigurationSection entry)
    {
        DateOnly? Day(string name) => entry[name] is not { } text ? null : Rfc3339.TryParseDay(text, out var day) ? day
            : throw new FormatException($"{entry.Path}:{name}: '{text}' is no day, YYYY-MM-DD.");
        if (entry.GetChildren().FirstOrDefault(x => x.Key.ToUpperInvariant() is not ("CODE" or "FROM" or "TO")) is { } other)
        {
            throw new FormatException($"{other.Path}: an entry has Code, From and To, and no '{other.Key}'.");
        }

        var code = entry["Code"] ?? entry.Value ?? "";
        var embargo = new Embargo(code, Day("From"), Day("To"));
        return !Country.IsCode(code) ? throw new FormatException($"{entry.Path}: '{code}' is no code. {Country.Advice(code)}")
            : embargo.From > embargo.To ? throw new FormatException($"{entry.Path}: To lies before From.")
            : embargo;
    }
}
