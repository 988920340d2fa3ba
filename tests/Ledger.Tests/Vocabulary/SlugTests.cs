using System.Globalization;
using System.Text;
using Ledger.Editions;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

/// <summary>The spellings of one name have one slug, and other names have others.</summary>
public sealed class SlugTests
{
    [Theory]
    [InlineData("wing-loong-ii", "Wing Loong Ⅱ", "Wing Loong II", "WING LOONG ⅱ", "Wing\u200BLoong II", "Ｗｉｎｇ Ｌｏｏｎｇ Ⅱ", "Wing\u00A0Loong\u3000II", "Wing–Loong—II")]
    [InlineData("tb2", "TB2", "TB²", "TB2²", "TB2\u00AD²", "TB2™²", "TB₂", "ＴＢ２", "TB②", "𝐓𝐁𝟐", "ᵀᴮ²", "TB2¹³", "TB2⁵ ®")]
    [InlineData("tb12", "TB¹²", "TB12", "TB12³")]
    [InlineData("hermes-900", "Hermes™ 900", "Hermes 900", "HERMES® 900", "Hermes™\uFE0F 900", "Hermes℠ 900©")]
    [InlineData("bayraktar-tb2", "Bayra\u00ADktar TB2", "Ｂayraktar TB2", "Bayraktar TB²", "\uFEFFBayraktar TB2\u200E", "BAYRAKTAR TB2", "Bay\u2060raktar\u202F(TB2)")]
    [InlineData("bayraktar-diha", "BAYRAKTAR DİHA", "Bayraktar DIHA", "bayraktar diha", "Bayraktar DI\u0307HA", "bayraktar di\u0307ha", "Bayraktar Dıha")]
    [InlineData("kargi", "Kargı", "KARGI", "Kargi", "kargı", "KARGİ")]
    [InlineData("mizrak", "Mızrak", "MIZRAK", "mızrak")]
    [InlineData("şimşek", "ŞİMŞEK", "Şimşek", "S\u0327imşek", "S\u0327I\u0307MŞEK", "ŞIMŞEK")]
    [InlineData("iha-7", "İHA-7", "iha-7", "IHA–７")]
    [InlineData("ch-4", "CH‑４", "CH-4", "CH−4", "C\u00ADH-4", "ＣＨ－４")]
    [InlineData("ch4", "CH\uFF14")]
    [InlineData("strasse", "Straße", "STRASSE", "STRAẞE", "ſtraſſe")]
    [InlineData("café", "Cafe\u0301", "CAFÉ", "Cafe\u034F\u0301")]
    [InlineData("σίσυφοσ", "Σίσυφος", "ΣΊΣΥΦΟΣ")]
    [InlineData("film-1-2", "ﬁlm ½", "FILM 1/2")]
    [InlineData("नेत्र", "नेत्र", "ने\u200Dत्र", "(नेत्र)")]
    [InlineData("नीत्र", "नीत्र")]
    [InlineData("кыргыз-й", "Кыргыз Й", "КЫРГЫЗ И\u0306")]
    [InlineData("ka-ban", "Ka´ban", "Ka ́ban", "ka-ban")]
    [InlineData("五〇九", "五〇九")]
    [InlineData("五-九", "五·九")]
    public void The_spellings_of_a_name_have_one_slug(string slug, params string[] names)
    {
        Assert.All(names, name => Assert.Equal(slug, Slug.OfPlatform(name)));
    }

    [Theory]
    [InlineData("नेत्र", "नीत्र")]
    [InlineData("Bayraktar TB2", "Bayraktar ТВ2")] // Cyrillic letters.
    [InlineData("Ghaem", "Ghäem")]
    [InlineData("H2", "H 2")]
    [InlineData("도깨비", "도깨")]
    [InlineData("مهاجر", "مهاجز")]
    public void Names_of_other_letters_or_marks_stay_two(string one, string other) => Assert.NotEqual(Slug.OfPlatform(one), Slug.OfPlatform(other));

    [Theory]
    [InlineData("")]
    [InlineData("™")]
    [InlineData("\u00AD\u200B")]
    [InlineData("´")]
    [InlineData("\u0301")]
    [InlineData("\uD800")]
    [InlineData("a\uFFFE")]
    [InlineData("a\uFFFF")]
    public void What_has_no_letter_and_no_digit_or_is_no_text_has_no_slug(string name) => Assert.Null(Slug.OfPlatform(name));

    /// <summary>Form KC makes eighteen characters of this one: a key of the database would not take its slug.</summary>
    [Fact]
    public void A_name_whose_slug_would_be_longer_than_any_key_has_none()
    {
        Assert.Null(Slug.OfPlatform(new string('\uFDFA', 200)));
        Assert.Equal(800, Slug.OfPlatform(new string('ß', 400))!.Length);
        Assert.Null(Slug.OfPlatform(new string('ß', 401)));
        Assert.NotNull(Slug.OfPlatform(string.Concat(Enumerable.Repeat("𐐀", 200))));
    }

    [Fact]
    public void The_slug_of_a_slug_is_itself_whatever_the_name()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var runes = Enumerable.Range(0, 0x20000).Where(Rune.IsValid).Select(x => new Rune(x).ToString()).ToArray();
        var odd = "²³⁴™®İıIi\u0307\u0323\u0301\u0345\u034F\u200B\u200D\u00AD\uFE0FßŞ ´-‐/\u1160ﬁⅡ②½ǰΐʼn\u0F73\u1100\u1161\u11A8".EnumerateRunes().Select(x => x.ToString()).ToArray();
        var letters = runes.Where(x => Rune.IsLetter(Rune.GetRuneAt(x, 0))).ToArray();
        var names = runes.Concat(Enumerable.Range(0, 100_000).Select(_ => string.Concat(Enumerable.Range(0, random.Next(2, 9)).Select(_ =>
        {
            var from = random.Next(4) switch { 0 or 1 => odd, 2 => letters, _ => runes };
            return from[random.Next(from.Length)];
        }))));
        foreach (var name in names)
        {
            if (Slug.OfPlatform(name) is { } slug)
            {
                Assert.True(Slug.OfPlatform(slug) == slug, $"seed {seed}: {Points(name)} is {Points(slug)}, and that {Points(Slug.OfPlatform(slug))}");
                Assert.True(slug == Normalization.ToKC(slug) && slug.Trim('-') == slug && !slug.Contains("--", StringComparison.Ordinal), $"seed {seed}: {Points(name)} is {Points(slug)}");
            }
        }
    }

    [Fact]
    public void A_letter_in_capitals_or_small_is_one_letter()
    {
        foreach (var rune in Enumerable.Range(0, 0x20000).Where(Rune.IsValid).Select(x => new Rune(x)).Where(Rune.IsLetter))
        {
            var slug = Slug.OfPlatform(rune.ToString());
            foreach (var other in (string[])[Rune.ToUpperInvariant(rune).ToString(), Rune.ToLowerInvariant(rune).ToString()])
            {
                Assert.True(slug == Slug.OfPlatform(other), $"{rune.Value:X}: {slug}, {other}: {Slug.OfPlatform(other)}");
            }
        }
    }

    [Theory]
    [InlineData("Côte d'Ivoire", "cote-d-ivoire")]
    [InlineData("Kargı", "kargi")]
    [InlineData("BAYRAKTAR DİHA", "bayraktar-diha")]
    [InlineData("TB²", "tb2")]
    [InlineData("Hermes™ 900", "hermes-900")]
    [InlineData("Straße", "strasse")]
    [InlineData("Нева 9", "9")]
    public void A_register_s_own_keys_are_made_by_the_same_rule(string name, string slug) => Assert.Equal(slug, RegisterNames.AsciiSlug(name));

    private static string Points(string? text) => string.Join(' ', (text ?? "").EnumerateRunes().Select(x => x.Value.ToString("X4", CultureInfo.InvariantCulture)));
}
