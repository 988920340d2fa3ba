using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public class SearchTextTests
{
    private static int Score(string name, string sought) => SearchText.Of(name).Matches(SearchText.Of(sought));

    [Theory]
    [InlineData("Bayraktar TB2", "bayraktar-tb2")]
    [InlineData("Bayraktar TB2", "BAYRAKTAR TB²")]
    [InlineData("Côte d’Ivoire", "cote d'ivoire")]
    [InlineData("Côte d’Ivoire", "Cote divoire")]
    [InlineData("Kargı", "KARGI")]
    [InlineData("İHA", "iha")]
    [InlineData("Åland Islands", "A\u030Aland islands")]
    [InlineData("Straße", "STRASSE")]
    [InlineData("ΣΊΣΥΦΟΣ", "σίσυφος")]
    [InlineData("Элерон-3", "элерон 3")]
    [InlineData("Шахёд", "шахед")]
    [InlineData("한글", "한글")]
    [InlineData("翼龙", "翼龙")]
    [InlineData("ﬁlm", "FILM")]
    public void Case_accents_spaces_and_compatible_forms_make_no_difference(string name, string sought)
    {
        Assert.Equal(SearchText.Same, Score(name, sought));
        Assert.True(SearchText.Of(sought).Is(SearchText.Of(name)));
    }

    [Fact]
    public void The_same_comes_before_its_beginning_before_words_of_it_before_a_part_of_it_before_errors_and_errors_before_nothing()
    {
        int[] scores = [Score("Bayraktar TB2", "Bayraktar TB2"), Score("Bayraktar TB2", "bayrak"), Score("Bayraktar TB2", "tb2 bayr"), Score("Bayraktar TB2", "yraktar"),
            Score("Bayraktar TB2", "bairaktar"), Score("Bayraktar TB2", "bairacktar"), Score("Bayraktar TB2", "beiraktor mini")];
        Assert.Equal(scores.OrderDescending(), scores);
        Assert.Equal(scores.Length, scores.Distinct().Count());
        Assert.Equal(0, scores[^1]);
    }

    [Theory]
    [InlineData("Kyrgyzstan", "Kirgyzstan", true)] // wrong
    [InlineData("Kyrgyzstan", "Kyrgyzstann", true)] // too many
    [InlineData("Kyrgyzstan", "Krgyzstan", true)] // left out
    [InlineData("Kyrgyzstan", "Kyrgzystan", true)] // exchanged
    [InlineData("Kyrgyzstan", "Kirgizstan", true)] // two
    [InlineData("Kyrgyzstan", "Kirgisstan", false)] // three
    [InlineData("Kyrgyzstan", "Kirgyz", true)] // typed so far
    [InlineData("Anka", "Anke", true)]
    [InlineData("Anka", "Inke", false)]
    [InlineData("Iran", "Iraq", true)]
    [InlineData("CH-4", "CH-5", false)]
    [InlineData("TB2", "TB3", false)]
    [InlineData("Bayraktar TB2", "Bairaktar TB3", false)]
    [InlineData("Bayraktar TB2", "Bairaktar TB2", true)]
    [InlineData("Orlan-10", "Orlan-1", true)] // its beginning
    [InlineData("Orlan-10", "Orlen-1", true)]
    [InlineData("Orlan-10", "Orlan-20", false)]
    [InlineData("Togo", "Tog", true)]
    [InlineData("Togo", "Tgo", false)]
    [InlineData("Kyrgyzstan", "", false)]
    [InlineData("Kyrgyzstan", "---", false)]
    [InlineData("", "a", false)]
    public void Small_typing_errors_are_forgiven_but_not_in_short_words_nor_in_digits(string name, string sought, bool found) =>
        Assert.Equal(found, Score(name, sought) > 0);

    [Fact]
    public void Texts_of_any_length_and_kind_are_compared()
    {
        var random = new Random(11);
        string[] parts = ["a", "b", "1", "2", " ", "-", "é", "İ", "😀", "\u0301", "한", "ß", "ʼ", new string('x', 100), "\u202e", "Ǆ"];
        for (var i = 0; i < 3_000; i++)
        {
            string Make() => string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => parts[random.Next(parts.Length)]));
            var (name, sought) = (SearchText.Of(Make()), SearchText.Of(Make()));
            Assert.InRange(name.Matches(sought), 0, SearchText.Same);
            Assert.Equal(name.Is(sought) && !name.IsEmpty, name.Matches(sought) == SearchText.Same);
            Assert.Equal(name.IsEmpty ? 0 : SearchText.Same, name.Matches(name));
        }
    }
}
