using System.Collections.Concurrent;
using System.IO.Compression;
using Ledger.Problems;
using Ledger.Web;
using Microsoft.Extensions.Caching.Memory;

namespace Ledger.Questions;

/// <summary>Answers as they were sent, by their validator – the question, its resolved clocks, the position that last affected it, the
/// media type, the method and the settings – and by the read model that they were made of. Such an answer never changes, so nothing here
/// is ever stale: what is affected by something new has another key. Bounded in bytes, least recently used go first.</summary>
public sealed class AnswerMemory : IDisposable
{
    /// <summary>The setting, in bytes.</summary>
    public const string Setting = "AnswerMemory";

    private readonly MemoryCache _answers;
    private readonly ConcurrentDictionary<string, Task<KeptAnswer?>> _underWay = new(StringComparer.Ordinal);

    // Answers that were sent from memory, and that were made.
    private long _kept;
    private long _made;

    /// <param name="bytes">The most bytes that the answers take together.</param>
    /// <param name="metrics">Where its size and its hits are published.</param>
    public AnswerMemory(long bytes, LedgerMetrics metrics)
    {
        _answers = new MemoryCache(new MemoryCacheOptions { SizeLimit = bytes, TrackStatistics = true, CompactionPercentage = 0.1 });
        metrics.ObserveAnswers(() => Counted);
    }

    /// <summary>The default of the setting: 64 MiB.</summary>
    public const long DefaultBytes = 64 << 20;

    /// <summary>Bytes that are kept now, answers that were sent from memory, and answers that were made.</summary>
    public (long Bytes, long Kept, long Made) Counted =>
        (_answers.GetCurrentStatistics()?.CurrentEstimatedSize ?? 0, Interlocked.Read(ref _kept), Interlocked.Read(ref _made));

    /// <summary>The answer of a key, or null. Where it is being made for somebody else it is waited for, so that many who ask the same at
    /// once cost one answer.</summary>
    public async Task<KeptAnswer?> FindAsync(string key, CancellationToken cancellation)
    {
        if (!_answers.TryGetValue(key, out KeptAnswer? kept) && _underWay.TryGetValue(key, out var other))
        {
            await Task.WhenAny(other, Task.Delay(Limits.AnswerPatience, cancellation));
            cancellation.ThrowIfCancellationRequested();
            kept = other.IsCompletedSuccessfully ? await other : null;
        }

        Interlocked.Add(ref _kept, kept is null ? 0 : 1);
        return kept;
    }

    /// <summary>Says that the answer of a key is being made by this caller, who must dispose of what is returned.</summary>
    public Making Make(string key)
    {
        Interlocked.Increment(ref _made);
        return new(this, key);
    }

    public void Dispose() => _answers.Dispose();

    /// <summary>An answer that is being made.</summary>
    public sealed class Making : IDisposable
    {
        private readonly AnswerMemory _memory;
        private readonly string _key;
        private readonly TaskCompletionSource<KeptAnswer?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly bool _isFirst;

        internal Making(AnswerMemory memory, string key)
        {
            (_memory, _key) = (memory, key);
            _isFirst = memory._underWay.TryAdd(key, _answer.Task);
        }

        /// <summary>Keeps the whole body of the answer.</summary>
        /// <param name="body">Null where it was too long to be kept.</param>
        /// <param name="contentType">Its media type.</param>
        /// <param name="cursor">Of a list, the cursor of the next page.</param>
        public void Keep(byte[]? body, string contentType, string? cursor)
        {
            if (body is null)
            {
                return;
            }

            var kept = new KeptAnswer(new EncodedBody(body, CompressionLevel.Optimal), contentType, cursor);
            _memory._answers.Set(_key, kept, new MemoryCacheEntryOptions { Size = kept.Body.MostBytes + KeptAnswer.Overhead });
            _answer.TrySetResult(kept);
        }

        /// <summary>Who waits and finds nothing kept makes the answer for themselves.</summary>
        public void Dispose()
        {
            if (_isFirst)
            {
                _memory._underWay.TryRemove(_key, out _);
            }

            _answer.TrySetResult(null);
        }
    }
}

/// <summary>An answer as it was sent.</summary>
/// <param name="Body">Its body.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Cursor">Of a list, the cursor of the next page; null where there is none.</param>
public sealed record KeptAnswer(EncodedBody Body, string ContentType, string? Cursor)
{
    /// <summary>Bytes beside the body: the key, the entry and the objects, estimated.</summary>
    public const int Overhead = 600;
}
