using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Reports;

/// <summary>One import over a bare connection, by a client that reads and sends when the test says so. HttpClient sends everything
/// before it reads anything.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpClient _client = new();
    private StreamReader? _reader;
    private bool _inBody;

    private CancellationToken Cancellation { get; } = TestContext.Current.CancellationToken;

    /// <summary>Connects and sends the head of the request.</summary>
    public static async Task<Wire> ImportAsync(Service service, long length, string encoding = "identity")
    {
        var wire = new Wire();
        // Little is under way to a client that does not read.
        wire._client.ReceiveBufferSize = 16 * 1024;
        await wire._client.ConnectAsync(service.Address.Host, service.Address.Port, wire.Cancellation);
        var head = string.Create(CultureInfo.InvariantCulture, $"""
            POST /v1/imports HTTP/1.0
            Host: {service.Address.Authority}
            Authorization: {service.Reporter.DefaultRequestHeaders.Authorization}
            Accept-Encoding: {encoding}
            Content-Type: application/x-ndjson
            Content-Length: {length}


            """).ReplaceLineEndings("\r\n");
        await wire.SendAsync(Encoding.ASCII.GetBytes(head));
        return wire;
    }

    public async Task SendAsync(byte[] bytes) => await _client.GetStream().WriteAsync(bytes, Cancellation);

    /// <summary>The next line of the body: to a client of HTTP 1.0 it comes as it is, without chunks.</summary>
    public async Task<string> LineAsync()
    {
        _reader ??= new StreamReader(_client.GetStream(), Encoding.UTF8);
        while (true)
        {
            var line = await _reader.ReadLineAsync(Cancellation).AsTask().WaitAsync(TimeSpan.FromSeconds(60), Cancellation)
                ?? throw new EndOfStreamException("The service has hung up.");
            if (!_inBody)
            {
                _inBody = line.Length == 0;
            }
            else
            {
                return line;
            }
        }
    }

    /// <summary>What is left of the body, to its end.</summary>
    public async Task<string> RestAsync()
    {
        var rest = new StringBuilder();
        string line;
        do
        {
            line = await LineAsync();
            rest.Append(line).Append('\n');
        }
        while (!line.StartsWith("""{"lines":""", StringComparison.Ordinal));
        return rest.ToString();
    }

    /// <summary>Goes away without a word.</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Close();
    }

    public ValueTask DisposeAsync()
    {
        _reader?.Dispose();
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
