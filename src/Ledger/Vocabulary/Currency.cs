using System.Collections.Frozen;
using System.Text.Json;

namespace Ledger.Vocabulary;

/// <summary>Codes of currencies: ISO 4217, the active ones (list one) and the withdrawn ones (list three), which contracts of the past are
/// in. They ship with the service (currencies.json): the lists of libraries lack the newest codes, or the old ones.</summary>
public static class Currency
{
    private static readonly CurrencyTable Table = CurrencyTable.Read();

    private static readonly FrozenSet<string> Codes = Table.Active.Concat(Table.Withdrawn).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The day as of which the lists ship.</summary>
    public static DateOnly AsOf => Table.AsOf;

    /// <summary>The active codes.</summary>
    public static IReadOnlyList<string> Active => Table.Active;

    /// <summary>The withdrawn codes.</summary>
    public static IReadOnlyList<string> Withdrawn => Table.Withdrawn;

    /// <summary>A sentence about why a text is not the currency of an amount; null where it is. The codes for tests and for no currency
    /// are of the standard, and of no amount.</summary>
    public static string? WhyNot(string code) => code switch
    {
        _ when Table.NoCurrency.TryGetValue(code, out var why) => why,
        _ when Codes.Contains(code) => null,
        _ when MeantBy(code) is { } meant => $"Not an ISO 4217 code: write {meant}.",
        { Length: 3 } when code.All(char.IsAsciiLetterUpper) =>
            $"Not an ISO 4217 code: {code} is neither among the active nor among the withdrawn ones "
                + $"(lists one and three of {AsOf:yyyy-MM-dd}).",
        _ => "Not an ISO 4217 code: three capitals, such as USD, or DEM of those that were withdrawn.",
    };

    private static string? MeantBy(string code)
    {
        var capitals = code.Length == 3 ? code.ToUpperInvariant() : "";
        return Table.AlsoWritten.GetValueOrDefault(capitals) ?? (Codes.Contains(capitals) ? capitals : null);
    }

    /// <summary>The content of currencies.json.</summary>
    private sealed record CurrencyTable(
        DateOnly AsOf, IReadOnlyList<string> Active, IReadOnlyList<string> Withdrawn, Dictionary<string, string> NoCurrency,
        Dictionary<string, string> AlsoWritten)
    {
        private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { AllowDuplicateProperties = false };

        public static CurrencyTable Read()
        {
            using var resource = typeof(Currency).Assembly.GetManifestResourceStream("Ledger.Vocabulary.currencies.json")!;
            return JsonSerializer.Deserialize<CurrencyTable>(resource, Json)!;
        }
    }
}
