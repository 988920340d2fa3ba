namespace Ledger.Vocabulary;

/// <summary>The kind of a report. The order is that of the API's vocabulary; the numbers are stored in evidence rows.</summary>
public enum ReportKind
{
    Announcement = 1,
    Contract = 2,
    Delivery = 3,
    Milestone = 4,
    Observation = 5,
    Loss = 6,
    Retraction = 7,
    Delisting = 8,
}

/// <summary>Under which title units are with the recipient. Only a transfer is fleet.</summary>
public enum Role
{
    Transfer = 1,
    Trial = 2,
    Loan = 3,
    ForeignOperated = 4,

    /// <summary>Units that the recipient already held.</summary>
    Upgrade = 5,
}

/// <summary>The point that a production programme reached. Only <see cref="UnitsCompleted"/> adds units.</summary>
public enum Milestone
{
    Agreement = 1,
    SiteSelected = 2,
    Construction = 3,
    Training = 4,
    LineOpened = 5,
    ProductionStarted = 6,
    RateDeclared = 7,
    FirstUnit = 8,
    UnitsCompleted = 9,
    Halted = 10,
}

/// <summary>What a platform is: unmanned aircraft, then after the UN Register of Conventional Arms.
/// Holdings add up within one, never across.</summary>
public enum Category
{
    Uav = 1,
    ArmedUav = 2,
    LoiteringMunition = 3,
    BattleTank = 4,
    ArmouredVehicle = 5,
    Artillery = 6,
    CombatAircraft = 7,
    AttackHelicopter = 8,
    Warship = 9,
    Missile = 10,
    Other = 11,
}

/// <summary>How units were lost.</summary>
public enum LossCause
{
    Destroyed = 1,
    Crashed = 2,
    Captured = 3,
    Retired = 4,

    /// <summary>To another holder.</summary>
    PassedOn = 5,

    /// <summary>To the supplier.</summary>
    Returned = 6,
    Other = 7,
}

/// <summary>Whether a platform is durable (fleet), or expendable (stock that is consumed by use).</summary>
public enum PlatformClass
{
    Durable = 1,
    Expendable = 2,
}

/// <summary>How far a deal has come (METHOD.md §4).</summary>
public enum DealStage
{
    Announced = 1,
    OnOrder = 2,
    PartlyDelivered = 3,
    Delivered = 4,
    Cancelled = 5,
}

/// <summary>The kind of a flow. Only deliveries add up to fleets.</summary>
public enum FlowKind
{
    Delivery = 1,

    /// <summary>Units that a loss reports as passed on.</summary>
    Onward = 2,
}

/// <summary>What a question to an analyst is about. The order is that of the API's vocabulary.</summary>
public enum SignalKind
{
    AboveHoldings = 1,
    Embargoed = 2,
    PassedOn = 3,
}

/// <summary>What is not known of a holding. The order is that of the API's vocabulary.</summary>
public enum UnknownKind
{
    /// <summary>Nobody has set an upper bound.</summary>
    OpenBound = 1,

    /// <summary>A line makes units, and nobody has counted them.</summary>
    UncountedLine = 2,

    /// <summary>Units are outstanding of an order of which nothing is reported to have happened for years.</summary>
    SilentOrder = 3,

    /// <summary>Nobody has reported on the holding for years.</summary>
    NoNews = 4,

    /// <summary>Only reports name the platform.</summary>
    ProvisionalPlatform = 5,

    /// <summary>Credible reports contradict each other.</summary>
    Conflict = 6,
}

/// <summary>The closed vocabularies in their JSON spelling, each in the order of the API's vocabulary.</summary>
public static class WordNames
{
    /// <summary>How far an announced purchase has come.</summary>
    public static readonly IReadOnlyList<string> Stages = ["plan", "negotiation", "offer", "approval", "agreement"];

    /// <summary>The condition of the units of a contract or delivery.</summary>
    public static readonly IReadOnlyList<string> Conditions = ["new", "secondHand", "modernised"];

    /// <summary>The setting in which units were observed.</summary>
    public static readonly IReadOnlyList<string> Settings = ["parade", "imagery", "exercise", "crash", "statement", "inventory"];

    /// <summary>Points of a production programme: the names of <see cref="Milestone"/>.</summary>
    public static readonly IReadOnlyList<string> Milestones = Names<Milestone>();

    /// <summary>The names of <see cref="Role"/>.</summary>
    public static readonly IReadOnlyList<string> Roles = Names<Role>();

    /// <summary>The names of <see cref="ReportKind"/>.</summary>
    public static readonly IReadOnlyList<string> Kinds = Names<ReportKind>();

    /// <summary>The names of <see cref="Qualifier"/>.</summary>
    public static readonly IReadOnlyList<string> Qualifiers = Names<Qualifier>();

    /// <summary>The names of <see cref="Unit"/>.</summary>
    public static readonly IReadOnlyList<string> Units = Names<Unit>();

    /// <summary>The periods of a declared rate.</summary>
    public static readonly IReadOnlyList<string> RatePeriods = ["month", "year"];

    /// <summary>The names of <see cref="LossCause"/>.</summary>
    public static readonly IReadOnlyList<string> Causes = Names<LossCause>();

    /// <summary>Categories of platforms: the unmanned ones, then those of the UN Register of Conventional Arms.</summary>
    public static readonly IReadOnlyList<string> Categories = Names<Category>();

    /// <summary>Durable equipment is fleet; expendable equipment is stock.</summary>
    public static readonly IReadOnlyList<string> Classes = Names<PlatformClass>();

    /// <summary>The use that a platform is made for.</summary>
    public static readonly IReadOnlyList<string> Uses = ["military", "dualUse", "civil"];

    /// <summary>The names of <see cref="DealStage"/>.</summary>
    public static readonly IReadOnlyList<string> DealStages = Names<DealStage>();

    /// <summary>The names of <see cref="FlowKind"/>.</summary>
    public static readonly IReadOnlyList<string> FlowKinds = Names<FlowKind>();

    /// <summary>The names of <see cref="SignalKind"/>.</summary>
    public static readonly IReadOnlyList<string> Signals = Names<SignalKind>();

    /// <summary>The names of <see cref="UnknownKind"/>.</summary>
    public static readonly IReadOnlyList<string> Unknowns = Names<UnknownKind>();

    /// <summary>The JSON spelling of a word: its name in camelCase.</summary>
    public static string Of<T>(T word) where T : struct, Enum => Spelling<T>.Written[word];

    /// <summary>The value of a word; null if the word is not in this vocabulary.</summary>
    public static T? Parse<T>(string? word) where T : struct, Enum =>
        word is not null && Spelling<T>.Read.TryGetValue(word, out var value) ? value : null;

    private static IReadOnlyList<string> Names<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    private static class Spelling<T> where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Written =
            Enum.GetValues<T>().ToDictionary(x => x, x => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(x.ToString()));

        public static readonly Dictionary<string, T> Read = Written.ToDictionary(x => x.Value, x => x.Key, StringComparer.Ordinal);
    }
}
