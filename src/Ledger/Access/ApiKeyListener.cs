using Ledger.Problems;
using Ledger.Store;
using Npgsql;

namespace Ledger.Access;

/// <summary>Fills <see cref="ApiKeyCache"/> and empties it at each change: one session outside the pool listens for changes of keys, loads
/// all keys after each, and is pinged while keys are used. Without that session the cache is empty and each request queries the
/// database.</summary>
/// <remarks>The order guarantees that no stale key is cached: LISTEN first, then the load, both on this session, to which PostgreSQL sends
/// notifications between statements and in the order of commits. A change committed before the load's snapshot is in the load; the
/// notification of a later one arrives after the load, and empties the cache again.</remarks>
public sealed class ApiKeyListener(SessionConnections sessions, ApiKeyCache cache, TimeProvider clock, ILogger<ApiKeyListener> log)
    : BackgroundService
{
    /// <summary>Pings pause after so long without a request with a key; the next such request queries the database and resumes
    /// them.</summary>
    private static readonly TimeSpan IdleAfter = TimeSpan.FromMinutes(1);

    /// <summary>Between two loads without a notification, for changes that fire no trigger: it was disabled, or the table
    /// restored.</summary>
    private static readonly TimeSpan ReloadInterval = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LoadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Names the session in <c>pg_stat_activity</c>, and listens.</summary>
    private const string Listen = $"""
        select set_config('application_name', left(current_setting('application_name'), 50) || ' keys', false);
        listen {ApiKeyTrigger.Channel}
        """;

    private static readonly string Load = $"""
        select {ApiKeys.Columns}, hash from {TableNames.ApiKeys}
        where revoked is null and (expires is null or expires > now()) and octet_length(hash) = 32 and id = left(encode(hash, 'hex'), 16)
        order by last_used desc nulls last, created desc limit {Limits.KeysHeld + 1}
        """;

    private bool _isLost;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                await ListenAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (!_isLost)
                {
                    _isLost = true;
                    LogLost(log, fault.GetBaseException().Message, null);
                }
            }

            await Task.Delay(ApiKeyCache.PingInterval, clock, stoppingToken);
        }
    }

    /// <summary>Listens until the session is lost.</summary>
    private async Task ListenAsync(CancellationToken cancellation)
    {
        var connection = await sessions.OpenAsync(cancellation);
        var last = Task.CompletedTask;
        try
        {
            connection.Notification += (_, _) => cache.Forget();
            await WithinAsync(ExecuteAsync(connection, Listen), ApiKeyCache.PingTimeout);
            var loaded = clock.GetTimestamp();
            while (true)
            {
                var isUsed = cache.WasUsedWithin(IdleAfter);
                if (!cache.IsFilled || (isUsed && clock.GetElapsedTime(loaded) >= ReloadInterval))
                {
                    loaded = clock.GetTimestamp();
                    await WithinAsync(LoadAsync(connection), LoadTimeout);
                    LogIfBack();
                }
                else if (isUsed)
                {
                    var sent = clock.GetTimestamp();
                    await WithinAsync(ExecuteAsync(connection, "select 1"), ApiKeyCache.PingTimeout);
                    cache.Renew(sent);
                }

                await connection.WaitAsync(ApiKeyCache.PingInterval, cancellation);
            }
        }
        finally
        {
            cache.Forget();
            // A statement that a frozen server does not answer can be neither cancelled nor awaited: its connection is disposed of when it
            // ends.
            _ = DisposeAfterAsync(last, connection);
        }

        Task WithinAsync(Task statement, TimeSpan time) => (last = statement).WaitAsync(time, clock, cancellation);
    }

    private async Task LoadAsync(NpgsqlConnection connection)
    {
        var (generation, sent) = (cache.Generation, clock.GetTimestamp());
        var (keys, isWhole) = (new Dictionary<SecretHash, ApiKey>(), true);
        await using var command = new NpgsqlCommand(Load, connection) { CommandTimeout = 0 };
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (isWhole && await reader.ReadAsync())
            {
                if (keys.Count == Limits.KeysHeld)
                {
                    isWhole = false;
                    continue;
                }

                keys[SecretHash.Of(reader.GetFieldValue<byte[]>(ApiKeys.HashColumn))] = ApiKeys.Read(reader);
            }
        }

        cache.Fill(new ApiKeySnapshot(keys, isWhole), generation, sent);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task DisposeAfterAsync(Task last, NpgsqlConnection connection)
    {
        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
    }

    private void LogIfBack()
    {
        if (_isLost)
        {
            _isLost = false;
            LogBack(log, null);
        }
    }

    private static readonly Action<ILogger, string, Exception?> LogLost = LoggerMessage.Define<string>(LogLevel.Warning,
        new EventId(1, "KeyChangesUnheard"),
        "Changes of API keys are not heard of: {Reason}. Until they are, each request asks the database for its key.");

    private static readonly Action<ILogger, Exception?> LogBack = LoggerMessage.Define(LogLevel.Warning,
        new EventId(2, "KeyChangesHeard"), "Changes of API keys are heard of again.");
}
