using JasperFx.Events.Projections;
using Ledger.Store;
using Marten;

namespace Ledger.Evidence;

/// <summary>Registers the room: its table, the projection that writes it, its services, the upgrades of its data.</summary>
public static class EvidenceSetup
{
    public static void AddEvidence(this IServiceCollection services)
    {
        services.ConfigureMarten(options =>
        {
            options.Projections.Add(new EvidenceProjection(), ProjectionLifecycle.Inline, EvidenceProjection.Name);
            options.Storage.ExtendedSchemaObjects.Add(EvidenceTable.Make());
        });
        services.AddSingleton<EvidenceReader>();
        services.AddSingleton<FeedReader>();
        services.AddSingleton<NeighbourReader>();
        services.AddSingleton<YoungStatistics>();
        services.AddSingleton<ReportRuns>();
        services.AddSingleton<ReportedNames>();
        services.AddSingleton<SourceReader>();
        services.AddSingleton<ReadModelAudit>();
        services.AddHostedService(x => x.GetRequiredService<ReadModelAudit>());
        services.AddTransient<Rebuild>();
        services.AddSingleton<RebuildReadModel>(x =>
            (progress, cancellation) => x.GetRequiredService<Rebuild>().RunAsync(progress, cancellation));
        services.AddSingleton<Upgrade, UpgradeToOneClock>();
        services.AddSingleton<Upgrade, UpgradeToMethodTwo>();
        services.AddSingleton<Upgrade, UpgradeToFoldedSlugs>();
    }
}
