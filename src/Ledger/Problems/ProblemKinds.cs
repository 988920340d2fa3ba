namespace Ledger.Problems;

/// <summary>A kind of refusal. Its page is served at <c>/problems/{Slug}</c>.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Slug">Last segment of its address.</param>
/// <param name="Title">The same words for every problem of this kind.</param>
/// <param name="Advice">What to do about it, for the page.</param>
public sealed record ProblemKind(int Status, string Slug, string Title, string Advice)
{
    /// <summary>The <c>type</c> of every problem of this kind: a URI that is the same on every host.</summary>
    public string Type => $"urn:ledger:problem:{Slug}";
}

/// <summary>Every kind of refusal that the service knows. One place: the pages, the description and the tests read it.</summary>
public static class ProblemKinds
{
    public static readonly ProblemKind Malformed = new(400, "malformed", "The body cannot be read",
        "The body is not JSON, holds a member twice, a member that is not known, or a value of the wrong type. "
        + "The first fault is named; mend it and send the whole again.");
    public static readonly ProblemKind BadParameter = new(400, "bad-parameter", "A parameter cannot be used",
        "A query parameter is unknown, given twice, out of range, or does not parse. "
        + "Unknown parameters are refused because a typo would otherwise widen the answer.");
    public static readonly ProblemKind BeyondEnd = new(400, "beyond-the-end", "The ledger has not come that far",
        "The position lies beyond the ledger's last event. "
        + "Positions come from answers of this same ledger: Ledger-Position, or a report's position.");
    public static readonly ProblemKind Unauthenticated = new(401, "unauthenticated", "An API key is needed",
        "Send Authorization: Bearer ldg_… with a key that is known, not revoked and not expired.");
    public static readonly ProblemKind Forbidden = new(403, "forbidden", "This key may not do that",
        "The key lacks the scope that this call needs, or may not post to this feed. An administrator can make a key that may.");
    public static readonly ProblemKind NotFound = new(404, "not-found", "There is no such thing",
        "No report, country, platform or page has this name. Codes are ISO 3166-1 alpha-3 in capitals, platforms are slugs.");
    public static readonly ProblemKind MethodNotAllowed = new(405, "method-not-allowed", "Not with this method",
        "The address exists, but does not take this method; the Allow header lists those that it takes.");
    public static readonly ProblemKind Timeout = new(408, "timeout", "The body did not come",
        "The body came too slowly or not at all, so the request was given up and nothing of it was recorded. Send the same again.");
    public static readonly ProblemKind IdentityTaken = new(409, "identity-taken", "Another report has this identity",
        "Feed and id name a report for ever, and a different one was stored under them. "
        + "Nothing is edited here: post a correction under a new id, with supersedes.");
    public static readonly ProblemKind OtherHolding = new(409, "other-holding", "The named report is of another holding",
        "A report can supersede, retract or delist only reports of the same recipient and the same platform (by alias).");
    public static readonly ProblemKind NotWithdrawable = new(409, "not-withdrawable", "This report cannot be named here",
        "A retraction cannot be retracted: post the retracted report anew. "
        + "Retractions and delistings state no fact, so they cannot be superseded or delisted.");
    public static readonly ProblemKind NameTaken = new(409, "name-taken", "The name is taken",
        "The alias or slug already means another platform. Regrouping under two names at once would make two answers out of one question.");
    public static readonly ProblemKind OlderEdition = new(409, "older-edition", "A newer edition is held",
        "An edition is compared with the newest one before it. One that is older than what the ledger holds would have to change the past: "
        + "import editions in the order in which they were published.");
    public static readonly ProblemKind EditionHeld = new(409, "edition-held", "This edition is held, and was another file",
        "An edition that was taken in to its end is what its day said, for ever. The same file is answered with 200 and records nothing; "
        + "one that says something else is refused, since it would rewrite that day. "
        + "Send the newer edition under its own day: it is compared with this one.");
    public static readonly ProblemKind NotNewest = new(409, "not-newest", "Only the newest edition can be withdrawn",
        "Later editions were compared with an earlier one, and would rest on what is withdrawn. Withdraw the newest first, one after the "
        + "other, and import the right files in the order of their days.");
    public static readonly ProblemKind EditionSelection = new(422, "edition-selection", "A selection is not the whole register",
        "A file of some years, suppliers or recipients says nothing of what it lacks. With selection=true it adds orders and lets numbers "
        + "grow, and neither delists nor lowers anything. To import the whole register, export it without years, suppliers or recipients.");
    public static readonly ProblemKind EditionFlagsLost = new(422, "edition-flags-lost", "The copy has lost its marks of doubt",
        "In a column of question marks less than half is left of what the edition before had: copies are known that lost them. "
        + "Take a copy that has them, or say flags=inherit: a number equal to the edition before's then keeps its mark.");
    public static readonly ProblemKind NotFailed = new(409, "not-failed", "The import cannot be started again",
        "Only an import or a withdrawal that failed can, and only while no other is queued or running: imports take turns. "
        + "One that is queued or running goes on by itself, and one that is done is done.");
    public static readonly ProblemKind TooLarge = new(413, "too-large", "The body is too large",
        "One report takes at most 56 KB, and so does one line of an import: its entry in the transparency log, with what the ledger "
        + "adds, must fit into 65,535 bytes; a batch of CloudEvents at most 1,000 events and 4 MB; an edition at most 32 MB.");
    public static readonly ProblemKind MediaType = new(415, "media-type", "This media type is not taken here",
        "Single reports are application/json, imports application/x-ndjson, CloudEvents application/cloudevents+json or "
        + "application/cloudevents-batch+json (or application/json with the attributes as headers ce-…), all in UTF-8; editions "
        + "text/csv, or application/json in SIPRI's envelope. All without content coding.");
    public static readonly ProblemKind Invalid = new(422, "invalid", "It breaks rules of the domain",
        "The body is well-formed, but breaks the rules listed in errors, each with a JSON Pointer and a code. "
        + "All broken rules are listed at once.");
    public static readonly ProblemKind TooMany = new(429, "too-many-requests", "Too many requests",
        "Wait as long as Retry-After says, then go on.");
    public static readonly ProblemKind Unavailable = new(503, "unavailable", "Not at the moment",
        "The database is away or full, the service is stopping, or others are at the same: detail says which. "
        + "Nothing was lost and nothing half recorded. "
        + "Send the same again after Retry-After: a report that was recorded after all is answered with 200.");
    public static readonly ProblemKind Slow = new(503, "slow", "The database is too slow at the moment",
        "The database is there and did not come to an end in time: it is busy, something holds a lock, or a standby does not "
        + "confirm. Whether a report was recorded is open. "
        + "Send the same again after Retry-After: one that was recorded is answered with 200, and nothing is doubled.");
    public static readonly ProblemKind Behind = new(503, "behind", "What was known at that time is being written",
        "The question names a time at which an append was under way, which holds the ledger unusually long. Ask again after Retry-After.");
    public static readonly ProblemKind BeingMade = new(503, "being-made", "The file is being made",
        "A table of the whole ledger is made before the first byte of it is sent, one at a time. "
        + "Ask for the same again after Retry-After, or wait for it with Prefer: wait=60.");
    public static readonly ProblemKind ClockOff = new(503, "clock-off", "This node's clock is wrong",
        "The clocks of the service and of its database differ by more than 5 seconds. Set them right, by NTP on every machine: "
        + "what is recorded carries the database's time, and this node would call another day today.");
    public static readonly ProblemKind Incomplete = new(503, "incomplete", "The read model does not hold what the ledger holds",
        "Every report was counted, and the read model lacks some or has others: estimates may be wrong. The ledger itself is whole. "
        + "The operator's command rebuild makes the read model anew while the service goes on.");
    public static readonly ProblemKind Fault = new(500, "fault", "A fault of ours",
        "This is a bug, whatever was sent. The trace id in the problem finds it in our logs.");

    public static readonly IReadOnlyList<ProblemKind> All =
    [
        Malformed, BadParameter, BeyondEnd, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, Timeout, IdentityTaken, OtherHolding,
        NotWithdrawable, NameTaken, OlderEdition, EditionHeld, NotNewest, EditionSelection, EditionFlagsLost, NotFailed, TooLarge,
        MediaType, Invalid, TooMany, Unavailable, Slow, Behind, BeingMade,
        ClockOff, Incomplete, Fault,
    ];
}
