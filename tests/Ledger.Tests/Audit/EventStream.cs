using System.Globalization;
using System.Text.Json;
using Ledger.Tests.Harness;

namespace Ledger.Tests.Audit;

/// <summary>A client of the live events: what a browser's EventSource does.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;
    private JsonElement? _data;

    private EventStream(HttpResponseMessage response, Stream stream) => (_response, _reader) = (response, new StreamReader(stream));

    public long Position => long.Parse(_response.Headers.GetValues("Ledger-Position").Single(), CultureInfo.InvariantCulture);

    /// <summary>Comment lines so far.</summary>
    public int Comments { get; private set; }

    /// <summary>The id that a browser would send when it connects again.</summary>
    public long LastId { get; private set; }

    /// <summary>The name of the last event; null where it has none.</summary>
    public string? LastEvent { get; private set; }

    public static async Task<EventStream> OpenAsync(HttpClient client, string query = "", long? last = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events/live" + query);
        if (last is { } position)
        {
            request.Headers.Add("Last-Event-ID", position.ToString(CultureInfo.InvariantCulture));
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return new EventStream(response, await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The next event, or null where the stream has ended in order.</summary>
    public async Task<JsonElement?> NextAsync()
    {
        var next = ReadNextAsync();
        Assert.True(await Task.WhenAny(next, Task.Delay(Eventually.Patience)) == next, $"No event came within {Eventually.Patience}, but {Comments} comments.");
        return await next;
    }

    /// <summary>Reads one line.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> NextLineAsync()
    {
        if (await _reader.ReadLineAsync(TestContext.Current.CancellationToken) is not { } line)
        {
            return false;
        }

        if (line.StartsWith(':'))
        {
            Comments++;
        }
        else if (line.StartsWith("id: ", StringComparison.Ordinal))
        {
            LastId = long.Parse(line[4..], CultureInfo.InvariantCulture);
        }
        else if (line.StartsWith("event: ", StringComparison.Ordinal))
        {
            LastEvent = line[7..];
        }
        else if (line.StartsWith("data: ", StringComparison.Ordinal))
        {
            _data = JsonElement.Parse(line[6..]);
            Assert.Equal(LastId, _data.Value.Long("position"));
        }

        return true;
    }

    private async Task<JsonElement?> ReadNextAsync()
    {
        (_data, LastEvent) = (null, null);
        while (_data is null && await NextLineAsync())
        {
        }

        return _data;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
