using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Vocabulary;

namespace Ledger.Questions;

/// <summary>Refusals of what nobody knows.</summary>
internal static class Unknown
{
    /// <summary>404: a code that is no state's and has no report.</summary>
    public static ProblemException Recipient(string code) =>
        new(ProblemKinds.NotFound, $"There is no recipient '{Short(code)}': "
            + "neither a country of ISO 3166-1 (alpha-3, in capitals) nor named by any report."
            + (Country.Renamed.ContainsKey(code) ? $" {Country.Advice(code)}" : ""));

    /// <summary>404: a platform that neither the catalogue nor a report of the recipient knows.</summary>
    public static ProblemException Platform(string name) =>
        new(ProblemKinds.NotFound, $"There is no platform '{Short(name)}' here: "
            + "the catalogue does not know it, and no report of this recipient names it.");

    /// <summary>Refuses a recipient or platform that nobody knows, where a holding has no report.</summary>
    /// <returns>Since which position the recipient is known; 0 for a state.</returns>
    public static async Task<long> RefuseAsync(string code, string slug, Basis basis, EvidenceReader evidence, CancellationToken cancellation)
    {
        var since = 0L;
        if (!Country.IsState(code))
        {
            var all = await evidence.OfRecipientAsync(code, basis.Knowledge, cancellation);
            since = all.Count > 0 ? all.Min(x => x.Reports[0].Position) : throw Recipient(code);
        }

        return basis.Catalogue.Knows(slug) ? since : throw Platform(slug);
    }

    /// <summary>What a client sent, not repeated at length.</summary>
    public static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
