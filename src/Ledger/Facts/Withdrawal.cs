using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>A report that acts on another report, and takes recipient, supplier and platform from it.</summary>
public abstract record Withdrawal(ReportKind Kind) : Report(Kind)
{
    /// <summary>The report that it acts on: an id in the same feed, else an event id.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("report")]
    public string? Target { get; init; }

    /// <summary>The event id that <see cref="Target"/> named.</summary>
    [SetByServer]
    public Guid? TargetEvent { get; init; }
}

/// <summary>A report must no longer count.</summary>
public sealed record Retraction() : Withdrawal(ReportKind.Retraction)
{
    /// <summary>Why, in free text.</summary>
    public string? Reason { get; init; }
}

/// <summary>A source's new edition no longer lists what an earlier one did. The report is set aside from this one's reported day on:
/// the publisher no longer states it, which is not to say that it was wrong.</summary>
public sealed record Delisting() : Withdrawal(ReportKind.Delisting)
{
    /// <summary>The edition that no longer lists it.</summary>
    public string? Edition { get; init; }

    /// <summary>The report under which the publisher lists the same order from now on, of any holding: an id in the same feed, else an
    /// event id. Absent: it lists the order no more.</summary>
    public string? Successor { get; init; }

    /// <summary>The event id that <see cref="Successor"/> named.</summary>
    [SetByServer]
    public Guid? SuccessorEvent { get; init; }
}
