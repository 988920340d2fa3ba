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
        var supplier = deal.Supplier == Country.Unknown ? "an unknown supplier" : Country.NameOf(deal.Supplier);
        var title = $"{platform.Definition.Name} from {supplier}";
        return deal.Deal is null ? $"{title} without a deal" : deal.OrderedWhen is { } when ? $"{title}, ordered {YearsOf(when)}" : title;
    }

    private static string YearsOf(Window when) => string.Create(CultureInfo.InvariantCulture,
        $"{(when.HasOpenStart ? "by " : when.Earliest.Year == when.Latest.Year ? "" : $"{when.Earliest.Year}–")}{when.Latest.Year}");
}
