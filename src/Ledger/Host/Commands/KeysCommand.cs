using System.CommandLine;
using Ledger.Access;
using Ledger.Problems;
using Ledger.Vocabulary;
using Spectre.Console;

namespace Ledger.Host.Commands;

/// <summary>Lists, makes and revokes API keys; works beside a running service.</summary>
public static class KeysCommand
{
    private static readonly string[] Headings = ["id", "name", "scopes", "feeds", "expires", "revoked", "last used"];

    private static readonly Option<string> s_name = new("--name") { Description = "Whose it is", HelpName = "NAME", Required = true };

    private static readonly Option<string> s_scopes = new("--scopes")
    {
        Description = $"{Scopes.Report} (to its own feed and those named), {Scopes.Read}, {Scopes.Audit}, {Scopes.Admin}; "
            + "several with commas",
        HelpName = "SCOPE,…", Required = true,
    };

    private static readonly Option<string> s_feeds = new("--feeds")
    {
        Description = "Further feeds that it may post to, or * for all", HelpName = "URI,…",
    };

    private static readonly Option<string> s_expires = new("--expires")
    {
        Description = "When it ends, with an offset (RFC 3339)", HelpName = "TIME",
    };

    private static readonly Argument<string> s_id = new("ID") { Description = "Of the key, as the list has it" };

    public static Command Create(Func<ParseResult, Options> optionsOf)
    {
        Func<ParseResult, Task<int>> On(Func<StoreHost, ParseResult, Task<int>> run) => async parsed =>
        {
            var options = optionsOf(parsed);
            await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
            await using var store = await StoreHost.OpenAsync(options, database);
            return await run(store, parsed);
        };

        return new Command("keys", "List the API keys, make one, revoke one")
        {
            new Command("list", "List the API keys, as without a command").WithAction(On((store, _) => ListAsync(store.Get<ApiKeys>()))),
            new Command("add", "Make an API key, and print its secret once") { s_name, s_scopes, s_feeds, s_expires }
                .WithAction(On(AddAsync)),
            new Command("revoke", "Revoke an API key") { s_id }
                .WithAction(On((store, parsed) => RevokeAsync(store, parsed.GetRequiredValue(s_id)))),
        }.WithAction(On((store, _) => ListAsync(store.Get<ApiKeys>())));
    }

    private static async Task<int> ListAsync(ApiKeys keys)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns([.. Headings.Select(x => new TableColumn(x).NoWrap())]);
        foreach (var key in await keys.ListAsync(CancellationToken.None))
        {
            table.AddRow(key.Id, key.Name, string.Join(",", key.Scopes), string.Join(",", key.Feeds).EscapeMarkup(),
                Time(key.Expires), Time(key.Revoked), Time(key.LastUsed));
        }

        Tables.Print(table);
        return 0;
    }

    private static async Task<int> AddAsync(StoreHost store, ParseResult parsed)
    {
        var said = new CreateKeyRequest
        {
            Name = parsed.GetValue(s_name), Scopes = ListOf(parsed.GetValue(s_scopes)), Feeds = ListOf(parsed.GetValue(s_feeds)),
            Expires = parsed.GetValue(s_expires),
        };
        var result = await new KeyRules(store.Get<TimeProvider>()).ValidateAsync(said);
        if (!result.IsValid)
        {
            throw new OperatorException(string.Join('\n', result.Errors.Select(x =>
                $"--{char.ToLowerInvariant(x.PropertyName[0])}{x.PropertyName[1..]}: {x.ErrorMessage}")));
        }

        var expires = said.Expires is { } text && Rfc3339.TryParse(text, out var end) ? end : (DateTimeOffset?)null;
        var (key, secret) = await store.Get<ApiKeys>()
            .MakeAsync(said.Name!, said.Scopes!, said.Feeds ?? [], expires, CancellationToken.None);
        Console.Error.WriteLine($"Key {key.Id} of {key.Name}. This is the only time that its secret is shown:");
        Console.WriteLine(secret);
        if (key.Scopes.Contains(Scopes.Report) && key.Feeds.Count == 0)
        {
            Console.Error.WriteLine($"It names no feed, so it may post to its own alone: {new Caller(key.Id, key.Name, key.Scopes, key.Feeds).OwnFeed}");
        }

        return 0;
    }

    private static async Task<int> RevokeAsync(StoreHost store, string id)
    {
        var (keys, clock) = (store.Get<ApiKeys>(), store.Get<TimeProvider>());
        if (!await keys.RevokeAsync(id, CancellationToken.None))
        {
            throw new OperatorException($"There is no key '{id}'; keys lists them.");
        }

        var all = await keys.ListAsync(CancellationToken.None);
        Console.WriteLine($"Key {id} of {all.Single(x => x.Id == id).Name} is revoked.");
        if (!all.Any(x => x.Revoked is null && (x.Expires is not { } end || end > clock.GetUtcNow()) && x.Scopes.Contains(Scopes.Admin)))
        {
            Console.Error.WriteLine("No key of the scope admin is left: keys add --name admin --scopes admin makes one.");
        }

        return 0;
    }

    private static string[]? ListOf(string? text) =>
        text?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string Time(DateTimeOffset? time) => time is { } known ? Rfc3339.Text(known)[..16].Replace('T', ' ') : "";
}
