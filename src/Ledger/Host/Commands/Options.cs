using System.CommandLine;
using System.Globalization;
using Ledger.Problems;
using Ledger.Store;

namespace Ledger.Host.Commands;

/// <summary>The options of every command, and the settings.</summary>
/// <param name="DataFolder">Folder of the embedded database and of the development keys.</param>
/// <param name="PostgresPort">Port on 127.0.0.1 of the embedded database, beside its socket; null: the socket alone.</param>
/// <param name="ConnectionString">Npgsql's connection string; null: an embedded database.</param>
/// <param name="Configuration">Arguments that are passed to the host's configuration.</param>
/// <param name="SchemaIsSet">True where <c>Ledger:Schema</c> is set.</param>
public sealed record Options(string DataFolder, int? PostgresPort, string? ConnectionString, string[] Configuration, bool SchemaIsSet)
{
    /// <summary><c>--data</c>: the data folder. An option rather than a setting, since it determines which database is used.</summary>
    public static Option<string> Data { get; } = new("--data")
    {
        Description = "The folder of the database of its own, and of the development keys (default .ledger)",
        HelpName = "DIR", Recursive = true,
    };

    /// <summary><c>--urls</c>: the addresses to listen on.</summary>
    public static Option<string> Urls { get; } = new("--urls")
    {
        Description = $"Where to listen (default {LedgerService.DefaultUrl})", HelpName = "URL", Recursive = true,
        Validators =
        {
            result =>
            {
                foreach (var url in result.Tokens.SelectMany(token => token.Value.Split(';', StringSplitOptions.RemoveEmptyEntries)))
                {
                    if (!url.Contains("://", StringComparison.Ordinal))
                    {
                        result.AddError($"{url} is no address. Write http://127.0.0.1:8080.");
                    }
                }
            },
        },
    };

    /// <summary><c>--environment</c>: the host's environment.</summary>
    public static Option<string> Environment { get; } = new("--environment")
    {
        Description = "Development, or Production (default)", HelpName = "NAME", Recursive = true,
    };

    /// <summary>Separates the settings from the rest of a command line: names with a colon (<c>--Ledger:AnonymousRead true</c>), which the
    /// parser would read as an option and its value.</summary>
    /// <exception cref="OperatorException">A setting has no value.</exception>
    public static (string[] Settings, string[] Arguments) Split(string[] args)
    {
        var settings = new List<string>();
        var rest = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var n, var v] ? (n, v) : (args[i], null);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !name.Contains(':', StringComparison.Ordinal))
            {
                rest.Add(args[i]);
                continue;
            }

            value ??= ++i < args.Length ? args[i] : throw new OperatorException($"{name} needs a value.");
            settings.AddRange([name, value]);
        }

        return ([.. settings], [.. rest]);
    }

    /// <summary>The options of a parsed command line.</summary>
    /// <exception cref="OperatorException">A setting is invalid.</exception>
    public static Options Of(ParseResult parsed, string[] settings)
    {
        string[] configuration =
            [.. settings, .. from option in new[] { Urls, Environment }
                             from text in (string[])(parsed.GetValue(option) is { } value ? [option.Name, value] : [])
                             select text];
        var read = Read(configuration);
        var folder = Path.GetFullPath(parsed.GetValue(Data) ?? ".ledger");
        return new Options(folder, PortOf(read), ConnectionStringOf(read), configuration, read[Schema.Setting] is { Length: > 0 });
    }

    /// <summary>The settings from the service's sources: appsettings.json, environment, command line.</summary>
    public static IConfiguration Read(string[] configuration) => new ConfigurationBuilder().SetBasePath(AppContext.BaseDirectory)
        .AddJsonFile("appsettings.json", optional: true).AddEnvironmentVariables().AddCommandLine(configuration).Build();

    /// <summary>The configured connection string; null where there is none.</summary>
    /// <exception cref="OperatorException">It is not valid.</exception>
    public static string? ConnectionStringOf(IConfiguration settings)
    {
        if (settings.GetConnectionString("Ledger") is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            return new Npgsql.NpgsqlConnectionStringBuilder(text).ConnectionString;
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or KeyNotFoundException)
        {
            throw new OperatorException("ConnectionStrings:Ledger is no connection string: Host=…;Port=…;Username=…;Password=…;Database=…");
        }
    }

    /// <summary>The configuration of a service on this database. On an embedded one the start applies the schema by default.</summary>
    public string[] ConfigurationFor(Database database) =>
        database.IsOwn && !SchemaIsSet ? [.. Configuration, $"--{Schema.Setting}", Schema.Apply] : Configuration;

    /// <summary>The start-up settings of a service on this database.</summary>
    public StartupSettings StartupSettings(Database database) => new(DataFolder, database.IsOwn);

    private static int? PortOf(IConfiguration settings) => settings["Ledger:PostgresPort"] switch
    {
        null or "" => null,
        var text when ushort.TryParse(text, CultureInfo.InvariantCulture, out var port) && port > 0 => port,
        _ => throw new OperatorException("Ledger:PostgresPort is a port: a number from 1 to 65535."),
    };
}
