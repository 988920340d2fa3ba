namespace Ledger.Tests.Harness;

/// <summary>Tests that measure, kill or keep every core busy run one after the other, when the others are done.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
