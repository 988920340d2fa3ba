using Ledger.Store;
using Npgsql;

namespace Ledger.Evidence;

/// <summary>Keeps the planner's statistics of a young ledger young. Of a table that it takes for empty the planner may choose an index by
/// which a report's neighbours are all the reports of their platform, and each connection keeps that plan until the statistics change.
/// Autovacuum comes within a minute; the first import is over by then.</summary>
public sealed partial class YoungStatistics(NpgsqlDataSource database, ILogger<YoungStatistics> logger)
{
    /// <summary>How far a ledger goes on, after this node has first seen it, before statistics are worth it; and the position from which on
    /// autovacuum is quick enough.</summary>
    private const long First = 500, Grown = 200_000;

    /// <summary>The position at which statistics are taken next; 0: none was seen yet.</summary>
    private long _next;

    /// <summary>Takes statistics, in the background, if the ledger has grown enough since: by half a thousand at first, then to twice what
    /// it was.</summary>
    /// <param name="position">A position that is recorded.</param>
    public void At(long position)
    {
        var next = Interlocked.Read(ref _next);
        if (next == 0)
        {
            Interlocked.CompareExchange(ref _next, position + First, 0);
        }
        else if (position >= next && position < Grown && Interlocked.CompareExchange(ref _next, position * 2, next) == next)
        {
            // No part of the post that happened to come then: not of its trace either.
            using (ExecutionContext.SuppressFlow())
            {
                _ = Task.Run(TakeAsync);
            }
        }
    }

    private async Task TakeAsync()
    {
        try
        {
            await using var command = database.CreateCommand($"analyze {TableNames.Evidence}");
            await command.ExecuteNonQueryAsync();
        }
        catch (Exception fault)
        {
            // Plans are slower until autovacuum comes; nothing else is.
            NotTaken(fault);
        }
    }

    [LoggerMessage(LogLevel.Information, "The statistics of a young ledger could not be taken; autovacuum will take them.")]
    private partial void NotTaken(Exception fault);
}
