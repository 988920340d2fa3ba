using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using Ledger.Access;
using Ledger.Problems;
using Spectre.Console;

namespace Ledger.Host.Commands;

/// <summary>The command <c>import</c>: posts files over HTTP, reports as NDJSON or a SIPRI trade register as CSV or in SIPRI's JSON
/// envelope, to the service given by <c>--to</c>, else to the service that runs on the data folder, else to one that this command runs for
/// the import.</summary>
/// <remarks>Exit code 0 where every file was imported to its end, also where single lines got a problem, which are printed; 1 where a file
/// got a problem as a whole, all its lines did, it was cut off, or its import failed.</remarks>
public static class ImportCommand
{
    private static readonly Argument<string[]> FilesArgument = new("FILE")
    {
        Description = "Reports (NDJSON), or a SIPRI trade register (CSV, or the JSON that SIPRI answers with)",
        Arity = ArgumentArity.OneOrMore,
        Validators =
        {
            result =>
            {
                foreach (var missing in result.Tokens.Where(token => !File.Exists(token.Value)))
                {
                    result.AddError(Directory.Exists(missing.Value) ? $"{missing.Value} is a folder: name the files in it."
                        : $"There is no file {missing.Value}.");
                }
            },
        },
    };

    private static readonly Option<string> PublishedOption = new("--published")
    {
        Description = "The day of the register, where it does not say it", HelpName = "YYYY-MM-DD",
    };

    private static readonly Option<bool> WholeOption = new("--whole")
    {
        Description = "Import a register that lacks much of the one before",
    };

    private static readonly Option<bool> SelectionOption = new("--selection")
    {
        Description = "Import a register that is a selection: it adds and grows, and neither delists nor lowers",
    };

    private static readonly Option<string> FlagsOption = new Option<string>("--flags")
    {
        Description = "Import a register that lost its marks of doubt: inherit takes them from the edition before", HelpName = "inherit",
    }.AcceptOnlyFromAmong("inherit");

    private static readonly Option<Uri?> ToOption = new("--to")
    {
        Description = "A service elsewhere; otherwise the one that runs on the data folder, or one for the time of the import",
        HelpName = "URL", CustomParser = Addresses.Parse,
    };

    private static readonly Option<string> KeyOption = new("--key")
    {
        Description = $"For --to, of the scopes {Scopes.Report} and, for a register, {Scopes.Read} "
            + $"(or {DevelopmentKeys.VariableOf(Scopes.Report)} and {DevelopmentKeys.VariableOf(Scopes.Read)} in the environment)",
        HelpName = "KEY",
    };

    /// <summary>Between two requests for the state of an edition's import.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(300);

    public static Command Create(Func<ParseResult, Options> optionsOf) =>
        new Command("import", "Import reports or a register")
        {
            FilesArgument, PublishedOption, WholeOption, SelectionOption, FlagsOption, ToOption, KeyOption,
        }
            .WithValidator(result => result.GetResult(KeyOption) is not null && result.GetResult(ToOption) is null
                ? "--key is for the service of --to." : null)
            .WithAction(parsed => RunAsync(optionsOf(parsed), parsed));

    private static async Task<int> RunAsync(Options options, ParseResult parsed)
    {
        if (parsed.GetValue(ToOption) is { } to)
        {
            var key = parsed.GetValue(KeyOption) ?? Environment.GetEnvironmentVariable(DevelopmentKeys.VariableOf(Scopes.Report))
                ?? throw new OperatorException("--to needs a key of the scope report: --key KEY.");
            var readKey = parsed.GetValue(KeyOption) ?? Environment.GetEnvironmentVariable(DevelopmentKeys.VariableOf(Scopes.Read)) ?? key;
            return await ImportAsync(parsed, to, key, readKey, CancellationToken.None);
        }

        await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
        if (database.IsJoined && ServiceAddress.Read(options.DataFolder) is { } running)
        {
            await using var store = await StoreHost.OpenAsync(options, database);
            return await ImportAsync(parsed, running, store.Get<ApiKeys>(), store.Get<TimeProvider>(), CancellationToken.None);
        }

        await using var app = LedgerService.Build([.. options.ConfigurationFor(database), "--urls", "http://127.0.0.1:0"],
            database.ConnectionString,
            builder => builder.Services.AddSingleton(new StartupSettings(options.DataFolder, Development: false)));
        await app.StartAsync();
        try
        {
            var services = app.Services;
            return await ImportAsync(parsed, new Uri(app.Urls.First()), services.GetRequiredService<ApiKeys>(),
                services.GetRequiredService<TimeProvider>(), app.Lifetime.ApplicationStopping);
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped before the end. What was recorded stays; import the same again.");
            return 1;
        }
        finally
        {
            await app.StopAsync();
        }
    }

    /// <summary>Imports with a key that is made for the import and revoked after it.</summary>
    private static async Task<int> ImportAsync(
        ParseResult parsed, Uri service, ApiKeys keys, TimeProvider clock, CancellationToken cancellation)
    {
        var (made, secret) = await keys.MakeAsync(
            "import", [Scopes.Report, Scopes.Read], [Caller.AllFeeds], clock.GetUtcNow().AddDays(1), CancellationToken.None);
        try
        {
            return await ImportAsync(parsed, service, secret, secret, cancellation);
        }
        finally
        {
            await keys.RevokeAsync(made.Id, CancellationToken.None);
        }
    }

    private static async Task<int> ImportAsync(
        ParseResult parsed, Uri service, string key, string readKey, CancellationToken cancellation)
    {
        using var client = new HttpClient { BaseAddress = service, Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var reader = new HttpClient { BaseAddress = service };
        reader.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", readKey);
        var options = new EditionOptions(parsed.GetValue(PublishedOption), parsed.GetValue(WholeOption), parsed.GetValue(SelectionOption),
            parsed.GetValue(FlagsOption));
        var isComplete = true;
        foreach (var file in parsed.GetRequiredValue(FilesArgument))
        {
            var kind = ImportFile.KindOf(file);
            isComplete &= kind is ImportFileKind.Ndjson ? await ImportFileAsync(client, file, cancellation)
                : await ImportEditionCommand.RunAsync(
                    client, reader, file, kind is ImportFileKind.Envelope, options, PollInterval, cancellation);
        }

        return isComplete ? 0 : 1;
    }

    private static async Task<bool> ImportFileAsync(HttpClient client, string file, CancellationToken cancellation)
    {
        var (ends, lines) = Cut(file, Limits.ImportCommandLines);
        JsonElement? last = null;
        var isRejected = false;
        await ProgressDisplay.RunAsync(Path.GetFileName(file), lines, async advance =>
        {
            JsonElement? sum = null;
            var (from, before) = (0L, 0L);
            foreach (var end in ends)
            {
                last = null;
                using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/imports");
                request.Content = new PartOfFile(file, from, end - from);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
                using var results = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
                if (!response.IsSuccessStatusCode)
                {
                    isRejected = true;
                    Console.Error.WriteLine($"{file} was refused: {WhyOf(await results.ReadToEndAsync(cancellation), response)}");
                    return;
                }

                try
                {
                    while (await results.ReadLineAsync(cancellation) is { } line)
                    {
                        var result = AnswerOf(line, client.BaseAddress);
                        last = result.TryGetProperty("lines", out _) ? result : null;
                        PrintProblem(result, before);
                        advance(result.TryGetProperty("line", out var number) ? before + number.GetInt64()
                            : Math.Min(before + Limits.ImportCommandLines, lines));
                    }
                }
                catch (Exception cut) when (cut is IOException or HttpRequestException)
                {
                    last = null;
                }

                if (last is not { } part)
                {
                    return;
                }

                // Empty lines are in the part and not in its count.
                (from, before) = (end, before + Limits.ImportCommandLines);
                last = sum = sum is { } all ? Add(all, part) : part;
            }
        });

        if (last is not { } summary)
        {
            if (isRejected)
            {
                return false;
            }

            Console.Error.WriteLine($"{file} was not imported to its end. What was recorded stays; send it again.");
            return false;
        }

        PrintSummary(file, summary);
        var (read, refused) = (summary.GetProperty("lines").GetInt64(), summary.GetProperty("refused").GetInt64());
        if (refused == read)
        {
            Console.Error.WriteLine(read == 0 ? $"Nothing of {file} was taken: it has no lines."
                : $"Nothing of {file} was taken: {(read == 1 ? "its one line was" : $"all of its {read} lines were")} refused.");
            return false;
        }

        return true;
    }

    /// <summary>An answer to a line.</summary>
    /// <exception cref="OperatorException">What answers is no ledger.</exception>
    private static JsonElement AnswerOf(string line, Uri? address)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            throw new OperatorException($"What answers at {address} is no ledger.");
        }
    }

    /// <summary>The sentence of a problem; of any other answer its status.</summary>
    private static string WhyOf(string body, HttpResponseMessage response)
    {
        try
        {
            return JsonElement.Parse(body).GetProperty("detail").GetString()!;
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return $"{(int)response.StatusCode} {response.ReasonPhrase}, and not in the words of a ledger. Check the address.";
        }
    }

    /// <summary>Prints the counts of an import, and its warnings.</summary>
    public static void PrintSummary(string file, JsonElement summary)
    {
        var table = new Table().Border(TableBorder.Simple).Title(Path.GetFileName(file).EscapeMarkup()).HideHeaders()
            .AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach (var count in summary.EnumerateObject().Where(x => x.Value.ValueKind is JsonValueKind.Number or JsonValueKind.String))
        {
            table.AddRow(count.Name.EscapeMarkup(), count.Value.ToString().EscapeMarkup());
        }

        Tables.Print(table);
        if (summary.TryGetProperty("warnings", out var warnings))
        {
            foreach (var warning in warnings.EnumerateArray())
            {
                Console.Error.WriteLine($"Warning: {warning.GetString()}");
            }
        }
    }

    /// <summary>Prints the problem of a line, if it has one.</summary>
    /// <param name="result">A line of the response.</param>
    /// <param name="before">Number of lines in the parts before.</param>
    private static void PrintProblem(JsonElement result, long before)
    {
        if (result.TryGetProperty("problem", out var problem))
        {
            Console.Error.WriteLine($"line {before + result.GetProperty("line").GetInt64()}: {result.GetProperty("status")} "
                + $"{problem.GetProperty("detail").GetString()}");
        }
    }

    /// <summary>Divides a file into parts of <paramref name="linesOfPart"/> lines; the last may be shorter.</summary>
    /// <returns>The offset in bytes at which each part ends, and the number of lines of the file.</returns>
    private static (List<long> Ends, long Lines) Cut(string file, long linesOfPart)
    {
        using var stream = File.OpenRead(file);
        var buffer = new byte[64 * 1024];
        var ends = new List<long>();
        long lines = 0, at = 0;
        for (int read; (read = stream.Read(buffer)) > 0; at += read)
        {
            for (var i = 0; i < read; i++)
            {
                if (buffer[i] == (byte)'\n' && ++lines % linesOfPart == 0)
                {
                    ends.Add(at + i + 1);
                }
            }
        }

        if (ends.Count == 0 || ends[^1] < at)
        {
            ends.Add(at);
        }

        return (ends, Math.Max(1, lines));
    }

    /// <summary>The sums of the counts of two parts; of their positions the greater.</summary>
    private static JsonElement Add(JsonElement all, JsonElement part) => JsonSerializer.SerializeToElement(all.EnumerateObject()
        .ToDictionary(x => x.Name, x => x.Name == "position" ? Math.Max(x.Value.GetInt64(), part.GetProperty(x.Name).GetInt64())
            : x.Value.GetInt64() + part.GetProperty(x.Name).GetInt64()));

    /// <summary>A part of a file as a request body. HttpClient reads the response only after it has sent the whole body, so parts are
    /// bounded.</summary>
    private sealed class PartOfFile(string file, long from, long length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await using var source = File.OpenRead(file);
            source.Position = from;
            var buffer = new byte[64 * 1024];
            for (var left = length; left > 0;)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)));
                if (read == 0)
                {
                    throw new IOException($"{file} became shorter while it was sent.");
                }

                await stream.WriteAsync(buffer.AsMemory(0, read));
                left -= read;
            }
        }

        protected override bool TryComputeLength(out long bytes)
        {
            bytes = length;
            return true;
        }
    }
}
