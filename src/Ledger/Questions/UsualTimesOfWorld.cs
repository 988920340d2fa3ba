using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>How long orders usually take, at a question's basis: read recipient by recipient from all the world's holdings of some
/// categories.</summary>
internal static class UsualTimesOfWorld
{
    /// <summary>Reads them.</summary>
    /// <param name="categories">Of these; null: of all.</param>
    /// <param name="basis">The basis of the question.</param>
    /// <param name="evidence">The read model.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static async Task<UsualTimes> ReadAsync(
        IReadOnlySet<Category>? categories, Basis basis, EvidenceReader evidence, CancellationToken cancellation)
    {
        var usual = new UsualTimes();
        if (categories?.Count == 0)
        {
            return usual;
        }

        var filter = HoldingFilter.Of(basis.Catalogue, platform: null, categories);
        var chosen = await evidence.ChooseAsync(recipient: null, filter, basis.Knowledge, cancellation);
        foreach (var some in chosen.Recipients.Chunk(ByRecipient.RecipientsPerRead))
        {
            foreach (var holding in await evidence.OfChosenAsync(some, chosen, filter, basis.Knowledge, cancellation))
            {
                usual.Add(holding, basis.Clocks);
            }
        }

        return usual;
    }

    /// <summary>Position of the last event that affects them.</summary>
    public static async Task<long> LastAsync(
        IReadOnlySet<Category>? categories, Basis basis, EvidenceReader evidence, CancellationToken cancellation) =>
        categories?.Count == 0 ? 0
            : await evidence.LastOfWorldAsync(HoldingFilter.Of(basis.Catalogue, platform: null, categories), basis.Knowledge, cancellation);
}
