using System.Text.Json;
using Ledger.Estimation;
using Ledger.Facts;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/publishers/{name}: how much one publisher said, and the holdings that rest on it alone, ordered by recipient and
/// platform. Only the recipients of which it said something are read.</summary>
public sealed record PublisherQuestion(string Name, ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Columns =
        ["recipient", "recipientName", "platform", "platformName", "category", "class", "reports", "low", "best", "high"];

    // A slash in a path is never decoded, lest it be taken for one that parts it.
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/publishers/{name}", "publisher",
        [.. ClockParameters.Names, .. PageRequest.Parameters], (query, part) => new PublisherQuestion(
            part("name").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var (recipients, last) = await sources.Said.OfPublisherAsync(Name, basis.Knowledge, cancellation);
        if (recipients.Count == 0)
        {
            throw new ProblemException(ProblemKinds.NotFound,
                $"There is no publisher '{QueryParameters.Shown(Name)}': no report that this question sees names it so. "
                + "/v1/publishers lists those that there are.");
        }

        var narrowed = await sources.Bases.NarrowAsync(basis, last, cancellation);
        var said = default(PublisherCounts);
        var years = new SortedDictionary<int, int>();
        return Answer.List(narrowed, Columns, Write, async () =>
        {
            (said, var alone) = await SaidAsync(recipients, basis, sources, years, cancellation);
            var page = alone.Where(x => Page.After is null || string.CompareOrdinal(KeyOf(x), Page.After) > 0)
                .OrderBy(KeyOf, StringComparer.Ordinal).Take(Page.Limit + 1).ToList();
            return (page.Take(Page.Limit), Page.NextKey(page, KeyOf));
        }, writer =>
        {
            PublishersQuestion.WriteMembers(writer, Name, said);
            writer.WriteStartArray("years");
            foreach (var (year, reports) in years)
            {
                writer.WriteStartObject();
                writer.WriteNumber("year", year);
                writer.WriteNumber("reports", reports);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });
    }

    private async Task<(PublisherCounts Said, List<Line> Alone)> SaidAsync(
        IReadOnlyList<string> recipients, Basis basis, Sources sources, SortedDictionary<int, int> years, CancellationToken cancellation)
    {
        var said = default(PublisherCounts);
        var alone = new List<Line>();
        foreach (var some in recipients.Chunk(ByRecipient.RecipientsPerRead))
        {
            foreach (var holding in await sources.Evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation))
            {
                if (Publishers.Of(holding, basis.Clocks, out var estimate, Count).TryGetValue(Name, out var counts))
                {
                    said += counts;
                    if (counts.Alone > 0)
                    {
                        alone.Add(new Line(holding.Recipient, holding.Platform, estimate!));
                    }
                }
            }
        }

        return (said, alone);

        void Count(string publisher, DateOnly reported)
        {
            if (publisher == Name)
            {
                years[reported.Year] = years.GetValueOrDefault(reported.Year) + 1;
            }
        }
    }

    private static string KeyOf(Line line) => ByRecipient.Key(line.Recipient, line.Platform.Slug);

    private static void Write(Utf8JsonWriter writer, Line line)
    {
        writer.WriteStartObject();
        JsonShapes.WriteCountry(writer, "recipient", line.Recipient);
        writer.WriteString("platform", line.Platform.Slug);
        writer.WriteString("platformName", line.Platform.Definition.Name);
        writer.WriteString("category", WordNames.Of(line.Platform.Category));
        writer.WriteString("class", WordNames.Of(line.Platform.Class));
        writer.WriteNumber("reports", line.Estimate.Reports);
        JsonShapes.WriteBounds(writer, line.Estimate.Low, line.Estimate.Best, line.Estimate.High);
        writer.WriteEndObject();
    }

    /// <summary>A holding that rests on the publisher alone.</summary>
    private sealed record Line(string Recipient, Platform Platform, HoldingEstimate Estimate);
}
