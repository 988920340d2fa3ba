using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Ledger.Benchmarks.Posts;

/// <summary>The bodies that are posted: deliveries of exactly <see cref="BodyBytes"/> bytes, each a lot of one of <see cref="Deals"/> deals of
/// many recipients and platforms, the same for every run. Only the number of a body is written when it is sent, so that sending costs next to
/// nothing.</summary>
internal static class GeneratedPosts
{
    public const int BodyBytes = 700;

    /// <summary>Each deal is a stream. Connections share them out among themselves, so that no two posts under way ever append to one stream:
    /// a plain endpoint would refuse one of them.</summary>
    public const int Deals = 16_384;

    private const string Placeholder = "000000000000";
    private const string Start = "{\"id\":\"benchmark-";
    private const string Between = "\",\"lot\":\"lot-";

    private static readonly int s_idAt = Start.Length;
    private static readonly int s_lotAt = s_idAt + Placeholder.Length + Between.Length;

    private static readonly string[] s_recipients = """
        AGO ALB ARE ARM AUT AZE BEL BFA BGD BGR BHR BRA CHE CHL CIV CMR COL CZE DEU DJI DNK DZA EGY ESP EST ETH FIN FRA GBR GEO GHA GRC HRV HUN
        IDN IND IRQ ISR ITA JOR JPN KAZ KEN KGZ KOR KWT LBY LTU LVA MAR MDV MLI MYS NER NGA NLD NOR NPL OMN PAK PER PHL POL PRT QAT ROU RWA SAU
        SEN SGP SOM SRB SVK SWE TCD TGO THA TJK TKM TUN TUR UGA UKR UZB VNM ZMB
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static readonly string[] s_platforms =
        ["bayraktar-tb2", "akinci", "anka", "aksungur", "orlan-10", "ch-4", "ch-5", "wing-loong-ii", "mohajer-6", "shahed-136", "hermes-900", "heron", "harop", "mq-9", "rq-7",
            "switchblade-600", "kargu-2", "songar", "karayel", "lancet-3"];

    private static readonly string[] s_suppliers = ["TUR", "CHN", "IRN", "ISR", "USA", "RUS"];

    private static readonly string[] s_publishers = ["Defence Journal", "National Gazette", "Border Post", "Evening Courier", "State News Agency", "Institute for Arms Registers"];

    private static readonly string[] s_grades = ["A1", "A2", "B2", "B3", "C3", "D4", "F6"];

    private const string Prose = "The officer who spoke at the ceremony named the day and the airfield, and said that crews had come back from their training abroad. "
        + "A photograph in the same article shows the containers, of which not all can be seen; the number is that of the speaker. "
        + "Two other papers repeat it in the same words on the next day, without a source of their own, and are left out here.";

    /// <summary>The bodies of all deals, with their numbers still open.</summary>
    public static byte[][] Bodies(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Deals).Select(deal => Body(random, deal))];
    }

    /// <summary>Writes a body's number, which no two posts may share: into its id, and into its lot.</summary>
    public static void Number(Span<byte> body, long number)
    {
        for (var i = Placeholder.Length; i-- > 0; number /= 10)
        {
            body[s_idAt + i] = body[s_lotAt + i] = (byte)('0' + (number % 10));
        }
    }

    private static byte[] Body(Random random, int deal)
    {
        var platform = s_platforms[random.Next(s_platforms.Length)];
        var published = new DateOnly(2016, 1, 1).AddDays(random.Next(3_600));
        var source = new JsonObject
        {
            ["publisher"] = s_publishers[random.Next(s_publishers.Length)],
            ["url"] = string.Create(CultureInfo.InvariantCulture, $"https://news.example/{published:yyyy/MM/dd}/{random.Next(100_000):D6}"),
            ["title"] = "Deliveries continue, officials say",
            ["published"] = published.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            ["language"] = "en",
        };
        var report = new JsonObject
        {
            ["feed"] = "urn:benchmark:press",
            ["recipient"] = s_recipients[random.Next(s_recipients.Length)],
            ["supplier"] = s_suppliers[random.Next(s_suppliers.Length)],
            ["platform"] = platform,
            ["deal"] = string.Create(CultureInfo.InvariantCulture, $"{platform}.{published.Year}-{deal:D5}"),
            ["quantity"] = new JsonObject { ["qualifier"] = random.Next(3) == 0 ? "about" : "exact", ["n"] = random.Next(1, 40) },
            ["occurred"] = published.AddDays(-random.Next(400)).ToString("yyyy-MM", CultureInfo.InvariantCulture),
            ["condition"] = "new",
            ["source"] = source,
            ["grade"] = s_grades[random.Next(s_grades.Length)],
            ["note"] = "",
        };
        var text = $"{Start}{Placeholder}{Between}{Placeholder}\",{report.ToJsonString()[1..]}";
        var note = Prose[..(BodyBytes - Encoding.UTF8.GetByteCount(text))];
        var body = Encoding.UTF8.GetBytes(text.Replace("\"note\":\"\"", $"\"note\":\"{note}\"", StringComparison.Ordinal));
        return body.Length == BodyBytes ? body : throw new InvalidOperationException($"A body of {body.Length} bytes: {Encoding.UTF8.GetString(body)}");
    }
}
