using System.Globalization;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>The title of a deal, in English: what, from whom, ordered when.</summary>
internal static class DealTitle
{
    /// <summary>The title, made from what the answer says of the deal.</summary>
    public static string Of(Platform platform, DealEstimate deal)
    {
        var title = Of(platform, deal.Supplier);
        return deal.Deal is null ? $"{title}, no deal named" : deal.OrderedWhen is { } when ? $"{title}, ordered {YearsOf(when)}" : title;
    }

    /// <summary>The title without the year of its order.</summary>
    public static string Of(Platform platform, string supplier) => $"{platform.Definition.Name} from "
        + $"{(supplier == Country.Unknown ? "an unknown supplier" : Country.InSentence(supplier))}";

    private static string YearsOf(Window when) => string.Create(CultureInfo.InvariantCulture,
        $"{(when.HasOpenStart ? "by " : when.Earliest.Year == when.Latest.Year ? "" : $"{when.Earliest.Year}–")}{when.Latest.Year}");
}
