using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

/// <summary>Which codes an amount may be in, and which tags a language may have.</summary>
public class CurrencyTests
{
    /// <summary>currency-codes 2.2.0 (npm) lacks all withdrawn codes and XCG, iso-codes 4.15 lacks ZWG and XCG, Intl of Node 20 lacks VED: the lists ship with the service.</summary>
    [Theory]
    [InlineData("USD EUR GBP CNY RUB KZT UZS TJS TMT KGS TRY XCG ZWG VED XDR XAU BOV CHE CHW CLF COU MXV USN UYI UYW XSU XUA SLE SSP STN")]
    [InlineData("DEM SUR YUM YUD YUN CSK DDM ITL FRF TRL RUR ZWL ZWD ANG BGN HRK LTL SLL CUC VEB VEF MRO STD BYR GHC XEU XFO XFU UAK TJR TMM")]
    public void A_currency_of_today_or_of_the_past_is_one(string codes) => Assert.All(codes.Split(' '), x => Assert.Null(Currency.WhyNot(x)));

    [Theory]
    [InlineData("QQQ", "neither among the active nor among the withdrawn")]
    [InlineData("ABC", "neither among the active nor among the withdrawn")]
    [InlineData("XAD", "neither among the active nor among the withdrawn")]
    [InlineData("XTS", "code for tests")]
    [InlineData("XX" + "X", "code for no currency")]
    [InlineData("usd", "write USD.")]
    [InlineData("Dem", "write DEM.")]
    [InlineData("RMB", "write CNY.")]
    [InlineData("US$", "three capitals")]
    [InlineData("euro", "three capitals")]
    [InlineData("", "three capitals")]
    [InlineData("USD\n", "three capitals")]
    public void What_is_no_currency_is_told_why(string code, string why) => Assert.Contains(why, Currency.WhyNot(code), StringComparison.Ordinal);

    [Fact]
    public void The_lists_are_whole_and_say_of_which_day_they_are()
    {
        Assert.Equal((177, 129), (Currency.Active.Count, Currency.Withdrawn.Count));
        Assert.Equal(Currency.Active.Count + Currency.Withdrawn.Count, Currency.Active.Concat(Currency.Withdrawn).Distinct().Count());
        Assert.All(Currency.Active.Concat(Currency.Withdrawn), x => Assert.Matches("^[A-Z]{3}$", x));
        Assert.Equal(new DateOnly(2026, 1, 1), Currency.AsOf);
    }

    [Theory]
    [InlineData("en tr kaa pt-BR zh-Hant-TW de-1996 de-CH-1901 es-419 sl-rozaj-biske x-unknown X-Own-Tag i-klingon I-KLINGON en-GB-oed zh-min-nan zh-yue-HK art-lojban")]
    [InlineData("en-u-ca-buddhist de-DE-u-co-phonebk en-a-bbb-x-a-ccc ky-Cyrl sr-Latn-RS und mul EN-us hy-Latn-IT-arevela az-Arab-x-AZE-derbend")]
    public void A_tag_by_the_grammar_of_BCP_47_is_a_language(string tags) => Assert.All(tags.Split(' '), x => Assert.Null(LanguageTag.WhyNot(x)));

    [Theory]
    [InlineData("Turkish", "two or three letters")]
    [InlineData("english", "two or three letters")]
    [InlineData("e", "begins with a language")]
    [InlineData("x-", "may be empty")]
    [InlineData("x", "begins with a language")]
    [InlineData("en_US", "separated by hyphens")]
    [InlineData("en-", "may be empty")]
    [InlineData("-en", "may be empty")]
    [InlineData("", "may be empty")]
    [InlineData("English, mostly", "1–8 letters or digits")]
    [InlineData("tü", "1–8 letters or digits")]
    [InlineData("419", "two or three letters")]
    [InlineData("en-TW-Hant", "Hant is no")]
    [InlineData("en-US-GB", "GB is no")]
    [InlineData("de-1996-1996", "twice")]
    [InlineData("en-u-ca-buddhist-u-co-phonebk", "twice")]
    [InlineData("en-u", "nothing follows its u")]
    [InlineData("i-martian", "begins with a language")]
    [InlineData("en-abcdefghi", "1–8 letters or digits")]
    public void What_is_no_language_tag_is_told_why(string tag, string why) => Assert.Contains(why, LanguageTag.WhyNot(tag), StringComparison.Ordinal);
}
