using System.Text.RegularExpressions;

namespace Ledger.Tests.House;

/// <summary>The plan of the house (ARCHITECTURE.md), held against the code as it was compiled. There are no exceptions.</summary>
public partial class RoomsTests
{
    /// <summary>Of each room, the rooms that it may know: those on lower floors, and those beside it that the plan names.</summary>
    private static readonly Dictionary<string, string[]> MayKnow = Plan(
        [("Vocabulary", []), ("Problems", []), ("Facts", ["Vocabulary", "Problems"])],
        [("Store", []), ("Web", [])],
        [("Estimation", []), ("Catalogue", []), ("Reports", ["Catalogue"]), ("Evidence", ["Catalogue", "Estimation"])],
        [("Questions", []), ("Access", []), ("Editions", []), ("Dashboard", []), ("Audit", ["Questions"]), ("Export", ["Questions"])],
        [("Host", [])]);

    /// <summary>Where nothing is read or written but memory.</summary>
    private static readonly string[] PureRooms = ["Vocabulary", "Problems", "Facts", "Estimation"];

    private static readonly string[] PureTypes = ["Ledger.Catalogue.CatalogueAt", "Ledger.Reports.RecordingDecider"];

    private static readonly string[] KnowsHttp = ["Web", "Access", "Host"];

    /// <summary>Rooms whose endpoints, by their names, know it too.</summary>
    private static readonly string[] HasEndpoints = ["Reports", "Catalogue", "Questions", "Editions", "Audit", "Dashboard", "Export"];

    private static readonly string[] OfRequests =
    [
        .. from name in (string[])["HttpContext", "HttpRequest", "HttpResponse", "IHttpContextAccessor"]
           select $"Microsoft.AspNetCore.Http.{name}",
    ];

    [Fact]
    public void Every_type_stands_in_a_room_of_the_plan() => None(
        CompiledCode.Types.Where(x => x.Room != "EmbeddedPostgres" && !MayKnow.ContainsKey(x.Room)).Select(x => x.Name));

    [Fact]
    public void Arrows_between_rooms_point_down_or_where_the_plan_says() => None(
        from type in CompiledCode.Types
        from named in type.References
        where named.StartsWith("Ledger.", StringComparison.Ordinal)
        let room = named.Split('.')[1]
        where room != type.Room && !(MayKnow.TryGetValue(type.Room, out var known) && known.Contains(room))
            && !(room == "EmbeddedPostgres" && type.Name.StartsWith("Ledger.Host.Commands.", StringComparison.Ordinal))
        select $"{type.Name} -> {named}");

    /// <summary>A constant is inlined, and a comment may lead up too: neither is in the compiled code.</summary>
    [Fact]
    public void Using_directives_point_down_or_where_the_plan_says() => None(
        from file in CompiledCode.Sources()
        where file.Contains("/src/Ledger/", StringComparison.Ordinal)
        let room = Path.GetRelativePath(Path.Combine(TidyTests.Root, "src/Ledger"), file).Split('/')[0]
        where MayKnow.ContainsKey(room)
        from Match used in UsingOfOurs().Matches(File.ReadAllText(file))
        let other = used.Groups[1].Value
        where other != room && !MayKnow[room].Contains(other) && !(room == "Host" && other == "EmbeddedPostgres")
        select $"{file} uses {other}");

    /// <summary>The same of names that are written with their room.</summary>
    [Fact]
    public void Qualified_names_point_down_or_where_the_plan_says()
    {
        var types = CompiledCode.Types.Select(x => x.Name).ToHashSet(StringComparer.Ordinal);
        None(from file in CompiledCode.Sources()
             where file.Contains("/src/Ledger/", StringComparison.Ordinal)
             let room = Path.GetRelativePath(Path.Combine(TidyTests.Root, "src/Ledger"), file).Split('/')[0]
             where MayKnow.ContainsKey(room)
             from Match named in QualifiedName().Matches(File.ReadAllText(file))
             let other = named.Groups[1].Value
             where other != room && types.Contains($"Ledger.{other}.{named.Groups[2].Value}") && !MayKnow[room].Contains(other)
             select $"{file} names {named.Value}");
    }

    [Fact]
    public void No_room_knows_another_that_knows_it_at_any_number_of_steps()
    {
        var arrows = (from type in CompiledCode.Types
                      from named in type.References
                      where named.StartsWith("Ledger.", StringComparison.Ordinal)
                      select (From: type.Room, To: named.Split('.')[1])).Where(x => x.From != x.To).Distinct().ToLookup(x => x.From, x => x.To);
        None(Circles([.. arrows.Select(x => x.Key)], x => arrows[x]).Select(x => string.Join(", ", x)));
    }

    [Fact]
    public void No_circle_of_files_is_larger_than_three()
    {
        var fileOf = CompiledCode.Types.ToDictionary(x => x.Name, x => x.File, StringComparer.Ordinal);
        var arrows = (from type in CompiledCode.Types
                      from named in type.References
                      where fileOf.ContainsKey(named) && fileOf[named] != type.File
                      select (From: type.File, To: fileOf[named])).Distinct().ToLookup(x => x.From, x => x.To);
        None(Circles([.. fileOf.Values.Distinct()], x => arrows[x]).Where(x => x.Count > 3).Select(x => string.Join(", ", x)));
    }

    [Fact]
    public void HttpContext_appears_only_where_HTTP_is_spoken() => None(
        from type in CompiledCode.Types
        where type.References.Overlaps(OfRequests) && !KnowsHttp.Contains(type.Room)
            && !(type.Name.EndsWith("Endpoint", StringComparison.Ordinal) && HasEndpoints.Contains(type.Room))
        select type.Name);

    [Fact]
    public void The_stores_tables_are_named_in_one_room() => None(
        from type in CompiledCode.Types
        where type.Room != "Store"
        from text in type.Texts
        where text.Contains("mt_", StringComparison.Ordinal)
        select $"{type.Name}: {text}");

    /// <summary>The same of what is not in the compiled code, and of our own tables.</summary>
    [Fact]
    public void The_sources_name_tables_in_one_room() => None(
        from file in CompiledCode.Sources()
        where file.Contains("/src/Ledger/", StringComparison.Ordinal) && !file.Contains("/src/Ledger/Store/", StringComparison.Ordinal)
            && !file.Contains("/Internal/", StringComparison.Ordinal)
        from Match named in TableName().Matches(File.ReadAllText(file))
        select $"{file}: {named.Value}");

    /// <summary>The description's parts refer to one another as the rooms may.</summary>
    [Fact]
    public void References_in_the_description_point_down_or_where_the_plan_says()
    {
        var parts = Directory.EnumerateFiles(Path.Combine(TidyTests.Root, "src/Ledger"), "openapi*.yaml", SearchOption.AllDirectories)
            .Where(x => !x.Contains("/obj/", StringComparison.Ordinal))
            .Select(x => (Room: Path.GetRelativePath(Path.Combine(TidyTests.Root, "src/Ledger"), x).Split('/')[0], Text: File.ReadAllText(x))).ToList();
        var roomOf = (from part in parts
                      from component in ComponentsOf(part.Text)
                      select (component, part.Room)).ToDictionary(StringComparer.Ordinal);
        Assert.InRange(roomOf.Count, 100, 10_000);
        None(from part in parts
             from Match reference in Reference().Matches(part.Text)
             let component = reference.Groups[1].Value
             let room = roomOf.GetValueOrDefault(component, "nowhere")
             where room != part.Room && !MayKnow[part.Room].Contains(room)
             select $"{part.Room} -> {room}: {component}");
    }

    /// <summary>Section and name of each component that a part defines.</summary>
    private static IEnumerable<string> ComponentsOf(string text)
    {
        var (isInside, section) = (false, "");
        foreach (var line in text.Split('\n'))
        {
            isInside = line.Length > 0 && line[0] is not (' ' or '#') ? line.StartsWith("components:", StringComparison.Ordinal) : isInside;
            if (isInside && Key().Match(line) is { Success: true } key)
            {
                section = key.Groups[1].Length == 2 ? key.Groups[2].Value : section;
                if (key.Groups[1].Length == 4)
                {
                    yield return $"{section}/{key.Groups[2].Value}";
                }
            }
        }
    }

    [Theory]
    [InlineData("Npgsql.")]
    [InlineData("Marten.")]
    [InlineData("Microsoft.AspNetCore.")]
    [InlineData("Wolverine.")]
    [InlineData("Weasel.")]
    [InlineData("System.IO.File")]
    [InlineData("System.IO.Directory")]
    [InlineData("System.Random")]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("System.Diagnostics.Stopwatch")]
    [InlineData("System.Net.")]
    [InlineData("System.TimeProvider")]
    public void What_is_pure_touches_neither_database_nor_network_nor_clock(string library) => None(
        from type in CompiledCode.Types
        where PureRooms.Contains(type.Room) || PureTypes.Contains(type.Name)
        from named in type.References
        where named.StartsWith(library, StringComparison.Ordinal)
        select $"{type.Name} -> {named}");

    /// <summary>The tests above see what they should: a house of which nothing is read has no faults.</summary>
    [Fact]
    public void The_house_is_read()
    {
        // Its statements stand at the top level, without a declaration.
        Assert.Equal(["Program"], CompiledCode.Unseen);
        Assert.All(CompiledCode.Types, x => Assert.Equal(Path.GetDirectoryName(x.File)!.Replace('/', '.'),
            x.Name[..x.Name.LastIndexOf('.')], StringComparer.Ordinal));
        Assert.Equal(MayKnow.Keys.Append("EmbeddedPostgres").Order(), CompiledCode.Types.Select(x => x.Room).Distinct().Order());
        Assert.Contains("Ledger.Estimation.Claim", CompiledCode.Types.Single(x => x.Name == "Ledger.Estimation.Holding").References);
        Assert.Contains("Microsoft.AspNetCore.Http.HttpContext", CompiledCode.Types.Single(x => x.Name == "Ledger.Questions.QuestionEndpoint").References);
        Assert.Contains(CompiledCode.Types.Where(x => x.Room == "Store").SelectMany(x => x.Texts), x => x.Contains("mt_events", StringComparison.Ordinal));
        Assert.Equal(["a, b, c"], Circles(["a", "b", "c", "d"], x => x switch { "a" => ["b"], "b" => ["c", "d"], "c" => ["a"], _ => [] })
            .Select(x => string.Join(", ", x.Order())));
    }

    private static void None(IEnumerable<string> faults)
    {
        string[] all = [.. faults.Distinct()];
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static Dictionary<string, string[]> Plan(params (string Room, string[] Beside)[][] floors)
    {
        var plan = new Dictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var floor in floors)
        {
            string[] below = [.. plan.Keys];
            foreach (var (room, beside) in floor)
            {
                plan[room] = [.. below, .. beside];
            }
        }

        return plan;
    }

    /// <summary>Sets of more than one in which everything leads to everything (Tarjan).</summary>
    private static List<List<string>> Circles(IReadOnlyList<string> nodes, Func<string, IEnumerable<string>> to)
    {
        var (index, low) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        var (path, circles) = (new Stack<string>(), new List<List<string>>());
        void Visit(string node)
        {
            index[node] = low[node] = index.Count;
            path.Push(node);
            foreach (var next in to(node))
            {
                if (!index.TryGetValue(next, out var at))
                {
                    Visit(next);
                    low[node] = Math.Min(low[node], low[next]);
                }
                else if (path.Contains(next))
                {
                    low[node] = Math.Min(low[node], at);
                }
            }

            if (low[node] != index[node])
            {
                return;
            }

            var circle = new List<string>();
            do
            {
                circle.Add(path.Pop());
            }
            while (circle[^1] != node);
            if (circle.Count > 1)
            {
                circles.Add(circle);
            }
        }

        foreach (var node in nodes.Where(x => !index.ContainsKey(x)))
        {
            Visit(node);
        }

        return circles;
    }

    [GeneratedRegex(@"^(?:global )?using (?:static |\w+ = )?Ledger\.(\w+)[\w.]*;", RegexOptions.Multiline)]
    private static partial Regex UsingOfOurs();

    [GeneratedRegex(@"\bmt_|\b(?:ledger|wolverine)\.(?:evidence|editions|edition_lines|api_keys|schema_version|wolverine_)")]
    private static partial Regex TableName();

    [GeneratedRegex(@"\$ref: '#/components/([\w/]+)'")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^( +)(\w+):")]
    private static partial Regex Key();

    [GeneratedRegex(@"(?<![\w.])(?:Ledger\.)?([A-Z]\w+)\.([A-Z]\w+)")]
    private static partial Regex QualifiedName();
}
