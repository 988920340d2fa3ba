using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Ledger.Facts;

namespace Ledger.Benchmarks.Posts;

/// <summary>What a load came to.</summary>
/// <param name="Posts">Complete answers 201 within the window.</param>
/// <param name="Window">How long that was.</param>
/// <param name="AllPosts">Complete answers 201 from the first request to the last.</param>
/// <param name="Errors">Everything else: other answers, connections that broke, answers that did not come.</param>
/// <param name="FirstError">The first of them, or null.</param>
internal sealed record LoadResult(long Posts, TimeSpan Window, long AllPosts, long Errors, string? FirstError);

/// <summary>Posts over some keep-alive connections, each with one request under way: HTTP/1.1 by hand on one thread that waits in poll(2), so
/// that the generator takes little of the processors that it shares with what it measures.</summary>
internal sealed class HttpLoad(int port, string path, string key, byte[][] bodies)
{
    /// <summary>Everything that is under way must be answered by so long after the window. On a busy machine a first answer that has to be
    /// compiled takes its time.</summary>
    private static readonly TimeSpan LastAnswers = TimeSpan.FromMinutes(2);

    private readonly int _port = port;
    private readonly byte[][] _bodies = bodies;
    private readonly byte[] _head = Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: {GeneratedPosts.BodyBytes}\r\n\r\n");

    /// <summary>Of every post since the start: no two bodies of a run are the same.</summary>
    private long _number;

    /// <summary>Posts without a pause: for a while to warm up, and then for the window that counts.</summary>
    /// <param name="connections">How many.</param>
    /// <param name="warmUp">Uncounted.</param>
    /// <param name="window">Counted.</param>
    /// <param name="atStart">Called as the window begins.</param>
    /// <param name="atEnd">Called as it ends.</param>
    public LoadResult Run(int connections, TimeSpan warmUp, TimeSpan window, Action atStart, Action atEnd)
    {
        var open = Enumerable.Range(0, connections).Select(i => new Connection(this, i, connections)).ToArray();
        try
        {
            return Run(open, warmUp, window, atStart, atEnd);
        }
        finally
        {
            foreach (var connection in open)
            {
                connection.Dispose();
            }
        }
    }

    private static LoadResult Run(Connection[] open, TimeSpan warmUp, TimeSpan window, Action atStart, Action atEnd)
    {
        var waits = new PollFd[open.Length];
        for (var i = 0; i < open.Length; i++)
        {
            open[i].Send();
        }

        var (posts, before, errors) = (0L, 0L, 0L);
        string? firstError = null;
        var clock = Stopwatch.StartNew();
        var (begun, counted) = (TimeSpan.MinValue, TimeSpan.Zero);
        var inWindow = 0L;
        while (true)
        {
            if (begun == TimeSpan.MinValue && clock.Elapsed >= warmUp)
            {
                (begun, before) = (clock.Elapsed, posts);
                atStart();
            }

            if (counted == TimeSpan.Zero && begun != TimeSpan.MinValue && clock.Elapsed - begun >= window)
            {
                (counted, inWindow) = (clock.Elapsed - begun, posts - before);
                atEnd();
            }

            var last = counted != TimeSpan.Zero;
            for (var i = 0; i < open.Length; i++)
            {
                waits[i] = new PollFd { Descriptor = open[i].Awaits ? open[i].Descriptor : -1, Wanted = PollIn };
            }

            if (last && (!open.Any(x => x.Awaits) || clock.Elapsed > warmUp + window + LastAnswers))
            {
                var unanswered = open.Count(x => x.Awaits);
                return new LoadResult(inWindow, counted, posts, errors + unanswered, firstError ?? (unanswered == 0 ? null
                    : string.Create(CultureInfo.InvariantCulture, $"{unanswered} of {open.Length} requests were not answered within {LastAnswers.TotalSeconds} s")));
            }

            if (poll(waits, (nuint)waits.Length, 100) <= 0)
            {
                continue;
            }

            for (var i = 0; i < open.Length; i++)
            {
                if (waits[i].Found == 0 || open[i].Receive() is not { } answer)
                {
                    continue;
                }

                if (answer.Length == 0)
                {
                    posts++;
                }
                else
                {
                    errors++;
                    firstError ??= answer;
                }

                if (!last)
                {
                    open[i].Send();
                }
            }
        }
    }

    private const short PollIn = 1;

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }

    [DllImport("libc", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll([In, Out] PollFd[] descriptors, nuint count, int milliseconds);

    private sealed class Connection : IDisposable
    {
        private const int LongestAnswer = 64 * 1024;

        private readonly HttpLoad _load;
        private readonly byte[] _request;
        private readonly byte[] _answer = new byte[LongestAnswer];
        private readonly int _step;
        private Socket _socket;
        private int _deal;
        private int _received;

        public Connection(HttpLoad load, int index, int connections)
        {
            (_load, _deal, _step) = (load, index, connections);
            _request = [.. load._head, .. load._bodies[0]];
            _socket = Open();
        }

        public int Descriptor => (int)_socket.Handle;

        /// <summary>A request is under way.</summary>
        public bool Awaits { get; private set; }

        public void Send()
        {
            var body = _request.AsSpan(_load._head.Length);
            _load._bodies[_deal].CopyTo(body);
            GeneratedPosts.Number(body, ++_load._number);
            _deal = _deal + _step < _load._bodies.Length ? _deal + _step : _deal % _step;
            _received = 0;
            if (_socket.Send(_request) != _request.Length)
            {
                throw new InvalidOperationException("A request did not fit into an empty socket.");
            }

            Awaits = true;
        }

        /// <summary>Takes what has come: null while the answer is not whole, empty for a whole 201, else what is wrong.</summary>
        public string? Receive()
        {
            try
            {
                var read = _socket.Receive(_answer.AsSpan(_received));
                _received += read;
                if (read == 0)
                {
                    return Reopen("the connection was closed");
                }
            }
            catch (SocketException broken)
            {
                return broken.SocketErrorCode == SocketError.WouldBlock ? null : Reopen(broken.Message);
            }

            var answer = _answer.AsSpan(0, _received);
            if (!IsWhole(answer))
            {
                return _received < LongestAnswer ? null : Reopen("an answer without end");
            }

            Awaits = false;
            return answer.StartsWith("HTTP/1.1 201 "u8) ? "" : Encoding.UTF8.GetString(answer[..Math.Min(answer.Length, 2_000)]);
        }

        private static bool IsWhole(ReadOnlySpan<byte> answer)
        {
            var end = answer.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return false;
            }

            var head = answer[..(end + 2)];
            var body = answer[(end + 4)..];
            if (head.IndexOf("\r\nTransfer-Encoding: chunked\r\n"u8) >= 0)
            {
                return body.StartsWith("0\r\n\r\n"u8) || body.EndsWith("\r\n0\r\n\r\n"u8);
            }

            var name = head.IndexOf("\r\nContent-Length: "u8);
            return name >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(name + 18)..], out int length, out _)
                ? body.Length >= length : throw new InvalidOperationException($"An answer of unknown length: {Encoding.UTF8.GetString(answer)}");
        }

        private string Reopen(string why)
        {
            Awaits = false;
            _socket.Dispose();
            _socket = Open();
            return string.Create(CultureInfo.InvariantCulture, $"{why}, after {_received} bytes of an answer");
        }

        private Socket Open()
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, _load._port);
            socket.Blocking = false;
            return socket;
        }

        public void Dispose() => _socket.Dispose();
    }
}
