using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Ledger.Editions;
using Ledger.Problems;

namespace Ledger.Host.Commands;

/// <summary>What the command <c>import</c> says of a register beside its file.</summary>
/// <param name="Published">The edition's day; null: as the file states.</param>
/// <param name="Whole">The file is the whole edition, also if it lacks much of the one before.</param>
/// <param name="Selection">The file is a selection of the register.</param>
/// <param name="Flags">What to do about flags that the file has lost; null: nothing.</param>
public sealed record EditionOptions(string? Published, bool Whole, bool Selection, string? Flags)
{
    /// <summary>Where to post the file, with these as parameters.</summary>
    public string Path => "/v1/editions/sipri" + QueryString.Create([.. Of("published", Published), .. Of("whole", Whole ? "true" : null),
        .. Of("selection", Selection ? "true" : null), .. Of("flags", Flags)]);

    private static IEnumerable<KeyValuePair<string, string?>> Of(string name, string? value) => value is null ? [] : [new(name, value)];
}

/// <summary>The part of the command <c>import</c> for a trade register: posts the file, and shows the progress of its job until that
/// ends.</summary>
public static class ImportEditionCommand
{
    /// <summary>Status of the lines that are printed one by one.</summary>
    private static readonly string[] Printed = [LineStatus.Broken, LineStatus.Refused, LineStatus.Unresolved];

    /// <summary>Imports a file.</summary>
    /// <param name="client">Sends a key with the scope report.</param>
    /// <param name="reader">Sends a key with the scope read.</param>
    /// <param name="file">Path of the register.</param>
    /// <param name="isEnvelope">It is SIPRI's JSON envelope, and not CSV.</param>
    /// <param name="options">What is said of it beside it.</param>
    /// <param name="pollInterval">Between two requests for the job's state.</param>
    /// <param name="cancellation">Cancels it; the job is durable.</param>
    /// <returns>True where it was imported to its end.</returns>
    public static async Task<bool> RunAsync(
        HttpClient client, HttpClient reader, string file, bool isEnvelope, EditionOptions options, TimeSpan pollInterval,
        CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, options.Path);
        request.Content = new StreamContent(File.OpenRead(file));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(isEnvelope ? "application/json" : "text/csv");
        using var response = await client.SendAsync(request, cancellation);
        var edition = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellation));
        if (!response.IsSuccessStatusCode)
        {
            Console.Error.WriteLine($"{file} was refused: {edition.GetProperty("detail").GetString()}");
            return false;
        }

        var id = edition.GetProperty("id").GetString()!;
        if (await WaitForEndAsync(reader, file, id, pollInterval, cancellation) is not { } ended)
        {
            return false;
        }

        await PrintLinesAsync(reader, id, cancellation);
        if (ended.GetProperty("state").GetString() == JobState.Done)
        {
            ImportCommand.PrintSummary(file, ended.GetProperty("summary"));
            return true;
        }

        Console.Error.WriteLine($"{file}: the import {id} failed. {ended.GetProperty("problem").GetProperty("detail").GetString()}");
        return false;
    }

    /// <summary>Shows the progress until the import has ended. A service that is away is polled on: the job is durable.</summary>
    /// <returns>The import when it has ended; null where the key may not read it.</returns>
    private static async Task<JsonElement?> WaitForEndAsync(
        HttpClient reader, string file, string id, TimeSpan pollInterval, CancellationToken cancellation)
    {
        JsonElement? ended = null;
        await ProgressDisplay.RunAsync(Path.GetFileName(file), 1000, async advance =>
        {
            while (ended is null)
            {
                try
                {
                    using var response = await reader.GetAsync($"/v1/editions/{id}", cancellation);
                    if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                    {
                        Console.Error.WriteLine($"{file} was accepted as {id}; to see what becomes of it, a key with the scope "
                            + $"{Scopes.Read} is needed.");
                        return;
                    }

                    if (response.IsSuccessStatusCode)
                    {
                        var now = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellation));
                        if (now.GetProperty("progress") is { ValueKind: JsonValueKind.Object } progress)
                        {
                            advance(progress.GetProperty("done").GetInt64() * 1000 / Math.Max(1, progress.GetProperty("of").GetInt64()));
                        }

                        ended = now.GetProperty("state").GetString() is JobState.Done or JobState.Failed ? now : null;
                    }
                }
                catch (Exception away) when (away is HttpRequestException || away.InnerException is TimeoutException)
                {
                    // The service is away, or restarts.
                }

                await (ended is null ? Task.Delay(pollInterval, cancellation) : Task.CompletedTask);
            }
        });
        return ended;
    }

    /// <summary>Prints broken and refused lines, and unresolved names.</summary>
    private static async Task PrintLinesAsync(HttpClient reader, string id, CancellationToken cancellation)
    {
        foreach (var status in Printed)
        {
            for (var next = ""; next is not null;)
            {
                using var response = await reader.GetAsync($"/v1/editions/{id}/lines?status={status}&limit=1000{next}", cancellation);
                response.EnsureSuccessStatusCode();
                var page = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellation));
                foreach (var line in page.GetProperty("items").EnumerateArray())
                {
                    Console.Error.WriteLine(line.GetProperty("problem") is { ValueKind: JsonValueKind.Object } problem
                        ? string.Create(CultureInfo.InvariantCulture, $"{PlaceOf(line)}: {problem.GetProperty("detail").GetString()}")
                        : $"unresolved {line.GetProperty("what")}: {line.GetProperty("name")} is taken as {line.GetProperty("as")}");
                }

                next = page.TryGetProperty("next", out var cursor) ? $"&cursor={cursor.GetString()}" : null;
            }
        }
    }

    private static string PlaceOf(JsonElement line) => line.GetProperty("line") is { ValueKind: JsonValueKind.Number } number
        ? $"line {number}" : $"delisting of {line.GetProperty("deal")}";
}
