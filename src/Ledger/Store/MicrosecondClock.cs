namespace Ledger.Store;

/// <summary>The system's clock, cut to microseconds: what PostgreSQL keeps, so that a time reads the same before and after it is stored.</summary>
public sealed class MicrosecondClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow()
    {
        var now = System.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
