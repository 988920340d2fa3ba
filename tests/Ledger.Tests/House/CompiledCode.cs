using System.Text.RegularExpressions;
using Mono.Cecil;

namespace Ledger.Tests.House;

/// <summary>A type of ours at the top level, with everything nested in it: what it refers to, and the texts in its code.</summary>
/// <param name="Name">With its namespace.</param>
/// <param name="File">Where it is declared, relative to src.</param>
/// <param name="References">Names of the top-level types that it refers to, ours and others'.</param>
/// <param name="Texts">String literals of its code.</param>
internal sealed record CompiledType(string Name, string File, IReadOnlySet<string> References, IReadOnlyList<string> Texts)
{
    /// <summary>The first part of the namespace below Ledger.</summary>
    public string Room => Name.Split('.') is ["Ledger", var room, _, ..] ? room : "";
}

/// <summary>Our assemblies as they were compiled. What a constant is inlined from is not to be seen here: using directives are checked beside.</summary>
internal static partial class CompiledCode
{
    /// <summary>Names of types of ours whose declaration was not found in the sources: of their file, and so of these tests, nothing is
    /// known.</summary>
    public static readonly List<string> Unseen = [];

    /// <summary>Every type of ours, but what a library or the compiler generated.</summary>
    public static readonly IReadOnlyList<CompiledType> Types = Read();

    private static List<CompiledType> Read()
    {
        var files = Declarations();
        var types = new List<CompiledType>();
        foreach (var assembly in (System.Reflection.Assembly[])[typeof(Ledger.Host.LedgerService).Assembly, typeof(Ledger.EmbeddedPostgres.PostgresServer).Assembly])
        {
            using var module = ModuleDefinition.ReadModule(assembly.Location);
            foreach (var type in module.Types)
            {
                if (files.TryGetValue(NameOf(type), out var file))
                {
                    var (references, texts) = (new HashSet<string>(StringComparer.Ordinal), new List<string>());
                    Visit(type, references, texts);
                    references.Remove(NameOf(type));
                    types.Add(new CompiledType(NameOf(type), file, references, texts));
                }
                // The compiler's own begin so; a file-local type of ours is <File>F…__Name.
                else if (type.Name.StartsWith('<') && !type.Name.Contains(">F", StringComparison.Ordinal))
                {
                    continue;
                }
                else if (type.Namespace is "" or "Ledger" || type.Namespace.StartsWith("Ledger.", StringComparison.Ordinal))
                {
                    Unseen.Add(NameOf(type));
                }
            }
        }

        return types;
    }

    private static void Visit(TypeDefinition type, HashSet<string> references, List<string> texts)
    {
        Add(type.BaseType, references);
        Add(type.CustomAttributes, references);
        foreach (var implemented in type.Interfaces)
        {
            Add(implemented.InterfaceType, references);
        }

        foreach (var constraint in type.GenericParameters.SelectMany(x => x.Constraints))
        {
            Add(constraint.ConstraintType, references);
        }

        foreach (var field in type.Fields)
        {
            Add(field.FieldType, references);
            Add(field.CustomAttributes, references);
        }

        foreach (var property in type.Properties)
        {
            Add(property.CustomAttributes, references);
        }

        foreach (var method in type.Methods)
        {
            Visit(method, references, texts);
        }

        foreach (var nested in type.NestedTypes)
        {
            Visit(nested, references, texts);
        }
    }

    private static void Visit(MethodDefinition method, HashSet<string> references, List<string> texts)
    {
        Add(method, references);
        Add(method.CustomAttributes, references);
        foreach (var constraint in method.GenericParameters.SelectMany(x => x.Constraints))
        {
            Add(constraint.ConstraintType, references);
        }

        if (!method.HasBody)
        {
            return;
        }

        foreach (var local in method.Body.Variables)
        {
            Add(local.VariableType, references);
        }

        foreach (var handler in method.Body.ExceptionHandlers)
        {
            Add(handler.CatchType, references);
        }

        foreach (var instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case TypeReference type: Add(type, references); break;
                case FieldReference field: Add(field.DeclaringType, references); Add(field.FieldType, references); break;
                case MethodReference called: Add(called, references); break;
                case string text: texts.Add(text); break;
            }
        }
    }

    private static void Add(MethodReference method, HashSet<string> references)
    {
        Add(method.DeclaringType, references);
        Add(method.ReturnType, references);
        foreach (var parameter in method.Parameters)
        {
            Add(parameter.ParameterType, references);
        }

        if (method is GenericInstanceMethod generic)
        {
            foreach (var argument in generic.GenericArguments)
            {
                Add(argument, references);
            }
        }
    }

    private static void Add(IEnumerable<CustomAttribute> attributes, HashSet<string> references)
    {
        foreach (var attribute in attributes)
        {
            Add(attribute.AttributeType, references);
        }
    }

    private static void Add(TypeReference? type, HashSet<string> references)
    {
        switch (type)
        {
            case null or GenericParameter: return;
            case GenericInstanceType generic:
                foreach (var argument in generic.GenericArguments)
                {
                    Add(argument, references);
                }

                Add(generic.ElementType, references);
                return;
            case TypeSpecification wrapped: Add(wrapped.ElementType, references); return;
            default:
                while (type.DeclaringType is { } outer)
                {
                    type = outer;
                }

                references.Add(NameOf(type));
                return;
        }
    }

    private static string NameOf(TypeReference type) => type.FullName.Split('`')[0];

    /// <summary>The file of each type that stands in one.</summary>
    private static Dictionary<string, string> Declarations()
    {
        var source = Path.Combine(TidyTests.Root, "src");
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Sources())
        {
            var text = File.ReadAllText(file);
            if (NamespaceOf().Match(text) is { Success: true } name)
            {
                foreach (Match type in Declared().Matches(text))
                {
                    found.TryAdd($"{name.Groups[1].Value}.{type.Groups[1].Value}", Path.GetRelativePath(source, file));
                }
            }
        }

        return found;
    }

    /// <summary>Every source file of ours.</summary>
    public static IEnumerable<string> Sources() => Directory.EnumerateFiles(Path.Combine(TidyTests.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(x => !x.Contains("/Internal/Generated/", StringComparison.Ordinal) && !x.Contains("/obj/", StringComparison.Ordinal));

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceOf();

    [GeneratedRegex(@"^(?:public|internal) (?:[a-z]+ )*?(?:record struct|record class|class|record|struct|enum|interface|delegate (?:[\w<>?.]+)) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
