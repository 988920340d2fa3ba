namespace Ledger.Problems;

/// <summary>Every limit of the service, in one place, each with its unit.</summary>
public static class Limits
{
    /// <summary>Bytes of one report's body, and of one line of an import. What the ledger adds to it (up to 100 event ids, the digest, the
    /// slug twice, the envelope) fits into what is left of <see cref="EntryBytes"/>.</summary>
    public const int ReportBytes = 56 * 1024;

    /// <summary>Bytes of a response's body up to which it is not compressed: it fits into one packet anyway.</summary>
    public const int CompressedFrom = 1024;

    /// <summary>Bytes of an answer's body up to which it is kept in memory (<c>AnswerMemory</c>).</summary>
    public const int KeptAnswer = 2 * 1024 * 1024;

    /// <summary>How long a request waits for the same answer that is being made for another: who takes it may be slow to read it.</summary>
    public static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    /// <summary>Bytes of an event's entry in the transparency log, whose length is written in 16 bits.</summary>
    public const int EntryBytes = 65_535;

    /// <summary>Bytes of one CloudEvent that are not its data: a report that can be posted by itself can be posted as an event.</summary>
    public const int EnvelopeBytes = 4 * 1024;

    /// <summary>Events in a batch of CloudEvents.</summary>
    public const int BatchEvents = 1_000;

    /// <summary>Bytes of a batch of CloudEvents; each event's data has the limit of one report besides.</summary>
    public const int BatchBytes = 4 * 1024 * 1024;

    /// <summary>Broken rules that one problem lists; a batch can break more than anybody reads.</summary>
    public const int ErrorsShown = 1_000;

    /// <summary>Levels of nesting in a JSON body; a report needs three, in a batch of events five.</summary>
    public const int JsonDepth = 16;

    /// <summary>Characters of a report's <c>id</c>.</summary>
    public const int IdCharacters = 200;

    /// <summary>Characters of a feed's URI.</summary>
    public const int FeedCharacters = 500;

    /// <summary>Characters of the number that a source gives an order or event.</summary>
    public const int ReferenceCharacters = 100;

    /// <summary>Characters of a name: a platform, a publisher, a speaker, a site, an alias.</summary>
    public const int NameCharacters = 200;

    /// <summary>Characters of a title or an address.</summary>
    public const int LineCharacters = 2_000;

    /// <summary>Characters of a free text: a note, a reason.</summary>
    public const int NoteCharacters = 4_000;

    /// <summary>Reports that one report may supersede.</summary>
    public const int Supersedes = 100;

    /// <summary>Aliases in one definition of a platform.</summary>
    public const int Aliases = 100;

    /// <summary>Feeds that one key names.</summary>
    public const int FeedsOfKey = 100;

    /// <summary>Keys that a node holds in memory, most recently used first, some kilobyte each; the rest are looked up each time. As many
    /// last uses are gathered until they are written.</summary>
    public const int KeysHeld = 10_000;

    /// <summary>Reports recorded in one transaction. More gathers no more speed, and holds the locks longer.</summary>
    public const int ReportsPerTransaction = 500;

    /// <summary>Reports that wait to be recorded; whoever posts past that waits too.</summary>
    public const int ReportsWaiting = 4_096;

    /// <summary>Bytes of one edition's file, which is held in memory while it is compared.</summary>
    public const int EditionBytes = 32 * 1024 * 1024;

    /// <summary>Lines of an edition that one message records: a chunk takes a second, so that a stop waits for little and a kill loses
    /// little.</summary>
    public const int EditionLines = 500;

    /// <summary>Times that a part of an edition's import is begun before the import counts as failed.</summary>
    public const int EditionAttempts = 3;

    /// <summary>Time before a part of an edition's import is tried again.</summary>
    public static readonly TimeSpan EditionPause = TimeSpan.FromSeconds(1);

    /// <summary>Seconds that a request waits at most for the end of what it began (<c>Prefer: wait</c>).</summary>
    public const int PreferWait = 60;

    /// <summary>Lines of one import that are under way at once, read but not yet answered.</summary>
    public const int ImportLinesUnderWay = 1_000;

    /// <summary>Bytes of an import's answers that wait in memory for a client that does not read. Past that no further line is
    /// read.</summary>
    public const int ImportAnswerBytes = 16 * 1024 * 1024;

    /// <summary>Bytes of them that an import has for certain, however many others wait: some 10,000 answers.</summary>
    public const int ImportAnswerBytesCertain = 1024 * 1024;

    /// <summary>Bytes that the answers of all imports of one node may wait in beyond those that are certain.</summary>
    public const long ImportAnswerBytesShared = 64 * 1024 * 1024;

    /// <summary>Time after which an import is cut off whose answers have no room left and whose client takes none of them.</summary>
    public static readonly TimeSpan ImportUnread = TimeSpan.FromMinutes(5);

    /// <summary>Lines of an NDJSON file that the command import sends in one request: it reads the answers when it has sent them
    /// all.</summary>
    public const int ImportCommandLines = 5_000;

    /// <summary>Reports that a dry run remembers, so that later lines may name them.</summary>
    public const int DryRunReports = 500_000;

    /// <summary>Similar reports that the answer to a post names.</summary>
    public const int SimilarReports = 10;

    /// <summary>Reports of a holding, the newest under each name of its platform, among which those similar to a posted one are looked for:
    /// more than any real holding has, and few enough that a post costs the same however many there are.</summary>
    public const int NeighboursSearched = 500;

    /// <summary>How long the answer to a post that is recorded waits for its similar reports.</summary>
    public static readonly TimeSpan SimilarPatience = TimeSpan.FromSeconds(2);

    /// <summary>Posts whose similar reports are looked for in one round trip.</summary>
    public const int SimilarTogether = 100;

    /// <summary>Items of a page when the query does not say.</summary>
    public const int PageDefault = 100;

    /// <summary>Items of a page at most.</summary>
    public const int PageMost = 1_000;

    /// <summary>Points of a series, which has no pages: more than a chart has room for; 166 years of months.</summary>
    public const int SeriesPoints = 2_000;

    /// <summary>Days of a holding that the search for its turns looks at, each as costly as an estimate.</summary>
    public const int DaysSearched = 4 * SeriesPoints;

    /// <summary>Events that a stream of them reads, and has in memory, at once: at the very most 16 MB, 64 KB each; 0.2 MB as a
    /// rule.</summary>
    public const int EventsPerQuery = 250;

    /// <summary>Positions whose time, and times whose position, are kept in memory, some 50 bytes each.</summary>
    public const int TimesRemembered = 10_000;

    /// <summary>Reports that an answer with evidence reads at once; fewer where they are large.</summary>
    public const int ReportsPerQuery = 250;

    /// <summary>Bytes of reports after which such a query reads no further, so that a reader who is slow holds no more than that in
    /// memory.</summary>
    public const int ReportBytesPerQuery = 1024 * 1024;

    /// <summary>Bytes of finished tables for analysts that a node keeps, where nothing else is set.</summary>
    public const int ExportBytes = 512 * 1024 * 1024;

    /// <summary>Past states of the catalogue kept in memory, some megabyte each.</summary>
    public const int PastCatalogues = 16;

    /// <summary>How far a node's clock may be from the database's before the node is not ready.</summary>
    public static readonly TimeSpan ClockOffset = TimeSpan.FromSeconds(5);

    /// <summary>Times that a transaction is tried again after another node was first.</summary>
    public const int RecordAttempts = 8;
}
