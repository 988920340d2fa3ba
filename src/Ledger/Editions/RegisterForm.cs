namespace Ledger.Editions;

/// <summary>The forms in which SIPRI hands out its trade register.</summary>
public enum RegisterForm
{
    /// <summary>16 columns: a row for each order, with what was delivered of it so far.</summary>
    Orders,

    /// <summary>17 columns: a row for each order and year of delivery, with SIPRI's own number of the order.</summary>
    Years,
}
