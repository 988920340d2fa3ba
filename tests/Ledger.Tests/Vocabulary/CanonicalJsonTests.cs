using System.Buffers;
using System.Text;
using System.Text.Json;
using Ledger.Vocabulary;

namespace Ledger.Tests.Vocabulary;

public sealed class CanonicalJsonTests
{
    /// <summary>The example of RFC 8785, 3.2.3, as canonicalize 4 and json-canonicalize 3 (npm) write it; json-canon 1.0.1 writes no JSON where
    /// the first member is not set, so that the documentation names the first.</summary>
    [Fact]
    public void Members_are_in_the_order_of_their_UTF_16_as_canonicalize_writes_them()
    {
        const string posted = """
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face",
             "\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis","numbers":[1,-20,0],"literals":[null,true,false],"text":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"}
            """;
        var written = new ArrayBufferWriter<byte>();
        CanonicalJson.Write(JsonElement.Parse(posted), written);
        Assert.Equal("{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"literals\":[null,true,false],\"numbers\":[1,-20,0],\"text\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\","
            + "\"\u0080\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"\ud83d\ude00\":\"Emoji: Grinning Face\","
            + "\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}", Encoding.UTF8.GetString(written.WrittenSpan));
    }

    [Fact]
    public void Without_nulls_members_at_any_depth_go_and_items_of_lists_stay()
    {
        var posted = JsonElement.Parse("""{"b":null,"a":{"x":null,"y":1,"z":{"n":null}},"list":[null,{"m":null,"n":2}],"kind":"loss"}""");
        Assert.Equal("""{"a":{"y":1,"z":{}},"list":[null,{"n":2}]}""", Written(withoutNulls: true));
        Assert.Equal("""{"a":{"x":null,"y":1,"z":{"n":null}},"b":null,"list":[null,{"m":null,"n":2}]}""", Written(withoutNulls: false));

        string Written(bool withoutNulls)
        {
            var written = new ArrayBufferWriter<byte>();
            CanonicalJson.Write(posted, written, withoutNulls, "kind");
            return Encoding.UTF8.GetString(written.WrittenSpan);
        }
    }
}
