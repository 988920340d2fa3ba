namespace Ledger.Questions;

/// <summary>Registers the room: its services, its routes.</summary>
public static class QuestionsSetup
{
    /// <param name="section">The configuration's section with <see cref="SignalSettings"/>.</param>
    public static void AddQuestions(this IServiceCollection services, IConfigurationSection section)
    {
        services.AddSingleton(new SignalSettings
        {
            EmbargoedCodes = section.GetSection(nameof(SignalSettings.EmbargoedCodes)).Get<string[]>() ?? [],
        });
        services.AddSingleton<BasisResolver>();
        services.AddSingleton<Sources>();
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
        ReportsQuestion.Map(routes);
        ReportEndpoint.Map(routes);
        PlatformsQuestion.Map(routes);
        PlatformQuestion.Map(routes);
        VocabularyEndpoint.Map(routes);
    }
}
