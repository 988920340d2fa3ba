using System.Globalization;
using CsCheck;
using Ledger.Estimation;

namespace Ledger.Tests.Estimation;

/// <summary>Holdings in which everything meets everything: few suppliers, deals, lots, origins and days,
/// small numbers, all grades.</summary>
internal static class RandomHoldings
{
    private const int MostReports = 24;

    private static readonly Gen<string?> Deal = Gen.Frequency<string?>((3, "d1"), (2, "d2"), (3, null));
    private static readonly Gen<string?> Lot = Gen.Frequency<string?>((5, null), (3, "l1"), (2, "l2"), (1, "l3"));
    private static readonly Gen<string?> Supplier = Gen.Frequency<string?>((5, "TUR"), (2, "CHN"), (2, "x-unknown"), (1, null));
    private static readonly Gen<string?> Origin = Gen.Frequency<string?>((6, null), (1, "o1"), (1, "o2"));
    private static readonly Gen<bool> Seldom = Gen.Frequency((6, false), (1, true));

    private static readonly Gen<string> Kind = Gen.Frequency(
        (3, "announcement"), (5, "contract"), (9, "delivery"), (4, "milestone"), (5, "observation"), (5, "loss"),
        (1, "retraction"), (1, "delisting"));

    private static readonly Gen<string> Milestones = Gen.Frequency(
        (6, "unitsCompleted"), (1, "lineOpened"), (1, "productionStarted"), (1, "firstUnit"), (2, "rateDeclared"));
    private static readonly Gen<string> Roles = Gen.Frequency((20, "transfer"), (1, "trial"), (2, "loan"));

    private static readonly Gen<string?> Grade = Gen.Frequency<string?>(
        (4, "A1"), (4, "B2"), (3, "C3"), (2, "B3"), (2, "D2"), (1, "E1"), (1, "F3"), (2, "A6"), (1, "D4"), (2, "E4"), (1, "A4"), (1, "E5"),
        (1, "B5"), (3, null));

    private static readonly Gen<string?> Occurred = Gen.OneOf<string?>(
        null, "2019", "2020", "2021", "2022", "2020-06", "2020-06~", "2021-03", "2021-06", "2021-06-15", "2021-06-15~", "2021~", "2021?",
        "2020/2021", "2021/2022", "2021-03/2021-09", "../2021", "../2021-06", "2020/..", "2021-06/", "2021-22", "2020-24", "202X",
        "2021-XX", "2021-06-XX");

    private static readonly Gen<string?> Due = Gen.OneOf<string?>(null, null, "2020", "2021", "2021-06", "2022/2023");

    private static readonly Gen<long> Number = Gen.Frequency((9, Gen.Long[0, 9]), (1, Gen.Long[0, 1_000_000]));

    private static readonly Gen<CaseQuantity> Quantity = Gen.Select(
        Gen.OneOf<string?>("exact", "exact", "atLeast", "upTo", "about", "some", "range", null), Number, Number, Number, Gen.Int[0, 3],
        Gen.Frequency<string?>((5, null), (1, "item"), (2, "system")), QuantityOf);

    private static readonly Gen<DateOnly> Day = Gen.Int[0, 60].Select(step => new DateOnly(2018, 12, 31).AddDays(step * 31));

    private static readonly Gen<int[]?> Factor = Gen.OneOf<int[]?>(null, [1, 1, 1], [2, 3, 4], [1, 4, 1000]);

    // Named by how far back it lies, so that a report may name any earlier one, and shrinks with them.
    private static readonly Gen<int[]> Earlier = Gen.Frequency((5, Gen.Const(Array.Empty<int>())), (2, Gen.Int[1, 5].Array[1, 2]));

    private static readonly Gen<CaseReport> Report = Gen.Select(
        Gen.Select(Kind, Supplier, Deal, Lot, Origin, Grade),
        Gen.Select(Quantity, Occurred, Due, Day.Nullable(), Day),
        Gen.Select(Milestones, Roles, Seldom, Seldom, Seldom),
        (who, what, how) => Shaped(new CaseReport("", who.Item1, 0, RecordedAt(what.Item5), new CaseSource("A paper", what.Item4?.ToString("O", CultureInfo.InvariantCulture)))
        {
            Supplier = who.Item2,
            Deal = who.Item3,
            Lot = who.Item4,
            Origin = who.Item5,
            Grade = who.Item6,
            Quantity = what.Item1,
            Occurred = what.Item2,
            Due = what.Item3,
            Milestone = how.Item1,
            Role = how.Item2,
            Cancelled = how.Item3,
            LicensedProduction = how.Item4,
            Setting = how.Item5 ? "inventory" : "parade",
        }));

    /// <summary>A holding, and questions about it, of every method.</summary>
    public static readonly Gen<EstimationCase> All = Gen.Select(
        Gen.Select(Report, Earlier).Array[0, MostReports],
        Factor,
        Gen.Select(Day, Gen.Int[0, MostReports].Nullable(), Day.Nullable()).Array[3],
        Gen.Int[1, Method.All.Count],
        (reports, factor, queries, method) => new EstimationCase(
            "random",
            factor,
            [.. reports.Select((report, index) => Placed(report.Item1, index, report.Item2))],
            [.. queries.Select(query => new CaseQuery(query.Item1, query.Item2 is { } at ? $"@{at}" : null, query.Item3, null))])
        {
            Method = method,
        });

    /// <summary>A report of its own origin, replacing and naming none, of any lot or of the running total.</summary>
    public static readonly Gen<CaseReport> AloneOfAnyLot = Report.Where(report => report.Kind is not ("retraction" or "delisting"))
        .Select(report => report with { Id = "alone", Position = MostReports + 1, Origin = null });

    /// <summary>A report that stands alone: of its own origin, of the running total, replacing and naming none.</summary>
    public static readonly Gen<CaseReport> Alone = AloneOfAnyLot.Select(report => report with { Lot = null, Total = report.Kind == "loss" ? true : null });

    private static CaseReport Placed(CaseReport report, int index, int[] earlier)
    {
        // Nothing lies before the first that it could retract or delist.
        if (index == 0 && report.Kind is ("retraction" or "delisting"))
        {
            report = report with { Kind = "observation" };
        }

        var named = earlier.Where(back => back <= index).Select(back => Id(index - back)).Distinct().ToArray();
        var isOfReport = report.Kind is "retraction" or "delisting";
        return report with
        {
            Id = Id(index),
            Position = index + 1,
            Supersedes = isOfReport || named.Length == 0 ? null : named,
            Report = isOfReport ? named.FirstOrDefault() ?? Id(index - 1) : null,
        };
    }

    /// <summary>Only the members that its kind has.</summary>
    private static CaseReport Shaped(CaseReport report) => report with
    {
        Supplier = report.Kind is "retraction" or "delisting" or "observation" ? null : report.Supplier,
        Deal = report.Kind is "retraction" or "delisting" or "observation" ? null : report.Deal,
        Lot = report.Kind is "retraction" or "delisting" or "observation" ? null : report.Lot,
        Total = report is { Kind: "loss", Lot: null } ? true : null,
        Quantity = report.Kind is "retraction" or "delisting" ? null : report.Quantity,
        Origin = report.Kind is "retraction" or "delisting" ? null : report.Origin,
        Grade = report.Kind is "retraction" or "delisting" ? null : report.Grade,
        Occurred = report.Kind is "retraction" or "delisting" ? null : report.Occurred,
        Role = report.Kind is "retraction" or "delisting" ? null : report.Role,
        Due = report.Kind == "contract" ? report.Due : null,
        Cancelled = report.Kind == "contract" && report.Cancelled == true ? true : null,
        LicensedProduction = report.Kind == "contract" && report.LicensedProduction == true ? true : null,
        Milestone = report.Kind == "milestone" ? report.Milestone : null,
        Rate = report is { Kind: "milestone", Milestone: "rateDeclared" } ? new CaseRate(report.Quantity?.N ?? 12, "year") : null,
        Setting = report.Kind == "observation" ? report.Setting : null,
    };

    private static CaseQuantity QuantityOf(string? qualifier, long a, long b, long c, int members, string? unit)
    {
        long[] ordered = [a, b, c];
        Array.Sort(ordered);
        return qualifier switch
        {
            "range" => new(
                qualifier, null,
                members == 1 ? null : ordered[0], members >= 2 ? ordered[1] : null, members == 3 ? null : ordered[2], unit),
            "some" => new(qualifier, null, null, null, null, unit),
            null when members == 0 => new(null, null, null, null, null, unit),
            _ => new(qualifier, a, null, null, null, unit),
        };
    }

    private static string Id(int index) => string.Create(CultureInfo.InvariantCulture, $"r{index + 1}");

    private static DateTimeOffset RecordedAt(DateOnly day) => new(day, new TimeOnly(12, 0), TimeSpan.Zero);
}
