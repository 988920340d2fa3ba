namespace Ledger.Estimation;

/// <summary>A method of estimation: what it assumes (METHOD.md). One implementation serves all methods; each assumption is read where it
/// makes a difference. A method that was answered once can be asked for for ever.</summary>
/// <param name="Number">Its number in questions and answers.</param>
public sealed record Method(int Number)
{
    /// <summary>Number of the newest method.</summary>
    public const int Newest = 2;

    /// <summary>Whether a fresh figure grows: the band of about n of a running total depends on how long the fact was over when it was
    /// reported (§2).</summary>
    public bool FreshFiguresGrow { get; private init; }

    /// <summary>Whether deliveries and completed units come little by little over the windows of their running totals (§3, the
    /// climb).</summary>
    public bool TotalsClimb { get; private init; }

    /// <summary>Whether a running total stands at its latest day, not at its middle, where low and contradictions are looked for; and only
    /// a report that points at a number replaces one that does (§3, replaced and clash).</summary>
    public bool TotalsStandAtTheirEnd { get; private init; }

    /// <summary>Whether of the reports that point at a number a credible one is read before any other (§3, best).</summary>
    public bool CredibleBeforeRank { get; private init; }

    /// <summary>Whether an open running total is bounded only by one that is not earlier (§3, high).</summary>
    public bool EarlierTotalsBoundNothing { get; private init; }

    /// <summary>Whether a lot that ends after a running total may have come after it, so that it raises the most that the total allows;
    /// and a doubtful lot makes no credible total larger (§3, count).</summary>
    public bool LotsMayHaveComeAfter { get; private init; }

    /// <summary>Whether a firm reading silences doubt only above where it is going (§3, two readings).</summary>
    public bool FirmReadingsReach { get; private init; }

    /// <summary>Whether a line that works is not at most zero (§4, lines that run).</summary>
    public bool LinesRun { get; private init; }

    /// <summary>Whether an order for the whole deal bounds also a closed high, and a tranche bounds none; and whether an order of which
    /// nobody says when it is due may have been filled (§4).</summary>
    public bool OrdersBoundDeals { get; private init; }

    /// <summary>Whether a licence holds whenever it was signed (§4, units).</summary>
    public bool LicenceHoldsAtAllTimes { get; private init; }

    /// <summary>Whether an announcement without deal is over once a deal that it speaks of has a contract or has delivered (§4).</summary>
    public bool AnnouncementsSpeakOfDeals { get; private init; }

    /// <summary>Whether a stock count writes off what is not in it (§6).</summary>
    public bool StockCountsWriteOff { get; private init; }

    /// <summary>Whether a credible observation that points silences the doubtful ones, and a delivery does so only once it is over
    /// (§6).</summary>
    public bool SeenSilencesDoubt { get; private init; }

    /// <summary>Whether doubtful reports lower no high (§6).</summary>
    public bool DoubtLowersNoHigh { get; private init; }

    /// <summary>Whether what was seen beyond the books came from what was on order (§6, onOrder).</summary>
    public bool SeenCameFromOrder { get; private init; }

    /// <summary>Whether what is closed of an open high is told (§6, closedHigh).</summary>
    public bool TellsWhatIsClosed { get; private init; }

    /// <summary>Whether civil aircraft stand apart from the headline (§7).</summary>
    public bool CivilStandsApart { get; private init; }

    /// <summary>Whether flows are of all units that came, produced ones too, with low and high (§7); else of deliveries alone.</summary>
    public bool FlowsAreOfUnits { get; private init; }

    /// <summary>Whether works make nothing at a declared rate before a report says that production runs. Signals read it; no estimate
    /// depends on it.</summary>
    public bool RatesCountFromStart { get; private init; }

    /// <summary>Whether what goes back to its supplier was not passed on, and stock that is not seen raises no question. Signals read it;
    /// no estimate depends on it.</summary>
    public bool SignalsSpareReturnsAndStock { get; private init; }

    /// <summary>The rules without what METHOD.md marks with [2].</summary>
    public static Method One { get; } = new(1);

    /// <summary>All rules; what is answered unless another is asked.</summary>
    public static Method Two { get; } = new(Newest)
    {
        FreshFiguresGrow = true,
        TotalsClimb = true,
        TotalsStandAtTheirEnd = true,
        CredibleBeforeRank = true,
        EarlierTotalsBoundNothing = true,
        LotsMayHaveComeAfter = true,
        FirmReadingsReach = true,
        LinesRun = true,
        OrdersBoundDeals = true,
        LicenceHoldsAtAllTimes = true,
        AnnouncementsSpeakOfDeals = true,
        StockCountsWriteOff = true,
        SeenSilencesDoubt = true,
        DoubtLowersNoHigh = true,
        SeenCameFromOrder = true,
        TellsWhatIsClosed = true,
        CivilStandsApart = true,
        FlowsAreOfUnits = true,
        RatesCountFromStart = true,
        SignalsSpareReturnsAndStock = true,
    };

    /// <summary>What is answered unless another is asked.</summary>
    public static Method Default => Two;

    /// <summary>All methods, in the order of their numbers, from 1 on without a gap.</summary>
    public static IReadOnlyList<Method> All { get; } = [One, Two];

    public override string ToString() => $"method {Number}";
}
