using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Ledger.Editions;

/// <summary>Gives labels to new deals: supplier.platform.year, and a number from the second on. A label that was ever an order's is never
/// another's.</summary>
/// <param name="before">The state of the ledger before the edition.</param>
public sealed partial class DealLabels(EditionBefore before)
{
    /// <summary>Characters of the platform in a label: of 120 those left beside supplier, year and number.</summary>
    private const int PlatformCharacters = 50;

    private readonly HashSet<(string Recipient, string Deal)> _given = [];

    /// <summary>The next free label.</summary>
    /// <param name="recipient">Code of the recipient.</param>
    /// <param name="supplier">Code of the supplier.</param>
    /// <param name="platform">Slug of the platform.</param>
    /// <param name="year">Year of the order, four digits.</param>
    public string Next(string recipient, string supplier, string platform, string year)
    {
        var label = $"{supplier.ToLowerInvariant()}.{InLabel(platform)}.{year}";
        for (var n = 1; ; n++)
        {
            var deal = n == 1 ? label : string.Create(CultureInfo.InvariantCulture, $"{label}.{n}");
            if (!before.IsTaken(recipient, deal) && _given.Add((recipient, deal)))
            {
                return deal;
            }
        }
    }

    /// <summary>The year of a label that an edition gave; null for any other label.</summary>
    public static string? YearOf(string deal) => Year().Match(deal) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>A platform in the characters of a label. One that does not fit into them gets a hash of its slug, so that no two platforms
    /// share a label.</summary>
    private static string InLabel(string slug)
    {
        var platform = RegisterNames.AsciiSlug(slug);
        if (platform == slug && platform.Length <= PlatformCharacters)
        {
            return platform;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(slug)).AsSpan(0, 4));
        return $"{platform[..Math.Min(platform.Length, PlatformCharacters)].TrimEnd('-')}-{hash}".TrimStart('-');
    }

    [GeneratedRegex(@"\.([0-9]{4})(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Year();
}
