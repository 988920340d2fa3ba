using System.Net.Http.Headers;
using System.Text;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

public sealed class RefusingTests(OneService one) : IClassFixture<OneService>
{
    private static readonly string LongText = new('x', 201);
    private readonly Service _service = one.Service;

    public static TheoryData<string, string, string> BrokenRules => new()
    {
        { "deliveries", """{"id":""}""", "/id id" },
        { "deliveries", $$"""{"id":"{{LongText}}"}""", "/id id" },
        { "deliveries", """{"id":"two\nlines"}""", "/id id" },
        { "deliveries", """{"id":"no\u0000thing"}""", "/id id" },
        { "deliveries", """{"feed":"press"}""", "/feed uri" },
        { "deliveries", """{"feed":"/press"}""", "/feed uri" },
        { "deliveries", """{"feed":"urn:example:two words"}""", "/feed uri" },
        { "deliveries", $$"""{"feed":"urn:{{new string('x', 500)}}"}""", "/feed uri" },
        { "deliveries", """{"deal":"Big Deal"}""", "/deal slug" },
        { "deliveries", """{"deal":"~orlan-10"}""", "/deal slug" },
        { "deliveries", """{"deal":"a/b"}""", "/deal slug" },
        { "deliveries", """{"lot":"-first"}""", "/lot slug" },
        { "deliveries", $$"""{"lot":"{{LongText[..121]}}"}""", "/lot slug" },
        { "deliveries", """{"lot":"l1\n"}""", "/lot slug" },
        { "deliveries", """{"recipient":null}""", "/recipient required" },
        { "deliveries", """{"recipient":"XXX"}""", "/recipient country" },
        { "deliveries", """{"recipient":"kgz"}""", "/recipient country" },
        { "deliveries", """{"recipient":"KG"}""", "/recipient country" },
        { "deliveries", """{"recipient":"x-"}""", "/recipient country" },
        { "deliveries", """{"recipient":"x-hezbollah\n"}""", "/recipient country" },
        { "deliveries", """{"supplier":"Türkiye"}""", "/supplier country" },
        { "deliveries", """{"platform":null}""", "/platform required" },
        { "deliveries", """{"platform":"!?"}""", "/platform platform" },
        { "deliveries", """{"platform":"Orlan\n10"}""", "/platform platform" },
        { "deliveries", $$"""{"platform":"{{LongText}}"}""", "/platform platform" },
        { "deliveries", """{"quantity":{"n":-1}}""", "/quantity/n outOfRange" },
        { "deliveries", """{"quantity":{"n":1000001}}""", "/quantity/n outOfRange" },
        { "deliveries", """{"quantity":{"qualifier":"exact"}}""", "/quantity/n missing" },
        { "deliveries", """{"quantity":{"qualifier":"roughly","n":1}}""", "/quantity/qualifier unknownWord" },
        { "deliveries", """{"quantity":{"qualifier":"some","n":1}}""", "/quantity/n notOfQualifier" },
        { "deliveries", """{"quantity":{"low":3,"high":2}}""", "/quantity/high disordered" },
        { "deliveries", """{"quantity":{"low":1,"best":4,"high":3}}""", "/quantity/best disordered" },
        { "deliveries", """{"quantity":{"n":1,"unit":"dozen"}}""", "/quantity/unit unknownWord" },
        { "deliveries", """{"quantity":{"n":1,"text":"a\u0007"}}""", "/quantity/text text" },
        { "deliveries", """{"occurred":"2022-13"}""", "/occurred edtf" },
        { "deliveries", """{"occurred":"2022/2021"}""", "/occurred edtf" },
        { "deliveries", """{"source":null}""", "/source required" },
        { "deliveries", """{"source":{"publisher":null}}""", "/source/publisher required" },
        { "deliveries", """{"source":{"publisher":""}}""", "/source/publisher text" },
        { "deliveries", """{"source":{"url":"ftp://example.org"}}""", "/source/url url" },
        { "deliveries", """{"source":{"url":"example.org"}}""", "/source/url url" },
        { "deliveries", """{"source":{"title":"a\u2028b"}}""", "/source/title text" },
        { "deliveries", """{"source":{"published":"2022-02-30"}}""", "/source/published date" },
        { "deliveries", """{"source":{"published":"2022-13"}}""", "/source/published date" },
        { "deliveries", """{"source":{"published":"22"}}""", "/source/published date" },
        { "deliveries", """{"source":{"published":"1899-12-31"}}""", "/source/published outOfRange" },
        { "deliveries", """{"source":{"published":"1899-12"}}""", "/source/published outOfRange" },
        { "deliveries", """{"source":{"published":"0001"}}""", "/source/published outOfRange" },
        { "retractions", """{"source":{"published":"2999"}}""", "/source/published outOfRange" },
        { "deliveries", """{"source":{"language":"English, mostly"}}""", "/source/language language" },
        { "deliveries", """{"source":{"language":"Turkish"}}""", "/source/language language" },
        { "contracts", """{"value":{"amount":"1","currency":"QQQ"}}""", "/value/currency currency" },
        { "contracts", """{"value":{"amount":"1","currency":"XAD"}}""", "/value/currency currency" },
        { "contracts", """{"value":{"amount":"1","currency":"XTS"}}""", "/value/currency currency" },
        { "deliveries", """{"occurred":"2020/201X"}""", "/occurred edtf" },
        { "deliveries", """{"origin":""}""", "/origin text" },
        { "deliveries", """{"grade":"G1"}""", "/grade grade" },
        { "deliveries", """{"grade":"B7"}""", "/grade grade" },
        { "deliveries", """{"grade":"b2"}""", "/grade grade" },
        { "deliveries", """{"role":"gift"}""", "/role vocabulary" },
        { "deliveries", """{"supersedes":["a",null,""]}""", "/supersedes/1 required; /supersedes/2 text" },
        { "deliveries", $$"""{"supersedes":[{{string.Join(',', Enumerable.Range(0, 101).Select(x => $"\"{x}\""))}}]}""", "/supersedes count" },
        { "deliveries", $$"""{"note":"{{new string('x', 4001)}}"}""", "/note text" },
        { "deliveries", """{"condition":"used"}""", "/condition vocabulary" },
        { "announcements", """{"stage":"rumour"}""", "/stage vocabulary" },
        { "contracts", """{"due":"soon"}""", "/due edtf" },
        { "contracts", """{"condition":"used"}""", "/condition vocabulary" },
        { "contracts", """{"value":{}}""", "/value/amount required; /value/currency required" },
        { "contracts", """{"value":{"amount":"1e6","currency":"usd"}}""", "/value/amount amount; /value/currency currency" },
        { "contracts", """{"value":{"amount":"-5","currency":"USD\n"}}""", "/value/amount amount; /value/currency currency" },
        { "milestones", """{"milestone":null}""", "/milestone required" },
        { "milestones", """{"milestone":"ribbonCut"}""", "/milestone vocabulary" },
        { "milestones", """{"milestone":"rateDeclared"}""", "/rate required" },
        { "milestones", """{"rate":{}}""", "/rate/n required; /rate/per required" },
        { "milestones", """{"rate":{"n":-1,"per":"week"}}""", "/rate/n range; /rate/per vocabulary" },
        { "milestones", """{"site":""}""", "/site text" },
        { "observations", """{"setting":"dream"}""", "/setting vocabulary" },
        { "losses", """{"total":null}""", "/total lotOrTotal" },
        { "losses", """{"total":false}""", "/total lotOrTotal" },
        { "losses", """{"total":true,"lot":"l1"}""", "/total lotOrTotal" },
        { "losses", """{"to":"somebody"}""", "/to country" },
        { "losses", """{"cause":""}""", "/cause vocabulary" },
        { "retractions", """{"report":null}""", "/report required" },
        { "retractions", """{"report":""}""", "/report text" },
        { "retractions", $$"""{"reason":"{{new string('x', 4001)}}"}""", "/reason text" },
        {
            "retractions", """{"deal":"d","lot":"l","quantity":{"n":1},"occurred":"2022","role":"loan","supersedes":["a"]}""",
            "/deal notForThisKind; /lot notForThisKind; /quantity notForThisKind; /occurred notForThisKind; /role notForThisKind; /supersedes notForThisKind"
        },
        { "delistings", """{"edition":null}""", "/edition required" },
        { "delistings", """{"edition":""}""", "/edition text" },
        { "delistings", """{"deal":"d"}""", "/deal notForThisKind" },
        {
            "contracts",
            """
            {"id":"","feed":"here","deal":"D","lot":"L","recipient":"XXX","supplier":"YYY","platform":"?","quantity":{"n":-1,"unit":"crate"},"occurred":"then",
             "source":{"publisher":"","published":"today"},"grade":"Z9","role":"gift","due":"later","value":{"amount":"much","currency":"money"}}
            """,
            "/id id; /feed uri; /deal slug; /lot slug; /recipient country; /supplier country; /platform platform; /quantity/n outOfRange; /quantity/unit unknownWord; "
            + "/occurred edtf; /source/publisher text; /source/published date; /grade grade; /role vocabulary; /due edtf; "
            + "/value/amount amount; /value/currency currency"
        },
    };

    [Theory]
    [MemberData(nameof(BrokenRules))]
    public async Task A_report_that_breaks_rules_is_refused_with_all_of_them_and_nothing_is_recorded(string path, string patch, string broken)
    {
        var before = await _service.CountAsync();
        var body = ReportBodies.Put(ReportBodies.Least(path, "some-report"), patch);

        var answer = await Service.PostAsync(_service.Reporter, $"/v1/{path}", body.ToJsonString());

        Assert.Equal(422, answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.Equal(broken.Split("; ").Order(StringComparer.Ordinal), answer.Errors.Select(x => $"{x.Pointer} {x.Code}").Order(StringComparer.Ordinal));
        Assert.Equal(before, await _service.CountAsync());
    }

    [Theory]
    [InlineData("""{"recipiant":"KGZ"}""", "/recipiant unknownMember")]
    [InlineData("""{"source":{"publisher":"P","author":"A"}}""", "/source/author unknownMember")]
    [InlineData("""{"stage":"plan"}""", "/stage unknownMember")]
    [InlineData("""{"Recipient":"KGZ"}""", "/Recipient unknownMember")]
    [InlineData("""{"kind":"delivery"}""", "/kind unknownMember")]
    [InlineData("""{"digest":"00"}""", "/digest unknownMember")]
    [InlineData("""{"platformName":"Orlan"}""", "/platformName unknownMember")]
    [InlineData("""{"supersededEvents":[]}""", "/supersededEvents unknownMember")]
    [InlineData("""{"position":1}""", "/position unknownMember")]
    [InlineData("""{"recordedAt":"2022-01-01T00:00:00Z"}""", "/recordedAt unknownMember")]
    [InlineData("""{"reporter":"somebody else"}""", "/reporter unknownMember")]
    [InlineData("""{"quantity":{"n":"3"}}""", "/quantity/n wrongType")]
    [InlineData("""{"quantity":{"n":1.5}}""", "/quantity/n wrongType")]
    [InlineData("""{"quantity":{"n":99999999999999999999}}""", "/quantity/n wrongType")]
    [InlineData("""{"quantity":3}""", "/quantity wrongType")]
    [InlineData("""{"supersedes":"d1"}""", "/supersedes wrongType")]
    [InlineData("""{"supersedes":[1]}""", "/supersedes/0 wrongType")]
    [InlineData("""{"grade":6}""", "/grade wrongType")]
    public async Task A_typo_is_refused_and_pointed_at(string members, string fault)
    {
        var answer = await Service.PostAsync(_service.Reporter, "/v1/deliveries", ReportBodies.Put(ReportBodies.Least("deliveries"), members).ToJsonString());

        Assert.Equal(400, answer.Status);
        Assert.Equal(fault, Assert.Single(answer.Errors.Select(x => $"{x.Pointer} {x.Code}")));
    }

    [Theory]
    [InlineData("", "notJson")]
    [InlineData("{", "notJson")]
    [InlineData("""{"recipient":"KGZ",}""", "notJson")]
    [InlineData("""{"recipient":"KGZ"} {}""", "notJson")]
    [InlineData("""{"recipient":"KGZ"/**/}""", "notJson")]
    [InlineData("null", "wrongType")]
    [InlineData("[]", "wrongType")]
    [InlineData("\"KGZ\"", "wrongType")]
    [InlineData("""{"recipient":"KGZ","recipient":"KAZ"}""", "duplicateMember")]
    [InlineData("""{"recipient":"KGZ","\u0072ecipient":"KAZ"}""", "duplicateMember")]
    [InlineData("""{"source":{"publisher":"P","publisher":"Q"}}""", "duplicateMember")]
    [InlineData("""{"note":"\ud83d"}""", "notText")]
    [InlineData("""{"\ud83d":1}""", "notText")]
    [InlineData("""{"\ud83d":1,"\ud83d":2}""", "notText")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}""", "tooDeep")]
    public async Task What_is_not_one_object_of_JSON_is_refused(string body, string code)
    {
        var answer = await Service.PostAsync(_service.Reporter, "/v1/deliveries", body);

        Assert.Equal(400, answer.Status);
        Assert.Equal(code, Assert.Single(answer.Errors).Code);
    }

    [Theory]
    [InlineData("""{"note":"?"}""")]
    [InlineData("""{"?":"note"}""")]
    [InlineData("""{"?":"note","?":"note"}""")]
    public async Task Bytes_that_are_not_UTF_8_are_refused(string body)
    {
        var bytes = Encoding.ASCII.GetBytes(body).Select(x => x == '?' ? (byte)0xFF : x).ToArray();

        var answer = await PostBytesAsync(bytes, "application/json");

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task A_report_of_56_KB_is_taken_and_a_byte_more_is_not()
    {
        var body = ReportBodies.Put(ReportBodies.Least("deliveries"), """{"id":"large"}""").ToJsonString();

        Assert.Equal(201, (await Service.PostAsync(_service.Reporter, "/v1/deliveries", body.PadRight((56 * 1024) - 1))).Status);
        Assert.Equal(200, (await Service.PostAsync(_service.Reporter, "/v1/deliveries", body.PadRight(56 * 1024))).Status);
        var more = await Service.PostAsync(_service.Reporter, "/v1/deliveries", body.PadRight((56 * 1024) + 1));
        Assert.Equal((413, ("", "tooLarge")), (more.Status, Assert.Single(more.Errors)));
    }

    [Fact]
    public async Task A_report_without_a_length_is_measured_as_it_comes()
    {
        using var content = new StreamContent(new NoLength(new byte[(56 * 1024) + 1]));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/deliveries") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await _service.Reporter.SendAsync(request, TestContext.Current.CancellationToken);

        var answer = await Answered.OfAsync(response);
        Assert.Equal((413, ("", "tooLarge")), (answer.Status, Assert.Single(answer.Errors)));
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/x-ndjson")]
    [InlineData("multipart/form-data")]
    public async Task Another_media_type_is_refused(string mediaType)
    {
        var answer = await PostBytesAsync(Encoding.UTF8.GetBytes(ReportBodies.Least("deliveries").ToJsonString()), mediaType);

        Assert.Equal(415, answer.Status);
    }

    [Fact]
    public async Task Parameters_that_the_call_does_not_know_are_refused()
    {
        Assert.Equal(400, (await Service.PostAsync(_service.Reporter, "/v1/deliveries?dryrun=true", ReportBodies.Least("deliveries").ToJsonString())).Status);
    }

    private async Task<Answered> PostBytesAsync(byte[] bytes, string mediaType)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        using var response = await _service.Reporter.PostAsync("/v1/deliveries", content, TestContext.Current.CancellationToken);
        return await Answered.OfAsync(response);
    }

    private sealed class NoLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
