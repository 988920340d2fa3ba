using System.Text.Json.Serialization;
using Ledger.Vocabulary;

namespace Ledger.Facts;

/// <summary>What one source said about one fact. The same type is read from a request and stored as an event, so that a report is kept
/// as it was said: a member that the poster left out stays out. The members marked <see cref="SetByServerAttribute"/> are added when
/// it is recorded, and no client can send them. Source of the fields: DOMAIN.md, Fields of every report.</summary>
/// <param name="Kind">Fixed by the type, and said by the event's name: never a member of the JSON.</param>
public abstract record Report([property: JsonIgnore] ReportKind Kind)
{
    /// <summary>The client's own name of the report, 1–200 printable characters; with <see cref="Feed"/> its identity. Absent: the
    /// SHA-256 (hex) of the RFC 8785 form of the body.</summary>
    public string? Id { get; init; }

    /// <summary>URI of the collection that the report comes from. Absent: <c>urn:ledger:</c> and the reporter.</summary>
    public string? Feed { get; init; }

    /// <summary>Slug of the deal. Absent: the report speaks of all that supplier's deals in this platform.</summary>
    public string? Deal { get; init; }

    /// <summary>Slug of the lot. Absent: the statement is a running total of the deal.</summary>
    public string? Lot { get; init; }

    /// <summary>Whose fleet the units join: ISO 3166-1 alpha-3, or <c>x-…</c>.</summary>
    public string? Recipient { get; init; }

    /// <summary>Who supplies them. Absent: <c>x-unknown</c>.</summary>
    public string? Supplier { get; init; }

    /// <summary>The model. Posted as a slug or any name; stored as a slug.</summary>
    public string? Platform { get; init; }

    /// <summary>How many. Absent: some.</summary>
    public StatedQuantity? Quantity { get; init; }

    /// <summary>When it happened, an EDTF date. Absent: the day that the source said so.</summary>
    public string? Occurred { get; init; }

    /// <summary>Who said it.</summary>
    public Source? Source { get; init; }

    /// <summary>Key of the original utterance, where several reports repeat one statement. Absent: its own origin.</summary>
    public string? Origin { get; init; }

    /// <summary>NATO Admiralty code. Absent: <c>F6</c>.</summary>
    public string? Grade { get; init; }

    /// <summary>Under which title the units are there. Absent: transfer.</summary>
    public string? Role { get; init; }

    /// <summary>The earlier reports that this one replaces, each by an id in the same feed or by event id; at most 100.</summary>
    public IReadOnlyList<string>? Supersedes { get; init; }

    /// <summary>Free text, up to 4,000 characters.</summary>
    public string? Note { get; init; }

    /// <summary>The platform in the poster's own wording, where it was not a slug already.</summary>
    [SetByServer]
    public string? PlatformName { get; init; }

    /// <summary>The event ids that <see cref="Supersedes"/> named.</summary>
    [SetByServer]
    public IReadOnlyList<Guid>? SupersededEvents { get; init; }

    /// <summary>SHA-256 (hex) of the RFC 8785 form of what was posted, less id, feed and kind: what makes a second post under one
    /// identity the same report or a different one.</summary>
    [SetByServer]
    public string? Digest { get; init; }
}

/// <summary>Who published a statement, where and when. Only the publisher is required.</summary>
public sealed record Source
{
    public string? Publisher { get; init; }

    /// <summary>Address of the publication, http or https.</summary>
    public string? Url { get; init; }

    public string? Title { get; init; }

    /// <summary>The full day of publication: the report's second clock.</summary>
    public string? Published { get; init; }

    /// <summary>Language tag (BCP 47).</summary>
    public string? Language { get; init; }
}

/// <summary>A quantity as it was said; <see cref="Vocabulary.Quantity"/> is what it means.</summary>
public sealed record StatedQuantity
{
    public string? Qualifier { get; init; }
    public long? N { get; init; }
    public long? Low { get; init; }
    public long? Best { get; init; }
    public long? High { get; init; }
    public string? Unit { get; init; }

    /// <summary>The source's own wording.</summary>
    public string? Text { get; init; }
}

/// <summary>Marks a member that only the server sets: it is stored and shown, and refused in a request like any unknown member.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SetByServerAttribute : Attribute;
