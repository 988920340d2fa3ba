namespace Ledger.Store;

/// <summary>Whether the database is away, as the last look found it. The store and the bus write pages of the same each second while it is, and
/// the line that matters would be lost among them.</summary>
public sealed class Outage
{
    private volatile bool _on;

    public bool IsOn => _on;

    public void Begin() => _on = true;

    /// <summary>It is there.</summary>
    /// <returns>True where it was away until now.</returns>
    public bool End()
    {
        var was = _on;
        _on = false;
        return was;
    }
}
