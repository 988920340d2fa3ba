using System.CommandLine;
using Ledger.Access;
using Ledger.Problems;
using Ledger.Vocabulary;
using Spectre.Console;

namespace Ledger.Host.Commands;

/// <summary>The command <c>keys</c>: lists, makes and revokes API keys, also beside a running service.</summary>
public static class KeysCommand
{
    private static readonly string[] Headings = ["id", "name", "scopes", "feeds", "expires", "revoked", "last used"];

    private static readonly Option<string> NameOption = new("--name") { Description = "Whose it is", HelpName = "NAME", Required = true };

    private static readonly Option<string> ScopesOption = new("--scopes")
    {
        Description = $"{Scopes.Report} (to its own feed and those named), {Scopes.Read}, {Scopes.Audit}, {Scopes.Admin}; "
            + "several with commas",
        HelpName = "SCOPE,…", Required = true,
    };

    private static readonly Option<string> FeedsOption = new("--feeds")
    {
        Description = "Further feeds that it may post to, or * for all", HelpName = "URI,…",
    };

    private static readonly Option<string> ExpiresOption = new("--expires")
    {
        Description = "When it ends, with an offset (RFC 3339)", HelpName = "TIME",
    };

    private static readonly Argument<string> IdArgument = new("ID") { Description = "Of the key, as the list has it" };

    public static Command Create(Func<ParseResult, Options> optionsOf)
    {
        Func<ParseResult, Task<int>> WithStore(Func<StoreHost, ParseResult, Task<int>> run) => async parsed =>
        {
            var options = optionsOf(parsed);
            await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
            await using var store = await StoreHost.OpenAsync(options, database);
            return await run(store, parsed);
        };

        return new Command("keys", "List the API keys, make one, revoke one")
        {
            new Command("list", "List the API keys, as without a command")
                .WithAction(WithStore((store, _) => ListAsync(store.Get<ApiKeys>()))),
            new Command("add", "Make an API key, and print its secret once") { NameOption, ScopesOption, FeedsOption, ExpiresOption }
                .WithAction(WithStore(AddAsync)),
            new Command("revoke", "Revoke an API key") { IdArgument }
                .WithAction(WithStore((store, parsed) => RevokeAsync(store, parsed.GetRequiredValue(IdArgument)))),
        }.WithAction(WithStore((store, _) => ListAsync(store.Get<ApiKeys>())));
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
        var request = new CreateKeyRequest
        {
            Name = parsed.GetValue(NameOption),
            Scopes = ListOf(parsed.GetValue(ScopesOption)),
            Feeds = ListOf(parsed.GetValue(FeedsOption)),
            Expires = parsed.GetValue(ExpiresOption),
        };
        var result = await new KeyRules(store.Get<TimeProvider>()).ValidateAsync(request);
        if (!result.IsValid)
        {
            throw new OperatorException(string.Join('\n', result.Errors.Select(x =>
                $"--{char.ToLowerInvariant(x.PropertyName[0])}{x.PropertyName[1..]}: {x.ErrorMessage}")));
        }

        var expires = request.Expires is { } text && Rfc3339.TryParse(text, out var end) ? end : (DateTimeOffset?)null;
        var (key, secret) = await store.Get<ApiKeys>()
            .MakeAsync(request.Name!, request.Scopes!, request.Feeds ?? [], expires, CancellationToken.None);
        Console.Error.WriteLine($"Key {key.Id} of {key.Name}. This is the only time that its secret is shown:");
        Console.WriteLine(secret);
        if (key.Scopes.Contains(Scopes.Report) && key.Feeds.Count == 0)
        {
            Console.Error.WriteLine($"It names no feed, so it may post to its own alone: {key.Caller.OwnFeed}");
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

    private static string Time(DateTimeOffset? time) => time is { } value ? Rfc3339.Text(value)[..16].Replace('T', ' ') : "";
}
