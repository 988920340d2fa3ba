using System.Collections.Concurrent;
using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Access;

/// <summary>When keys were last used on this node: gathered in memory, and written for all of them in one statement, at most once a minute
/// and when the service stops. A node on which no key was used writes nothing. A node that is killed loses up to a minute of it.</summary>
public sealed class ApiKeyUses(NpgsqlDataSource database, TimeProvider clock, ILogger<ApiKeyUses> log) : BackgroundService
{
    /// <summary>Between two writes.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>A use so soon after the last one noted is not noted: requests on all cores would only hand its cache line around.</summary>
    private const long Granularity = TimeSpan.TicksPerSecond;

    // Rows are locked in the order of their ids, so that two nodes that write at once wait for each other and never deadlock.
    private const string Write = $"""
        with used as (select k.id, u.at from unnest($1, $2) as u(id, at) join {TableNames.ApiKeys} k on k.id = u.id
            where k.last_used is null or k.last_used < u.at order by k.id for no key update of k)
        update {TableNames.ApiKeys} k set last_used = used.at from used where k.id = used.id
        """;

    /// <summary>UTC ticks by key.</summary>
    private readonly ConcurrentDictionary<string, long> _uses = new(StringComparer.Ordinal);

    /// <summary>Notes that a key was used. Past <see cref="Limits.KeysHeld"/> keys a further one is noted only after the next write.</summary>
    public void Note(string id, DateTimeOffset at)
    {
        if (_uses.TryGetValue(id, out var before) ? at.UtcTicks - before >= Granularity : _uses.Count < Limits.KeysHeld)
        {
            _uses[id] = at.UtcTicks;
        }
    }

    /// <summary>The later one of what is written and what is not yet.</summary>
    public DateTimeOffset? Latest(string id, DateTimeOffset? written) =>
        _uses.TryGetValue(id, out var ticks) && new DateTimeOffset(ticks, TimeSpan.Zero) is var at && !(at <= written) ? at : written;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // The server has taken its last request by now: it starts last and stops first.
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

    /// <summary>Writes what was gathered. What cannot be written stays for the next time.</summary>
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
            // Only as it was written: a later use, noted meanwhile, stays for the next time.
            _uses.TryRemove(use);
        }
    }

    private static readonly Action<ILogger, string, Exception?> LogUnwritten = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(1, "UsesUnwritten"), "When API keys were last used could not be written: {Reason}. It is tried again in a minute.");
}
