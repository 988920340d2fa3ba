using System.Collections.Concurrent;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Access;

/// <summary>Times at which keys were last used on this node: collected in memory, and written in one statement every minute and when the
/// service stops. A node on which no key was used writes nothing. A node that is killed loses up to a minute.</summary>
public sealed class ApiKeyUses(NpgsqlDataSource database, TimeProvider clock, ILogger<ApiKeyUses> log) : BackgroundService
{
    /// <summary>Between two writes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>A use so soon after the last recorded one is not recorded: writes of each request, on all cores, would contend for one
    /// cache line.</summary>
    private const long Granularity = TimeSpan.TicksPerSecond;

    // Rows are locked in the order of their ids, so that two nodes that write at once cannot deadlock.
    private const string Write = $"""
        with used as (select k.id, u.at from unnest($1, $2) as u(id, at) join {TableNames.ApiKeys} k on k.id = u.id
            where k.last_used is null or k.last_used < u.at order by k.id for no key update of k)
        update {TableNames.ApiKeys} k set last_used = used.at from used where k.id = used.id
        """;

    /// <summary>UTC ticks by key.</summary>
    private readonly ConcurrentDictionary<string, long> _uses = new(StringComparer.Ordinal);

    /// <summary>Records the use of a key. Beyond <see cref="Limits.KeysHeld"/> keys a further one is recorded only after the next
    /// write.</summary>
    public void Record(string id, DateTimeOffset at)
    {
        if (_uses.TryGetValue(id, out var before) ? at.UtcTicks - before >= Granularity : _uses.Count < Limits.KeysHeld)
        {
            _uses[id] = at.UtcTicks;
        }
    }

    /// <summary>The later of the stored time and the one collected here.</summary>
    /// <param name="id">Id of the key.</param>
    /// <param name="written">The stored time; null: the key was never used.</param>
    public DateTimeOffset? Latest(string id, DateTimeOffset? written) =>
        _uses.TryGetValue(id, out var ticks) && new DateTimeOffset(ticks, TimeSpan.Zero) is var at && !(at <= written) ? at : written;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // The HTTP server starts last and stops first: no request follows.
        await WriteAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await WriteAsync(stoppingToken);
        }
    }

    /// <summary>Writes what was collected. What cannot be written stays for the next write.</summary>
    private async Task WriteAsync(CancellationToken cancellation)
    {
        var uses = _uses.ToArray();
        if (uses.Length == 0)
        {
            return;
        }

        try
        {
            await using var command = database.CreateCommand(Write);
            command.Parameters.AddWithValue(Array.ConvertAll(uses, x => x.Key));
            command.Parameters.AddWithValue(Array.ConvertAll(uses, x => new DateTimeOffset(x.Value, TimeSpan.Zero)));
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogUnwritten(log, fault.GetBaseException().Message, null);
            return;
        }

        foreach (var use in uses)
        {
            // Removes the pair only if unchanged: a use recorded meanwhile stays for the next write.
            _uses.TryRemove(use);
        }
    }

    private static readonly Action<ILogger, string, Exception?> LogUnwritten = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(1, "UsesUnwritten"), "When API keys were last used could not be written: {Reason}. It is tried again in a minute.");
}
