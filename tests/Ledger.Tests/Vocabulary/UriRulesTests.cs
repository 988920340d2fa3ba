using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public sealed class UriRulesTests
{
    [Theory]
    [InlineData("urn:x:turkiye")]
    [InlineData("urn:x:t%C3%BCrkiye")]
    [InlineData("urn:uuid:6ba7b811-9dad-11d1-80b4-00c04fd430c8")]
    [InlineData("tag:example.org,2026:reports/1")]
    [InlineData("https://example.org")]
    [InlineData("https://example.org/a%20b?c=d&e=(f)/?#g/h?")]
    [InlineData("HTTP://EXAMPLE.ORG:8080/")]
    [InlineData("http://[2001:db8::1]:80/x")]
    [InlineData("https://xn--mller-kva.de/a:b@c;d='e'")]
    [InlineData("file:///var/reports")]
    [InlineData("mailto:a@example.org")]
    [InlineData("ftp://user:pw@example.org/x")]
    public void A_URI_of_RFC_3986_is_one(string text) => Assert.Null(UriRules.WhyNot(text));

    [Theory]
    [InlineData("urn:x:türkiye", "Write urn:x:t%C3%BCrkiye")]
    [InlineData("https://example.org/a b", "Write https://example.org/a%20b")]
    [InlineData("https://example.org/100%", "Write https://example.org/100%25")]
    [InlineData("https://example.org/%zz", "Write https://example.org/%25zz")]
    [InlineData("https://example.org/a[1]", "Write https://example.org/a%5B1%5D")]
    [InlineData("https://example.org/a|b\"c", "Write https://example.org/a%7Cb%22c")]
    [InlineData("https://example.org/\ud83d\ude00", "Write https://example.org/%F0%9F%98%80")]
    [InlineData("https://example.org/a#b#c", "Write https://example.org/a#b%23c")]
    [InlineData("https://müller.de/ä", "Write https://xn--mller-kva.de/%C3%A4")]
    [InlineData("https://example.org/a\u200bb", "U+200B")]
    [InlineData("https://example.org/a\\b", "'\\'")]
    [InlineData("http:///x", "host is missing")]
    [InlineData("http:x", "two slashes")]
    [InlineData("http://user:pw@example.org/", "Leave out what stands before the @")]
    [InlineData("https://user@example.org/", "Leave out what stands before the @")]
    [InlineData("http://example.org:99999/", "65535")]
    [InlineData("example.org/x", "begins with no scheme")]
    [InlineData("/x", "begins with no scheme")]
    [InlineData("//example.org/x", "begins with no scheme")]
    [InlineData("press", "begins with no scheme")]
    [InlineData("https://exa mple.org/", "a space cannot stand in a URI")]
    [InlineData("two words", "begins with a scheme")]
    [InlineData("urn:", "nothing follows")]
    [InlineData("", "empty")]
    public void What_is_none_is_told_why_and_what_to_write(string text, string says)
    {
        var why = UriRules.WhyNot(text);
        Assert.Contains(says, why, StringComparison.Ordinal);
        if (why!.Split("Write ") is [_, var written])
        {
            Assert.Null(UriRules.WhyNot(written));
        }
    }

    [Fact]
    public void A_text_is_read_in_time_that_grows_as_its_length()
    {
        foreach (var part in (string[])["a", "%", "%41", "/", ":", "@", "?", "#", "[", "ä", "//a@"])
        {
            var text = "https://" + string.Concat(Enumerable.Repeat(part, 20_000)) + " ";
            var watch = System.Diagnostics.Stopwatch.StartNew();
            Assert.NotNull(UriRules.WhyNot(text));
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{part}: {watch.Elapsed}");
        }
    }
}
