using Ledger.Facts;
using Ledger.Vocabulary;

namespace Ledger.Export;

/// <summary>Makes the columns of a table, each from a function of the type of its cells.</summary>
/// <typeparam name="TRow">What a row is made of.</typeparam>
internal static class Columns<TRow>
{
    /// <summary>The unit of counts.</summary>
    public const string Items = "items";

    public static ColumnOf<TRow> Text(string name, string meaning, Func<TRow, string> cell) =>
        new(new Column(name, ColumnType.Text, MayBeEmpty: false, meaning), cell);

    public static ColumnOf<TRow> TextOrEmpty(string name, string meaning, Func<TRow, string?> cell) =>
        new(new Column(name, ColumnType.Text, MayBeEmpty: true, meaning), cell);

    public static ColumnOf<TRow> Texts(string name, string meaning, Func<TRow, string[]> cell) =>
        new(new Column(name, ColumnType.Texts, MayBeEmpty: false, meaning), cell);

    public static ColumnOf<TRow> Whole(string name, string meaning, string unit, Func<TRow, long> cell) =>
        new(new Column(name, ColumnType.Whole, MayBeEmpty: false, meaning, unit), x => cell(x));

    public static ColumnOf<TRow> WholeOrEmpty(string name, string meaning, string unit, Func<TRow, long?> cell) =>
        new(new Column(name, ColumnType.Whole, MayBeEmpty: true, meaning, unit), x => cell(x));

    public static ColumnOf<TRow> Position(string name, string meaning, Func<TRow, long> cell) =>
        new(new Column(name, ColumnType.Position, MayBeEmpty: false, meaning), x => cell(x));

    public static ColumnOf<TRow> Flag(string name, string meaning, Func<TRow, bool> cell) =>
        new(new Column(name, ColumnType.Flag, MayBeEmpty: false, meaning), x => cell(x));

    public static ColumnOf<TRow> FlagOrEmpty(string name, string meaning, Func<TRow, bool?> cell) =>
        new(new Column(name, ColumnType.Flag, MayBeEmpty: true, meaning), x => cell(x));

    public static ColumnOf<TRow> Day(string name, string meaning, Func<TRow, DateOnly> cell) =>
        new(new Column(name, ColumnType.Day, MayBeEmpty: false, meaning), x => cell(x));

    public static ColumnOf<TRow> DayOrEmpty(string name, string meaning, Func<TRow, DateOnly?> cell) =>
        new(new Column(name, ColumnType.Day, MayBeEmpty: true, meaning), x => cell(x));

    public static ColumnOf<TRow> Time(string name, string meaning, Func<TRow, DateTimeOffset> cell) =>
        new(new Column(name, ColumnType.Time, MayBeEmpty: false, meaning), x => cell(x).UtcDateTime);

    public static ColumnOf<TRow> AmountOrEmpty(string name, string meaning, string unit, Func<TRow, decimal?> cell) =>
        new(new Column(name, ColumnType.Amount, MayBeEmpty: true, meaning, unit), x => cell(x));

    public static ColumnOf<TRow> EventId(string name, string meaning, Func<TRow, Guid> cell) =>
        new(new Column(name, ColumnType.EventId, MayBeEmpty: false, meaning), x => cell(x));

    public static ColumnOf<TRow> EventIdOrEmpty(string name, string meaning, Func<TRow, Guid?> cell) =>
        new(new Column(name, ColumnType.EventId, MayBeEmpty: true, meaning), x => cell(x));

    /// <summary>The day of the estimate, the same in every row but of tables with several days.</summary>
    public static ColumnOf<TRow> AsOf(Func<TRow, DateOnly> cell) =>
        Day("as_of", "The day of the figures: what had happened by then", cell);

    /// <summary>A code and the name beside it.</summary>
    public static IEnumerable<ColumnOf<TRow>> Country(string name, string what, Func<TRow, string> code) =>
    [
        Text(name, $"{what}: its code, ISO 3166-1 alpha-3 (of a state that is no more its alpha-3 code of ISO 3166-3), or x-…", code),
        Text($"{name}_name", $"{what}: its name in English", x => Vocabulary.Country.NameOf(code(x))),
    ];

    /// <summary>The platform of a row.</summary>
    public static IEnumerable<ColumnOf<TRow>> Platform(Func<TRow, Platform> platform) =>
    [
        Text("platform", "The platform: its slug in the catalogue", x => platform(x).Slug),
        Text("platform_name", "The platform: its name", x => platform(x).Definition.Name),
        Text("category", "The platform's category", x => WordNames.Of(platform(x).Category)),
        Text("class", "The platform's class: durable units stay in a fleet, expendable ones are used up",
            x => WordNames.Of(platform(x).Class)),
        Text("made_for", "The use that the platform is made for: military, civil or dualUse", x => platform(x).Definition.Use),
    ];

    /// <summary>The bounds of a number: <c>low</c>, <c>best</c>, <c>high</c> (empty where open) and <c>high_open</c>.</summary>
    /// <param name="prefix">What stands before the names, with its underscore; empty: nothing.</param>
    /// <param name="what">What is counted.</param>
    /// <param name="bounds">The bounds.</param>
    /// <param name="suffix">What stands after the names, with its underscore; empty: nothing.</param>
    public static IEnumerable<ColumnOf<TRow>> Bounds(string prefix, string what, Func<TRow, Interval> bounds, string suffix = "") =>
    [
        Whole($"{prefix}low{suffix}", $"{what}: the least, on credible evidence", Items, x => bounds(x).Lo),
        Whole($"{prefix}best{suffix}", $"{what}: the best single reading", Items, x => bounds(x).Best),
        WholeOrEmpty($"{prefix}high{suffix}", $"{what}: the most that the evidence allows; empty where {prefix}high_open{suffix}", Items,
            x => bounds(x).Hi),
        Flag($"{prefix}high_open{suffix}", $"{what}: whether nobody has bounded it, so that {prefix}high{suffix} is empty and not 0",
            x => bounds(x).Hi is null),
    ];

    /// <summary>The window of an imprecise date.</summary>
    public static IEnumerable<ColumnOf<TRow>> Window(string name, string what, Func<TRow, Window?> window) =>
    [
        DayOrEmpty($"{name}_earliest", $"{what}: the earliest day that it may mean", x => window(x)?.Earliest),
        DayOrEmpty($"{name}_middle", $"{what}: the middle of the days that it may mean", x => window(x)?.Middle),
        DayOrEmpty($"{name}_latest", $"{what}: the latest day that it may mean", x => window(x)?.Latest),
    ];
}
