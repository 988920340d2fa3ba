namespace Ledger.Store;

/// <summary>Whether the database is away, as <see cref="DatabaseWatch"/> last found it. While it is, the libraries' logs are muted: Marten
/// and Wolverine repeat themselves each second, and would bury the line that matters.</summary>
public sealed class Outage
{
    private volatile bool _isOn;

    public bool IsOn => _isOn;

    public void Begin() => _isOn = true;

    /// <summary>The database answers.</summary>
    /// <returns>True where it was away until now.</returns>
    public bool End()
    {
        var wasOn = _isOn;
        _isOn = false;
        return wasOn;
    }
}
