using System.Text.Json;
using Json.Schema;

namespace Ledger.Tests.Host;

public class DescribedSchemasTests
{
    private static readonly JsonElement s_document = JsonElement.Parse("""
        { "components": { "schemas": {
          "Code": { "type": "string", "pattern": "^[A-Z]{3}$" },
          "A": { "type": "object", "additionalProperties": false, "required": ["a"], "properties": { "a": { "type": "integer" } } },
          "B": { "type": "object", "required": ["b"], "properties": { "b": { "type": "integer" } } },
          "AB": { "allOf": [ { "$ref": "#/components/schemas/B" }, { "type": "object", "properties": { "a": { "type": "integer" } } } ] } } } }
        """);

    [Theory]
    [InlineData("""{"type":"integer"}""", "3")]
    [InlineData("""{"type":"integer"}""", "3.0")]
    [InlineData("""{"type":["integer","null"],"minimum":0}""", "null")]
    [InlineData("""{"type":["string","null"],"enum":["x",null]}""", "null")]
    [InlineData("""{"type":"string","maxLength":3}""", "\"😀😀😀\"")]
    [InlineData("""{"type":"string","format":"date-time"}""", "\"2022-12-01T00:00:00.123456Z\"")]
    [InlineData("""{"type":"string","format":"uri"}""", "\"urn:example:press\"")]
    [InlineData("""{"oneOf":[{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/B"}]}""", """{"b":1}""")]
    [InlineData("""{"$ref":"#/components/schemas/AB"}""", """{"a":1,"b":1}""")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"additionalProperties":true}""", """{"b":1}""")]
    [InlineData("""{"minLength":3}""", "1")]
    public void An_instance_passes(string schema, string value) =>
        Assert.Empty(new DescribedSchemas(s_document).Faults(JsonElement.Parse(schema), JsonElement.Parse(value)));

    [Theory]
    [InlineData("""{"type":"integer"}""", "3.5")]
    [InlineData("""{"type":"integer"}""", "\"3\"")]
    [InlineData("""{"type":"boolean"}""", "1")]
    [InlineData("""{"type":"object"}""", "[]")]
    [InlineData("""{"type":"string"}""", "null")]
    [InlineData("""{"type":["integer","null"],"minimum":0}""", "-1")]
    [InlineData("""{"maximum":10}""", "11")]
    [InlineData("""{"maximum":10}""", "1e300")]
    [InlineData("""{"exclusiveMinimum":0}""", "0")]
    [InlineData("""{"exclusiveMaximum":9}""", "9")]
    [InlineData("""{"enum":["x","y"]}""", "\"z\"")]
    [InlineData("""{"$ref":"#/components/schemas/Code"}""", "\"abc\"")]
    [InlineData("""{"$ref":"#/components/schemas/Code"}""", "\"ABC\\n\"")]
    [InlineData("""{"$ref":"#/components/schemas/Code","maxLength":2}""", "\"ABC\"")]
    [InlineData("""{"pattern":"^\\d$"}""", "\"٣\"")]
    [InlineData("""{"minLength":2}""", "\"😀\"")]
    [InlineData("""{"maxLength":2}""", "\"abc\"")]
    [InlineData("""{"format":"date"}""", "\"2022-13-01\"")]
    [InlineData("""{"format":"date"}""", "\"2022-12-01T00:00:00Z\"")]
    [InlineData("""{"format":"date-time"}""", "\"2022-12-01\"")]
    [InlineData("""{"format":"date-time"}""", "\"2022-12-01T25:00:00Z\"")]
    [InlineData("""{"format":"uuid"}""", "\"e6c52dfb135655a2922cad6615d9b45b\"")]
    [InlineData("""{"format":"uri"}""", "\"/a/path\"")]
    [InlineData("""{"format":"uri"}""", "\"no uri\"")]
    [InlineData("""{"items":{"type":"integer"}}""", """[1,"2"]""")]
    [InlineData("""{"minItems":1}""", "[]")]
    [InlineData("""{"maxItems":1}""", "[1,2]")]
    [InlineData("""{"uniqueItems":true}""", "[1,1]")]
    [InlineData("""{"required":["a"]}""", "{}")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":1}""")]
    [InlineData("""{"properties":{"a":{}}}""", """{"b":1}""")]
    [InlineData("""{"properties":{"a":{"properties":{"b":{}}}}}""", """{"a":{"c":1}}""")]
    [InlineData("""{"items":{"$ref":"#/components/schemas/AB"}}""", """[{"a":1,"b":1,"c":1}]""")]
    [InlineData("""{"type":"integer","format":"int32"}""", "2147483648")]
    [InlineData("""{"type":["integer","null"],"format":"int64"}""", "9223372036854775808")]
    [InlineData("""{"additionalProperties":false,"properties":{"a":{}}}""", """{"b":1}""")]
    [InlineData("""{"oneOf":[{"$ref":"#/components/schemas/A"},{"$ref":"#/components/schemas/B"}]}""", """{"a":1,"b":1}""")]
    [InlineData("""{"oneOf":[{"type":"integer"},{"minimum":0}]}""", "1")]
    public void What_is_no_instance_fails(string schema, string value) =>
        Assert.NotEmpty(new DescribedSchemas(s_document).Faults(JsonElement.Parse(schema), JsonElement.Parse(value)));

    [Theory]
    [InlineData("""{"maxlength":1}""")]
    [InlineData("""{"type":"object","x-note":1}""")]
    public void A_keyword_that_is_not_enforced_is_an_error(string schema) =>
        Assert.Throws<JsonSchemaException>(() => new DescribedSchemas(s_document).Faults(JsonElement.Parse(schema), JsonElement.Parse("\"a\"")));

    [Fact]
    public void Many_requests_at_once_are_held_against_one_description()
    {
        for (var round = 0; round < 40; round++)
        {
            var schemas = new DescribedSchemas(s_document);
            Parallel.For(0, 256, new ParallelOptions { MaxDegreeOfParallelism = 16 }, x => Assert.Empty(schemas.Faults(
                JsonElement.Parse($$"""{ "title": "{{x}}", "$ref": "#/components/schemas/B" }"""), JsonElement.Parse("""{"b":1}"""))));
        }
    }
}
