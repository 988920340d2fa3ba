using System.Text.Json;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>GET /v1/search: countries, platforms, deals and publishers by their names, the best match first. Not paged.</summary>
/// <param name="Sought">What is looked for.</param>
/// <param name="Limit">Maximum number of items.</param>
/// <param name="Clocks">The clocks.</param>
public sealed record SearchQuestion(SearchText Sought, int Limit, ClockParameters Clocks) : IQuestion
{
    /// <summary>The query parameter with what is looked for.</summary>
    public const string Parameter = "q";

    private const int DefaultLimit = 20;

    private static readonly string[] Columns =
    [
        "kind", "recipient", "recipientName", "supplier", "supplierName", "deal", "platform", "publisher", "name", "matched",
    ];

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapQuestion("/v1/search", "search",
        [.. ClockParameters.Names, Parameter, "limit"],
        (query, _) => new SearchQuestion(TextOf(query) ?? throw QueryParameters.Bad(Parameter, "What is looked for?"),
            (int)(query.Number("limit", 1, Limits.PageMost) ?? DefaultLimit), ClockParameters.Of(query)));

    /// <summary>The parameter <see cref="Parameter"/> as search compares it; null where it is absent.</summary>
    /// <exception cref="ProblemException">400: too long, or nothing in it that could be looked for.</exception>
    public static SearchText? TextOf(QueryParameters query)
    {
        if (query.Text(Parameter) is not { } text)
        {
            return null;
        }

        if (text.Length > Limits.NameCharacters)
        {
            throw QueryParameters.Bad(Parameter, $"At most {Limits.NameCharacters} characters.");
        }

        return SearchText.Of(text) is { IsEmpty: false } sought ? sought
            : throw QueryParameters.Bad(Parameter, "No letter or digit in it.");
    }

    public async Task<Answer> AskAsync(Sources sources, CancellationToken cancellation)
    {
        var basis = await sources.Bases.ResolveAsync(Clocks, null, cancellation);
        var reported = await sources.Names.AtAsync(basis.Position, basis.LedgerEnd, cancellation);
        // What is found changes with a name that is new, and with the catalogue.
        var narrowed = await sources.Bases.NarrowAsync(
            basis, reported.Aggregate(basis.Catalogue.Position, (last, x) => Math.Max(last, x.Since)), cancellation);
        return Answer.List(narrowed, Columns, Write, () =>
        {
            var found = new SearchedNames(Sought).Find(basis.Catalogue, reported, Limit);
            return Task.FromResult<(IEnumerable<Found>, string?)>((found, null));
        });
    }

    private static void Write(Utf8JsonWriter writer, Found found)
    {
        writer.WriteStartObject();
        switch (found)
        {
            case FoundCountry country:
                writer.WriteString("kind", "country");
                writer.WriteString("recipient", country.Recipient);
                break;
            case FoundPlatform platform:
                writer.WriteString("kind", "platform");
                writer.WriteString("platform", platform.Platform);
                break;
            case FoundDeal deal:
                writer.WriteString("kind", "deal");
                JsonShapes.WriteCountry(writer, "recipient", deal.Recipient);
                JsonShapes.WriteCountry(writer, "supplier", deal.Supplier);
                writer.WriteString("deal", deal.Deal);
                break;
            case FoundPublisher publisher:
                writer.WriteString("kind", "publisher");
                writer.WriteString("publisher", publisher.Name);
                break;
        }

        writer.WriteString("name", found.Name);
        writer.WriteString("matched", found.Matched);
        writer.WriteEndObject();
    }
}
