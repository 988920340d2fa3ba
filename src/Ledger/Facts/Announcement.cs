using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>Somebody intends, negotiates, offers or approves. Pipeline, never fleet.</summary>
public sealed record Announcement() : Report(ReportKind.Announcement)
{
    /// <summary>How far it has come: plan, negotiation, offer, approval or agreement.</summary>
    public string? Stage { get; init; }
}
