using Ledger.Access;
using Ledger.Hosting;
using Spectre.Console;

namespace Ledger.Commands;

/// <summary>Lists, makes and revokes API keys; works beside a running service.</summary>
public static class KeysCommand
{
    private static readonly string[] Headings = ["id", "name", "scopes", "feeds", "expires", "revoked", "last used"];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = Options.Of(args);
        await using var database = await Database.JoinAsync(options, Console.Error.WriteLine);
        await using var app = LedgerService.Build(options.ConfigurationFor(database), database.ConnectionString,
            builder => builder.Services.AddSingleton(options.StartupSettings(database)));
        await app.Services.GetRequiredService<Schema>().StartingAsync(CancellationToken.None);
        var keys = app.Services.GetRequiredService<ApiKeys>();
        return options.Others switch
        {
            [] or ["list"] => await ListAsync(keys),
            ["add", .. var more] => await AddAsync(keys, more, app.Services.GetRequiredService<TimeProvider>()),
            ["revoke", var id] => await RevokeAsync(keys, id, app.Services.GetRequiredService<TimeProvider>()),
            _ => throw new FormatException("keys · keys add --name NAME --scopes report,read [--feeds URI,URI|*] [--expires TIME] · keys revoke ID"),
        };
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

    private static async Task<int> AddAsync(ApiKeys keys, string[] args, TimeProvider clock)
    {
        var said = new KeySaid();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]} needs a value.");
            var list = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            said = args[i] switch
            {
                "--name" => said with { Name = value },
                "--scopes" => said with { Scopes = list },
                "--feeds" => said with { Feeds = list },
                "--expires" => said with { Expires = value },
                _ => throw new FormatException($"'{args[i]}' is no option of keys add: --name, --scopes, --feeds, --expires."),
            };
        }

        var result = await new KeyRules(clock).ValidateAsync(said);
        if (!result.IsValid)
        {
            throw new FormatException(string.Join('\n', result.Errors.Select(x =>
                $"--{char.ToLowerInvariant(x.PropertyName[0])}{x.PropertyName[1..]}: {x.ErrorMessage}")));
        }

        var expires = said.Expires is { } text && Times.TryParse(text, out var end) ? end : (DateTimeOffset?)null;
        var (key, secret) = await keys.MakeAsync(said.Name!, said.Scopes!, said.Feeds ?? [], expires, CancellationToken.None);
        Console.Error.WriteLine($"Key {key.Id} of {key.Name}. This is the only time that its secret is shown:");
        Console.WriteLine(secret);
        if (key.Scopes.Contains(Scopes.Report) && key.Feeds.Count == 0)
        {
            Console.Error.WriteLine($"It names no feed, so it may post to its own alone: {new Caller(key.Id, key.Name, key.Scopes, key.Feeds).OwnFeed}");
        }

        return 0;
    }

    private static async Task<int> RevokeAsync(ApiKeys keys, string id, TimeProvider clock)
    {
        if (!await keys.RevokeAsync(id, CancellationToken.None))
        {
            throw new FormatException($"There is no key '{id}'; keys lists them.");
        }

        var all = await keys.ListAsync(CancellationToken.None);
        Console.WriteLine($"Key {id} of {all.Single(x => x.Id == id).Name} is revoked.");
        if (!all.Any(x => x.Revoked is null && (x.Expires is not { } end || end > clock.GetUtcNow()) && x.Scopes.Contains(Scopes.Admin)))
        {
            Console.Error.WriteLine("No key of the scope admin is left: keys add --name admin --scopes admin makes one.");
        }

        return 0;
    }

    private static string Time(DateTimeOffset? time) => time is { } known ? Times.Text(known)[..16].Replace('T', ' ') : "";
}
