using System.Globalization;

namespace Ledger.Vocabulary;

/// <summary>A season as a date may name it: three months.</summary>
/// <param name="Code">What stands for the month.</param>
/// <param name="Name">Its name.</param>
/// <param name="FirstMonth">The first of them, 1–12.</param>
public sealed record Season(string Code, string Name, int FirstMonth)
{
    /// <summary>How many months it has.</summary>
    public const int Months = 3;

    /// <summary>Name of its first month.</summary>
    public string From => NameOf(FirstMonth);

    /// <summary>Its last month.</summary>
    public string To => FirstMonth + Months - 1 is var last && last > 12 ? $"{NameOf(last - 12)} of the next year" : NameOf(last);

    private static string NameOf(int month) => CultureInfo.InvariantCulture.DateTimeFormat.GetMonthName(month);
}
