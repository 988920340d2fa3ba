using System.Globalization;
using System.Text.Json.Nodes;
using Ledger.Store;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

public sealed class IdentityTests(OneService one) : IClassFixture<OneService>
{
    private const string Own = "urn:ledger:development-report";
    private readonly Service _service = one.Service;

    [Theory]
    [InlineData("""{"note":"Bäume \"und\" \\ \n \u0001€ 😀","platform":"orlan-10","quantity":{"n":3},"recipient":"KGZ","source":{"publisher":"P"}}""", 422)]
    [InlineData("""{"note":"Bäume \"und\" \\ \n €/😀","platform":"orlan-10","quantity":{"n":3},"recipient":"KGZ","source":{"publisher":"P"}}""", 201)]
    [InlineData("""{"source":{"publisher":"P"},"recipient":"KGZ","quantity":{"n":3},"platform":"orlan-10","note":"Bäume \"und\" \\ \n €/😀"}""", 200)]
    [InlineData("""{"note":"B\u00e4ume \u0022und\u0022 \u005c \u000A \u20AC\/\uD83D\uDE00", "platform" :"orlan-10","quantity":{ "n" : 3 },"recipient":"KGZ","source":{"publisher":"\u0050"}}""", 200)]
    [InlineData("\r\n\t{\"no\\u0074e\":\"Bäume \\\"und\\\" \\\\ \\n €/😀\",\"platform\":\"orlan-10\",\"quantity\":{\"n\":3},\"recipient\":\"KGZ\",\"source\":{\"publisher\":\"P\"}}\n ", 200)]
    [InlineData("""{"note":"Bäume \"und\" \\ \n €/😀","platform":"orlan-10","quantity":{"n":3},"recipient":"KGZ","source":{"publisher":"P"},"grade":null}""", 200)]
    public async Task A_report_without_an_id_is_known_by_the_canonical_form_of_its_body(string spelling, int status)
    {
        // Theories of one class run one after the other, in this order only by luck: the canonical one is posted first by each.
        const string canonical = """{"note":"Bäume \"und\" \\ \n €/😀","platform":"orlan-10","quantity":{"n":3},"recipient":"KGZ","source":{"publisher":"P"}}""";
        var id = ReportBodies.Sha256(canonical);
        var first = await Service.PostAsync(_service.Reporter, "/v1/deliveries", canonical);
        Assert.Equal(id, first.Json.GetProperty("id").GetString());
        Assert.Equal(ReportBodies.EventId(Own, id), first.Json.GetProperty("eventId").GetGuid());

        var answer = await Service.PostAsync(_service.Reporter, "/v1/deliveries", spelling);

        if (status == 422)
        {
            Assert.Equal(422, answer.Status);
        }
        else
        {
            var same = answer.Json.GetProperty("eventId").GetGuid() == first.Json.GetProperty("eventId").GetGuid();
            Assert.Equal(spelling == canonical || status == 200, same);
        }
    }

    [Fact]
    public async Task A_report_that_names_no_feed_is_in_the_feed_of_its_reporter()
    {
        var answer = await _service.ReportAsync("deliveries", ReportBodies.Delivery("no-feed").ToJsonString());

        Assert.Equal(Own, answer.Json.GetProperty("feed").GetString());
        Assert.Equal(ReportBodies.EventId(Own, "no-feed"), answer.Json.GetProperty("eventId").GetGuid());
        var named = ReportBodies.Put(ReportBodies.Delivery("no-feed"), $$"""{"feed":"{{Own}}"}""");
        Assert.Equal(200, (await Service.PostAsync(_service.Reporter, "/v1/deliveries", named.ToJsonString())).Status);
    }

    [Theory]
    [InlineData("note", """{"note":"Nothing else differs."}""")]
    [InlineData("grade", """{"grade":"F6"}""")]
    [InlineData("quantity", """{"quantity":{"n":4}}""")]
    [InlineData("publisher", """{"source":{"publisher":"Another paper"}}""")]
    [InlineData("name", """{"platform":"Orlan-10"}""")]
    [InlineData("role", """{"role":"transfer"}""")]
    public async Task A_different_report_under_the_same_identity_is_refused_and_both_are_shown(string what, string patch)
    {
        var first = ReportBodies.Delivery($"taken-{what}");
        var recorded = await _service.ReportAsync("deliveries", first.ToJsonString());
        var second = ReportBodies.Put(first.DeepClone().AsObject(), patch);

        var answer = await Service.PostAsync(_service.Reporter, "/v1/deliveries", second.ToJsonString());

        Assert.Equal(409, answer.Status);
        Assert.EndsWith("urn:ledger:problem:identity-taken", answer.Json.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal(recorded.Json.GetProperty("position").GetInt64(), answer.Json.GetProperty("stored").GetProperty("position").GetInt64());
        Assert.Equal(recorded.Json.GetProperty("recordedAt").GetString(), answer.Json.GetProperty("stored").GetProperty("recordedAt").GetString());
        var posted = JsonNode.Parse(answer.Json.GetProperty("posted").GetRawText())!;
        foreach (var (name, value) in ReportBodies.Parse(patch).Where(x => x.Key is not "platform"))
        {
            Assert.True(JsonNode.DeepEquals(second[name], posted[name]), $"{name} {value}: {posted}");
        }
    }

    [Fact]
    public async Task The_same_words_as_another_kind_of_report_are_a_different_report()
    {
        var body = ReportBodies.Delivery("other-kind").ToJsonString();
        await _service.ReportAsync("deliveries", body);

        var answer = await Service.PostAsync(_service.Reporter, "/v1/contracts", body);

        Assert.Equal(409, answer.Status);
        Assert.Equal("delivery", answer.Json.GetProperty("stored").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task The_same_id_in_another_feed_is_another_report()
    {
        var here = await _service.ReportAsync("deliveries", ReportBodies.Delivery("in-two-feeds").ToJsonString());
        var there = await _service.ReportAsync("deliveries", ReportBodies.Put(ReportBodies.Delivery("in-two-feeds"), """{"feed":"urn:example:other"}""").ToJsonString());

        Assert.NotEqual(here.Json.GetProperty("eventId").GetGuid(), there.Json.GetProperty("eventId").GetGuid());
    }

    [Theory]
    [InlineData("caf\u00e9")]
    [InlineData("cafe\u0301")]
    [InlineData("ＫＡＮＡ ｶﾅ")]
    [InlineData("😀/?#%25 \"\\")]
    public async Task An_id_counts_byte_by_byte(string id)
    {
        var answer = await _service.ReportAsync("deliveries", ReportBodies.Put(ReportBodies.Delivery("x"), new JsonObject { ["id"] = id }.ToJsonString()).ToJsonString());

        Assert.Equal(id, answer.Json.GetProperty("id").GetString());
        Assert.Equal(ReportBodies.EventId(Own, id), answer.Json.GetProperty("eventId").GetGuid());
        Assert.Equal(200, (await Service.GetAsync(_service.Reader, answer.Headers.Location!.ToString())).Status);
    }

    [Fact]
    public async Task What_is_stored_is_one_object_without_fractions_and_without_its_kind()
    {
        var id = "stored-form";
        await _service.ReportAsync("contracts", ReportBodies.Full("contracts", id).ToJsonString());

        var data = await _service.ScalarAsync<string>($"select data::text from {TableNames.Schema}.mt_events where id = $1", ReportBodies.EventId(ReportBodies.Press, id));

        Assert.DoesNotContain("\"kind\"", data, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"[:\[ ]-?\d+\.\d", data);
        Assert.Equal(64, ReportBodies.Parse(data)["digest"]!.GetValue<string>().Length);
    }

    [Fact]
    public async Task The_digest_is_the_hash_of_what_was_posted_less_what_makes_the_identity()
    {
        var answer = await _service.ReportAsync("deliveries", """{"source":{"publisher":"P"},"id":"digested","platform":"Orlan-10","recipient":"KGZ","feed":"urn:example:digests"}""");

        Assert.Equal(ReportBodies.Sha256("""{"platform":"Orlan-10","recipient":"KGZ","source":{"publisher":"P"}}"""), answer.Json.GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Numbers_are_the_same_however_large()
    {
        for (var n = 1_000_000L; n > 0; n /= 10)
        {
            var answer = await _service.ReportAsync("deliveries", ReportBodies.Delivery($"n-{n.ToString(CultureInfo.InvariantCulture)}", n: n).ToJsonString());
            Assert.Equal(n, answer.Json.GetProperty("quantity").GetProperty("n").GetInt64());
        }
    }
}
