using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Ledger.Catalogue;
using Ledger.Vocabulary;

namespace Ledger.Benchmarks;

/// <summary>Reports as a ledger of some years might hold them: many countries and platforms, most of what is said about few. One country
/// has the same sixty reports however large the ledger is, spread evenly over it.</summary>
internal static class GeneratedLedger
{
    /// <summary>The country whose evidence is the same in every ledger.</summary>
    public const string Constant = "KGZ";

    /// <summary>A platform that it holds.</summary>
    public const string Held = "bayraktar-tb2";

    private const int ConstantReports = 60;
    private const int Recipients = 150;
    private const int Platforms = 300;

    private static readonly string[] s_recipients = [.. Country.States.Keys.Where(x => x != Constant).Order(StringComparer.Ordinal).Take(Recipients - 1)];

    /// <summary>Those after which a deal can be named.</summary>
    private static readonly string[] s_platforms = [.. ShippedCatalogue.Read().Select(x => x.Platform!).Where(x => Slug.IsLabel($"{x}.0"))
        .Concat(Enumerable.Range(1, Platforms).Select(x => string.Create(CultureInfo.InvariantCulture, $"unlisted-{x}"))).Take(Platforms)];

    private static readonly string[] s_held = [Held, "aksungur", "orlan-10", "alpagu", "akinci", "unlisted-1"];

    private static readonly string[] s_suppliers = ["TUR", "CHN", "IRN", "ISR", "USA", "RUS"];

    private static readonly string[] s_grades = ["A1", "A2", "B2", "B3", "C3", "D4", "F6"];

    /// <summary>The lines of an import.</summary>
    public static IEnumerable<string> Lines(int reports)
    {
        var others = new Random(7);
        var constant = new Random(11);
        var every = reports / ConstantReports;
        var said = 0;
        for (var i = 0; i < reports; i++)
        {
            yield return i % every == 0 && said < ConstantReports
                ? Line(constant, $"k{said++}", Constant, s_held[constant.Next(s_held.Length)])
                : Line(others, $"o{i}", Skewed(others, s_recipients), Skewed(others, s_platforms));
        }
    }

    /// <summary>A report that a client posts now.</summary>
    public static string Post(int number) => Line(new Random(number), $"p{number}", s_recipients[number % s_recipients.Length], s_platforms[number % 50], named: false);

    private static string Line(Random random, string id, string recipient, string platform, bool named = true)
    {
        var kind = random.Next(100) switch { < 40 => "delivery", < 65 => "contract", < 75 => "announcement", < 87 => "observation", < 95 => "loss", _ => "milestone" };
        if (!named)
        {
            kind = "delivery";
        }

        var published = new DateOnly(2016, 1, 1).AddDays(random.Next(3_600));
        var report = new JsonObject
        {
            ["id"] = id,
            ["feed"] = "urn:benchmark:press",
            ["recipient"] = recipient,
            ["platform"] = platform,
            ["supplier"] = s_suppliers[random.Next(s_suppliers.Length)],
            ["grade"] = s_grades[random.Next(s_grades.Length)],
            ["occurred"] = published.AddDays(-random.Next(400)).ToString("yyyy-MM", CultureInfo.InvariantCulture),
            ["quantity"] = new JsonObject { ["qualifier"] = random.Next(3) == 0 ? "about" : "exact", ["n"] = random.Next(1, 40) },
            ["source"] = new JsonObject
            {
                ["publisher"] = string.Create(CultureInfo.InvariantCulture, $"Paper {random.Next(200)}"),
                ["published"] = published.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ["title"] = "Deliveries continue, officials say",
            },
            ["note"] = "A note of ordinary length, such as somebody who reads newspapers for a living would leave for the next to read.",
        };
        if (named)
        {
            report["kind"] = kind;
        }

        if (kind is "delivery" or "contract" or "announcement" && random.Next(3) != 0)
        {
            report["deal"] = string.Create(CultureInfo.InvariantCulture, $"{platform}.{random.Next(4)}");
        }

        if (kind == "loss")
        {
            report["lot"] = string.Create(CultureInfo.InvariantCulture, $"l{random.Next(50)}");
        }

        if (kind == "milestone")
        {
            report["milestone"] = "unitsCompleted";
        }

        return report.ToJsonString();
    }

    /// <summary>The first few of a list far more often than the last.</summary>
    private static string Skewed(Random random, string[] of) => of[(int)(of.Length * Math.Pow(random.NextDouble(), 2.5))];

    /// <summary>Lines as the body of a request, written as they are sent.</summary>
    internal sealed class Body : HttpContent
    {
        private readonly IEnumerable<string> _lines;

        public Body(IEnumerable<string> lines)
        {
            _lines = lines;
            Headers.ContentType = new("application/x-ndjson");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            foreach (var some in _lines.Chunk(200))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes(string.Concat(some.Select(x => x + "\n"))));
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
