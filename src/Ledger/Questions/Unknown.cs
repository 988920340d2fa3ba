using Ledger.Estimation;
using Ledger.Evidence;
using Ledger.Problems;
using Ledger.Vocabulary;
using Ledger.Web;

namespace Ledger.Questions;

/// <summary>The problems of questions about an unknown recipient or platform.</summary>
internal static class Unknown
{
    /// <summary>404: a code that is not of a state, and is the recipient of no report; reports may name it otherwise, and later ones may be
    /// about it.</summary>
    public static ProblemException Recipient(string code) =>
        new(ProblemKinds.NotFound, $"There is no recipient '{QueryParameters.Shown(code)}': "
            + "it is no country of ISO 3166-1 (alpha-3, in capitals), and no report that this question sees is about what it has. "
            + "What it supplied or was passed is in /v1/flows."
            + (Country.MeantBy(code).Count > 0 ? $" {Country.Advice(code)}" : ""));

    /// <summary>404: a platform that is not in the catalogue, and that no report of the recipient names.</summary>
    public static ProblemException Platform(string name) =>
        new(ProblemKinds.NotFound, $"There is no platform '{QueryParameters.Shown(name)}' here: "
            + "the catalogue does not know it, and no report of this recipient that this question sees names it.");

    /// <summary>Throws if a recipient is unknown.</summary>
    /// <param name="code">Code of the recipient.</param>
    /// <param name="all">All its holdings.</param>
    /// <exception cref="ProblemException">404.</exception>
    public static void ThrowIfUnknown(string code, IReadOnlyList<HoldingEvidence> all)
    {
        if (all.Count == 0 && !Country.IsState(code))
        {
            throw Recipient(code);
        }
    }

    /// <summary>Throws if a holding has no reports, and its recipient or platform is unknown.</summary>
    /// <param name="holding">The holding.</param>
    /// <param name="slug">The platform's slug in the request, which may be an alias.</param>
    /// <param name="basis">The basis of the answer.</param>
    /// <param name="evidence">Reads the recipient's other holdings.</param>
    /// <param name="cancellation">Cancels it.</param>
    /// <returns>For a holding without reports the position of the recipient's first report, since before it the recipient was unknown; 0
    /// for a state, and for a holding with reports.</returns>
    /// <exception cref="ProblemException">404.</exception>
    public static async Task<long> ThrowIfUnknownAsync(
        HoldingEvidence holding, string slug, Basis basis, EvidenceReader evidence, CancellationToken cancellation)
    {
        if (holding.Reports.Count > 0)
        {
            return 0;
        }

        var code = holding.Recipient;
        var since = 0L;
        if (!Country.IsState(code))
        {
            since = await evidence.FirstOfAsync(code, basis.Position, cancellation) ?? throw Recipient(code);
        }

        return basis.Catalogue.Knows(slug) ? since : throw Platform(slug);
    }
}
