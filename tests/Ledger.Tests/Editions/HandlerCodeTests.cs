using JasperFx.CodeGeneration;
using JasperFx.CodeGeneration.Model;
using Ledger.Host;
using Ledger.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace Ledger.Tests.Editions;

/// <summary>The code that carries messages to their handlers is generated when a handler changes, and kept: the service has no compiler.</summary>
[Collection(Alone.Name)]
public sealed class HandlerCodeTests
{
    private static readonly string s_folder = Path.Combine(TidyTests.Root, "src", "Ledger", "Internal", "Generated", "WolverineHandlers");

    [Fact]
    public async Task The_generated_code_fits_the_handlers()
    {
        await using var app = LedgerService.Build(["--urls", "http://127.0.0.1:0"], await Databases.MakeAsync());
        var collections = app.Services.GetServices<ICodeFileCollection>().Where(x => x.ChildNamespace == "WolverineHandlers").ToArray();
        var scratch = Directory.CreateTempSubdirectory("ledger-test-").FullName;
        try
        {
            Array.ForEach(collections, x => x.Rules.GeneratedCodeOutputPath = scratch);
            new DynamicCodeBuilder(app.Services, collections) { ServiceVariableSource = app.Services.GetService<IServiceVariableSource>() }.WriteGeneratedCode(_ => { });
            var made = Directory.EnumerateFiles(scratch, "*.cs", SearchOption.AllDirectories).ToDictionary(x => Path.GetFileName(x)!, File.ReadAllText, StringComparer.Ordinal);
            Assert.NotEmpty(made);
            if (Environment.GetEnvironmentVariable("LEDGER_TEST_HANDLERS") is { Length: > 0 })
            {
                // After a change of a handler: writes the code, to be built and kept.
                Directory.CreateDirectory(s_folder);
                foreach (var old in Directory.EnumerateFiles(s_folder))
                {
                    File.Delete(old);
                }

                foreach (var (name, code) in made)
                {
                    await File.WriteAllTextAsync(Path.Combine(s_folder, name), code, TestContext.Current.CancellationToken);
                }
            }

            Assert.Equal(made.Keys.Order(StringComparer.Ordinal), Directory.EnumerateFiles(s_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.All(made, x => Assert.Equal(File.ReadAllText(Path.Combine(s_folder, x.Key)), x.Value));
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    [Fact]
    public void No_compiler_comes_with_the_service() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Path.GetDirectoryName(typeof(LedgerService).Assembly.Location)!, "Microsoft.CodeAnalysis*.dll").Select(Path.GetFileName),
        x => x is not null && File.ReadAllText(Path.ChangeExtension(typeof(LedgerService).Assembly.Location, "deps.json")).Contains(x, StringComparison.Ordinal));
}
