using System.Text.RegularExpressions;

namespace Ledger.Tests.Host;

/// <summary>What somebody reads at night must be true.</summary>
public sealed partial class RunbookTests
{
    private static IEnumerable<string> Documents => Directory.EnumerateFiles(Path.Combine(TidyTests.Root, "ops/runbooks"), "*.md")
        .Append(Path.Combine(TidyTests.Root, "deploy/README.md"));

    [Fact]
    public void Every_alert_has_a_runbook_that_knows_it()
    {
        var rules = File.ReadAllText(Path.Combine(TidyTests.Root, "ops/alerts.yaml"));
        var alerts = Alert().Matches(rules);
        Assert.Equal(rules.Split("- alert:").Length - 1, alerts.Count);
        Assert.Empty(
            from alert in alerts
            let runbook = Path.Combine(TidyTests.Root, alert.Groups[2].Value)
            where !File.Exists(runbook) || !File.ReadAllText(runbook).Contains(alert.Groups[1].Value, StringComparison.Ordinal)
            select alert.Groups[1].Value);
    }

    [Fact]
    public void Every_alert_that_a_runbook_names_exists()
    {
        var rules = File.ReadAllText(Path.Combine(TidyTests.Root, "ops/alerts.yaml"));
        Assert.Empty(
            from document in Documents
            from Match named in NamedAlert().Matches(File.ReadAllText(document))
            where !rules.Contains($"- alert: {named.Value}\n", StringComparison.Ordinal)
            select $"{Path.GetFileName(document)}: {named.Value}");
    }

    [Fact]
    public void Every_command_of_the_service_that_a_runbook_gives_exists()
    {
        var commands = Ledger.Host.Commands.CommandLine.Root([]).Subcommands.Select(x => x.Name).ToList();
        var given = (from document in Documents
                     from Match named in Command().Matches(File.ReadAllText(document))
                     select (Document: Path.GetFileName(document), Name: named.Groups[1].Value)).ToList();
        Assert.NotEmpty(given);
        Assert.All(given, x => Assert.Contains(x.Name, commands));
    }

    [Fact]
    public void Every_service_of_the_compose_file_that_a_runbook_names_exists()
    {
        var compose = File.ReadAllText(Path.Combine(TidyTests.Root, "deploy/compose.yaml"));
        Assert.Empty(
            from document in Documents
            from Match named in ComposeService().Matches(File.ReadAllText(document))
            where !compose.Contains($"\n  {named.Groups[1].Value}:\n", StringComparison.Ordinal)
            select $"{Path.GetFileName(document)}: {named.Groups[1].Value}");
    }

    [Fact]
    public void Every_link_of_a_runbook_leads_somewhere() => Assert.Empty(
        from document in Documents
        from Match link in Link().Matches(File.ReadAllText(document))
        let to = Path.Combine(Path.GetDirectoryName(document)!, link.Groups[1].Value)
        where !link.Groups[1].Value.StartsWith("http", StringComparison.Ordinal) && !Path.Exists(to)
        select $"{Path.GetFileName(document)}: {link.Groups[1].Value}");

    [GeneratedRegex(@"- alert: (\w+)\n(?:(?!- alert:)[\s\S])*?runbook: (\S+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"\b(?:Ledger|Disk)[A-Z][a-z]+(?:[A-Z][a-z]+)*\b(?!\.)")]
    private static partial Regex NamedAlert();

    [GeneratedRegex(@"run --rm ledger ([a-z][a-z-]+)")]
    private static partial Regex Command();

    [GeneratedRegex(@"docker compose (?:run --rm |exec (?:-T )?|restart |stop |up -d |logs )(?:--[a-z-]+ )*(?:--since \w+ )?(?:-u \w+ )?([a-z][a-z-]*)")]
    private static partial Regex ComposeService();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
