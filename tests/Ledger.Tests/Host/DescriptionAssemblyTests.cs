using System.Text.Json;
using Ledger.Host;

namespace Ledger.Tests.Host;

public class DescriptionAssemblyTests
{
    [Fact]
    public void Files_of_several_rooms_become_one_document()
    {
        var whole = Assemble("paths: { /a: { get: { security: [], responses: {} } } }\nopenapi: '3.1.0'", "paths: { /a: { post: { security: [], responses: {} } } }");
        Assert.Equal(["openapi", "paths"], whole.EnumerateObject().Select(x => x.Name));
        Assert.Equal(["get", "post"], whole.GetProperty("paths").GetProperty("/a").EnumerateObject().Select(x => x.Name));
    }

    [Fact]
    public void What_two_rooms_say_at_one_place_is_a_fault()
    {
        var fault = Assert.Throws<DescriptionException>(() => Assemble("components: { schemas: { A: { type: string } } }", "components: { schemas: { A: { type: string } } }"));
        Assert.Contains("1.yaml: /components/schemas/A/type", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("enum: !words Nothing", "Nothing")]
    [InlineData("maxLength: !limit NothingCharacters", "NothingCharacters")]
    [InlineData("maximum: !limit Nothing.Limit", "Nothing")]
    [InlineData("description: !text 'at most {{NothingBytes}}'", "NothingBytes")]
    [InlineData("pattern: !pattern '^({Nothing})$'", "Nothing")]
    [InlineData("security: !scope everything", "everything")]
    [InlineData("value: !problem { kind: nothing, detail: x }", "nothing")]
    [InlineData("enum: !wrods Kind", "!wrods")]
    public void A_marker_that_names_nothing_is_a_fault_that_names_file_and_line(string marker, string named)
    {
        var fault = Assert.Throws<DescriptionException>(() => Assemble("components:\n  schemas:\n    A: { " + marker + " }"));
        Assert.Contains("0.yaml, line 3", fault.Message, StringComparison.Ordinal);
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("!limit NameCharacters", "200")]
    [InlineData("!limit Quantity.Limit", "1000000")]
    [InlineData("!words Unit", """["item","system"]""")]
    [InlineData("!text '{{BatchEvents}} events, {{BatchBytes}}, each {{ReportBytes}}'", "\"1,000 events, 4 MB, each 56 KB\"")]
    [InlineData("!pattern '^({Unit})$'", "\"^(item|system)$\"")]
    [InlineData("!scope report", """[{"bearer":["report"]}]""")]
    [InlineData("!problem { kind: slow, detail: x }",
        """{"type":"urn:ledger:problem:slow","title":"The database is too slow at the moment","status":503,"detail":"x"}""")]
    [InlineData("no", "\"no\"")]
    [InlineData("'200'", "\"200\"")]
    [InlineData("3.1.0", "\"3.1.0\"")]
    [InlineData("2021-12", "\"2021-12\"")]
    [InlineData("-3", "-3")]
    [InlineData("0.5", "0.5")]
    [InlineData("true", "true")]
    [InlineData("null", "null")]
    [InlineData("'null'", "\"null\"")]
    public void A_value_is_what_YAML_1_2_and_the_code_say(string yaml, string json) =>
        Assert.Equal(json, Assemble($"info: {{ x: {yaml} }}").GetProperty("info").GetProperty("x").GetRawText());

    [Fact]
    public void Shared_members_are_merged_and_what_stands_in_the_mapping_itself_goes_first()
    {
        var info = Assemble("x-members: { a: &a { one: 1, two: 2 }, b: &b { three: 3 } }\ninfo: { <<: [*a, *b], two: 22 }").GetProperty("info");
        Assert.Equal("""{"one":1,"two":22,"three":3}""", info.GetRawText());
    }

    [Fact]
    public void Shared_answers_go_to_the_operations_that_they_are_for_and_replace_none()
    {
        var paths = Assemble("""
            x-answers: { every: { '405': a }, keyed: { '401': b, '503': c }, withBody: { '408': d } }
            paths:
              /a:
                get: { security: [], responses: { '200': mine } }
                post: { security: !scope report, requestBody: {}, responses: { '503': mine } }
            """).GetProperty("paths").GetProperty("/a");
        Assert.Equal("""{"200":"mine","405":"a"}""", paths.GetProperty("get").GetProperty("responses").GetRawText());
        Assert.Equal("""{"401":"b","405":"a","408":"d","503":"mine"}""", paths.GetProperty("post").GetProperty("responses").GetRawText());
    }

    private static JsonElement Assemble(params string[] files) =>
        JsonElement.Parse(DescriptionAssembly.Assemble(files.Select((yaml, i) => ($"{i}.yaml", yaml))).Span);
}
