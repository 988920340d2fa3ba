using System.Text.Json;
using Ledger.Estimation;

namespace Ledger.Questions;

/// <summary>GET /v1/publishers: who said how much, ordered by name. Every report is read for it, some recipients at a time; what is kept is
/// one line for each publisher.</summary>
public sealed record PublishersQuestion(ClockParameters Clocks, PageRequest Page) : IQuestion
{
    private static readonly string[] Columns =
    [
        "publisher", "reports", "counting", "superseded", "withdrawn", "delisted", "contradicted", "oldestReported", "newestReported",
        "alone.holdings", "alone.best",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/publishers", "publishers",
        [.. ClockParameters.Names, .. PageRequest.Parameters],
        (query, _) => new PublishersQuestion(ClockParameters.Of(query), PageRequest.Of(query)));

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var evidence = sources.Evidence;
        var basis = await sources.Bases.ResolveAsync(Clocks, Page.Pin, cancellation);
        var narrowed = await sources.Bases.NarrowAsync(basis,
            () => evidence.LastAffectingAsync(recipient: null, platform: null, basis.Knowledge, cancellation), cancellation);
        return Answer.List(narrowed, Columns, Write, async () =>
        {
            var recipients = await evidence.RecipientsAsync(basis.Position, cancellation);
            var page = (await SaidAsync(recipients, basis, sources, cancellation))
                .Where(x => Page.After is null || string.CompareOrdinal(x.Key, Page.After) > 0)
                .OrderBy(x => x.Key, StringComparer.Ordinal).Take(Page.Limit + 1).ToList();
            return (page.Take(Page.Limit), Page.NextKey(page, x => x.Key));
        });
    }

    private static async Task<IReadOnlyDictionary<string, PublisherCounts>> SaidAsync(
        IReadOnlyList<string> recipients, Basis basis, Sources sources, CancellationToken cancellation)
    {
        var said = new Dictionary<string, PublisherCounts>(StringComparer.Ordinal);
        foreach (var some in recipients.Chunk(ByRecipient.RecipientsPerRead))
        {
            foreach (var holding in await sources.Evidence.OfRecipientsAsync(some, basis.Knowledge, cancellation))
            {
                foreach (var (publisher, counts) in Publishers.Of(holding, basis.Clocks))
                {
                    said[publisher] = said.GetValueOrDefault(publisher) + counts;
                }
            }
        }

        return said;
    }

    private static void Write(Utf8JsonWriter writer, KeyValuePair<string, PublisherCounts> line)
    {
        writer.WriteStartObject();
        WriteMembers(writer, line.Key, line.Value);
        writer.WriteEndObject();
    }

    internal static void WriteMembers(Utf8JsonWriter writer, string publisher, PublisherCounts counts)
    {
        writer.WriteString("publisher", publisher);
        writer.WriteNumber("reports", counts.Reports);
        writer.WriteNumber("counting", counts.Counting);
        writer.WriteNumber("superseded", counts.Superseded);
        writer.WriteNumber("withdrawn", counts.Withdrawn);
        writer.WriteNumber("delisted", counts.Delisted);
        writer.WriteNumber("contradicted", counts.Contradicted);
        JsonShapes.WriteDay(writer, "oldestReported", counts.OldestReported);
        JsonShapes.WriteDay(writer, "newestReported", counts.NewestReported);
        writer.WriteStartObject("alone");
        writer.WriteNumber("holdings", counts.Alone);
        writer.WriteNumber("best", counts.AloneBest);
        writer.WriteEndObject();
    }
}
