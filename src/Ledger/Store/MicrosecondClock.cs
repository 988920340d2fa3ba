namespace Ledger.Store;

/// <summary>The system's clock, truncated to microseconds, PostgreSQL's resolution: a time is equal before and after it is
/// stored.</summary>
public sealed class MicrosecondClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow()
    {
        var now = System.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
