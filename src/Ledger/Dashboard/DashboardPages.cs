namespace Ledger.Dashboard;

/// <summary>The addresses of the dashboard's pages and the modules that draw them, as <c>js/app.js</c> knows them too.</summary>
public static class DashboardPages
{
    /// <summary>The module of the page of an address that is none.</summary>
    public const string Unknown = "overview";

    /// <summary>Route patterns, each with its module.</summary>
    public static readonly IReadOnlyList<(string Pattern, string Module)> All =
    [
        ("/", "overview"), ("/countries", "overview"),
        ("/countries/{code}", "country"), ("/countries/{code}/fleet", "country"), ("/countries/{code}/fleet/{platform}", "holding"),
        ("/countries/{code}/changes", "changes"), ("/changes", "changes"), ("/flows", "flows"), ("/platforms/{slug}", "platform"),
        ("/deals/{recipient}/{supplier}/{deal}", "deal"), ("/reports/{eventId}", "report"),
        ("/publishers", "publishers"), ("/publishers/{name}", "publisher"), ("/unknowns", "unknowns"), ("/post", "post"),
        ("/editions", "editions"), ("/editions/{id}", "edition"),
    ];

    /// <summary>The modules.</summary>
    public static readonly IReadOnlyList<string> Modules = [.. All.Select(x => x.Module).Distinct()];
}
