using Ledger.Problems;
using Ledger.Reports;

namespace Ledger.Questions;

/// <summary>Registers the room: its services, its routes.</summary>
public static class QuestionsSetup
{
    /// <param name="section">The configuration's section with <see cref="SignalSettings"/>.</param>
    public static void AddQuestions(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSingleton(new SignalSettings
        {
            EmbargoedCodes = [.. SignalSettings.EmbargoesOf(section.GetSection(nameof(SignalSettings.EmbargoedCodes)).GetChildren())],
        });
        services.AddSingleton(provider => new AnswerMemory(
            section.GetValue(AnswerMemory.Setting, AnswerMemory.DefaultBytes), provider.GetRequiredService<LedgerMetrics>()));
        services.AddSingleton<BasisResolver>();
        services.AddSingleton<Sources>();
        services.AddSingleton<SimilarReports>();
        services.AddSingleton<IPostAnswers, PostAnswers>();
    }

    public static void MapQuestions(this IEndpointRouteBuilder routes)
    {
        CountriesQuestion.Map(routes);
        FleetQuestion.Map(routes);
        HoldingQuestion.Map(routes);
        SeriesQuestion.Map(routes);
        ChangesQuestion.Map(routes);
        WorldChangesQuestion.Map(routes);
        DealsQuestion.Map(routes);
        DealQuestion.Map(routes);
        FlowsQuestion.Map(routes);
        SignalsQuestion.Map(routes);
        UnknownsQuestion.Map(routes);
        PublishersQuestion.Map(routes);
        PublisherQuestion.Map(routes);
        CalibrationQuestion.Map(routes);
        ReportsQuestion.Map(routes);
        ReportEndpoint.Map(routes);
        PlatformsQuestion.Map(routes);
        PlatformQuestion.Map(routes);
        VocabularyEndpoint.Map(routes);
        DatesEndpoint.Map(routes);
        MomentsQuestion.Map(routes);
        SearchQuestion.Map(routes);
    }
}
