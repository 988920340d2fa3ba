using System.Text;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public class NormalizationTests
{
    [Theory]
    [InlineData("Cafe\u0301", "Caf\u00E9", "Cafe\u0301", "Caf\u00E9")]
    [InlineData("TB\u00B2", "TB\u00B2", "TB\u00B2", "TB2")]
    [InlineData("\uFB01lm \u2168", "\uFB01lm \u2168", "\uFB01lm \u2168", "film IX")]
    [InlineData("\u0958", "\u0915\u093C", "\u0915\u093C", "\u0915\u093C")] // Never put together again.
    [InlineData("\u212B", "\u00C5", "A\u030A", "\u00C5")]
    [InlineData("a\u0302\u0323", "\u1EAD", "a\u0323\u0302", "\u1EAD")] // Marks in the order of their classes.
    [InlineData("\uD55C\uAE00", "\uD55C\uAE00", "\u1112\u1161\u11AB\u1100\u1173\u11AF", "\uD55C\uAE00")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C", "\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\uD834\uDD5E", "\uD834\uDD57\uD834\uDD65", "\uD834\uDD57\uD834\uDD65", "\uD834\uDD57\uD834\uDD65")]
    [InlineData("\uFDFA", "\uFDFA", "\uFDFA", "\u0635\u0644\u0649 \u0627\u0644\u0644\u0647 \u0639\u0644\u064A\u0647 \u0648\u0633\u0644\u0645")]
    public void A_text_has_its_normal_forms(string text, string c, string d, string kc) =>
        Assert.Equal((c, d, kc), (Normalization.ToC(text), Normalization.ToD(text), Normalization.ToKC(text)));

    [Fact]
    public void Letters_and_marks_in_any_order_have_the_forms_that_ICU_gives_them()
    {
        Assert.SkipWhen("\u00E9".Normalize(NormalizationForm.FormD).Length == 1, "There is no ICU here to compare with.");
        // Only what was in Unicode long before any ICU in use.
        (int From, int To)[] ranges =
        [
            (0x41, 0x24F), (0x300, 0x36F), (0x37A, 0x37D), (0x384, 0x3CE), (0x400, 0x481), (0x5B0, 0x5EA), (0x621, 0x655), (0x915, 0x94D), (0xDC0, 0xDDE), (0x1100, 0x11F9),
            (0x1E00, 0x1EF9), (0x1F00, 0x1F15), (0x2100, 0x2138), (0x3041, 0x30FF), (0x3131, 0x318E), (0xAC00, 0xD7A3), (0xF900, 0xFA2D), (0xFB13, 0xFBB1), (0xFE70, 0xFE72), (0xFF01, 0xFFBE),
            (0x1D15E, 0x1D165), (0x1D400, 0x1D454), (0x2F800, 0x2FA1D),
        ];
        var runes = ranges.SelectMany(x => Enumerable.Range(x.From, x.To - x.From + 1)).Select(x => new Rune(x).ToString()).ToArray();
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var marks = runes.Where(x => Rune.GetUnicodeCategory(Rune.GetRuneAt(x, 0)) is System.Globalization.UnicodeCategory.NonSpacingMark).ToArray();
        var texts = runes.Concat(Enumerable.Range(0, 50_000).Select(_ =>
            string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(i => i > 0 && random.Next(2) == 0 ? marks[random.Next(marks.Length)] : runes[random.Next(runes.Length)]))));
        foreach (var text in texts)
        {
            foreach (var (form, own) in ((NormalizationForm, string)[])[(NormalizationForm.FormC, Normalization.ToC(text)), (NormalizationForm.FormD, Normalization.ToD(text)),
                (NormalizationForm.FormKC, Normalization.ToKC(text))])
            {
                Assert.True(text.Normalize(form) == own, $"seed {seed}, {form} of {string.Join(' ', text.Select(x => $"{(int)x:X4}"))}: {string.Join(' ', own.Select(x => $"{(int)x:X4}"))}");
            }
        }
    }
}
