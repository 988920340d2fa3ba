namespace Ledger.Export;

/// <summary>Settings of the snapshots for other people's dashboards, in the configuration's section <c>Ledger:Analytics</c>.</summary>
public sealed class AnalyticsSettings
{
    /// <summary>Name of the section, below <c>Ledger</c>.</summary>
    public const string Section = "Analytics";

    /// <summary>The values of <see cref="Snapshots"/>.</summary>
    public const string Off = "off", Daily = "daily", Changed = "changed";

    /// <summary>When the service takes a snapshot by itself: never (<c>off</c>, the default), on each new day (<c>daily</c>), or also after
    /// an event (<c>changed</c>), at most once in a quarter of an hour.</summary>
    public string Snapshots { get; set; } = Off;

    /// <summary>Snapshots that are kept, the newest first; at least 1.</summary>
    public int Keep { get; set; } = 7;
}
